"""The checks of `dorothy doctor`: those of the desk's tables, and what only a deployer may read. Nothing is written."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from threading import Lock
from typing import Any

from desk.brand import Brand
from desk.doctor.checks import Check, Health, HealthFinding, checks_of
from desk.doctor.wiring import health_stores
from local.deployed.checks_of_data import X_CREDENTIALS
from local.deployed.stack import Stack

_TABLES = ("MentionsTable", "CasesTable", "PostsTable", "DeskTable")
_EXPIRES_SOON = timedelta(days=30)
_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
_OF_A_QUEUE = (*_DEPTHS, "RedrivePolicy")
"""The last one only a queue has that a function reads: what it gives up has to go somewhere."""
_MANY, _OLD = 100, timedelta(minutes=15)
_MEGABYTE = 1024 * 1024


class Resources:
    """The stack, and its clients by service, each made when it is first asked for, and one at a time.

    Making one takes long, and making two side by side is not safe.
    """

    def __init__(self, stack: Stack, make: Callable[[str], Any]) -> None:
        self.stack = stack
        self._made = cache(make)
        self._turn = Lock()

    def client(self, service: str) -> Any:
        """The client of this service."""
        with self._turn:
            return self._made(service)


def all_checks(resources: Resources, brand: Brand, now: datetime) -> Mapping[str, Check]:
    """The checks by name."""
    stores = health_stores(resources.client("dynamodb"), resources.stack.outputs["DeskTable"], brand)
    return {
        **checks_of(stores, brand, now),
        "queues": partial(_queues, resources, now),
        "credentials": partial(_credentials, resources, now),
        "tables": partial(_tables, resources),
    }


def _queues(resources: Resources, now: datetime) -> HealthFinding:
    """The queues that functions read; what they give up is among the failed events."""
    depths: dict[str, int] = {}
    oldest = timedelta()
    for logical, url in _queue_urls(resources):
        found = resources.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=_OF_A_QUEUE)["Attributes"]
        if "RedrivePolicy" in found and (depth := sum(int(found[name]) for name in _DEPTHS)):
            depths[logical] = depth
            oldest = max(oldest, _age(resources.client("cloudwatch"), url.rsplit("/", 1)[-1], now))
    verdict = Health.ACT if oldest > _OLD else Health.LOOK if sum(depths.values()) > _MANY else Health.OK
    listed = ", ".join(f"{logical} {depth}" for logical, depth in depths.items())
    return HealthFinding("queues", verdict, {"count": sum(depths.values()), "age": oldest, "queues": listed})


def _queue_urls(resources: Resources) -> Iterator[tuple[str, str]]:
    pages = resources.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=resources.stack.name):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::SQS::Queue":
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


def _credentials(resources: Resources, now: datetime) -> HealthFinding:
    """X's credentials, of which no value is shown, and the certificate of the API's own domain.

    Tokens of X do not expire; one that X no longer takes is among the calls that X refuses.
    """
    stack, secrets = resources.stack, resources.client("secretsmanager")
    secret = secrets.get_secret_value(SecretId=stack.outputs["XSecret"])["SecretString"]
    problems = [f"{name} of X is empty" for name in X_CREDENTIALS if not json.loads(secret).get(name)]
    days = None
    if arn := stack.parameters.get("ApiCertificateArn"):
        expires = resources.client("acm").describe_certificate(CertificateArn=arn)["Certificate"].get("NotAfter")
        days = (expires.astimezone(UTC) - now).days if expires else None
    if days is not None and days < 0:
        problems.append("the API's certificate has expired")
    is_soon = days is not None and days < _EXPIRES_SOON.days
    verdict = Health.ACT if problems else Health.LOOK if is_soon else Health.OK
    return HealthFinding("credentials", verdict, {"days": days or 0, "problems": ", ".join(problems)})


def _tables(resources: Resources) -> HealthFinding:
    dynamodb, sizes = resources.client("dynamodb"), []
    for logical in _TABLES:
        table = dynamodb.describe_table(TableName=resources.stack.outputs[logical])["Table"]
        megabytes = table["TableSizeBytes"] / _MEGABYTE
        sizes.append(f"{logical.removesuffix('Table')} {table['ItemCount']:,} ({megabytes:,.1f} MB)")
    return HealthFinding("tables", Health.OK, {"sizes": ", ".join(sizes)})
