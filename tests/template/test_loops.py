"""Lambda ends a chain of 16 invocations, unless the function says that the loop is intended."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from tests.aws_rules.stack import Stack, stack
from tests.template.loops import functions_in_loops, functions_that_may_loop
from tests.template.stack_template import Resources

type Change = Callable[[Resources], None]


@cache
def as_written() -> Stack:
    return stack(("billing", "operator"))


def test_a_function_that_can_invoke_itself_says_so_and_no_other_does() -> None:
    made = as_written()

    assert functions_in_loops(made) == functions_that_may_loop(made) == {"PublishPost"}


def may(function: str, action: str, resource: Any) -> Change:
    """A statement more in the function's role."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}

    def change(resources: Resources) -> None:
        policies = resources[f"{function}Role"]["Properties"].setdefault("Policies", [])
        policies.append({"PolicyName": "More", "PolicyDocument": {"Statement": [statement]}})

    return change


def resource(logical: str, kind: str, **properties: Any) -> Change:
    return lambda resources: resources.update({logical: {"Type": kind, "Properties": properties}})


def notifies(bucket: str, **configuration: Any) -> Change:
    return lambda resources: resources[bucket]["Properties"].update(NotificationConfiguration=configuration)


def arn(logical: str) -> Mapping[str, Any]:
    return {"Fn::GetAtt": [logical, "Arn"]}


MAPPING = {"EventSourceArn": arn("UndeliveredSchedules"), "FunctionName": {"Ref": "Sweep"}}


@pytest.mark.parametrize(
    ("changes", "looping"),
    [
        ([may("LookUp", "sqs:SendMessage", arn("LookUpsQueue"))], {"LookUp"}),
        ([may("PreparePicture", "sqs:SendMessage", arn("PostsQueue"))], {"PreparePicture"}),
        ([may("LookUp", "sqs:SendMessage", "*")], {"LookUp"}),
        ([may("CheckLink", "lambda:InvokeFunction", arn("OperatorConsole"))], {"CheckLink", "OperatorConsole"}),
        ([notifies("PicturesBucket", LambdaConfigurations=[{"Function": arn("PreparePicture")}])], {"PreparePicture"}),
        ([notifies("PicturesBucket", QueueConfigurations=[{"Queue": arn("PicturesQueue")}])], {"PreparePicture"}),
        (
            [resource("Told", "AWS::SNS::Subscription", TopicArn={"Ref": "Topicbilling"}, Endpoint=arn("Sweep"))],
            {"Sweep"},
        ),
        ([resource("FailedAgain", "AWS::Lambda::EventSourceMapping", **MAPPING)], set()),
        (
            [
                resource("FailedAgain", "AWS::Lambda::EventSourceMapping", **MAPPING),
                may("Sweep", "sqs:SendMessage", arn("UndeliveredSchedules")),
            ],
            {"Sweep"},
        ),
    ],
    ids=[
        *(
            "its queue",
            "a queue of another in a circle",
            "any queue",
            "two functions",
            "its bucket",
            "its bucket's queue",
        ),
        *("its topic", "a queue it does not send to", "a queue of what failed"),
    ],
)
def test_a_way_back_to_itself_is_found(changes: list[Change], looping: set[str]) -> None:
    def change(resources: Resources) -> None:
        for one in changes:
            one(resources)

    assert functions_in_loops(stack(("billing", "operator"), change=change)) == looping | {"PublishPost"}
