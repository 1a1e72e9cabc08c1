"""Rows of X's own conformance suite, by which implementations of its rules on text are checked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.families import for_each

_ROWS: dict[str, Any] = json.loads((Path(__file__).parent / "data/twitter_text.json").read_text("utf-8"))


class Row(NamedTuple):
    """A text, and what X's suite says comes of it."""

    text: str
    expected: Any


def rows(section: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each row of this section, as `row`."""
    return for_each("row", [Row(row["text"], row["expected"]) for row in _ROWS[section]])
