"""The handlers as they are wired, on moto: settings in, messages out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws

import check_subscriptions.handler
import route_inquiry.handler
import sweep.handler
from desk.brand import Brand
from desk.mentions.items import mention_item
from tests.brands import emerald
from tests.tables import REGION, create_tables
from tests.unit.routing.scene import mention, mention_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

QUESTION = "@emeraldmobile 이번 달 청구서가 이상해요. 환불은 언제 되나요?"


@dataclass(frozen=True)
class Deployed:
    """Tables and topics; a queue gets all that departments get."""

    dynamodb: "DynamoDBClient"
    mentions: str
    got: Callable[[], list[dict[str, Any]]]


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 240_000


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    brand = emerald()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Dorothy")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    for module in ("route_inquiry", "sweep", "check_subscriptions"):
        monkeypatch.setattr(f"{module}.wiring.load_brand", lambda: brand)
    with mock_aws():
        yield _deployed(brand, monkeypatch)


def _deployed(brand: Brand, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
    tables = create_tables(dynamodb)
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for key in brand.departments:
        topic = sns.create_topic(Name=f"desk-dept-{key}")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
        monkeypatch.setenv("TOPIC_PREFIX", topic.removesuffix(key))
    on_call = sns.create_topic(Name="desk-oncall")["TopicArn"]
    sns.subscribe(TopicArn=on_call, Protocol="sqs", Endpoint=queue_arn)
    monkeypatch.setenv("ON_CALL_TOPIC_ARN", on_call)
    monkeypatch.setenv("MENTIONS_TABLE", tables.mentions)
    monkeypatch.setenv("CASES_TABLE", tables.cases)
    monkeypatch.setenv("DESK_TABLE", tables.desk)
    monkeypatch.setenv("API_URL", "https://desk.example")
    monkeypatch.setenv("X_SITE_URL", "https://x.example")
    monkeypatch.setenv("POSTS_TABLE", tables.posts)
    monkeypatch.setenv("POSTS_QUEUE_URL", sqs.create_queue(QueueName="posts")["QueueUrl"])

    def got() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            told += [json.loads(message["Body"]) for message in messages]
        return told

    return Deployed(dynamodb, tables.mentions, got)


def receive(deployed: Deployed, number: int, text: str = QUESTION) -> dict[str, Any]:
    item = mention_item(mention(number, text), ZoneInfo("Asia/Seoul"))
    deployed.dynamodb.put_item(TableName=deployed.mentions, Item=item)
    return {"dynamodb": {"Keys": {"mention_id": {"S": mention_id(number)}}, "SequenceNumber": f"{number}00"}}


def deliveries(told: list[dict[str, Any]]) -> list[str]:
    return sorted(message["MessageAttributes"]["delivery"]["Value"] for message in told)


def test_a_stream_event_becomes_json_and_a_mail_at_the_departments_topic(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [receive(deployed, 1), receive(deployed, 2)]

    answer = route_inquiry.handler.lambda_handler({"Records": records}, object())

    told = deployed.got()
    assert answer == {"batchItemFailures": []}
    assert deliveries(told) == ["case", "case", "mail"]
    assert {message["TopicArn"].rsplit("-", 1)[1] for message in told} == {"billing"}


def test_an_emergency_on_the_stream_calls_those_on_call_once(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    record = receive(deployed, 1, "@emeraldmobile 대리점 창고에 갇혔어요 살려주세요")

    for _ in range(2):
        route_inquiry.handler.lambda_handler({"Records": [record]}, object())

    calls = [one for one in deployed.got() if one["TopicArn"].endswith("oncall")]
    assert [one["Message"].split()[0] for one in calls] == ["[긴급]"]


def test_the_sweep_drives_what_the_stream_lost(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    receive(deployed, 1)

    answer = sweep.handler.lambda_handler({"scheduled_time": "2026-11-24T02:00:00Z"}, Context())

    assert (answer["SweptUnread"], answer["failures"]) == (1, {})
    assert deliveries(deployed.got()) == ["case", "mail"]


def test_a_department_that_was_found_without_subscribers_is_mailed_to_the_operator_too(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check_subscriptions.handler.lambda_handler({}, object())
    record = receive(deployed, 1)

    route_inquiry.handler.lambda_handler({"Records": [record]}, object())

    mails = [one for one in deployed.got() if one["MessageAttributes"]["delivery"]["Value"] == "mail"]
    assert found["missing"] >= 11
    assert {mail["TopicArn"].rsplit("-", 1)[1] for mail in mails} == {"billing", "operator"}
