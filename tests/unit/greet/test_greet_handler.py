"""The greeting's handler as it is wired, on moto: a schedule's event in, a post and a message out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from desk.posts.model import PostState
from desk.posts.store import PostStoreItems
from greet import handler
from tests.brands import small_brand
from tests.tables import REGION, create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

EVENT = {"scheduled_time": "2026-11-24T00:00:00Z"}


@dataclass(frozen=True)
class Deployed:
    """The tables and the queue that the handler works with."""

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    posts: PostStoreItems
    queue: str

    def messages(self) -> list[dict[str, Any]]:
        told = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in told]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with mock_aws():
        dynamodb, sqs = boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION)
        tables, queue = create_tables(dynamodb), sqs.create_queue(QueueName="posts")["QueueUrl"]
        monkeypatch.setenv("POSTS_TABLE", tables.posts)
        monkeypatch.setenv("DESK_TABLE", tables.desk)
        monkeypatch.setenv("POSTS_QUEUE_URL", queue)
        monkeypatch.setattr("greet.wiring.load_brand", small_brand)
        posts = PostStoreItems(dynamodb, posts_table=tables.posts, desk_table=tables.desk)
        yield Deployed(dynamodb, sqs, posts, queue)


def metrics(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [told for line in capsys.readouterr().out.splitlines() if "_aws" in (told := json.loads(line))]


def outcomes(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.__dict__["outcome"]) for record in caplog.records if "outcome" in record.__dict__]


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """The machine's clock stands still at this moment."""
    stands = datetime.fromisoformat(moment)
    monkeypatch.setattr("greet.wiring.utc_now", lambda: stands)


def test_a_mornings_event_becomes_a_post_and_a_message(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    at(monkeypatch, "2026-11-24T00:00:01Z")

    answers = [handler.lambda_handler(EVENT, object()) for _ in range(2)]

    post = deployed.posts.get("greeting-2026-11-24")
    assert post is not None
    assert (post.text, post.state) == (small_brand().greetings[0], PostState.QUEUED)
    assert deployed.messages() == [{"post_id": post.id}]
    assert answers == [{"outcome": "queued", "post": post.id}, {"outcome": "already", "post": post.id}]
    told = metrics(capsys)
    assert [line["GreetingsQueued"] for line in told] == [[1.0], [0.0]]
    assert outcomes(caplog) == [("INFO", "queued"), ("INFO", "already")]


def test_a_missed_morning_is_logged_as_an_error(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    at(monkeypatch, "2026-11-24T00:31:00Z")

    answer = handler.lambda_handler(EVENT, object())

    told = metrics(capsys)
    assert answer == {"outcome": "too_late", "post": None}
    assert [line["GreetingsMissed"] for line in told] == [[1.0]]
    assert outcomes(caplog) == [("ERROR", "too_late")]
    assert deployed.messages() == []


def test_a_queue_that_is_gone_leaves_the_post_to_the_sweep(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at(monkeypatch, "2026-11-24T00:00:01Z")
    deployed.sqs.delete_queue(QueueUrl=deployed.queue)

    answer = handler.lambda_handler(EVENT, object())

    assert answer["outcome"] == "queued"
    assert "the sweep" in caplog.text
