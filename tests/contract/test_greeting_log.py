"""What was said in the morning last: the fake and DynamoDB keep the same promises."""

from datetime import date

import pytest

from desk.posts.greeting_log import GreetingLog, GreetingLogItems, LastGreeting
from tests.fakes.posts import FakeGreetingLog
from tests.tables import Dynamo

MONDAY = LastGreeting(date(2026, 11, 23), "좋은 아침이에요!")
TUESDAY = LastGreeting(date(2026, 11, 24), "Good morning!")


@pytest.fixture
def log(dynamo: Dynamo | None) -> GreetingLog:
    return GreetingLogItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeGreetingLog()


def test_a_new_desk_has_not_greeted(log: GreetingLog) -> None:
    assert log.last() is None


def test_the_last_greeting_is_remembered(log: GreetingLog) -> None:
    assert log.remember(MONDAY) == MONDAY
    assert log.remember(TUESDAY) == TUESDAY

    assert log.last() == TUESDAY


def test_of_two_greetings_of_a_day_the_first_is_remembered_and_both_are_told_so(log: GreetingLog) -> None:
    log.remember(TUESDAY)

    assert log.remember(TUESDAY._replace(text="Hello!")) == TUESDAY
    assert log.last() == TUESDAY


def test_an_earlier_day_replaces_nothing(log: GreetingLog) -> None:
    log.remember(TUESDAY)

    assert log.remember(MONDAY) == TUESDAY
    assert log.last() == TUESDAY


def test_a_morning_that_stays_silent_is_remembered_too(log: GreetingLog) -> None:
    log.remember(MONDAY)

    log.remember(TUESDAY._replace(text=None))

    assert log.last() == TUESDAY._replace(text=None)
