"""EventBridge's filter patterns, as event source mappings use them on stream records.

Rules: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_NUMERIC: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ABSENT = object()


def matches(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether every key of the pattern is satisfied. Raises ValueError for an operator that is not known here."""
    for key, expected in pattern.items():
        if key == "$or":
            satisfied = any(matches(choice, record) for choice in expected)
        elif isinstance(expected, Mapping):
            inner = record.get(key)
            satisfied = matches(expected, inner if isinstance(inner, Mapping) else {})
        else:
            satisfied = any(_satisfies(rule, record.get(key, _ABSENT)) for rule in expected)
        if not satisfied:
            return False
    return True


def _satisfies(rule: Any, value: Any) -> bool:
    if not isinstance(rule, Mapping):
        return value is not _ABSENT and type(value) is type(rule) and bool(value == rule)
    if "exists" in rule:
        return (value is not _ABSENT) is rule["exists"]
    if value is _ABSENT:
        return False
    return all(_operator(name, operand, value) for name, operand in rule.items())


def _operator(name: str, operand: Any, value: Any) -> bool:
    match name:
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "equals-ignore-case":
            return isinstance(value, str) and value.casefold() == operand.casefold()
        case "anything-but":
            refused = operand if isinstance(operand, list) else [operand]
            return not any(_satisfies(rule, value) for rule in refused)
        case "numeric":
            return isinstance(value, int | float) and _within(operand, value)
        case _:
            raise ValueError(f"the filter operator {name!r} is not known to the local stream mapping")


def _within(bounds: Sequence[Any], value: float) -> bool:
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return all(_NUMERIC[sign](value, bound) for sign, bound in pairs)
