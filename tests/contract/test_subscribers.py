"""What was noted about subscribers: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from desk.notifications.topics import SubscribersItems
from tests.contract.in_trouble import Retrying, refused
from tests.fakes.notifications import FakeSubscribers
from tests.tables import DYNAMODBS, Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def subscribers(dynamo: Dynamo | None) -> FakeSubscribers | SubscribersItems:
    return SubscribersItems(dynamo.client, desk_table=dynamo.tables.desk) if dynamo else FakeSubscribers()


def test_what_was_noted_is_known(subscribers: FakeSubscribers | SubscribersItems) -> None:
    subscribers.record("billing", 2, ["a@jade.example"])
    subscribers.record("network", 0, [])

    assert [subscribers.confirmed_count(key) for key in ("billing", "network", "pr")] == [2, 0, None]


def test_departments_are_remembered_even_when_desk_yaml_forgot_them(
    subscribers: FakeSubscribers | SubscribersItems,
) -> None:
    subscribers.record("billing", 0, [])
    subscribers.record("fax", 2, [])

    assert subscribers.departments() == {"billing", "fax"}


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_what_was_read_is_believed_for_a_minute(kind: str) -> None:
    now = [NOON]
    with dynamodb(kind) as (client, tables):
        subscribers = SubscribersItems(client, desk_table=tables.desk, clock=lambda: now[0])
        before = subscribers.confirmed_count("billing")
        subscribers.record("billing", 0, [])

        within = subscribers.confirmed_count("billing")
        now[0] += timedelta(seconds=61)
        after = subscribers.confirmed_count("billing")

    assert (before, within, after) == (None, None, 0)


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_note_that_cannot_be_read_holds_up_no_mail(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        subscribers = SubscribersItems(client, desk_table=f"{tables.desk}-gone")

        assert subscribers.confirmed_count("billing") is None
        assert not subscribers.are_known()


def test_what_nobody_has_looked_at_yet_is_known_to_be_nothing(
    subscribers: FakeSubscribers | SubscribersItems,
) -> None:
    assert subscribers.are_known()


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_what_was_read_once_stays_known_while_the_table_does_not_answer(kind: str) -> None:
    now = [NOON]
    with dynamodb(kind) as (client, tables):
        retrying = Retrying(client)
        subscribers = SubscribersItems(cast("Any", retrying), desk_table=tables.desk, clock=lambda: now[0])
        subscribers.record("billing", 0, [])
        before = subscribers.confirmed_count("billing")
        now[0] += timedelta(seconds=61)
        retrying.errors.append(refused("ThrottlingException"))

        assert (before, subscribers.confirmed_count("billing"), subscribers.are_known()) == (0, 0, True)
