"""The parts of an update expression."""

from collections.abc import Mapping
from typing import Any


def changing(plain: Mapping[str, Any]) -> str:
    """An update that sets what there is and removes what is None, by `#name` and `:name`."""
    gained = ", ".join(f"#{name} = :{name}" for name, value in plain.items() if value is not None)
    lost = ", ".join(f"#{name}" for name, value in plain.items() if value is None)
    return " ".join(part for part in (gained and f"SET {gained}", lost and f"REMOVE {lost}") if part)


def values(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values that such an update sets."""
    return {f":{name}": value for name, value in plain.items() if value is not None}
