"""Fictional values with every field filled in, so that a recording has every attribute that can be stored."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

NOW = datetime(2026, 12, 1, 1, 24, tzinfo=UTC)
TODAY = NOW.date()

_SIMPLE: Mapping[Any, Callable[[str], Any]] = {
    str: lambda name: f"{name}-초록",
    bytes: lambda name: name.encode(),
    bool: lambda _: True,
    int: len,
    float: lambda name: len(name) / 4,
    datetime: lambda name: NOW + timedelta(minutes=len(name)),
    date: lambda _: TODAY,
    time: lambda _: time(10, 24),
    Any: lambda name: [f"{name}-초록"],
}


def filled[T](kind: type[T], /, **given: Any) -> T:
    """A named tuple or data class of this kind; its fields are as given, and made from their names otherwise."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]
    return kind(**{name: given[name] if name in given else _value(hints[name], name) for name in names})


def _value(hint: Any, name: str) -> Any:
    """A value of the type, never None and never empty."""
    if hint in _SIMPLE:
        return _SIMPLE[hint](name)
    if get_origin(hint) is not None:
        return _of_several(hint, name)
    return list(hint)[-1] if issubclass(hint, Enum) else filled(hint)


def _of_several(hint: Any, name: str) -> Any:
    """A value of a union, of its first type; or a container with one member, a tuple of several types with one each."""
    origin, of = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(next(each for each in of if each is not type(None)), name)
    if issubclass(origin, Mapping):
        return {_value(of[0], name): _value(of[1], name)}
    members = tuple(_value(each, name) for each in of if each is not ...)
    return frozenset(members) if origin is frozenset else members
