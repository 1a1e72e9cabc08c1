"""An editor that knows the JSON Schema accepts what the desk accepts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from local.brand.load import DESK_FILE
from local.brand.schema import schema_text
from local.brand.yaml_tree import read_tree
from tests.brands import OTHER_DESK


def errors_of(plain: Any) -> list[str]:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(plain)]


@pytest.mark.parametrize("path", [DESK_FILE, OTHER_DESK], ids=["emerald", "other"])
def test_the_schema_accepts_the_desks_of_this_project(path: Path) -> None:
    assert errors_of(read_tree(path.read_bytes()).value) == []


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("brand", "handle", "@emerald"),
        ("hours", "monday", "9-18"),
        ("retention", "log_days", 31),
        ("mail", "cuont", 2),
        ("x_budget", "day_usd", -1),
    ],
)
def test_the_schema_refuses_what_the_desk_refuses(section: str, key: str, value: object) -> None:
    plain = read_tree(DESK_FILE.read_bytes()).value
    plain[section][key] = value

    assert len(errors_of(plain)) == 1


def test_a_date_stays_text_for_the_model_to_read() -> None:
    tree = read_tree(b"a: 2026-12-31\nb: 12\nc: 1.5\nd: no\ne: ~\nf: true\n")

    assert tree.value == {"a": date(2026, 12, 31).isoformat(), "b": 12, "c": 1.5, "d": "no", "e": None, "f": True}


@pytest.mark.parametrize(
    ("key", "value"),
    [("answers", "to_press"), ("signature", "한 줄\n두 줄"), ("signature", "A" * 21), ("feedback", "monthly")],
)
def test_the_schema_refuses_what_the_desk_refuses_of_a_department(key: str, value: str) -> None:
    plain = read_tree(DESK_FILE.read_bytes()).value
    plain["departments"]["billing"][key] = value

    assert len(errors_of(plain)) == 1
