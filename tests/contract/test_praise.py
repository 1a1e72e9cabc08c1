"""Praise that was passed on: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desk.outbox.store import Outbox, OutboxItems
from desk.praise.store import PassedPraise, PraiseItems, PraiseStore, entry_of
from tests.fakes.praise import FakePraise
from tests.tables import DYNAMODBS, dynamodb

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNDO = timedelta(seconds=10)
PRAISE = PassedPraise("100", "501", "store", "오늘 큰 힘이 되는 글이에요", "박지민", NOW)
OTHER = PRAISE._replace(department="billing", sentence="", at=NOW + timedelta(minutes=1))


@dataclass(frozen=True)
class Subject:
    """The store, its outbox, and what only its owner can do."""

    store: PraiseStore
    outbox: Outbox
    erase_author: Callable[[str], object]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakePraise()
        yield Subject(fake, fake.outbox, fake.erased.add)
        return
    with dynamodb(request.param) as (client, tables):

        def erase_author(author_id: str) -> None:
            client.put_item(TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}})

        store = PraiseItems(client, tables.desk, lasts=timedelta(days=30))
        yield Subject(store, OutboxItems(client, tables.desk), erase_author)


def test_a_department_gets_a_post_once_however_often_it_is_passed_on(subject: Subject) -> None:
    passed = [subject.store.pass_on(each, UNDO) for each in (PRAISE, PRAISE, PRAISE._replace(by="이수진"), OTHER)]

    assert passed == [True, False, False, True]
    assert list(subject.store.of_post("100")) == [PRAISE, OTHER]
    assert list(subject.outbox.entries("store")) == [entry_of(PRAISE, UNDO)]
    assert subject.outbox.entries("store")[0].due_at == NOW + UNDO


def test_it_is_taken_back_with_its_entry_until_it_is_being_sent(subject: Subject) -> None:
    subject.store.pass_on(PRAISE, UNDO)
    subject.store.pass_on(OTHER, UNDO)

    assert subject.store.begin_sending("100", "billing") == OTHER._replace(sending=True)
    assert [subject.store.take_back(each, UNDO) for each in (PRAISE, PRAISE, OTHER)] == [True, True, False]

    assert subject.store.begin_sending("100", "store") is None
    assert list(subject.outbox.entries("store")) == []
    assert list(subject.outbox.entries("billing")) == [entry_of(OTHER, UNDO)]


def test_sending_again_after_a_run_that_died_finds_it_again(subject: Subject) -> None:
    subject.store.pass_on(PRAISE, UNDO)

    first, second = (subject.store.begin_sending("100", "store") for _ in range(2))

    assert first == second == PRAISE._replace(sending=True)


def test_what_a_department_has_is_known_by_post(subject: Subject) -> None:
    subject.store.pass_on(PRAISE, UNDO)

    assert subject.store.passed_on("store", ["100", "100", "101"]) == {"100"}
    assert subject.store.passed_on("billing", ["100"]) == frozenset()


def test_nothing_of_an_erased_author_is_passed_on(subject: Subject) -> None:
    subject.erase_author("501")

    assert not subject.store.pass_on(PRAISE, UNDO)

    assert list(subject.outbox.entries("store")) == []


def test_what_is_forgotten_goes_with_its_sentence(subject: Subject) -> None:
    subject.store.pass_on(PRAISE, UNDO)
    subject.store.pass_on(OTHER, UNDO)
    subject.store.pass_on(PRAISE._replace(post_id="1001"), UNDO)

    assert [subject.store.forget(["100", "404"]) for _ in range(2)] == [2, 0]

    assert list(subject.store.of_post("100")) == []
    assert len(subject.store.of_post("1001")) == 1
