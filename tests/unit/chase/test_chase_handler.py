"""Reminders, calls and acknowledgements as Lambda calls for them, on tables, topics and a queue."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chase_cases import handler
from desk.adapters.case_items import case_item
from desk.adapters.case_store_items import CaseStoreItems
from desk.adapters.mention_items import mention_item
from desk.brand import Acknowledgement, Brand, OnCall
from desk.case import Case
from desk.case_event import CaseEventKind
from desk.reading import Kind, Urgency
from tests.brands import small_brand
from tests.tables import REGION, Tables, dynamodb
from tests.unit.chase.chase_scene import SEOUL, a_case, mention_of, seoul

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE = seoul(24, 14)
BRAND = small_brand(
    on_call=OnCall(webhooks=("https://oncall.jade.example/hook",)),
    acknowledgements=MappingProxyType(
        {Kind.INQUIRY: Acknowledgement(("문의 {case} 받았습니다. {due}까지 답변드릴게요.",), timedelta(hours=2))}
    ),
)


class Context:
    def __init__(self, milliseconds: int = 50_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@dataclass
class Deployed:
    client: "DynamoDBClient"
    tables: Tables
    cases: CaseStoreItems
    sqs: Any
    queues: dict[str, str]

    def has(self, case: Case, text: str = "@jade 청구서가 이상해요") -> None:
        self.client.put_item(TableName=self.tables.cases, Item=case_item(case))
        item = mention_item(mention_of(case, text), SEOUL)
        self.client.put_item(TableName=self.tables.mentions, Item=item)

    def got(self, queue: str) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def events(self, case: Case) -> list[CaseEventKind]:
        file = self.cases.file(case.id)
        return [event.what for event in file.events] if file else []


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_SERVICE_NAME"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Dorothy")
    monkeypatch.setattr("chase_cases.wiring.load_brand", lambda: BRAND)
    with dynamodb() as (client, tables):
        sqs: Any = boto3.client("sqs", region_name=REGION)
        queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mails", "calls", "posts")}
        settings = _topics(BRAND, sqs, queues) | {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "POSTS_QUEUE_URL": queues["posts"],
            "API_URL": "https://desk.example",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        cases = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        yield Deployed(client, tables, cases, sqs, queues)


def _topics(brand: Brand, sqs: Any, queues: dict[str, str]) -> dict[str, str]:
    """Topics whose messages go into the queues; the settings that name them."""
    sns = boto3.client("sns", region_name=REGION)

    def made(name: str, queue: str) -> str:
        topic = sns.create_topic(Name=name)["TopicArn"]
        attributes = sqs.get_queue_attributes(QueueUrl=queues[queue], AttributeNames=["QueueArn"])["Attributes"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
        return topic

    departments = [made(f"desk-dept-{key}", "mails") for key in brand.departments]
    return {
        "TOPIC_PREFIX": departments[0].removesuffix(next(iter(brand.departments))),
        "ON_CALL_TOPIC_ARN": made("desk-oncall", "calls"),
    }


def run(at: datetime, task: str = "", context: Context | None = None) -> dict[str, Any]:
    event = {"scheduled_time": at.isoformat()} | ({"task": task} if task else {})
    return handler.lambda_handler(event, context or Context())


def test_a_reminder_goes_out_with_a_link_once(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.has(a_case())

    first, second = run(DUE), run(DUE + timedelta(minutes=15))

    (mail,) = deployed.got("mails")
    assert (first["CasesReminded"], first["RemindersSent"], first["failures"]) == (1, 1, {})
    assert (second["CasesReminded"], second["RemindersSent"]) == (0, 0)
    assert mail["TopicArn"].endswith("-billing")
    assert "https://desk.example/answer/" in mail["Message"]
    assert "| 청구서가 이상해요" in mail["Message"]
    assert deployed.events(a_case()) == [CaseEventKind.DUE]
    assert '"CasesReminded":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_what_is_late_goes_to_the_operator(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.has(a_case())

    answer = run(DUE + timedelta(hours=1))

    (mail,) = deployed.got("mails")
    assert (answer["CasesEscalated"], mail["TopicArn"].rsplit("-", 1)[1]) == (1, "operator")


def test_a_run_without_time_tells_nothing_and_says_so(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.has(a_case())

    answer = run(DUE, context=Context(20_000))

    assert (answer["RemindersPutOff"], deployed.got("mails")) == (1, [])


def test_a_topic_that_is_gone_is_an_error_that_an_alarm_counts(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TOPIC_PREFIX", f"arn:aws:sns:{REGION}:123456789012:no-such-desk-dept-")
    deployed.has(a_case())

    answer = run(DUE)

    assert answer["ReminderFailures"] == 1
    assert list(answer["failures"]) == ["topic#billing"]
    assert "some could not be told" in caplog.messages


def test_every_minute_whoever_is_on_call_hears_of_an_emergency(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    urgent = a_case(kind=Kind.FAULT, urgency=Urgency.HIGH, wakes=True, asked_at=now, opened_at=now, due_at=now)
    deployed.has(urgent)

    answer = run(now, "attend")

    assert (answer["CasesCalledFor"], answer["failures"]) == (1, {})
    assert len(deployed.got("calls")) == 1
    assert deployed.events(urgent) == [CaseEventKind.CALLED]


def test_every_minute_authors_who_will_wait_long_are_told_that_we_know(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    case = a_case(asked_at=now, opened_at=now, due_at=now + timedelta(hours=9))
    deployed.has(case)

    answer = run(now + timedelta(minutes=1), "attend")

    assert (answer["CasesAcknowledged"], answer["failures"]) == (1, {})
    assert [message["post_id"] for message in deployed.got("posts")] == [f"ack-{case.id}"]
    assert deployed.events(case) == [CaseEventKind.ACKNOWLEDGED]
