"""infra/template.yaml as AWS would have it: transforms applied, intrinsic functions resolved, a name for everything.

Pseudo-parameters and names are fixed, so that two runs say the same. Calls that a local AWS recorded name its own
physical ids; `Stack.logical` finds the resource that such an id stands for.

What the template does not name is named as CloudFormation does it: stack, logical id and a random part, the first two
cut evenly where the type's names are shorter (IdentifierUtils in aws-cloudformation/cloudformation-cli-java-plugin).
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple
from unittest.mock import patch

from tests.aws_rules.policies import Statement, listed
from tests.template.stack_template import Resources, template, translated

ACCOUNT, REGION, NAME = "111122223333", "ap-northeast-2", "dorothy"
_NO_VALUE = object()
NAMED_BY = {
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Cognito::UserPool": "UserPoolName",
    "AWS::Cognito::UserPoolDomain": "Domain",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
}
"""The property by which the template names resources of a type. CloudFormation names those of the other types."""
LONGEST_NAMES = {
    "AWS::IAM::ManagedPolicy": 128,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::S3::Bucket": 63,
    "AWS::SQS::Queue": 80,
}
"""What CloudFormation cuts names to that it makes for these types; names of other types can have 255 letters."""
_RANDOM = "1A2B3C4D5E6F7"
_ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}-a1B2c3",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{region}:{account}:schedule-group/{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}",
}
_REF_IS_ARN = {"AWS::IAM::ManagedPolicy", "AWS::SNS::Topic", "AWS::SecretsManager::Secret"}
_OF_AWS: Mapping[str, Statement] = {
    "AWSLambdaBasicExecutionRole": {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "*",
    }
}
"""What the policies say that AWS wrote and SAM attaches to roles, by their names."""


class Place(NamedTuple):
    """The stack's own name, and the region that it is in."""

    stack: str = NAME
    region: str = REGION

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """The values of AWS::StackName and the like."""
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": self.region,
            "AWS::Partition": "aws",
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def name_of(self, logical: str, resource: Mapping[str, Any]) -> str:
        """What the template calls the resource, else the name that CloudFormation makes."""
        kind: str = resource["Type"]
        written = resource["Properties"].get(NAMED_BY.get(kind, ""))
        if isinstance(written, dict):
            text = written.get("Fn::Sub") or f"${{{written['Ref']}}}"
            text, given = text if isinstance(text, list) else (text, {})
            return re.sub(r"\$\{([\w:]+)\}", lambda found: {**self.pseudo_parameters, **given}[found[1]], text)
        return written or self._made_name(logical, kind)

    def arn_of(self, logical: str, resource: Mapping[str, Any]) -> str:
        """The ARN that follows from type and name."""
        pattern = _ARNS[resource["Type"]]
        return "arn:aws:" + pattern.format(region=self.region, account=ACCOUNT, name=self.name_of(logical, resource))

    def _made_name(self, logical: str, kind: str) -> str:
        if kind == "AWS::SecretsManager::Secret":
            return f"{logical}-{_RANDOM}"
        if kind == "AWS::KMS::Key":
            return f"12345678-1234-1234-1234-{sha256(logical.encode()).hexdigest()[:12]}"
        room = LONGEST_NAMES.get(kind, 255) - len(f"--{_RANDOM}")
        of_logical = min(len(logical), max(room // 2, room - len(self.stack)))
        name = f"{self.stack[: room - of_logical]}-{logical[:of_logical]}-{_RANDOM}"
        return name.lower() if kind == "AWS::S3::Bucket" else name


_HERE = Place()


@dataclass(frozen=True)
class Stack:
    """The template's resources with everything resolved. `physical` maps logical ids to those of a local AWS."""

    resources: Resources
    physical: Mapping[str, str] = field(default_factory=dict)
    place: Place = _HERE

    @cached_property
    def _logical(self) -> dict[str, str]:
        return {one: logical for logical, told in self.physical.items() for one in (told, re.split("[/:]", told)[-1])}

    @cached_property
    def _by_arn(self) -> dict[str, str]:
        return {self.arn(one): one for one in self.resources if self.resources[one]["Type"] in _ARNS}

    def logical(self, physical: str) -> str | None:
        """The resource that an id, name, ARN or queue URL of the local AWS stands for; none outside the stack."""
        last = re.split("[/:]", physical)[-1]
        if ":secretsmanager:" in physical:
            last = last.rpartition("-")[0]  # six characters at random, which only the ARN has
        return self._logical.get(physical) or self._logical.get(last)

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical id."""
        return {logical: one["Properties"] for logical, one in self.resources.items() if one["Type"] == kind}

    def properties(self, logical: str) -> dict[str, Any]:
        """What the template says of the resource."""
        found: dict[str, Any] = self.resources[logical]["Properties"]
        return found

    def name(self, logical: str) -> str:
        """Its name on AWS."""
        return self.place.name_of(logical, self.resources[logical])

    def arn(self, logical: str) -> str:
        """Its ARN on AWS."""
        return self.place.arn_of(logical, self.resources[logical])

    def role(self, function: str) -> str:
        """The logical id of the role that the function runs with."""
        return self.by_arn(self.properties(function)["Role"])

    def by_arn(self, arn: str) -> str:
        """The logical id of what has this ARN."""
        return self._by_arn[arn]

    def statements(self, role: str) -> list[Statement]:
        """What the policies written in the role say."""
        policies = self.properties(role).get("Policies", [])
        return [one for policy in policies for one in listed(policy["PolicyDocument"]["Statement"])]  # type: ignore[misc]

    def of_aws(self, role: str) -> list[Statement]:
        """What the policies of AWS say that the role has."""
        return [_OF_AWS[arn.rpartition("/")[2]] for arn in self.properties(role).get("ManagedPolicyArns", [])]

    def boundary(self, role: str) -> list[Statement]:
        """What the role's permissions boundary says, without which the role could do whatever its policies allow."""
        boundary = self.properties(self.by_arn(self.properties(role)["PermissionsBoundary"]))
        return list(boundary["PolicyDocument"]["Statement"])

    def tags(self, role: str) -> dict[str, tuple[str, ...]]:
        """What a request of the role says of the role's tags."""
        return {f"aws:PrincipalTag/{one['Key']}": (one["Value"],) for one in self.properties(role).get("Tags", [])}


def stack(
    departments: tuple[str, ...],
    *,
    place: Place = _HERE,
    parameters: Mapping[str, str] = MappingProxyType({}),
    physical: Mapping[str, str] | None = None,
    change: Callable[[Resources], None] = lambda _: None,
) -> Stack:
    """The stack with a topic for each of the departments.

    `parameters` that are not given have the template's defaults. `change` may plant a mistake before it is resolved.
    """
    written = template()
    with patch.dict(os.environ, AWS_DEFAULT_REGION=place.region):  # SAM asks boto3 in which partition it is
        resources = translated(departments)
    change(resources)
    defaults = {name: one.get("Default", "") for name, one in written["Parameters"].items()}
    resolver = _Resolver(resources, {**defaults, **parameters}, written["Conditions"], place)
    kept = {logical: one for logical, one in resources.items() if resolver.is_made(one)}
    return Stack({logical: resolver.resolved(one) for logical, one in kept.items()}, physical or {}, place)


class _Resolver:
    def __init__(
        self, resources: Resources, parameters: Mapping[str, Any], conditions: Mapping[str, Any], place: Place
    ) -> None:
        self._resources = resources
        self._values = {**parameters, **place.pseudo_parameters}
        self._conditions = conditions
        self._place = place
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": lambda argument: self._attribute(*argument),
            "Fn::Sub": self._substituted,
            "Fn::If": self._if,
            "Fn::Join": lambda argument: argument[0].join(self.resolved(argument[1])),
            "Fn::Equals": self._equal,
            "Fn::Not": lambda argument: not self.resolved(argument[0]),
        }

    def is_made(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self._condition(resource["Condition"])

    def resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self.resolved, value) if one is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function,) = value
            if function == "Ref" or function.startswith("Fn::"):
                return self._call(function, value[function])
        told = {key: self.resolved(one) for key, one in value.items()}
        return {key: one for key, one in told.items() if one is not _NO_VALUE}

    def _call(self, function: str, argument: Any) -> Any:
        if function not in self._functions:
            raise ValueError(f"the resolver does not know {function}")
        return self._functions[function](argument)

    def _if(self, argument: Sequence[Any]) -> Any:
        condition, one, other = argument
        return self.resolved(one if self._condition(condition) else other)

    def _equal(self, argument: Sequence[Any]) -> bool:
        one, other = map(self.resolved, argument)
        return bool(one == other)

    def _condition(self, name: str) -> bool:
        return bool(self.resolved(self._conditions[name]))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._values:
            return self._values[name]
        resource = self._resources[name]
        if resource["Type"] in _REF_IS_ARN:
            return self._place.arn_of(name, resource)
        if resource["Type"] == "AWS::SQS::Queue":
            host = f"sqs.{self._place.region}.amazonaws.com"
            return f"https://{host}/{ACCOUNT}/{self._place.name_of(name, resource)}"
        return self._place.name_of(name, resource)

    def _attribute(self, logical: str, attribute: str) -> str:
        resource = self._resources[logical]
        if attribute in {"Arn", "Id", "TopicArn"} and resource["Type"] in _ARNS:
            return self._place.arn_of(logical, resource)
        if attribute == "StreamArn":
            return self._place.arn_of(logical, resource) + "/stream/2026-01-01T00:00:00.000"
        return f"{self._place.name_of(logical, resource)}.{attribute}"

    def _substituted(self, argument: Any) -> str:
        text, given = argument if isinstance(argument, list) else (argument, {})

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name in given:
                return str(self.resolved(given[name]))
            return str(self._attribute(*name.split(".", 1)) if "." in name else self._ref(name))

        return re.sub(r"\$\{([\w:.]+)\}", value, text).replace("${!", "${")
