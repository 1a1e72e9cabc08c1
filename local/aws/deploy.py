"""Deploys infra/template.yaml itself to the local AWS; only the location of its code is changed, in memory."""

import json
import re
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from local.aws.clients import Aws
from local.aws.source import package
from local.brand.compile import compiled_text
from local.brand.model import Desk
from local.brand.parameters import parameters_of, template_resources

TEMPLATE = Path(__file__).parents[2] / "infra" / "template.yaml"
CLIENT_ID = "dorothy"
"""What the issuer calls the desk."""
NO_ISSUER = "http://127.0.0.1:9"
"""An address at which nobody answers."""
_BUCKET = "dorothy-code"
_INLINE_BYTES = 51_200  # what CreateStack takes as TemplateBody; above it reads from S3
_DEPLOY_SECONDS = 60.0
_CODE = re.compile(r"^(?P<before>\s*CodeUri:\s*)(?P<path>[^\s#]+)", re.MULTILINE)
_FAILED = ("FAILED", "ROLLBACK")


class DeployError(Exception):
    """The stack did not come up; the message has CloudFormation's reason."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack on the local AWS. `outputs` are the template's; `resources` maps logical to physical ids."""

    aws: Aws
    stack: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]

    @property
    def topic_prefix(self) -> str:
        """What every department's topic ARN starts with."""
        return self.outputs["TopicPrefix"]


@dataclass(frozen=True, slots=True)
class XAccess:
    """Where functions find an X, the credentials that they show there, and where people see its posts.

    `site` is that X itself if it is missing; `pictures` are the places from which pages show pictures besides.
    """

    url: str
    secret: Mapping[str, str]
    site: str = ""
    pictures: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Where people reach the HTTP API, and the token that its one caller, `name`, shows there."""

    url: str
    name: str
    token: str = field(default_factory=partial(secrets.token_urlsafe, 32), repr=False)

    def secret(self) -> dict[str, Any]:
        """The tokens as the desk keeps them in its secret."""
        return {self.name: {"token": self.token, "may": ["post", "pause", "cases:read", "cases:answer"]}}


def deploy(  # noqa: PLR0913 - what is deployed, and what it finds around it
    aws: Aws,
    desk: Desk,
    x: XAccess,
    *,
    year: int,
    api: ApiAccess | None = None,
    issuer: str = NO_ISSUER,
    fetch_exceptions: Collection[str] = (),
    instead: Mapping[str, str] = MappingProxyType({}),
) -> Deployed:
    """Deploy the desk with code and brand of this checkout as the stack `dorothy`. Raises DeployError.

    People sign in to the console at `issuer`; desk.yaml's own is not used, and no user pool is made.
    Pictures, feeds and links are also fetched from `fetch_exceptions`, servers on this machine by `host:port`.
    `year` is the one whose holidays the brand is compiled for; for `instead` see `local.aws.source.package`. Without
    `api` its routes are there and nobody has a token.
    """
    stack = "dorothy"
    code = _upload(aws, "functions.zip", package(compiled_text(desk, year=year), instead))
    template = _with_code(TEMPLATE.read_text(encoding="utf-8"), code)
    site, pictures = x.site or x.url, " ".join([x.url, *x.pictures])
    around = {"XApiUrl": x.url, "XSiteUrl": site, "ImageSources": pictures} | ({"ApiUrl": api.url} if api else {})
    around["FetchExceptions"] = ",".join(sorted(fetch_exceptions))
    around |= {"SignInIssuer": issuer, "SignInClientId": CLIENT_ID}
    _create(aws, stack, template, {**parameters_of(desk), **around})
    deployed = _described(aws, stack)
    _put_secret(deployed, "XSecret", x.secret)
    if api:
        _put_secret(deployed, "ApiTokensSecret", api.secret())
    for mapping in stream_mappings(aws):
        # The local AWS loses partial failures and retries a raise forever; `local.aws.pump` does it as Lambda would.
        aws.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    for table in template_resources(TEMPLATE.read_text(encoding="utf-8"), "AWS::DynamoDB::Table"):
        # The local AWS leaves out this property of the template.
        aws.client("dynamodb").update_continuous_backups(
            TableName=deployed.outputs[table], PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    return deployed


def _put_secret(deployed: Deployed, output: str, value: Mapping[str, Any]) -> None:
    secret = deployed.aws.client("secretsmanager")
    secret.put_secret_value(SecretId=deployed.outputs[output], SecretString=json.dumps(dict(value)))


def _upload(aws: Aws, name: str, content: bytes) -> str:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=_BUCKET, Key=name, Body=content)
    return f"s3://{_BUCKET}/{name}"


def _with_code(template: str, code: str) -> str:
    changed, count = _CODE.subn(lambda found: f"{found['before']}{code}", template)
    if not count:
        raise DeployError("the template names no CodeUri")
    return changed


def _create(aws: Aws, stack: str, template: str, parameters: Mapping[str, str]) -> None:
    body: dict[str, str] = {"TemplateBody": template}
    if len(template.encode()) > _INLINE_BYTES:
        aws.client("s3").put_object(Bucket=_BUCKET, Key="template.yaml", Body=template.encode())
        body = {"TemplateURL": f"{aws.endpoint}/{_BUCKET}/template.yaml"}
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=stack,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        **body,
    )
    _wait_until_complete(cloudformation, stack)


def _wait_until_complete(cloudformation: Any, stack: str) -> None:
    deadline = time.monotonic() + _DEPLOY_SECONDS
    status = ""
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if status == "CREATE_COMPLETE":
            return
        if any(word in status for word in _FAILED):
            break
        time.sleep(0.05)
    raise DeployError(f"The stack {stack} is {status}. {_reason(cloudformation, stack)}")


def _reason(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
    said = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}" for event in failed]
    return "; ".join(reversed(said))


def _described(aws: Aws, stack: str) -> Deployed:
    cloudformation = aws.client("cloudformation")
    outputs = cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [one for page in pages for one in page["StackResourceSummaries"]]
    return Deployed(
        aws=aws,
        stack=stack,
        outputs={one["OutputKey"]: one["OutputValue"] for one in outputs},
        resources={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources},
    )


def stream_mappings(aws: Aws) -> list[dict[str, Any]]:
    """The event source mappings of tables' streams as Lambda describes them: the template's, with names resolved."""
    described: list[dict[str, Any]] = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [mapping for mapping in described if ":dynamodb:" in mapping["EventSourceArn"]]
