"""Whether IAM would allow a request, by the rules of AWS for one account.

An identity policy and the role's permissions boundary must allow it, and none may deny it; a resource's own policy is
asked for denials only, except for a KMS key, whose policy must let the account's policies count.
Rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

LEADING_KEYS = "dynamodb:LeadingKeys"

_VARIABLE = re.compile(r"\$\{([^}]+)\}")

type Statement = Mapping[str, Any]


class Request(NamedTuple):
    """What is asked of IAM: an action on one resource, with the context keys of the request.

    `context` holds each key's values; a key that AWS would not send is absent.
    """

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]


def allowing(statements: Iterable[Statement], request: Request) -> Statement | None:
    """The first statement that allows the request; none when nothing does or something denies it."""
    found = None
    for statement in statements:
        if not applies(statement, request):
            continue
        if statement["Effect"] == "Deny":
            return None
        found = found or statement
    return found


def applies(statement: Statement, request: Request) -> bool:
    """Whether action, resource and every condition fit. Raises ValueError for what this evaluator does not know."""
    if "NotResource" in statement:
        raise ValueError("the evaluator does not know NotResource")
    left_out = "NotAction" in statement
    actions = listed(statement["NotAction" if left_out else "Action"])
    return (
        any(_like(pattern.lower(), request.action.lower()) for pattern in actions) != left_out
        and any(_fits(pattern, request) for pattern in listed(statement["Resource"]))
        and all(
            _holds(operator, key, listed(wanted), request.context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def is_unkeyed(statement: Statement, request: Request) -> bool:
    """Whether the statement asks for leading keys and the request has none: ForAllValues is true of nothing."""
    asked = [key for tests in statement.get("Condition", {}).values() for key in tests]
    return LEADING_KEYS in asked and not request.context.get(LEADING_KEYS)


def listed(value: Any) -> Sequence[str]:
    """What a policy may write as one or as a list."""
    return value if isinstance(value, list) else [value]


def _holds(operator: str, key: str, wanted: Sequence[str], context: Mapping[str, tuple[str, ...]]) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    test = _OPERATORS.get(plain)
    if test is None or quantifier not in {"", "ForAllValues", "ForAnyValue"}:
        raise ValueError(f"the evaluator does not know the condition operator {operator}")
    values = context.get(key, ())
    each = (any(test(one, value) for one in wanted) for value in values)
    if quantifier == "ForAllValues":
        return all(each)
    return any(each)


def _fits(pattern: str, request: Request) -> bool:
    """Whether the resource is like the pattern, in which a variable stands for what the request's context says."""
    texts, names = (parts := _VARIABLE.split(pattern))[::2], parts[1::2]
    values = [request.context.get(name, ()) for name in names]
    if not all(values):
        return False  # as on AWS: a variable without a value fits nothing
    written = [*(re.escape(value) for (value,) in values), ""]  # a star in a value is a star
    whole = "".join(_expression(text) + value for text, value in zip(texts, written, strict=True))
    return re.fullmatch(whole, request.resource, re.DOTALL) is not None


@cache
def _expression(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern), re.DOTALL)


def _like(pattern: str, value: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


def _same_truth(pattern: str, value: str) -> bool:
    return str(pattern).lower() == value.lower()


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": _same_truth,
}
