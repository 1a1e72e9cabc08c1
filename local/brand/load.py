"""desk.yaml from disk, or everything that is wrong with it."""

import difflib
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from local.brand.model import Desk
from local.brand.problems import DeskFileError, Problem
from local.brand.rules import Finding, broken_rules
from local.brand.shapes import REFUSED, SENTENCES
from local.brand.yaml_tree import Place, Tree, read_tree

DESK_FILE = Path(__file__).parents[2] / "desk.yaml"
"""The brand of this checkout."""

_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "tuple_type": "must be a list, each item behind a hyphen",
    "dict_type": "must be a section of keys and values",
    "model_type": "must be a section of keys and values",
    "model_attributes_type": "must be a section of keys and values",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
    "date_type": "must be a date like 2026-12-31",
    "date_parsing": "must be a date like 2026-12-31",
    "date_from_datetime_parsing": "must be a date like 2026-12-31",
    "date_from_datetime_inexact": "must be a date like 2026-12-31, without a time",
    "too_short": "needs at least {min_length}, has {actual_length}",
    "too_long": "takes at most {max_length}, has {actual_length}",
}


def load_desk(path: Path = DESK_FILE) -> Desk:
    """The desk that this file describes; raises DeskFileError with every problem found."""
    shown = _shown(path)
    return _desk_of(_bytes(path, shown), shown)


@lru_cache(maxsize=2)
def _desk_of(raw: bytes, shown: str) -> Desk:
    """Kept, because it takes half a second and a command asks more than once."""
    tree = _tree_of(raw)
    found = [Problem(shown, *mark, dotted(place), f"{text}.") for mark, place, text in tree.faults]
    desk, findings = checked(tree.value) if tree.is_readable else (None, [])
    found += [_problem(shown, tree, place, text) for place, text in findings]
    if found or desk is None:
        raise DeskFileError(found)
    return desk


def checked(value: Any) -> tuple[Desk | None, list[Finding]]:
    """The desk that the plain value of a desk.yaml describes, None if it describes none, and all that is wrong."""
    findings = list(broken_rules(value))
    try:
        return Desk.model_validate_json(json.dumps(value)), findings
    except ValidationError as exc:
        return None, [*findings, *_misshapen(exc)]


def plain_desk(path: Path = DESK_FILE) -> Any:
    """The plain value of a desk.yaml that `load_desk` takes. Raises DeskFileError."""
    load_desk(path)
    return _tree_of(_bytes(path, _shown(path))).value


@lru_cache(maxsize=2)
def _tree_of(raw: bytes) -> Tree:
    return read_tree(raw)


def _bytes(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        reason = (exc.strerror or "unreadable").lower()
        raise DeskFileError([Problem(shown, 1, 1, "", f"cannot be read: {reason}.")]) from exc


def _shown(path: Path) -> str:
    """The path as a person standing here would type it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps the name under which it was given
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def _misshapen(error: ValidationError) -> Iterator[Finding]:
    for found in error.errors(include_url=False, include_input=False):
        place = tuple(part for part in found["loc"] if part != "[key]")
        yield place, _sentence(found["type"], found["msg"], found.get("ctx", {}), place)


def _sentence(kind: str, message: str, context: dict[str, Any], place: Place) -> str:
    if kind == "string_pattern_mismatch":
        return SENTENCES[context["pattern"]]
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == REFUSED:
        return message
    template = _SENTENCES.get(kind)
    return template.format(**context) if template else message[:1].lower() + message[1:]


def _unknown_key(place: Place) -> str:
    known = _keys_at(place[:-1])
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    return f"is not known here; did you mean {near[0]!r}?" if near else f"is not known here; known: {', '.join(known)}"


def _keys_at(place: Place) -> list[str]:
    """The keys that the section at this place knows."""
    section: type[BaseModel] = Desk
    for part in _section_names(place):
        field = section.model_fields.get(part)
        section = next(_sections_in(field.annotation), section) if field else section
    return list(section.model_fields)


def _section_names(place: Place) -> list[str]:
    """The keys of a place that name sections; items of lists and the departments' own keys do not."""
    is_department = place[:1] == ("departments",)
    return [part for at, part in enumerate(place) if isinstance(part, str) and not (is_department and at == 1)]


def _sections_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _sections_in(part)


def _problem(shown: str, tree: Tree, place: Place, sentence: str) -> Problem:
    return Problem(shown, *tree.mark_of(place), dotted(place), full_stop(sentence))


def full_stop(sentence: str) -> str:
    """The sentence of a finding with the mark at its end."""
    return f"{sentence}.".replace("?.", "?")


def dotted(place: Place) -> str:
    """The place as people write it, like `holidays.extra[0]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
