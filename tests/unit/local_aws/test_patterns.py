from typing import Any

import pytest

from local.aws.patterns import matches

INSERT = {"eventName": "INSERT", "dynamodb": {"Keys": {"mention_id": {"S": "42"}}, "SizeBytes": 12}}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"eventName": ["INSERT"]},
        {"eventName": ["REMOVE", "INSERT"]},
        {"eventName": [{"prefix": "INS"}]},
        {"eventName": [{"suffix": "ERT"}]},
        {"eventName": [{"equals-ignore-case": "insert"}]},
        {"eventName": [{"anything-but": ["MODIFY", "REMOVE"]}]},
        {"eventName": [{"anything-but": {"prefix": "MOD"}}]},
        {"userIdentity": [{"exists": False}]},
        {"dynamodb": {"Keys": {"mention_id": {"S": ["42"]}}}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 10, "<=", 12]}]}},
        {"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [12]}}]},
    ],
)
def test_the_insert_passes(pattern: dict[str, Any]) -> None:
    assert matches(pattern, INSERT)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["REMOVE"]},
        {"eventName": []},
        {"eventName": ["INSERT"], "dynamodb": {"SizeBytes": [13]}},
        {"eventName": [{"prefix": "REM"}]},
        {"eventName": [{"anything-but": "INSERT"}]},
        {"eventName": [{"exists": False}]},
        {"userIdentity": [{"exists": True}]},
        {"userIdentity": {"type": ["Service"]}},
        {"userIdentity": [{"anything-but": "Service"}]},
        {"dynamodb": {"SizeBytes": ["12"]}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 12]}]}},
        {"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [1]}}]},
    ],
)
def test_the_insert_is_held_back(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, INSERT)


def test_an_unknown_operator_is_an_error_and_not_a_silent_refusal() -> None:
    with pytest.raises(ValueError, match="wildcard"):
        matches({"eventName": [{"wildcard": "I*"}]}, INSERT)
