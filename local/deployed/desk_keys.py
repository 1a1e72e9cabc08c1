"""Which items of the Desk table each function may touch, as infra/template.yaml grants it.

The table holds items of many kinds. A function reaches some of them, by statements with `dynamodb:LeadingKeys`.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from local.brand.parameters import template_resources

_CONDITION = "dynamodb:LeadingKeys"
_ANY = "1"  # in place of a pattern's asterisk


class Grant(NamedTuple):
    """One statement: actions on items of the Desk table whose partition key fits one of the patterns."""

    actions: tuple[str, ...]
    patterns: tuple[str, ...]


class Probe(NamedTuple):
    """An action with a partition key that the function may use and one that it may not."""

    function: str
    action: str
    allowed: str
    denied: str


def grants_of(template: str) -> dict[str, list[Grant]]:
    """The statements by function, in the template's order."""
    functions = template_resources(template, "AWS::Serverless::Function")
    return {logical: _grants(properties) for logical, properties in functions.items()}


def probes_of(grants: Mapping[str, list[Grant]]) -> list[Probe]:
    """One probe for each function with a grant. What it is denied is a key that other functions do use."""
    keys = sorted({_key(pattern) for granted in grants.values() for grant in granted for pattern in grant.patterns})
    return [
        Probe(function, action, _key(granted[0].patterns[0]), denied)
        for function, granted in grants.items()
        if granted
        for action in granted[0].actions[:1]
        for denied in [key for key in keys if not _is_granted(granted, action, key)][:1]
    ]


def _grants(properties: Mapping[str, Any]) -> list[Grant]:
    return [
        Grant(_listed(statement["Action"]), _listed(operands[_CONDITION]))
        for policy in properties.get("Policies", [])
        for statement in policy["Statement"]
        for operands in statement.get("Condition", {}).values()
        if _CONDITION in operands
    ]


def _is_granted(granted: list[Grant], action: str, key: str) -> bool:
    return any(action in grant.actions and any(fnmatchcase(key, one) for one in grant.patterns) for grant in granted)


def _key(pattern: str) -> str:
    return pattern.replace("*", _ANY)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
