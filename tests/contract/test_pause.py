"""The pause switch: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from desk.errors import StoreBusy
from desk.posts.pause import PAUSE_SWITCH, Pause, PauseItems, PauseSwitch
from tests.contract.in_trouble import refused
from tests.fakes.posts import FakePauseSwitch
from tests.tables import Dynamo, Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OUTAGE = Pause("the network is down", "mina", NOON)


@pytest.fixture
def switch(dynamo: Dynamo | None) -> PauseSwitch:
    return PauseItems(dynamo.client, dynamo.tables.desk) if dynamo else FakePauseSwitch()


def test_a_new_desk_speaks(switch: PauseSwitch) -> None:
    assert switch.current() is None
    assert tuple(switch.since(NOON)) == ()


def test_a_pause_runs_with_who_when_and_why(switch: PauseSwitch) -> None:
    assert switch.pause(OUTAGE) == OUTAGE

    assert switch.current() == OUTAGE
    assert tuple(switch.since(NOON)) == (OUTAGE,)


def test_pausing_a_paused_desk_leaves_the_first_pause_as_it_is(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)

    second = switch.pause(Pause("lunch", "jun", NOON + MINUTE))

    assert second == switch.current() == OUTAGE
    assert tuple(switch.since(NOON)) == (OUTAGE,)


def test_resuming_ends_the_pause_and_keeps_it_on_record(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)

    ended = switch.resume(by="jun", at=NOON + MINUTE)

    assert ended == replace(OUTAGE, ended_at=NOON + MINUTE, ended_by="jun")
    assert switch.current() is None
    assert tuple(switch.since(NOON)) == (ended,)


def test_resuming_a_desk_that_speaks_does_nothing(switch: PauseSwitch) -> None:
    assert switch.resume(by="jun", at=NOON) is None

    switch.pause(OUTAGE)
    first = switch.resume(by="jun", at=NOON + MINUTE)

    assert switch.resume(by="mina", at=NOON + 2 * MINUTE) is None
    assert tuple(switch.since(NOON)) == (first,)


def test_resuming_asked_for_again_as_it_was_is_answered_as_before(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)
    first = switch.resume(by="jun", at=NOON + MINUTE)

    assert switch.resume(by="jun", at=NOON + MINUTE) == first


def test_a_desk_is_paused_anew_after_it_spoke(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)
    first = switch.resume(by="jun", at=NOON + MINUTE)
    second = switch.pause(Pause("again", "mina", NOON + 2 * MINUTE))

    assert switch.current() == second
    assert tuple(switch.since(NOON)) == (first, second)


def test_two_pauses_of_the_same_moment_are_both_on_record(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)
    switch.resume(by="jun", at=NOON + MINUTE)

    again = switch.pause(replace(OUTAGE, reason="again"))

    assert [pause.reason for pause in switch.since(NOON)] == ["the network is down", "again"]
    assert switch.current() == again


def test_pauses_of_a_time_are_those_that_ran_at_some_time_since(switch: PauseSwitch) -> None:
    for start, end in ((0, 10), (20, 40), (50, None)):
        switch.pause(Pause(f"from {start}", "mina", NOON + start * MINUTE))
        if end:
            switch.resume(by="mina", at=NOON + end * MINUTE)

    assert [pause.reason for pause in switch.since(NOON + 10 * MINUTE)] == ["from 20", "from 50"]
    assert [pause.reason for pause in switch.since(NOON + 30 * MINUTE)] == ["from 20", "from 50"]
    assert [pause.reason for pause in switch.since(NOON + 60 * MINUTE)] == ["from 50"]


def test_pauses_come_the_earliest_first_whatever_fractions_of_a_second_they_began_at(switch: PauseSwitch) -> None:
    for number, start in enumerate((timedelta(), timedelta(microseconds=500_000), timedelta(seconds=1))):
        switch.pause(Pause(str(number), "mina", NOON + start))
        switch.resume(by="mina", at=NOON + start + timedelta(microseconds=1))

    assert [pause.reason for pause in switch.since(NOON - MINUTE)] == ["0", "1", "2"]


@dataclass
class Reluctant:
    """A DynamoDB client whose next writes fail as scripted, before or after they were done."""

    client: "DynamoDBClient"
    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **asked: Any) -> None:
        if self.before:
            raise self.before.pop(0)
        self.client.transact_write_items(**asked)
        if self.after:
            raise self.after.pop(0)


@pytest.fixture
def stored() -> Iterator[tuple[Reluctant, PauseItems, list[float], Tables]]:
    with dynamodb() as (client, tables):
        reluctant, naps = Reluctant(client), list[float]()
        yield reluctant, PauseItems(reluctant, tables.desk, naps.append), naps, tables  # type: ignore[arg-type]  # as much of a client as it uses


CONFLICT = refused("TransactionCanceledException", "TransactionConflict", "None")

Stored = tuple[Reluctant, PauseItems, list[float], Tables]


def test_a_claim_met_at_the_switch_is_waited_out(stored: Stored) -> None:
    client, switch, naps, _ = stored

    client.before = [CONFLICT, CONFLICT]
    assert switch.pause(OUTAGE) == OUTAGE
    client.before = [CONFLICT]
    assert switch.resume(by="jun", at=NOON + MINUTE) is not None

    assert len(naps) == 3


def test_a_switch_that_never_moves_is_given_up_after_a_while(stored: Stored) -> None:
    client, switch, naps, _ = stored
    client.before = [CONFLICT] * 100

    with pytest.raises(StoreBusy):
        switch.pause(OUTAGE)

    assert len(naps) < 10
    assert sum(naps) < 5


def test_a_lost_answer_to_a_pause_is_no_second_pause(stored: Stored) -> None:
    client, switch, _, _ = stored
    client.after = [ReadTimeoutError(endpoint_url="https://dynamodb")]
    with pytest.raises(StoreBusy):
        switch.pause(OUTAGE)

    assert switch.pause(replace(OUTAGE, began_at=NOON + MINUTE)) == OUTAGE
    assert tuple(switch.since(NOON)) == (OUTAGE,)


def test_a_lost_answer_to_a_resumption_may_be_asked_for_again(stored: Stored) -> None:
    client, switch, _, _ = stored
    switch.pause(OUTAGE)
    client.after = [ReadTimeoutError(endpoint_url="https://dynamodb")]
    with pytest.raises(StoreBusy):
        switch.resume(by="jun", at=NOON + MINUTE)

    assert switch.resume(by="jun", at=NOON + MINUTE) == replace(OUTAGE, ended_at=NOON + MINUTE, ended_by="jun")
    assert switch.current() is None


def test_a_pause_that_another_began_meanwhile_is_not_ended_by_an_older_look(stored: Stored) -> None:
    client, switch, _, tables = stored
    switch.pause(OUTAGE)
    real = client.client.get_item
    looks = iter([lambda: None, lambda: None])

    def look(**asked: Any) -> Any:
        seen = real(**asked)
        if next(looks, None) and seen["Item"]["reason"]["S"] == OUTAGE.reason:
            other = PauseItems(client.client, tables.desk)
            other.resume(by="jun", at=NOON + MINUTE)
            other.pause(Pause("a new one", "jun", NOON + 2 * MINUTE))
        return seen

    client.__dict__["get_item"] = look
    ended = switch.resume(by="mina", at=NOON + 3 * MINUTE)

    assert ended is not None
    assert ended.reason == "a new one"
    assert [(pause.reason, pause.ended_by) for pause in switch.since(NOON)] == [
        ("the network is down", "jun"),
        ("a new one", "mina"),
    ]


def test_of_many_who_pause_at_once_one_does(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _, _, tables = stored
    dynamodb: Any = client.client
    calling, call = Lock(), dynamodb._make_api_call

    def one_call_at_a_time(*asked: Any) -> Any:
        with calling:  # moto's tables bear no two at once
            return call(*asked)

    monkeypatch.setattr(dynamodb, "_make_api_call", one_call_at_a_time)
    switch = PauseItems(dynamodb, tables.desk)

    with ThreadPoolExecutor(8) as many:
        pauses = set(many.map(lambda n: switch.pause(Pause("outage", f"u{n}", NOON + n * MINUTE)), range(8)))

    assert pauses == {switch.current()}
    assert len(switch.since(NOON)) == 1


def test_the_switch_is_absent_unless_a_pause_runs(stored: Stored) -> None:
    client, switch, _, tables = stored
    switch.pause(OUTAGE)
    assert "running" in client.client.get_item(TableName=tables.desk, Key=PAUSE_SWITCH)["Item"]

    switch.resume(by="jun", at=NOON)

    assert "Item" not in client.client.get_item(TableName=tables.desk, Key=PAUSE_SWITCH)
