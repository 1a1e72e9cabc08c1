"""The live settings of desk.yaml: which there are, and desk.yaml with other values of them.

A key is the place in desk.yaml from which the setting is seeded, and its value has the form that it has there. A value
is valid if desk.yaml were valid with it, so one code checks both.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from desk.brand import emails_key
from local.brand.load import DESK_FILE, checked, dotted, full_stop, load_desk, plain_desk
from local.brand.model import Desk
from local.brand.yaml_tree import Place

_OF_THE_DESK = ("greeting_today", "holidays.extra", "holidays.working_on", "listen", "on_call")


class InvalidSettings(Exception):
    """Values of live settings with which desk.yaml would not be valid; the message has a sentence for each problem."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(dict.fromkeys(sentences)))


def live_keys(departments: Mapping[str, Any]) -> list[str]:
    """The keys of a desk with these departments."""
    return [*_OF_THE_DESK, *map(emails_key, departments)]


def live_values(desk: Desk) -> dict[str, Any]:
    """The live settings as this desk.yaml has them, by key, as JSON: what is left out there has its default."""
    whole = desk.model_dump(mode="json")
    return {key: _at(whole, key) for key in live_keys(desk.departments)}


def values_in(plain: Any) -> dict[str, Any]:
    """The live settings that the plain value of a desk.yaml, or of a part of one, has."""
    departments = plain.get("departments") if isinstance(plain, dict) else None
    keys = live_keys(departments if isinstance(departments, dict) else {})
    return {key: _at(plain, key) for key in keys if _has(plain, key)}


def with_values(plain: Any, values: Mapping[str, Any]) -> Any:
    """The plain value of a desk.yaml with these values of live settings."""
    made = deepcopy(plain)
    for key, value in values.items():
        *sections, last = key.split(".")
        section = made
        for name in sections:
            section = section.setdefault(name, {})
        section[last] = value
    return made


def live_desk(values: Mapping[str, Any], path: Path = DESK_FILE) -> Desk:
    """The desk of this desk.yaml with these values of live settings; those of departments that it lacks are ignored.

    Raises InvalidSettings.
    """
    known = live_keys(load_desk(path).departments)
    return _valid(plain_desk(path), {key: values[key] for key in known if key in values})


def checked_values(before: Mapping[str, Any], changes: Mapping[str, Any], path: Path = DESK_FILE) -> dict[str, Any]:
    """The changes as they are stored: what is left out has its default.

    Raises InvalidSettings. What was wrong `before` does not stop a change of something else.
    """
    plain = plain_desk(path)
    _, known = checked(with_values(plain, before))
    sound = {key: value for key, value in before.items() if not any(_is_about(place, key) for place, _ in known)}
    values = live_values(_valid(plain, {**sound, **changes}))
    return {key: values[key] for key in changes}


def _valid(plain: Any, values: Mapping[str, Any]) -> Desk:
    desk, findings = checked(with_values(plain, values))
    if desk is None or findings:
        raise InvalidSettings([f"{dotted(place)} {full_stop(text)}" for place, text in findings])
    return desk


def _is_about(place: Place, key: str) -> bool:
    return list(place[: key.count(".") + 1]) == key.split(".")


def _at(plain: Any, key: str) -> Any:
    for name in key.split("."):
        plain = plain[name]
    return plain


def _has(plain: Any, key: str) -> bool:
    for name in key.split("."):
        if not isinstance(plain, dict) or name not in plain:
            return False
        plain = plain[name]
    return True
