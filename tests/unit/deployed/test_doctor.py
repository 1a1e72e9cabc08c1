"""`dorothy doctor` on moto: what only a deployer may read, within its time and without a single write."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from desk.doctor.checks import Health, HealthFinding, examine
from local.deployed.checks_of_data import X_CREDENTIALS
from local.deployed.doctor import Resources, all_checks
from local.deployed.stack import Stack
from tests.brands import small_brand
from tests.failing_calls import Calls
from tests.tables import REGION, dynamodb

NOW = datetime.now(UTC)


class FakeCloudFormation:
    """Lists one queue that a function reads, and one of what failed."""

    def __init__(self, **queues: str) -> None:
        self._queues = queues

    def get_paginator(self, _: str) -> "FakeCloudFormation":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        kinds = dict.fromkeys(self._queues, "AWS::SQS::Queue") | {"PostsTable": "AWS::DynamoDB::Table"}
        named = [
            {"LogicalResourceId": name, "PhysicalResourceId": self._queues.get(name, "any"), "ResourceType": kind}
            for name, kind in kinds.items()
        ]
        return [{"StackResourceSummaries": named}]


class FakeAcm:
    """Has one certificate."""

    def __init__(self, expires: datetime) -> None:
        self._expires = expires

    def describe_certificate(self, **_: Any) -> dict[str, Any]:
        return {"Certificate": {"NotAfter": self._expires}}


class Deployed:
    """A stack on moto, with a queue, X's secret and a certificate."""

    def __init__(self, names: dict[str, str]) -> None:
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.failed = self.sqs.create_queue(QueueName="failed")["QueueUrl"]
        self.queue = self.sqs.create_queue(QueueName="posts", Attributes={"RedrivePolicy": self._gives_up()})[
            "QueueUrl"
        ]
        self.secrets = boto3.client("secretsmanager", region_name=REGION)
        self.secrets.create_secret(Name="x", SecretString=json.dumps(dict.fromkeys(X_CREDENTIALS, "filled")))
        self.expires = NOW + timedelta(days=200)
        outputs = {f"{name.capitalize()}Table": table for name, table in names.items()} | {"XSecret": "x"}
        self.stack = Stack("desk", "CREATE_COMPLETE", {"ApiCertificateArn": "arn"}, outputs, {})

    def _gives_up(self) -> str:
        asked = self.sqs.get_queue_attributes(QueueUrl=self.failed, AttributeNames=["QueueArn"])
        return json.dumps({"deadLetterTargetArn": asked["Attributes"]["QueueArn"], "maxReceiveCount": 5})

    def client(self, service: str) -> Any:
        fakes: dict[str, Any] = {
            "cloudformation": FakeCloudFormation(PostsQueue=self.queue, PostsUndelivered=self.failed),
            "acm": FakeAcm(self.expires),
        }
        make: Any = boto3.client
        return fakes[service] if service in fakes else make(service, region_name=REGION)

    def findings(self) -> dict[str, HealthFinding]:
        checks = all_checks(Resources(self.stack, self.client), small_brand(), NOW)
        return {each.check: each for each in examine(checks, timedelta(seconds=60))}


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    with dynamodb() as (_, names):
        yield Deployed(asdict(names))


def test_a_desk_that_never_ran_has_a_line_for_each_check_and_nothing_was_written(deployed: Deployed) -> None:
    with Calls({}).watched() as calls:
        found = deployed.findings()

    assert {name: each.verdict for name, each in found.items() if each.verdict is Health.UNKNOWN} == {}
    assert len(found) == 12
    assert (found["poll"].verdict, found["tables"].verdict) == (Health.ACT, Health.OK)
    assert len(calls.made) > 10
    assert [call.operation for call in calls.made if not call.is_read] == []
    for each in found.values():
        assert each.sentence("en")
        assert each.sentence("ko")


def test_messages_that_pile_up_are_to_be_looked_at(deployed: Deployed) -> None:
    for _ in range(101):
        deployed.sqs.send_message(QueueUrl=deployed.queue, MessageBody="{}")
    deployed.sqs.send_message(QueueUrl=deployed.failed, MessageBody="{}")

    found = deployed.findings()["queues"]

    assert found.verdict is Health.LOOK
    assert found.sentence("en") == "101 messages wait: PostsQueue 101. Look again in ten minutes."


def test_a_certificate_that_expires_soon_and_an_empty_credential_are_named_without_any_value(
    deployed: Deployed,
) -> None:
    deployed.expires = NOW + timedelta(days=10, hours=1)
    assert deployed.findings()["credentials"].sentence("en").startswith("The API's certificate expires in 10 days.")

    emptied = dict.fromkeys(X_CREDENTIALS, "secret-value") | {"bearer_token": ""}
    deployed.secrets.put_secret_value(SecretId="x", SecretString=json.dumps(emptied))
    found = deployed.findings()["credentials"]

    assert (found.verdict, found.sentence("en")) == (Health.ACT, "To be repaired: bearer_token of X is empty")
