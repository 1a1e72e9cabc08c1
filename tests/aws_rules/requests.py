"""What a call of AWS, and what AWS does by itself for the stack, asks of IAM.

Which actions and resources an operation needs: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from desk.pictures.store import PREPARED
from desk.suggestions.store import PREFIX
from tests.aws_rules.calls import Call
from tests.aws_rules.dynamodb_calls import Access, accesses
from tests.aws_rules.policies import LEADING_KEYS, Request
from tests.aws_rules.stack import ACCOUNT, REGION, Stack

_OVER_TLS = {"aws:SecureTransport": ("true",)}
_FOLLOW_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_FOLLOW_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_ENCRYPT = ("kms:GenerateDataKey", "kms:Decrypt")
_NO_RESOURCE_TYPE = {"sns:GetSubscriptionAttributes", "dynamodb:ListStreams"}


class Asked(NamedTuple):
    """A request of one principal: the logical id of a role, or the name of an AWS service."""

    principal: str
    request: Request


class UnknownCallError(Exception):
    """A call of which this module does not say what it needs, or one that names nothing of the stack."""


def asked_by_call(stack: Stack, call: Call) -> list[Asked]:
    """Everything that must be allowed for the call to succeed. Raises UnknownCallError."""
    function = stack.logical(call.function)
    if function is None:
        raise UnknownCallError(f"{call.function} is no function of the stack")
    asker = _ASKERS.get(call.service)
    if asker is None:
        raise UnknownCallError(f"nothing is known of {call.service}.{call.operation}")
    return [
        one if isinstance(one, Asked) else Asked(stack.role(function), one)
        for one in asker(stack, call.operation, call.parameters)
    ]


def asked_by_stack(stack: Stack) -> Iterator[Asked]:
    """What AWS's services need for what the template says, and no call of an SDK shows."""
    for function in stack.of_type("AWS::Lambda::Function"):
        yield from writing_logs(stack, stack.role(function), stack.properties(function)["LoggingConfig"]["LogGroup"])
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        yield from _of_mapping(stack, mapping)
    for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values():
        role = stack.role(_function_named(stack, config["FunctionName"]))
        if destination := config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield from (Asked(role, one) for one in _to_queue(destination))
    for schedule in stack.of_type("AWS::Scheduler::Schedule").values():
        target = schedule["Target"]
        role = stack.by_arn(target["RoleArn"])
        yield Asked(role, _request("lambda:InvokeFunction", target["Arn"]))
        yield from (Asked(role, one) for one in _to_queue(target["DeadLetterConfig"]["Arn"]))
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        for topic in alarm.get("AlarmActions", []):
            for request in _encrypting(stack, stack.by_arn(topic)):
                yield Asked("cloudwatch.amazonaws.com", request)


def writing_logs(stack: Stack, role: str, group: str) -> list[Asked]:
    """What Lambda asks in the role's name when a function of the role has a line for the log group."""
    stream = f"arn:aws:logs:{stack.place.region}:{ACCOUNT}:log-group:{group}:log-stream:2026/01/01/[$LATEST]1"
    return [Asked(role, _request(action, stream)) for action in ("logs:CreateLogStream", "logs:PutLogEvents")]


def _of_mapping(stack: Stack, mapping: Mapping[str, Any]) -> Iterator[Asked]:
    role = stack.role(_function_named(stack, mapping["FunctionName"]))
    source = mapping["EventSourceArn"]
    actions = _FOLLOW_STREAM if ":dynamodb:" in source else _FOLLOW_QUEUE
    yield from (Asked(role, _request(action, source)) for action in actions)
    if ":dynamodb:" in source:
        yield Asked(role, _request("dynamodb:ListStreams", "*"))
    destination = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if destination:
        yield from (Asked(role, one) for one in _to_queue(destination))


def _function_named(stack: Stack, name: str) -> str:
    return next(one for one in stack.of_type("AWS::Lambda::Function") if name in {stack.name(one), stack.arn(one)})


def _to_queue(arn: str) -> list[Request]:
    return [_request("sqs:SendMessage", arn)]


def _request(action: str, resource: str, **context: tuple[str, ...]) -> Request:
    return Request(action, resource, {**_OVER_TLS, **context})


def _resource(stack: Stack, physical: str) -> str:
    logical = stack.logical(physical)
    if logical is None:
        raise UnknownCallError(f"{physical} is nothing of the stack")
    return logical


def _dynamodb(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    for access in accesses(operation, parameters, lambda table: stack.properties(_resource(stack, table))):
        yield _of_access(stack, access)


def _of_access(stack: Stack, access: Access) -> Request:
    arn = stack.arn(_resource(stack, access.table))
    resource = f"{arn}/index/{access.index_name}" if access.index_name else arn
    context = {LEADING_KEYS: access.leading_keys} if access.leading_keys else {}
    return Request(f"dynamodb:{access.action}", resource, {**_OVER_TLS, **context})


def _sns(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    action = "sns:" + operation.removesuffix("Batch")
    if action in _NO_RESOURCE_TYPE:
        yield _request(action, "*")
        return
    topic = _resource(stack, parameters["TopicArn"])
    yield _request(action, stack.arn(topic))
    if action == "sns:Publish":
        yield from _encrypting(stack, topic)


def _encrypting(stack: Stack, topic: str) -> list[Request]:
    key = stack.properties(topic).get("KmsMasterKeyId")
    if key is None:
        return []
    (logical,) = (one for one in stack.of_type("AWS::KMS::Key") if key in {stack.name(one), stack.arn(one)})
    return [_request(action, stack.arn(logical)) for action in _ENCRYPT]


def _sqs(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    queue = _resource(stack, parameters["QueueUrl"])
    yield _request("sqs:" + operation.removesuffix("Batch"), stack.arn(queue))


def _scheduler(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request | Asked]:
    group = stack.name(_resource(stack, parameters.get("GroupName", "default")))
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{parameters['Name']}"
    yield _request(f"scheduler:{operation}", arn)
    target = parameters.get("Target")
    if target is None:
        return
    role = _resource(stack, target["RoleArn"])
    yield Request("iam:PassRole", stack.arn(role), {"iam:PassedToService": ("scheduler.amazonaws.com",)})
    for physical in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
        yield Asked(role, _request("sqs:SendMessage", stack.arn(_resource(stack, physical))))


def _secretsmanager(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    yield _request(f"secretsmanager:{operation}", stack.arn(_resource(stack, parameters["SecretId"])))


def _ssm(_stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    yield _request(f"ssm:{operation}", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{parameters['Name']}")


def _s3(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    bucket = stack.arn(_resource(stack, parameters["Bucket"]))
    action = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}.get(operation, operation)
    yield _request(f"s3:{action}", bucket if action == "ListBucket" else f"{bucket}/{parameters['Key']}")
    if action == "GetObject" and not parameters["Key"].startswith((PREFIX, PREPARED)):
        # Without the right to list, a missing object is answered with 403, not 404. A missing index is an error anyway,
        # and so is a missing picture that was prepared.
        yield _request("s3:ListBucket", bucket)


def _lambda(stack: Stack, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    action = {"Invoke": "InvokeFunction"}.get(operation, operation)
    yield _request(f"lambda:{action}", stack.arn(_resource(stack, parameters["FunctionName"])))


def _translate(_stack: Stack, operation: str, _parameters: Mapping[str, Any]) -> Iterator[Request]:
    yield _request(f"translate:{operation}", "*")  # AWS has no resources for it


type _Asker = Callable[[Stack, str, Mapping[str, Any]], Iterator[Request | Asked] | Iterator[Request]]

_ASKERS: Mapping[str, _Asker] = {
    "dynamodb": _dynamodb,
    "lambda": _lambda,
    "s3": _s3,
    "scheduler": _scheduler,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
    "translate": _translate,
}
