"""The outbox: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from desk.errors import StoreBusy
from desk.outbox.model import GRACE, OutboxEntry, OutboxKind, new_entry, subject_id, versioned
from desk.outbox.store import Outbox, OutboxItems, outbox_actions
from tests.fakes.outbox import FakeOutbox
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Subject:
    """An outbox, and a way to put entries in as the transaction of a change does."""

    def __init__(self, dynamo: Dynamo | None) -> None:
        self._fake, self._dynamo = FakeOutbox(), dynamo
        self.outbox: Outbox = OutboxItems(dynamo.client, dynamo.tables.desk) if dynamo else self._fake

    def put(self, *entries: OutboxEntry) -> None:
        if self._dynamo is None:
            self._fake.put(entries)
            return
        actions: Any = outbox_actions(entries, self._dynamo.tables.desk)
        self._dynamo.client.transact_write_items(TransactItems=actions)


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    return Subject(dynamo)


def case_news(number: int, recipient: str = "billing", *, version: int = 2) -> OutboxEntry:
    subject = versioned(f"case{number}", version)
    return new_entry(recipient, OutboxKind.CASE, subject, "handed", NOON - number * MINUTE)


def test_entries_are_listed_by_recipient_the_oldest_first_until_they_are_sent(subject: Subject) -> None:
    first, second, other = case_news(2), case_news(1), case_news(3, "network")
    subject.put(second, first, other)

    listed = subject.outbox.entries("billing")
    subject.outbox.settle([first])
    subject.outbox.settle([first])

    assert list(listed) == [first, second]
    assert list(subject.outbox.entries("billing")) == [second]
    assert list(subject.outbox.entries("network")) == [other]
    assert [subject.outbox.has(entry) for entry in (first, second, other)] == [False, True, True]


def test_an_entry_comes_back_with_all_that_it_says(subject: Subject) -> None:
    entry = case_news(1, version=12)
    subject.put(entry)

    [read] = subject.outbox.entries("billing")

    assert read == entry
    assert (read.due_at - read.at, subject_id(read)) == (GRACE, "case1")


def test_only_the_same_entry_counts_as_unsent(subject: Subject) -> None:
    subject.put(case_news(1, version=12))

    assert not subject.outbox.has(case_news(1, version=1))
    assert not subject.outbox.has(case_news(1, "network", version=12))


def test_entries_of_one_subject_stay_apart_by_kind_and_by_what_happened(subject: Subject) -> None:
    spike = new_entry("network", OutboxKind.SPIKE, "s1", "mailed_at", NOON)
    other = new_entry("network", OutboxKind.SPIKE, "s1", "end_mailed_at", NOON + MINUTE)
    mention = new_entry("network", OutboxKind.MENTION, "s1", "mailed_at", NOON + 2 * MINUTE)
    subject.put(spike, other, mention)

    subject.outbox.settle([other])

    assert list(subject.outbox.entries("network")) == [spike, mention]


def test_what_is_left_of_an_entry_takes_its_place(subject: Subject) -> None:
    entry = new_entry("network", OutboxKind.MENTION, "1", "all", NOON)
    left = entry._replace(recipient="operator", what="mail", due_at=NOON)
    same = case_news(1)
    subject.put(entry, same)

    subject.outbox.settle([entry, same], [left, same])

    assert list(subject.outbox.entries("network")) == []
    assert list(subject.outbox.entries("operator")) == [left]
    assert list(subject.outbox.entries("billing")) == [same]


def test_more_entries_than_one_batch_takes_are_settled(subject: Subject) -> None:
    entries = [case_news(number) for number in range(60)]
    for start in range(0, 60, 20):
        subject.put(*entries[start : start + 20])

    subject.outbox.settle(entries[:59])

    assert list(subject.outbox.entries("billing")) == entries[59:]


@pytest.mark.parametrize("number", range(2))
def test_whichever_write_fails_the_entry_stays_until_what_is_left_was_put_in(number: int) -> None:
    with dynamodb() as (client, tables):
        calls, entry = count(), new_entry("network", OutboxKind.MENTION, "1", "all", NOON)
        client.transact_write_items(TransactItems=outbox_actions([entry], tables.desk))
        outbox = OutboxItems(client, tables.desk)

        def fail(**_: object) -> None:
            if next(calls) == number:
                raise ReadTimeoutError(endpoint_url="")

        client.meta.events.register("before-call.dynamodb.BatchWriteItem", fail)
        with pytest.raises(StoreBusy):
            outbox.settle([entry], [entry._replace(what="mail")])

        assert entry in outbox.entries("network")
