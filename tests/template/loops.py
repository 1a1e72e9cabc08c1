"""Which functions can invoke themselves again, directly or through others.

Lambda follows the trace header through SQS, SNS, S3 and its own Invoke, which is what botocore passes on, and ends a
chain after 16 invocations: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. What a function may
send follows from its role, what that invokes from mappings, subscriptions and notifications. Streams of DynamoDB and
schedules pass no trace header on, so they end a chain.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.aws_rules.policies import Request, Statement, applies
from tests.aws_rules.stack import Stack
from tests.template.stack_template import listed

_SENDING = {
    "AWS::SQS::Queue": ("sqs:SendMessage", ""),
    "AWS::SNS::Topic": ("sns:Publish", ""),
    "AWS::S3::Bucket": ("s3:PutObject", "/"),
    "AWS::Lambda::Function": ("lambda:InvokeFunction", ""),
}
"""By type: which action hands something on there, and what comes between its ARN and the name of an object."""
_NOTIFIED = ("LambdaConfigurations", "Function"), ("QueueConfigurations", "Queue"), ("TopicConfigurations", "Topic")


def functions_in_loops(made: Stack) -> set[str]:
    """The functions whose work can come back to them."""
    edges = {logical: set(_handed_on(made, logical)) for logical in made.resources}
    return {one for one in made.of_type("AWS::Lambda::Function") if one in _reached(edges, one)}


def functions_that_may_loop(made: Stack) -> set[str]:
    """The functions that say so, which Lambda then does not stop."""
    return {one for one, each in made.of_type("AWS::Lambda::Function").items() if each.get("RecursiveLoop") == "Allow"}


def _reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    """Everything that comes after the start; the start itself only if something leads back to it."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = edges[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _handed_on(made: Stack, logical: str) -> Iterator[str]:
    """The resources to which this one hands on what it gets."""
    kind, properties = made.resources[logical]["Type"], made.properties(logical)
    if kind == "AWS::Lambda::Function":
        yield from _sent(made, made.statements(made.role(logical)))
    elif kind == "AWS::SQS::Queue":
        yield from _of_queue(made, made.arn(logical), properties)
    elif kind == "AWS::SNS::Topic":
        yield from _named(made, _endpoints(made, made.arn(logical), properties))
    elif kind == "AWS::S3::Bucket":
        notified = properties.get("NotificationConfiguration", {})
        yield from _named(made, [one[target] for part, target in _NOTIFIED for one in notified.get(part, [])])


def _sent(made: Stack, statements: list[Statement]) -> Iterator[str]:
    """Where the role may send; a condition never makes that less, since a chain may fulfil it."""
    allowing = [
        {name: part for name, part in one.items() if name != "Condition"}
        for one in statements
        if one["Effect"] == "Allow"
    ]
    for logical, resource in made.resources.items():
        if resource["Type"] not in _SENDING:
            continue
        action, between = _SENDING[resource["Type"]]
        for statement in allowing:
            # Of a bucket, whatever part of it the role may write to.
            places = [one.partition("/")[0] + between if between else one for one in listed(statement["Resource"])]
            if applies({**statement, "Resource": places}, Request(action, made.arn(logical) + between, {})):
                yield logical


def _of_queue(made: Stack, arn: str, properties: Mapping[str, Any]) -> Iterator[str]:
    mappings = made.of_type("AWS::Lambda::EventSourceMapping").values()
    yield from _named(made, [one["FunctionName"] for one in mappings if one.get("EventSourceArn") == arn])
    if redrive := properties.get("RedrivePolicy"):
        yield from _named(made, [redrive["deadLetterTargetArn"]])


def _endpoints(made: Stack, arn: str, properties: Mapping[str, Any]) -> list[str]:
    written = [one["Endpoint"] for one in properties.get("Subscription", [])]
    return written + [
        one["Endpoint"] for one in made.of_type("AWS::SNS::Subscription").values() if one["TopicArn"] == arn
    ]


def _named(made: Stack, targets: list[str]) -> Iterator[str]:
    """The resources of the stack with these names or ARNs."""
    for logical, resource in made.resources.items():
        if resource["Type"] in _SENDING and {made.name(logical), made.arn(logical)} & set(targets):
            yield logical
