"""The JSON Schema of desk.yaml, with which an editor completes keys and underlines mistakes."""

import json
from pathlib import Path

from local.brand.model import Desk

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "desk.schema.json"
"""Where desk.yaml's first line points to."""


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """The schema as JSON, the same every time."""
    schema = {"$schema": _DIALECT, **Desk.model_json_schema(), "title": "desk.yaml"}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
