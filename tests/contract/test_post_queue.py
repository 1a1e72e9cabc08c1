"""What wakes the publisher: the fake and SQS keep the same promises."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from desk.errors import QueueUnavailable
from desk.posts.queue import PostQueue, PostQueueSqs
from tests.contract.in_trouble import Broken, refused
from tests.fakes.posts import FakePostQueue
from tests.tables import DYNAMODBS, ENDPOINT, REGION

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Subject:
    """The queue under test, and what the publisher would get now."""

    queue: PostQueue
    received: Callable[[], list[str]]


def client(endpoint: str | None) -> "SQSClient":
    return boto3.client(
        "sqs", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def on_sqs(sqs: "SQSClient") -> Iterator[Subject]:
    url = sqs.create_queue(QueueName=f"test-{uuid4().hex[:8]}")["QueueUrl"]

    def received() -> list[str]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return sorted(json.loads(message["Body"])["post_id"] for message in messages)

    yield Subject(PostQueueSqs(sqs, queue_url=url), received)
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakePostQueue()
        yield Subject(fake, lambda: sorted(sent.post_id for sent in fake.sent if not sent.delay_seconds))
    elif request.param == "moto":
        with mock_aws():
            yield from on_sqs(client(None))
    else:
        yield from on_sqs(client(ENDPOINT))


def test_the_publisher_is_woken_as_often_as_asked(subject: Subject) -> None:
    for post_id in ("a", "b", "a"):
        subject.queue.send(post_id)

    assert subject.received() == ["a", "a", "b"]


def test_a_delayed_message_does_not_come_at_once(subject: Subject) -> None:
    subject.queue.send("a", delay_seconds=900)

    assert subject.received() == []


@pytest.mark.parametrize("delay", [-1, 901])
def test_a_delay_that_sqs_does_not_know_is_a_mistake(subject: Subject, delay: int) -> None:
    with pytest.raises(ValueError, match=str(delay)):
        subject.queue.send("a", delay_seconds=delay)


@pytest.mark.parametrize(
    "error",
    [
        refused("AWS.SimpleQueueService.NonExistentQueue"),
        EndpointConnectionError(endpoint_url="https://sqs"),
    ],
)
def test_a_queue_that_takes_nothing_is_unavailable(error: Exception) -> None:
    broken: Any = Broken(error)
    queue = PostQueueSqs(broken, queue_url="https://sqs/1/q")

    with pytest.raises(QueueUnavailable):
        queue.send("a")


def test_the_fake_fails_as_it_is_told() -> None:
    down, deaf = FakePostQueue(down=True), FakePostQueue(loses_answers=True)

    for queue in (down, deaf):
        with pytest.raises(QueueUnavailable):
            queue.send("a")

    assert (down.ids, deaf.ids) == ([], ["a"])
