"""Rows of X's own conformance suite, by which implementations of its rules on text are checked."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_ROWS: dict[str, Any] = json.loads((Path(__file__).parent / "data/twitter_text.json").read_text("utf-8"))


class Row(NamedTuple):
    """A text, and what X's suite says comes of it."""

    text: str
    expected: Any


def rows(section: str) -> pytest.MarkDecorator:
    """Run a test for each row of this section, as `row`."""
    cases = [pytest.param(Row(row["text"], row["expected"]), id=row["description"]) for row in _ROWS[section]]
    return pytest.mark.parametrize("row", cases)
