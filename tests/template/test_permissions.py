from typing import Any

import pytest

from tests.template.stack_template import Resources, functions, of_type, target_of

FUNCTIONS = sorted(functions())
DATA = ("dynamodb:", "sns:", "sqs:", "kms:", "secretsmanager:", "s3:", "lambda:")
OF_AWS = {"AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess"}
OF_NO_RESOURCE = {"dynamodb:ListStreams", "sns:GetSubscriptionAttributes"}  # AWS takes nothing but "*" for these
DEPARTMENTS = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-dept-*"}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(resources: Resources, role: str) -> list[dict[str, Any]]:
    return [
        statement
        for policy in resources[role]["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def actions(resources: Resources, function: str) -> set[str]:
    return {action for one in statements(resources, f"{function}Role") for action in listed(one["Action"])}


def resources_of(resources: Resources, function: str, action: str) -> list[Any]:
    return [
        resource
        for one in statements(resources, f"{function}Role")
        if action in listed(one["Action"])
        for resource in listed(one["Resource"])
    ]


def test_no_role_may_touch_data_that_is_not_named(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role"):
        for statement in statements(resources, role):
            named = [resource for resource in listed(statement["Resource"]) if resource != "*"]

            assert statement["Effect"] == "Allow"
            assert named or {one for one in listed(statement["Action"]) if one.startswith(DATA)} <= OF_NO_RESOURCE


def test_route_may_do_what_lambda_asks_of_who_follows_a_stream(resources: Resources) -> None:
    asked = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}

    assert {f"dynamodb:{action}" for action in asked} <= actions(resources, "RouteInquiry")


def test_no_role_is_given_a_whole_service(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role"):
        for statement in statements(resources, role):
            wild = [action for action in listed(statement["Action"]) if "*" in action]

            assert wild in ([], ["kms:GenerateDataKey*"])


def test_policies_written_by_aws_are_those_for_logs_and_traces(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role").values():
        names = {str(arn).rsplit("/", 1)[-1] for arn in role.get("ManagedPolicyArns", [])}

        assert names <= OF_AWS


def test_poll_can_tell_nobody_anything(resources: Resources) -> None:
    assert not [action for action in actions(resources, "PollMentions") if action.startswith(("sns:", "kms:"))]


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one != "PollMentions"])
def test_only_poll_knows_the_secret_of_x(function: str, resources: Resources) -> None:
    assert "secretsmanager:GetSecretValue" in actions(resources, "PollMentions")
    assert not [action for action in actions(resources, function) if action.startswith("secretsmanager:")]


@pytest.mark.parametrize("function", ["RouteInquiry", "Sweep"])
def test_who_publishes_reaches_departments_by_prefix_and_may_use_their_key(function: str, resources: Resources) -> None:
    assert resources_of(resources, function, "sns:Publish") == [DEPARTMENTS]
    for action in ("kms:GenerateDataKey*", "kms:Decrypt"):
        assert [target_of(one) for one in resources_of(resources, function, action)] == ["TopicsKey"]


def test_the_check_of_subscriptions_sees_subscribers_and_notes_them_and_no_more(resources: Resources) -> None:
    allowed = actions(resources, "CheckSubscriptions") - {"sqs:SendMessage"}

    writing = next(one for one in statements(resources, "CheckSubscriptionsRole") if one.get("Condition"))

    assert allowed == {"sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes", "dynamodb:PutItem"}
    assert resources_of(resources, "CheckSubscriptions", "sns:ListSubscriptionsByTopic") == [DEPARTMENTS]
    assert resources_of(resources, "CheckSubscriptions", "sns:GetSubscriptionAttributes") == ["*"]
    assert target_of(writing["Resource"]) == "DeskTable"
    assert writing["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["subscribers"]}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_delete_or_scan_a_table_of_truth(function: str, resources: Resources) -> None:
    forbidden = {"dynamodb:DeleteItem", "dynamodb:Scan", "dynamodb:BatchWriteItem"}
    tables = {"MentionsTable", "CasesTable"}

    for statement in statements(resources, f"{function}Role"):
        if target_of(statement["Resource"]) in tables:
            assert not forbidden & set(listed(statement["Action"]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_only_touch_tables_that_it_is_told_of(function: str, resources: Resources) -> None:
    told = {target_of(value) for value in resources[function]["Properties"]["Environment"]["Variables"].values()}

    allowed = {
        target_of(one["Resource"])
        for one in statements(resources, f"{function}Role")
        if listed(one["Action"])[0].startswith("dynamodb:") and target_of(one["Resource"])
    }

    assert allowed <= told
