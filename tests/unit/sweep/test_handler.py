"""The sweep as Lambda calls it, with posts in the table: woken by the queue, told by the operator's topic."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from desk.cases.items import case_item
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseStoreItems
from desk.cases.transitions import queued
from desk.health.failed_events import FailedEventItems, FailedSource
from desk.health.heartbeats import HeartbeatItems
from desk.outbox.store import OutboxItems
from desk.posts.model import Post, PostReason, PostState
from desk.posts.performance import PerformanceItems
from desk.posts.queue import wake_up
from desk.posts.store import PostStoreItems
from desk.x.model import first_id_at
from sweep import handler
from tests.brands import small_brand
from tests.contract.case_scene import CASE_ID, Routing, mention
from tests.invocations import Context, set_up
from tests.tables import Tables, dynamodb
from tests.unit.posts.scene import a_case, a_post

NOW = datetime.now(UTC)
CASE = a_case()


@dataclass
class Deployed:
    store: PostStoreItems
    cases: CaseStoreItems
    sqs: Any
    posts_queue: str
    mails: str
    failed: str
    tables: Tables
    dynamodb: Any

    def accepts(self, **changes: Any) -> Post:
        times = {"publish_at": NOW, "accepted_at": NOW, "at": NOW, "expires_at": NOW + timedelta(hours=24)}
        post = a_post(**(times | changes))
        self.store.add(post, [], None)
        return post

    def replies(self, queued_at: datetime) -> None:
        """CASE sends the post `r1` on its way."""
        event = CaseEvent(CaseEventKind.QUEUED, queued_at, "mina", "답", post_id="r1")
        after = queued(CASE, "r1", Draft("답", "mina", queued_at), ReplyAs.ANSWER)
        self.cases.save(after, CASE, event)

    def state(self) -> CaseState | None:
        case = self.cases.get(CASE.id)
        return case and case.state

    def bodies(self, queue: str) -> list[str]:
        answer = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setattr("sweep.wiring.load_brand", lambda: small_brand(greeting_words=("좋은 아침",)))
    with dynamodb() as (client, tables):
        set_up(monkeypatch, {})
        sqs: Any = boto3.client("sqs")
        sns = boto3.client("sns")
        posts_queue, mails, failed = (
            sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("posts", "mails", "failed")
        )
        arn = sqs.get_queue_attributes(QueueUrl=mails, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for key in small_brand().departments:
            topic = sns.create_topic(Name=f"desk-dept-{key}")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
            monkeypatch.setenv("TOPIC_PREFIX", topic.removesuffix(key))
        settings = {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "DESK_TABLE": tables.desk,
            "POSTS_TABLE": tables.posts,
            "POSTS_QUEUE_URL": posts_queue,
            "DEAD_LETTERS": f"invocations={failed}",
            "PICTURES_BUCKET": "pictures",
            "ON_CALL_TOPIC_ARN": sns.create_topic(Name="desk-oncall")["TopicArn"],
            "API_URL": "https://desk.example",
            "X_SITE_URL": "https://x.example",
        }
        set_up(monkeypatch, settings)
        store = PostStoreItems(client, posts_table=tables.posts, desk_table=tables.desk)
        cases = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        client.put_item(TableName=tables.cases, Item=case_item(CASE))
        yield Deployed(store, cases, sqs, posts_queue, mails, failed, tables, client)


def test_an_overdue_post_is_woken_and_its_age_is_measured(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=20)  # not NOW, which is as old as this test's turn in the suite
    post = deployed.accepts(at=since, publish_at=since)

    answer = handler.lambda_handler({}, Context(240_000))

    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    assert deployed.bodies(deployed.posts_queue) == [wake_up(post.id)]
    assert (answer["posts"], answer["post_mails"], answer["failures"]) == (1, 0, {})
    assert 1_200 <= metrics["PostsWaitingOldestSeconds"][0] < 1_300


def test_the_operator_is_notified_of_posts_once(deployed: Deployed) -> None:
    post = deployed.accepts(state=PostState.IN_DOUBT, reason=PostReason.ANSWER_LOST)

    first = handler.lambda_handler({}, Context(240_000))
    second = handler.lambda_handler({}, Context(240_000))

    told = [json.loads(body) for body in deployed.bodies(deployed.mails)]
    assert (first["post_mails"], second["post_mails"]) == (1, 0)
    assert [message["TopicArn"].rsplit("-", 1)[1] for message in told] == ["operator"]
    assert told[0]["MessageAttributes"]["delivery"]["Value"] == "mail"
    assert f"게시 번호: {post.id}\n" in told[0]["Message"]


def test_a_greeting_that_people_wrote_on_x_is_recorded_as_that_of_its_day(deployed: Deployed) -> None:
    morning = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
    x_id = first_id_at(morning - timedelta(minutes=10))
    PerformanceItems(deployed.dynamodb, deployed.tables.desk).record_shown(x_id, "좋은 아침입니다")

    answer = handler.lambda_handler({"scheduled_time": morning.isoformat()}, Context(240_000))

    greeting = deployed.store.get("greeting-2026-11-24")
    assert (answer["failures"], greeting and greeting.x_id) == ({}, x_id)


def test_a_failing_sweep_of_posts_does_not_stop_that_of_mentions(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTS_TABLE", "no-such-table")

    answer = handler.lambda_handler({}, Context(240_000))

    assert answer["failures"].keys() == {"posts", "replies"}
    assert answer["unread"] == 0


def test_the_outcome_of_a_reply_that_the_publisher_did_not_record_reaches_its_case(deployed: Deployed) -> None:
    deployed.replies(queued_at=NOW)
    deployed.accepts(id="r1", state=PostState.PUBLISHED, in_reply_to="77", case_id=CASE.id)

    first, second = handler.lambda_handler({}, Context(240_000)), handler.lambda_handler({}, Context(240_000))

    assert deployed.state() is CaseState.ANSWERED
    assert (first["replies"], second["replies"], first["failures"]) == (1, 0, {})
    assert first["replies_not_stored"] == 0


def test_a_failed_reply_is_mailed_once_and_its_age_is_measured(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    Routing(deployed.dynamodb, deployed.tables).route(mention(1))
    outbox = OutboxItems(deployed.dynamodb, deployed.tables.desk)
    outbox.settle(outbox.entries("billing"))
    case, at = deployed.cases.get(CASE_ID), datetime.now(UTC) - timedelta(minutes=20)
    assert case
    deployed.cases.save(case, case, CaseEvent(CaseEventKind.NOT_SAID, at, "", "gone", post_id="r1"))

    first, second = handler.lambda_handler({}, Context(240_000)), handler.lambda_handler({}, Context(240_000))

    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    told = [json.loads(body) for body in deployed.bodies(deployed.mails)]
    of_it = [message for message in told if "답글이 올라가지 않음" in message.get("Subject", "")]
    assert sorted(message["TopicArn"].rsplit("-", 1)[1] for message in of_it) == ["billing", "operator"]
    assert (first["cases_told"], second["cases_told"], first["failures"]) == (2, 0, {})
    assert 1_200 <= metrics[0]["OutboxOldestSeconds"][0] < 1_300
    assert metrics[1]["OutboxOldestSeconds"] == [0.0]


def emitted(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]


def test_what_failed_is_counted_once_and_kept_until_somebody_has_dealt_with_it(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.sqs.send_message(QueueUrl=deployed.failed, MessageBody='{"requestPayload": {}}')

    for _ in range(2):
        handler.lambda_handler({}, Context(240_000))

    assert [each["EventsFailed"] for each in emitted(capsys)] == [[1.0], [0.0]]
    assert deployed.bodies(deployed.failed) == []
    (kept,) = FailedEventItems(deployed.dynamodb, deployed.tables.desk).all()
    assert (kept.source, kept.body) == (FailedSource.INVOCATIONS, '{"requestPayload": {}}')


def test_a_schedule_that_never_ran_is_late_from_the_first_sweep_on_and_well_after_its_run(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    def sweep(at: datetime) -> None:
        handler.lambda_handler({"scheduled_time": at.isoformat()}, Context(240_000))

    sweep(NOW)
    sweep(NOW + timedelta(minutes=16))
    heartbeats = HeartbeatItems(deployed.dynamodb, deployed.tables.desk)
    heartbeats.beat({"schedule": "own-replies", "scheduled_time": (NOW + timedelta(minutes=17)).isoformat()})
    sweep(NOW + timedelta(minutes=20))

    assert [each["SchedulesLate"] for each in emitted(capsys)] == [[0.0], [1.0], [0.0]]


def test_a_run_that_removes_old_texts_leaves_a_heartbeat_only_if_a_schedule_started_it(deployed: Deployed) -> None:
    heartbeats = HeartbeatItems(deployed.dynamodb, deployed.tables.desk)
    event = {"task": "retention", "scheduled_time": NOW.isoformat()}

    handler.lambda_handler(event, Context(240_000))
    later = NOW + timedelta(days=1)
    assert heartbeats.last(["retention"], later) == {"retention": later}
    handler.lambda_handler({**event, "schedule": "retention"}, Context(240_000))

    assert heartbeats.last(["retention"], later + timedelta(days=1)) == {"retention": later}
