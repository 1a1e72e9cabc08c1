from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from local.deployed.errors import DeployedError
from local.deployed.stack import deployed_stack, find_stack


@contextmanager
def cloudformation() -> Iterator[tuple[Any, Stubber]]:
    """A client, and the answers that it gets."""
    client = boto3.client("cloudformation")
    with Stubber(client) as answers:
        yield client, answers


def described(**changes: object) -> dict[str, object]:
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


def test_a_stack_has_the_parameters_tags_and_outputs_that_cloudformation_describes() -> None:
    with cloudformation() as (client, answers):
        answers.add_response("describe_stacks", described(), {"StackName": "dorothy-emerald"})

        stack = deployed_stack(client, "dorothy-emerald")

    assert stack.parameters == {"Departments": "billing,operator"}
    assert stack.tags == {"dorothy-desk": "abc"}
    assert stack.topic("billing") == "arn:aws:sns:dept-billing"


@pytest.mark.parametrize(
    "changes",
    [None, {"StackStatus": "REVIEW_IN_PROGRESS", "Parameters": [], "Outputs": []}],
    ids=["no stack", "a change set that nobody executed"],
)
def test_before_the_first_deployment_there_is_no_stack_and_no_error(changes: dict[str, object] | None) -> None:
    with cloudformation() as (client, answers):
        if changes is None:
            answers.add_client_error(
                "describe_stacks", "ValidationError", "Stack with id dorothy-emerald does not exist"
            )
        else:
            answers.add_response("describe_stacks", described(**changes))

        assert find_stack(client, "dorothy-emerald") is None


@pytest.mark.parametrize("changes", [{}, {"EnableTerminationProtection": False}, {"EnableTerminationProtection": True}])
def test_a_stack_knows_whether_it_can_be_deleted_by_one_command(changes: dict[str, object]) -> None:
    with cloudformation() as (client, answers):
        answers.add_response("describe_stacks", described(**changes))

        assert deployed_stack(client, "dorothy-emerald").is_protected is (True in changes.values())


def test_a_missing_permission_is_not_taken_for_a_missing_stack() -> None:
    with cloudformation() as (client, answers):
        answers.add_client_error("describe_stacks", "AccessDenied")

        with pytest.raises(ClientError):
            find_stack(client, "dorothy-emerald")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"Outputs": [], "StackStatus": "ROLLBACK_COMPLETE"}, "make deploy"),
        (
            {"Outputs": [{"OutputKey": name, "OutputValue": "arn"} for name in ("TopicPrefix", "DigestTopic")]},
            r"earlier version.*make deploy",
        ),
    ],
    ids=["never deployed completely", "of an earlier version"],
)
def test_a_stack_that_cannot_be_used_is_an_error_with_advice(changes: dict[str, object], sentence: str) -> None:
    with cloudformation() as (client, answers):
        answers.add_response("describe_stacks", described(**changes))

        with pytest.raises(DeployedError, match=sentence):
            deployed_stack(client, "dorothy-emerald")
