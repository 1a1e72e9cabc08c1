"""The checks of `dorothy doctor`: those of the desk's tables, and what only a deployer may read. Nothing is written."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from desk.brand import Brand
from desk.doctor.checks import Check, Health, HealthFinding, checks_of
from desk.doctor.wiring import health_stores
from local.brand.parameters import TEMPLATE, template_resources
from local.deployed.checks_of_data import X_CREDENTIALS
from local.deployed.stack import Stack

_TABLES = ("MentionsTable", "CasesTable", "PostsTable", "DeskTable")
_EXPIRES_SOON = timedelta(days=30)
_MANY, _OLD = 100, timedelta(minutes=15)
_MEGABYTE = 1024 * 1024


class Resources(NamedTuple):
    """The stack, and what makes clients for it by service name."""

    stack: Stack
    client: Callable[[str], Any]


def all_checks(resources: Resources, brand: Brand, now: datetime) -> Mapping[str, Check]:
    """The checks by name. Clients are made here, since making them side by side is not safe."""
    names = ("dynamodb", "sqs", "cloudwatch", "cloudformation", "secretsmanager", "acm")
    clients = {service: resources.client(service) for service in names}
    dynamodb = clients["dynamodb"]
    stores = health_stores(dynamodb, resources.stack.outputs["DeskTable"], brand)
    return {
        **checks_of(stores, brand, now),
        "queues": partial(_queues, resources.stack, clients, now),
        "credentials": partial(_credentials, resources.stack, clients, now),
        "tables": partial(_tables, resources.stack, dynamodb),
    }


def _queues(stack: Stack, clients: Mapping[str, Any], now: datetime) -> HealthFinding:
    """The queues that functions read; what they give up is among the failed events."""
    depths: dict[str, int] = {}
    oldest = timedelta()
    for logical, url in _queue_urls(stack, clients["cloudformation"]):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if depth := sum(int(count) for count in found.values()):
            depths[logical] = depth
            oldest = max(oldest, _age(clients["cloudwatch"], url.rsplit("/", 1)[-1], now))
    verdict = Health.ACT if oldest > _OLD else Health.LOOK if sum(depths.values()) > _MANY else Health.OK
    listed = ", ".join(f"{logical} {depth}" for logical, depth in depths.items())
    return HealthFinding("queues", verdict, {"count": sum(depths.values()), "age": oldest, "queues": listed})


def _queue_urls(stack: Stack, cloudformation: Any) -> Iterator[tuple[str, str]]:
    queues = template_resources(TEMPLATE.read_text(encoding="utf-8"), "AWS::SQS::Queue")
    read = {logical for logical, properties in queues.items() if "RedrivePolicy" in properties}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name):
        for resource in page["StackResourceSummaries"]:
            if resource["LogicalResourceId"] in read:
                yield resource["LogicalResourceId"], resource["PhysicalResourceId"]


def _age(cloudwatch: Any, queue: str, now: datetime) -> timedelta:
    """The age of the oldest message as CloudWatch had it last; zero where it has none, as on one machine."""
    points = cloudwatch.get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": queue}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(points, key=lambda point: point["Timestamp"], default=None)
    return timedelta(seconds=newest["Maximum"]) if newest else timedelta()


def _credentials(stack: Stack, clients: Mapping[str, Any], now: datetime) -> HealthFinding:
    """X's credentials, of which no value is shown, and the certificate of the API's own domain.

    Tokens of X do not expire; one that X no longer takes is among the calls that X refuses.
    """
    secret = clients["secretsmanager"].get_secret_value(SecretId=stack.outputs["XSecret"])["SecretString"]
    problems = [f"{name} of X is empty" for name in X_CREDENTIALS if not json.loads(secret).get(name)]
    days = None
    if arn := stack.parameters.get("ApiCertificateArn"):
        expires = clients["acm"].describe_certificate(CertificateArn=arn)["Certificate"].get("NotAfter")
        days = (expires.astimezone(UTC) - now).days if expires else None
    if days is not None and days < 0:
        problems.append("the API's certificate has expired")
    is_soon = days is not None and days < _EXPIRES_SOON.days
    verdict = Health.ACT if problems else Health.LOOK if is_soon else Health.OK
    return HealthFinding("credentials", verdict, {"days": days or 0, "problems": ", ".join(problems)})


def _tables(stack: Stack, dynamodb: Any) -> HealthFinding:
    sizes = []
    for logical in _TABLES:
        table = dynamodb.describe_table(TableName=stack.outputs[logical])["Table"]
        megabytes = table["TableSizeBytes"] / _MEGABYTE
        sizes.append(f"{logical.removesuffix('Table')} {table['ItemCount']:,} ({megabytes:,.1f} MB)")
    return HealthFinding("tables", Health.OK, {"sizes": ", ".join(sizes)})
