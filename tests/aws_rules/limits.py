"""Hard limits of AWS, and how much of each the stack takes at its largest.

A stack that breaks one of these can't be created or updated, and no local AWS says so. cfn-lint knows the limits of
single values that the template spells out. Here are limits of what many parts add up to, and of names and values that
only a deployment knows. `python -m tests.aws_rules.limits` prints the largest role. Packages of functions are measured
when they are built (`local.deployed.package`), and stay far below the 250 MB that Lambda unpacks.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import boto3

from local.brand.model import Desk
from tests.aws_rules.stack import NAMED_BY, Place, Stack, stack
from tests.template.stack_template import TEMPLATE, template

LONGEST_KEY = 30
"""Letters of the longest key of a brand or department that desk.yaml may have."""
ROLE_CHARACTERS, ROLE_CHARACTERS_HERE = 10_240, 7_500
"""What IAM takes in all inline policies of one role, and what this template may use of it: more keys will come."""

_DOCS = "https://docs.aws.amazon.com"
_IAM = f"{_DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html"
_CLOUDFORMATION = f"{_DOCS}/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
_LAMBDA = f"{_DOCS}/lambda/latest/dg/gettingstarted-limits.html"
_API_GATEWAY = f"{_DOCS}/apigateway/latest/developerguide/http-api-quotas.html"
_DYNAMODB = f"{_DOCS}/amazondynamodb/latest/developerguide/ServiceQuotas.html"
_CLOUDWATCH = f"{_DOCS}/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
_ALARM = f"{_DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
_SNS = f"{_DOCS}/general/latest/gr/sns.html"
_SQS = f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"
_S3 = f"{_DOCS}/AmazonS3/latest/userguide/bucket-policies.html"
_KMS = f"{_DOCS}/kms/latest/developerguide/resource-limits.html"
_SSM = f"{_DOCS}/systems-manager/latest/APIReference/API_PutParameter.html"
_SCHEDULER = f"{_DOCS}/scheduler/latest/UserGuide/scheduler-quotas.html"
_COGNITO = f"{_DOCS}/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html"

type Sizes = Mapping[str, int]
"""How large each of several things is, by what it is called."""


class Limit(NamedTuple):
    """What AWS takes at `most` of something, where AWS says so, and how much of it a stack has."""

    most: int
    source: str
    sizes: Callable[[Stack], Sizes]


class Name(NamedTuple):
    """How a name of a type of resource must look that the template gives."""

    pattern: str
    source: str


NAMES = {
    "AWS::CloudWatch::Dashboard": Name(r"[A-Za-z0-9_-]{1,255}", f"{_CLOUDWATCH}#put-dashboard"),
    "AWS::Cognito::UserPool": Name(r"[\w\s+=,.@-]{1,128}", "botocore: cognito-idp UserPoolNameType"),
    "AWS::Cognito::UserPoolDomain": Name(
        r"(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
        f"botocore: cognito-idp DomainType; {_COGNITO}",
    ),
    "AWS::KMS::Alias": Name(r"alias/(?!aws/)[a-zA-Z0-9/_-]{1,250}", "botocore: kms AliasNameType"),
    "AWS::Logs::LogGroup": Name(r"(?!aws/)[.\-_/#A-Za-z0-9]{1,512}", "botocore: logs LogGroupName"),
    "AWS::SNS::Topic": Name(r"[A-Za-z0-9_-]{1,256}", f"{_DOCS}/sns/latest/api/API_CreateTopic.html"),
    "AWS::SSM::Parameter": Name(r"/(?!aws|ssm)[a-zA-Z0-9_.\-/]{1,900}", _SSM),
    "AWS::Scheduler::Schedule": Name(r"[0-9a-zA-Z\-_.]{1,64}", "botocore: scheduler Name"),
    "AWS::Scheduler::ScheduleGroup": Name(r"[0-9a-zA-Z\-_.]{1,64}", "botocore: scheduler ScheduleGroupName"),
}
"""By type. Names that CloudFormation makes fit: it cuts them, and writes those of buckets in small letters."""


def _of_each(kind: str, size: Callable[[dict[str, Any]], int]) -> Callable[[Stack], Sizes]:
    """The size of each resource of the type."""
    return lambda made: {logical: size(properties) for logical, properties in made.of_type(kind).items()}


def _of_template(section: str) -> Callable[[Stack], Sizes]:
    return lambda _: {f"the template's {section}": len(template()[section])}


def _characters(document: Any) -> int:
    """The characters of a policy, white space left out."""
    return len(re.sub(r"\s", "", json.dumps(document)))


def _bytes(value: Any) -> int:
    return len(json.dumps(value).encode())


def inline_policies(made: Stack) -> Sizes:
    """The characters of each role's inline policies together, as IAM counts them."""
    roles = made.of_type("AWS::IAM::Role")
    return {
        role: sum(_characters(one["PolicyDocument"]) for one in properties.get("Policies", []))
        for role, properties in roles.items()
    }


def _templates(made: Stack) -> Sizes:
    """SAM uploads the template with addresses in place of the code; what the transforms make of it counts as well."""
    processed = {**template(), "Resources": made.resources}
    return {"infra/template.yaml": TEMPLATE.stat().st_size, "the processed template": _bytes(processed)}


def _environment(properties: dict[str, Any]) -> int:
    return _bytes(properties.get("Environment", {}).get("Variables", {}))


def _resource_policies(made: Stack) -> Sizes:
    """Each permission, as of a route of the API, becomes a statement of its function's own policy."""
    sizes: dict[str, int] = {}
    for logical, one in made.of_type("AWS::Lambda::Permission").items():
        statement = {
            "Sid": f"{made.name(logical)}",
            "Effect": "Allow",
            "Principal": {"Service": one["Principal"]},
            "Action": one["Action"],
            "Resource": made.arn(_function(made, one["FunctionName"])),
            "Condition": {"ArnLike": {"AWS:SourceArn": one.get("SourceArn", "")}},
        }
        function = _function(made, one["FunctionName"])
        sizes[function] = sizes.get(function, 0) + _bytes(statement)
    return sizes


def _function(made: Stack, name: str) -> str:
    return next(one for one in made.of_type("AWS::Lambda::Function") if name in {made.name(one), made.arn(one)})


def _routes(properties: dict[str, Any]) -> int:
    return sum(len(methods) for methods in properties["Body"]["paths"].values())


def _projected(properties: dict[str, Any]) -> list[int]:
    indexes = properties.get("GlobalSecondaryIndexes", [])
    return [len(index["Projection"].get("NonKeyAttributes", [])) for index in indexes]


def _metrics(properties: dict[str, Any]) -> list[int]:
    return [len(widget["properties"]["metrics"]) for widget in json.loads(properties["DashboardBody"])["widgets"]]


LIMITS: Mapping[str, Limit] = {
    "characters in all inline policies of a role": Limit(ROLE_CHARACTERS, _IAM, inline_policies),
    "characters in a role's trust policy": Limit(
        2_048, _IAM, _of_each("AWS::IAM::Role", lambda one: _characters(one["AssumeRolePolicyDocument"]))
    ),
    "managed policies of a role": Limit(
        10, _IAM, _of_each("AWS::IAM::Role", lambda one: len(one.get("ManagedPolicyArns", [])))
    ),
    "resources": Limit(500, _CLOUDFORMATION, lambda made: {"the stack": len(made.resources)}),
    "parameters": Limit(200, _CLOUDFORMATION, _of_template("Parameters")),
    "outputs": Limit(200, _CLOUDFORMATION, _of_template("Outputs")),
    "bytes of the template in S3": Limit(1_000_000, _CLOUDFORMATION, _templates),
    "bytes of a function's environment": Limit(4_096, _LAMBDA, _of_each("AWS::Lambda::Function", _environment)),
    "layers of a function": Limit(
        5, _LAMBDA, _of_each("AWS::Lambda::Function", lambda one: len(one.get("Layers", [])))
    ),
    "bytes of a function's own policy": Limit(20_480, _LAMBDA, _resource_policies),
    "routes of the API, each with an integration": Limit(
        300, _API_GATEWAY, _of_each("AWS::ApiGatewayV2::Api", _routes)
    ),
    "bytes of a line of the access log": Limit(
        3_072,
        _API_GATEWAY,
        _of_each("AWS::ApiGatewayV2::Stage", lambda one: len(one["AccessLogSettings"]["Format"])),
    ),
    "indexes of a table": Limit(
        20, _DYNAMODB, _of_each("AWS::DynamoDB::Table", lambda one: len(one.get("GlobalSecondaryIndexes", [])))
    ),
    "attributes that an index projects by name": Limit(
        20, _DYNAMODB, _of_each("AWS::DynamoDB::Table", lambda one: max(_projected(one), default=0))
    ),
    "attributes that all indexes of a table project by name": Limit(
        100, _DYNAMODB, _of_each("AWS::DynamoDB::Table", lambda one: sum(_projected(one)))
    ),
    "dimensions of an alarm": Limit(
        30, _ALARM, _of_each("AWS::CloudWatch::Alarm", lambda one: len(one.get("Dimensions", [])))
    ),
    "seconds that an alarm looks back": Limit(
        86_400, _ALARM, _of_each("AWS::CloudWatch::Alarm", lambda one: one["Period"] * one["EvaluationPeriods"])
    ),
    "characters of an alarm's description": Limit(
        1_024, _ALARM, _of_each("AWS::CloudWatch::Alarm", lambda one: len(one["AlarmDescription"]))
    ),
    "metrics of a widget": Limit(
        500, _CLOUDWATCH, _of_each("AWS::CloudWatch::Dashboard", lambda one: max(_metrics(one)))
    ),
    "metrics of a dashboard": Limit(
        2_500, _CLOUDWATCH, _of_each("AWS::CloudWatch::Dashboard", lambda one: sum(_metrics(one)))
    ),
    "bytes of a topic's policy": Limit(
        30_720, _SNS, _of_each("AWS::SNS::TopicPolicy", lambda one: _bytes(one["PolicyDocument"]))
    ),
    "bytes of a queue's policy": Limit(
        8_192, _SQS, _of_each("AWS::SQS::QueuePolicy", lambda one: _bytes(one["PolicyDocument"]))
    ),
    "bytes of a bucket's policy": Limit(
        20_480, _S3, _of_each("AWS::S3::BucketPolicy", lambda one: _bytes(one["PolicyDocument"]))
    ),
    "bytes of a key's policy": Limit(32_768, _KMS, _of_each("AWS::KMS::Key", lambda one: _bytes(one["KeyPolicy"]))),
    "bytes of a parameter in the Parameter Store": Limit(
        4_096, _SSM, _of_each("AWS::SSM::Parameter", lambda one: len(one["Value"].encode()))
    ),
    "bytes of a schedule's input": Limit(
        256_000, _SCHEDULER, _of_each("AWS::Scheduler::Schedule", lambda one: len(one["Target"]["Input"].encode()))
    ),
}
NOT_IN_THE_TEMPLATE = {"bytes of a topic's policy", "bytes of a queue's policy"}
"""Limits of what the template has none of today."""


def exceeded(made: Stack) -> list[str]:
    """One sentence for each limit that the stack breaks."""
    return [
        f"{logical} has {size:,} of {limit.most:,} {what} ({limit.source})"
        for what, limit in LIMITS.items()
        for logical, size in limit.sizes(made).items()
        if size > limit.most
    ]


def misnamed(made: Stack) -> list[str]:
    """Names that AWS refuses, of resources that the template names itself."""
    return [
        f"{logical} can't be called {made.name(logical)} ({NAMES[resource['Type']].source})"
        for logical, resource in made.resources.items()
        if resource["Type"] in NAMED_BY and not re.fullmatch(NAMES[resource["Type"]].pattern, made.name(logical))
    ]


def most_departments() -> tuple[str, ...]:
    """As many departments as desk.yaml may have, with keys as long as they may be."""
    (most,) = (one.max_length for one in Desk.model_fields["departments"].metadata if hasattr(one, "max_length"))
    return ("operator", *(f"{'d' * (LONGEST_KEY - 2)}{at:02}" for at in range(most - 1)))


@cache
def largest_stack(*, with_issuer: bool) -> Stack:
    """The stack with the longest names, in a region with the longest name, with what desk.yaml can make long.

    Without the company's own issuer it has a user pool, whose address begins with the longest prefix.
    """
    parameters = {"ApiDomain": f"{'desk.' * 40}example", "SignInDomainPrefix": "d" * 63}
    if with_issuer:
        parameters |= {"SignInIssuer": f"https://{'login.' * 40}example/{'s' * 200}", "SignInClientId": "c" * 200}
    region = max(boto3.Session().get_available_regions("lambda"), key=len)
    place = Place(f"dorothy-{'k' * LONGEST_KEY}", region)
    return stack(most_departments(), place=place, parameters=MappingProxyType(parameters))


def largest_role(made: Stack) -> tuple[str, int]:
    """The role with the most characters in its inline policies."""
    return max(inline_policies(made).items(), key=lambda one: one[1])


def main() -> int:
    """Print the largest role, and what is too large; 1 if anything is."""
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of metrics of its own
    made = [largest_stack(with_issuer=with_issuer) for with_issuer in (False, True)]
    role, size = largest_role(made[0])
    lines = [f"largest role: {role}, {size:,} of {ROLE_CHARACTERS:,} characters, at most {ROLE_CHARACTERS_HERE:,} here"]
    faults = dict.fromkeys(fault for one in made for fault in (*exceeded(one), *misnamed(one)))
    sys.stdout.write("\n".join([*lines, *faults, ""]))
    return int(bool(faults) or size > ROLE_CHARACTERS_HERE)


if __name__ == "__main__":
    sys.exit(main())
