"""Values as JSON has them, and whether a value still says what was recorded of it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any


def described(value: object) -> Any:
    """The value as JSON. Of named tuples and data classes it has the fields by name, of sets the members in order."""
    if is_dataclass(value):
        return {each.name: described(getattr(value, each.name)) for each in fields(value)}
    match value:
        case Mapping():
            plain: Any = {_key(key): described(each) for key, each in value.items()}
        case frozenset() | set():
            plain = sorted(map(described, value))
        case tuple() if hasattr(value, "_asdict"):
            plain = described(value._asdict())
        case list() | tuple():
            plain = [described(each) for each in value]
        case _:
            plain = _simple(value)
    return plain


def _simple(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case bytes():
            return value.hex()
        case date() | time():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"{type(value).__name__} has no description")


def _key(key: object) -> str:
    plain = described(key)
    return plain if isinstance(plain, str) else str(plain)


def lost(recorded: Any, now: Any, at: str = "") -> list[str]:
    """What was recorded and is missing or another now. What was not recorded may have been added."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        return [each for name, value in recorded.items() for each in lost(value, now.get(name), f"{at}.{name}")]
    if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        return [
            each for place, pair in enumerate(zip(recorded, now, strict=True)) for each in lost(*pair, f"{at}[{place}]")
        ]
    return [] if recorded == now else [f"{at}: {recorded!r} became {now!r}"]
