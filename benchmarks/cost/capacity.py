"""The capacity that DynamoDB bills for what is read. The local DynamoDB states the same for any size."""

import re
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

_UNIT = 4096
_NARROWING = frozenset({"ProjectionExpression", "FilterExpression", "Select"})
"""What makes an answer smaller than what is read and billed."""


def read_units(operation: str, asked: Mapping[str, Any], answer: Any, ask: Callable[[Any], Any]) -> float:
    """The units that a call took. Where its answer does not show all that was read, `ask` asks for the whole of it."""
    match operation:
        case "Query":
            whole = ask(_widened(asked)) if answer["ScannedCount"] and _NARROWING & asked.keys() else answer
            return _units(sum(map(_bytes, whole.get("Items", ()))), asked)
        case "GetItem":
            whole = ask(_widened(asked)) if "Item" in answer and _NARROWING & asked.keys() else answer
            return _units(_bytes(whole.get("Item", {})), asked)
        case "BatchGetItem":
            return sum(_batch_units(table, about, answer, ask) for table, about in asked["RequestItems"].items())
    raise ValueError(f"the capacity of {operation} is not known")


def _batch_units(table: str, about: Mapping[str, Any], answer: Any, ask: Callable[[Any], Any]) -> float:
    """Each item is billed by itself, and one that is not there as a small one."""
    narrowed = _NARROWING & about.keys()
    whole = ask({"RequestItems": {table: _widened(about)}}) if narrowed else answer
    found = whole["Responses"].get(table, ())
    missing = len(about["Keys"]) - len(found)
    return sum(_units(_bytes(item), about) for item in found) + missing * _units(0, about)


def _units(read: int, asked: Mapping[str, Any]) -> float:
    return max(1, ceil(read / _UNIT)) * (1 if asked.get("ConsistentRead") else 0.5)


def _widened(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same question for all attributes of all items; names and values that only the rest used are refused."""
    widened = {name: value for name, value in asked.items() if name not in _NARROWING}
    used = set(re.findall(r"[:#]\w+", widened.get("KeyConditionExpression", "")))
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if kept := {key: value for key, value in widened.pop(name, {}).items() if key in used}:
            widened[name] = kept
    return widened


def _bytes(item: Mapping[str, Any]) -> int:
    """The size of an item by DynamoDB's rules: names and values in UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    (kind, plain), *_ = value.items()
    match kind:
        case "S" | "B":
            size = len(plain.encode() if kind == "S" else plain)
        case "N":
            size = len(plain) // 2 + 1
        case "L":
            size = 3 + sum(1 + _value_bytes(each) for each in plain)
        case "M":
            size = 3 + len(plain) + _bytes(plain)
        case "SS":
            size = sum(len(each.encode()) for each in plain)
        case _:  # a truth value or null
            size = 1
    return size
