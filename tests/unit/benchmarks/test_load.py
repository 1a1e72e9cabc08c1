"""What the busy hour counts as lost or told again, its percentiles, and when its functions are killed."""

import json
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.load.hour import Played
from benchmarks.load.judged import findings, too_often
from benchmarks.load.measured import percentiles, uses_of
from benchmarks.load.worker.sitecustomize import MAIL, NOTICE, MeasuredCalls, Told
from desk.posts.model import PostState
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:ap-northeast-2:000000000000:dorothy-dept-billing"
NOTICE_OF_ONE: Told = (NOTICE, "billing", "1", "case_opened", "None")
MAIL_OF_ONE: Told = (MAIL, TOPIC, "문의", "B0P32-2DHTX")


def test_percentiles_lie_between_the_values_and_a_single_value_is_all_of_them() -> None:
    assert percentiles(range(1, 101)) == pytest.approx([50.5, 95.05, 99.01, 100])
    assert percentiles([3.5]) == [3.5] * 4
    assert percentiles([]) == []


def test_what_is_told_twice_is_told_too_often_unless_its_sender_was_killed() -> None:
    told = Counter({NOTICE_OF_ONE: 3, MAIL_OF_ONE: 2, (NOTICE, "apps", "2", "case_opened", "None"): 1})

    assert too_often(told, Counter()) == {NOTICE_OF_ONE: 2, MAIL_OF_ONE: 1}
    assert too_often(told, Counter({NOTICE_OF_ONE: 1, MAIL_OF_ONE: 1})) == {NOTICE_OF_ONE: 1}
    assert too_often(told, Counter({NOTICE_OF_ONE: 9, MAIL_OF_ONE: 9})) == {}


@pytest.fixture
def tables() -> Iterator[Dynamo]:
    with dynamodb() as made:
        yield made


def found(made: Dynamo, played: Played, *shown: str) -> list[str]:
    """What is found on a desk with these tables, whose account has shown these posts on X."""
    posts = {text: SimpleNamespace(id="1", created_at=NOON, text=text, author_id="7", deleted=False) for text in shown}
    for post in posts.values():
        post.in_reply_to_user_id = None
    world = SimpleNamespace(lock=_NoLock(), posts=posts, brand=SimpleNamespace(id="7"), users={})
    outputs = {f"{name.capitalize()}Table": table for name, table in asdict(made.tables).items()}
    deployed = SimpleNamespace(aws=SimpleNamespace(client=lambda _: made.client), outputs=outputs)
    stage: Any = SimpleNamespace(deployed=deployed, x=SimpleNamespace(state=world))
    return findings(stage, played, Counter())


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_mention_that_was_never_stored_is_found(tables: Dynamo) -> None:
    assert found(tables, Played(mentions={"1": NOON})) == ["1 mentions were never stored"]


def test_a_mention_that_is_stored_and_not_read_is_found(tables: Dynamo) -> None:
    tables.client.put_item(TableName=tables.tables.mentions, Item={"mention_id": {"S": "1"}})

    lines = found(tables, Played(mentions={"1": NOON}))

    assert lines[0] == "1 mentions were not read"
    assert lines[1].startswith("the balance does not hold: Balance(polled=0, read=0, waiting=1")


@pytest.mark.parametrize(
    ("state", "shown", "line"),
    [
        (PostState.PUBLISHED, ["hello"], None),
        (PostState.IN_DOUBT, [], None),
        (PostState.PUBLISHED, [], "'hello' counts as published and is not on X"),
        (PostState.QUEUED, [], "'hello' is queued"),
        (None, [], "'hello' is None"),
    ],
)
def test_a_post_that_was_accepted_is_on_x_or_in_doubt(
    tables: Dynamo, state: PostState | None, shown: list[str], line: str | None
) -> None:
    if state:
        item = {"post_id": "1", "text": "hello", "state": state.value}
        tables.client.put_item(TableName=tables.tables.posts, Item={name: {"S": value} for name, value in item.items()})

    lines = found(tables, Played(mentions={"1": NOON}, posts=["hello"]), *shown)

    assert lines[1:] == ([line] if line else [])


def test_what_is_left_in_the_outbox_is_found(tables: Dynamo) -> None:
    left = {"item": {"S": "outbox#billing"}, "part": {"S": "mention#1#mail"}}
    tables.client.put_item(TableName=tables.tables.desk, Item=left)

    assert found(tables, Played(mentions={"1": NOON}))[-1] == "1 entries are left in the outbox"


def messages() -> dict[str, Any]:
    notice = {"department": "billing", "mention": {"id": "1"}, "event": "case_opened", "handed_at": None}
    case, mail = ({"delivery": {"DataType": "String", "StringValue": kind}} for kind in (NOTICE, MAIL))
    return {
        "TopicArn": TOPIC,
        "PublishBatchRequestEntries": [
            {"Id": "0", "Message": json.dumps(notice), "MessageAttributes": case},
            {"Id": "1", "Message": "B0P32-2DHTX", "Subject": "문의", "MessageAttributes": mail},
        ],
    }


class _Killed(Exception):
    pass


class Worker:
    """One process of a function, whose calls all succeed."""

    def __init__(self, folder: Path, *, killed_one_in: int) -> None:
        self.made: list[str] = []
        self._calls = MeasuredCalls(folder, "route", killed_one_in, "seed")

    def call(self, service: str, operation: str, asked: dict[str, Any]) -> None:
        model = SimpleNamespace(service_name=service)
        client = SimpleNamespace(meta=SimpleNamespace(service_model=model))
        self._calls(self._make, client, operation, asked)

    def publish(self) -> None:
        self.call("sns", "PublishBatch", messages())

    def settle(self) -> None:
        self.call("dynamodb", "BatchWriteItem", {"RequestItems": {"desk": [{"DeleteRequest": {}}]}})

    def _make(self, _client: Any, operation: str, _asked: Any) -> dict[str, Any]:
        self.made.append(operation)
        return {}


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where workers write; one that is killed raises _Killed."""

    def kill(_pid: int, how: int) -> None:
        assert how == signal.SIGKILL
        raise _Killed

    monkeypatch.setattr("os.kill", kill)
    return tmp_path


NEVER = 10**9
"""So rarely that only the first calls kill."""


def test_each_function_dies_right_after_its_first_call_of_each_kind_that_changes_something(folder: Path) -> None:
    worker = Worker(folder, killed_one_in=NEVER)

    with pytest.raises(_Killed):
        worker.publish()
    worker.publish()
    with pytest.raises(_Killed):
        worker.settle()
    worker.call("sqs", "GetQueueAttributes", {})

    assert worker.made == ["PublishBatch", "PublishBatch", "BatchWriteItem", "GetQueueAttributes"]
    assert uses_of(folder, {"route": "Route"})["Route"].killed_at == {"PublishBatch": 1, "BatchWriteItem": 1}


def test_nobody_dies_where_nobody_is_to_be_killed(folder: Path) -> None:
    worker = Worker(folder, killed_one_in=0)

    worker.publish()
    worker.settle()

    assert uses_of(folder, {})["route"].killed_at == {}


def test_a_killed_function_leaves_what_it_had_sent_and_may_not_have_removed(folder: Path) -> None:
    worker = Worker(folder, killed_one_in=NEVER)
    with pytest.raises(_Killed):  # had sent once
        worker.publish()
    with pytest.raises(_Killed):  # had removed some of it, perhaps not all
        worker.settle()
    worker.publish()  # begins anew
    with pytest.raises(_Killed):
        worker.call("sqs", "SendMessage", {})

    unsettled = uses_of(folder, {"route": "Route"})["Route"].unsettled

    assert unsettled == {NOTICE_OF_ONE: 3, MAIL_OF_ONE: 3}
