from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.aws.deploy import Deployed
from local.aws.ministack import ministack
from local.aws.rehearsal import RehearsalClock
from local.aws.timers import Timers

pytestmark = pytest.mark.process

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_delay_ends_by_the_rehearsals_time_and_not_by_the_machines(tmp_path: Path) -> None:
    clock = RehearsalClock(tmp_path / "clock", NINE)
    with ministack(environment=clock.environment()) as aws:
        sqs = aws.client("sqs")
        posts = sqs.create_queue(QueueName="posts")["QueueUrl"]
        timers = Timers(Deployed(aws, "dorothy", {}, {}))

        sqs.send_message(QueueUrl=posts, MessageBody="later", DelaySeconds=60)
        clock.advance(MINUTE)
        sqs.send_message(QueueUrl=posts, MessageBody="latest", DelaySeconds=60)
        sqs.send_message(QueueUrl=posts, MessageBody="now")

        counted = sqs.get_queue_attributes(QueueUrl=posts, AttributeNames=["All"])["Attributes"]
        assert (counted["ApproximateNumberOfMessages"], counted["ApproximateNumberOfMessagesDelayed"]) == ("1", "0")
        (due,) = timers.due(NINE + MINUTE)
        timers.fire(due)
        received = sqs.receive_message(QueueUrl=posts, MaxNumberOfMessages=10)["Messages"]
        assert [one["Body"] for one in received] == ["now", "later"]
        assert [(timer.at, timer.message) for timer in timers.due(NINE + 2 * MINUTE)] == [(NINE + 2 * MINUTE, "latest")]
