import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from local.deployed.errors import DeployedError
from local.deployed.stack import deployed_stack, find_stack

CLIENT = {"region_name": "ap-northeast-2", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def told(**changes: object) -> dict[str, object]:
    plain = {
        "StackName": "dorothy-emerald",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": "2026-11-24T00:00:00Z",
        "Parameters": [{"ParameterKey": "Departments", "ParameterValue": "billing,operator"}],
        "Outputs": [
            {"OutputKey": "TopicPrefix", "OutputValue": "arn:aws:sns:dept-"},
            {"OutputKey": "DigestTopic", "OutputValue": "arn:aws:sns:digest"},
            {"OutputKey": "OnCallTopic", "OutputValue": "arn:aws:sns:oncall"},
        ],
        "Tags": [{"Key": "dorothy-desk", "Value": "abc"}],
    }
    return {"Stacks": [plain | changes]}


def test_a_stack_is_what_cloudformation_tells() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    with Stubber(client) as answers:
        answers.add_response("describe_stacks", told(), {"StackName": "dorothy-emerald"})

        stack = deployed_stack(client, "dorothy-emerald")

    assert stack.parameters == {"Departments": "billing,operator"}
    assert stack.tags == {"dorothy-desk": "abc"}
    assert stack.topic("billing") == "arn:aws:sns:dept-billing"


def test_no_stack_is_not_an_error_before_the_first_deployment() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    with Stubber(client) as answers:
        answers.add_client_error("describe_stacks", "ValidationError", "Stack with id dorothy-emerald does not exist")

        stack = find_stack(client, "dorothy-emerald")

    assert stack is None


def test_a_change_set_that_nobody_executed_is_no_stack_yet() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    with Stubber(client) as answers:
        answers.add_response("describe_stacks", told(StackStatus="REVIEW_IN_PROGRESS", Parameters=[], Outputs=[]))

        stack = find_stack(client, "dorothy-emerald")

    assert stack is None


def test_a_right_that_is_missing_is_not_taken_for_a_stack_that_is_missing() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    with Stubber(client) as answers:
        answers.add_client_error("describe_stacks", "AccessDenied")

        with pytest.raises(ClientError):
            find_stack(client, "dorothy-emerald")


def test_a_stack_that_never_came_up_is_told_with_what_to_do() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    with Stubber(client) as answers:
        answers.add_response("describe_stacks", told(Outputs=[], StackStatus="ROLLBACK_COMPLETE"))

        with pytest.raises(DeployedError, match="make deploy"):
            deployed_stack(client, "dorothy-emerald")


def test_a_stack_of_an_earlier_version_is_told_with_what_to_do() -> None:
    client = boto3.client("cloudformation", **CLIENT)  # type: ignore[call-overload]
    names = ("TopicPrefix", "DigestTopic")
    outputs = [{"OutputKey": name, "OutputValue": "arn:aws:sns:dept-"} for name in names]
    with Stubber(client) as answers:
        answers.add_response("describe_stacks", told(Outputs=outputs))

        with pytest.raises(DeployedError, match=r"earlier version.*make deploy"):
            deployed_stack(client, "dorothy-emerald")
