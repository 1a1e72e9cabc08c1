"""Faults by the time at which they were posted, on the tables and in the fake."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from desk.cases.model import case_id_of
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency
from desk.spikes.faults import FaultItems, Faults
from tests.contract.case_scene import NOON, READING, SEOUL, Routing, decided, mention
from tests.fakes.routing import FakeUnitOfWork
from tests.fakes.spikes import FakeFaults
from tests.tables import Dynamo

MIDNIGHT = NOON - timedelta(hours=12)
"""In Seoul."""


def fault(department: str = "network") -> Reading:
    return Reading(Kind.FAULT, Need.SUPPORT, department, Urgency.NORMAL, "ko", 0.9, (), terms=("먹통", "강남역"))


def posted(number: int) -> Mention:
    """A mention in a conversation of its own, so many seconds after noon."""
    return mention(number, author=str(abs(number) + 100), conversation=str(abs(number) + 200))


class Subject(NamedTuple):
    faults: Faults
    route: Callable[[Mention, Reading], object]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeUnitOfWork()

        def route(one: Mention, reading: Reading) -> None:
            fake.mentions.store([one])
            fake.commit(decided([one], {}, reading), NOON)

        return Subject(FakeFaults(fake.mentions), route)
    client, tables = dynamo
    routing = Routing(client, tables)
    faults = FaultItems(client, mentions_table=tables.mentions, zone=SEOUL)
    return Subject(faults, lambda one, reading: routing.route(one, reading=reading))


def found(subject: Subject, since: datetime, until: datetime, department: str | None = "network") -> list[str]:
    return [each.mention_id for each in subject.faults.between(since, until, department=department)]


def test_the_faults_of_a_department_are_found_by_when_they_were_posted(subject: Subject) -> None:
    for number in (30, 10, 20, 40):
        subject.route(posted(number), fault())
    subject.route(posted(15), fault("billing"))
    subject.route(posted(25), READING._replace(department="network"))

    since, until = NOON + timedelta(seconds=10), NOON + timedelta(seconds=30)

    assert found(subject, since, until) == ["10", "20", "30"]
    assert found(subject, since, until, department=None) == ["10", "15", "20", "30"]
    assert subject.faults.count(since, until, department="network") == 3
    assert found(subject, until + timedelta(seconds=11), until + timedelta(hours=1)) == []


def test_a_fault_has_its_author_its_case_and_its_terms(subject: Subject) -> None:
    subject.route(posted(1), fault())

    (one,) = subject.faults.between(NOON, NOON + timedelta(minutes=1))

    assert (one.mention_id, one.department, one.author_id) == ("1", "network", "101")
    assert one.case_id == case_id_of("201", "101")
    assert one.posted_at == NOON + timedelta(seconds=1)
    assert (one.terms, one.backlog, one.read_at) == (("먹통", "강남역"), False, NOON)


def test_a_span_may_reach_over_midnight(subject: Subject) -> None:
    before, after = -12 * 3600 - 5, -12 * 3600 + 5
    subject.route(posted(before), fault())
    subject.route(posted(after), fault())

    assert found(subject, MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1)) == [str(before), str(after)]
