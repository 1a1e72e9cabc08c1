from typing import Any

import pytest

from tests.aws_rules.policies import LEADING_KEYS, Request, allowing, is_unkeyed

TABLE = "arn:aws:dynamodb:ap-northeast-2:111122223333:table/desk"


def statement(operator: str = "ForAllValues:StringEquals", **more: Any) -> dict[str, Any]:
    condition = {operator: {LEADING_KEYS: ["favourite", "day#*"]}}
    allow = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "kms:GenerateDataKey*"], "Resource": TABLE}
    return {**allow, "Condition": condition, **more}


def asked(*keys: str, action: str = "dynamodb:GetItem", resource: str = TABLE) -> Request:
    return Request(action, resource, {LEADING_KEYS: keys} if keys else {})


def test_a_statement_allows_its_actions_on_its_resources_for_its_keys() -> None:
    assert allowing([statement()], asked("favourite")) == statement()
    assert allowing([statement()], asked("favourite", action="dynamodb:PutItem")) is None
    assert allowing([statement()], asked("favourite", resource=f"{TABLE}/index/by_day")) is None


def test_every_key_must_be_allowed_by_one_statement() -> None:
    other = statement(Condition={"ForAllValues:StringEquals": {LEADING_KEYS: ["favourites"]}})

    assert allowing([statement(), other], asked("favourites"))
    assert allowing([statement(), other], asked("favourite", "favourites")) is None


def test_a_star_is_a_star_only_where_the_operator_is_one_of_likeness() -> None:
    assert allowing([statement()], asked("day#2026-11-24")) is None
    assert allowing([statement("ForAllValues:StringLike")], asked("day#2026-11-24"))
    assert allowing([statement("ForAllValues:StringLike")], asked("days")) is None


def test_for_all_values_is_true_without_keys() -> None:
    assert allowing([statement()], asked())
    assert is_unkeyed(statement(), asked())
    assert not is_unkeyed(statement(), asked("favourite"))


def test_a_plain_operator_wants_the_key_to_be_there() -> None:
    passing = statement(Condition={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}})

    assert allowing([passing], asked()) is None
    assert allowing([passing], asked()._replace(context={"iam:PassedToService": ("scheduler.amazonaws.com",)}))
    assert allowing([passing], asked()._replace(context={"iam:PassedToService": ("lambda.amazonaws.com",)})) is None


def test_a_denial_beats_what_allows() -> None:
    denial = {"Effect": "Deny", "Action": "*", "Resource": "*"}

    assert allowing([statement(), denial], asked("favourite")) is None
    assert allowing([denial, statement()], asked("favourite")) is None


def test_actions_are_compared_without_case_and_resources_with_it() -> None:
    assert allowing([statement()], asked("favourite", action="DynamoDB:getitem"))
    assert allowing([statement()], asked("favourite", resource=TABLE.upper())) is None


def test_a_statement_may_name_the_actions_that_it_leaves_out() -> None:
    rest = {"Effect": "Allow", "NotAction": "logs:*", "Resource": "*"}

    assert allowing([rest], asked())
    assert allowing([rest], asked(action="logs:PutLogEvents")) is None


def test_a_variable_in_a_resource_is_what_the_request_says_letter_by_letter_and_nothing_without_it() -> None:
    own = {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:*:log-group:${aws:PrincipalTag/service}:*"}

    def may_write(group: str, *service: str) -> bool:
        context = {"aws:PrincipalTag/service": service} if service else {}
        return allowing([own], Request("logs:PutLogEvents", f"arn:aws:log-group:{group}:x", context)) is not None

    assert may_write("greet", "greet")
    assert not may_write("sweep", "greet")
    assert not may_write("greet", "*")
    assert not may_write("greet")


@pytest.mark.parametrize(
    "unknown", [{"NotResource": "*"}, {"Condition": {"NumericLessThan": {"s3:max-keys": "1"}}}], ids=str
)
def test_what_the_evaluator_does_not_know_is_an_error_and_no_guess(unknown: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not know"):
        allowing([statement(**unknown)], asked("favourite"))
