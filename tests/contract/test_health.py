"""Heartbeats and failed events: the fakes and DynamoDB keep the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from desk.health.failed_events import (
    DeadLettersSqs,
    FailedEvent,
    FailedEventItems,
    FailedEventStore,
    FailedSource,
)
from desk.health.heartbeats import HeartbeatItems, Heartbeats
from tests.fakes.health import FakeFailedEvents, FakeHeartbeats
from tests.tables import DYNAMODBS, REGION, dynamodb

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAILED = FailedEvent("schedules#1", FailedSource.SCHEDULES, NOW, "{}", {"ERROR_CODE": "AWS.Lambda"})
LATER = FAILED._replace(id="stream#2", source=FailedSource.STREAM, at=NOW + MINUTE, attributes={})


@dataclass(frozen=True)
class Subject:
    heartbeats: Heartbeats
    failed: FailedEventStore


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield Subject(FakeHeartbeats(), FakeFailedEvents())
        return
    with dynamodb(request.param) as (client, tables):
        yield Subject(HeartbeatItems(client, tables.desk), FailedEventItems(client, tables.desk))


def event(schedule: str, minutes: int) -> dict[str, str]:
    return {"schedule": schedule, "scheduled_time": (NOW + minutes * MINUTE).isoformat()}


def test_the_latest_run_counts_however_late_or_often_another_one_says_that_it_ended(subject: Subject) -> None:
    for minutes in (10, 10, 5):
        subject.heartbeats.beat(event("listen", minutes))
    subject.heartbeats.beat({"scheduled_time": NOW.isoformat()})

    assert subject.heartbeats.recorded() == {"listen": NOW + 10 * MINUTE}
    assert subject.heartbeats.last(["listen"], NOW + 30 * MINUTE) == {"listen": NOW + 10 * MINUTE}


def test_what_never_ran_counts_from_the_first_look_until_it_runs(subject: Subject) -> None:
    assert subject.heartbeats.last(["greet"], NOW) == {"greet": NOW}
    assert subject.heartbeats.last(["greet"], NOW + MINUTE) == {"greet": NOW}

    subject.heartbeats.beat(event("greet", 7))

    assert subject.heartbeats.last(["greet"], NOW + 9 * MINUTE) == {"greet": NOW + 7 * MINUTE}


def test_an_event_is_kept_once_and_stays_reported(subject: Subject) -> None:
    for each in (LATER, FAILED, FAILED):
        subject.failed.keep(each)
    subject.failed.report(FAILED)
    subject.failed.keep(FAILED._replace(at=NOW + MINUTE))

    assert list(subject.failed.all()) == [FAILED._replace(reported=True), LATER]


def test_one_of_two_people_retries_an_event_and_only_they_remove_it(subject: Subject) -> None:
    subject.failed.keep(FAILED)
    (listed,) = subject.failed.all()

    assert subject.failed.begin_retry(listed, "mina", NOW + MINUTE)
    assert not subject.failed.begin_retry(listed, "jun", NOW + MINUTE)
    assert not subject.failed.remove(listed)

    (claimed,) = subject.failed.all()
    assert (claimed.retried_at, claimed.retried_by) == (NOW + MINUTE, "mina")
    assert [subject.failed.remove(claimed), subject.failed.remove(claimed)] == [True, False]
    assert not subject.failed.begin_retry(claimed, "jun", NOW + 2 * MINUTE)
    subject.failed.report(claimed)  # of one that is gone, nothing comes back
    assert list(subject.failed.all()) == []


def test_a_retry_that_was_interrupted_can_be_taken_over_once(subject: Subject) -> None:
    subject.failed.keep(FAILED)
    subject.failed.begin_retry(FAILED, "mina", NOW)
    (interrupted,) = subject.failed.all()

    assert subject.failed.begin_retry(interrupted, "jun", NOW + MINUTE)
    assert not subject.failed.begin_retry(interrupted, "sora", NOW + MINUTE)
    assert not subject.failed.remove(interrupted)


def test_messages_leave_their_queue_once_they_are_kept_and_come_again_until_then() -> None:
    with mock_aws():
        sqs: Any = boto3.client("sqs", region_name=REGION)
        url = sqs.create_queue(QueueName="failed", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        letters = DeadLettersSqs(sqs, {FailedSource.SCHEDULES: url})
        attribute = {"ERROR_CODE": {"DataType": "String", "StringValue": "AWS.Lambda"}}
        sent = sqs.send_message(QueueUrl=url, MessageBody="{}", MessageAttributes=attribute)["MessageId"]
        store = FakeFailedEvents()

        def refuse(_: FailedEvent) -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            letters.hand_over(NOW, refuse, lambda: True)
        letters.hand_over(NOW, store.keep, lambda: True)
        letters.hand_over(NOW + MINUTE, store.keep, lambda: True)

        assert list(store.all()) == [FAILED._replace(id=f"schedules#{sent}")]
