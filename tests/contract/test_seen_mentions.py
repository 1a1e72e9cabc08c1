"""Which mentions people have seen, on the tables and in the fake."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from desk.mentions.items import mention_item
from desk.mentions.model import DayCounts, Source
from desk.mentions.seen import SeenMentionItems, SeenMentions
from desk.mentions.store import MentionStoreItems
from desk.reading import Kind, Need, Reading, Urgency
from desk.retention.store import ErasureItems, RetentionItems
from desk.routing.decide import plan
from tests.cases import unit_of_work_on
from tests.contract.case_scene import BRAND, NOON, SEOUL, mention
from tests.fakes.pictures import no_pictures
from tests.fakes.seen import FakeSeenMentions
from tests.tables import Dynamo

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())
INQUIRY = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.9, ())
LATER = NOON + timedelta(hours=1)
NIGHT = 13 * 3600
"""Seconds after noon at which the next day began an hour ago."""


@dataclass
class Subject:
    """The store, with mentions 1 to 3 of today and one of tomorrow without a case, and mention 5 of a case."""

    store: SeenMentions
    dynamo: Dynamo | None

    def unseen(self, limit: int = 9) -> list[str]:
        found: list[str] = []
        page = self.store.unseen(limit=limit)
        while True:
            found += [each.post.id for each in page.mentions]
            if page.after is None:
                return found
            page = self.store.unseen(limit=limit, after=page.after)

    def seen(self, day: date = TODAY) -> int:
        return self.store.day_counts([day])[day].seen

    def item(self, mention_id: str) -> dict[str, Any]:
        assert self.dynamo
        key = {"mention_id": {"S": mention_id}}
        item: dict[str, Any] = self.dynamo.client.get_item(TableName=self.dynamo.tables.mentions, Key=key)["Item"]
        return item


WITHOUT_CASE = [mention(3), mention(1), mention(2, text="반가워요"), mention(NIGHT)]
OF_CASE = mention(5)


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeSeenMentions()
        fake.put(*(each.post for each in WITHOUT_CASE))
        fake.with_case[OF_CASE.id] = OF_CASE.post
        return Subject(fake, None)
    client, tables = dynamo
    for reading, mentions in ((CHAT, WITHOUT_CASE), (INQUIRY, [OF_CASE])):
        for one in mentions:
            client.put_item(TableName=tables.mentions, Item=mention_item(one, SEOUL))
        steps = plan([(one, reading) for one in mentions], {}, BRAND).steps
        unit_of_work_on(client, tables).commit(steps, NOON)
    store = SeenMentionItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
    return Subject(store, dynamo)


@pytest.mark.parametrize("limit", [1, 2, 9])
def test_unseen_mentions_come_oldest_first_in_pages(limit: int, subject: Subject) -> None:
    assert subject.unseen(limit) == ["1", "2", "3", str(NIGHT)]
    assert subject.store.unseen(limit=2).mentions[1].post.text == "반가워요"
    assert (subject.store.count_unseen(most=3), subject.store.count_unseen(most=100)) == (3, 4)


@pytest.mark.parametrize("place", ["", "here", "1~2"])
def test_a_place_that_is_none_is_refused(place: str, subject: Subject) -> None:
    with pytest.raises(ValueError, match="not a place"):
        subject.store.unseen(limit=1, after=place)


def test_what_a_person_saw_waits_no_longer_and_is_counted_once_on_its_day(subject: Subject) -> None:
    ids = ["1", "2", OF_CASE.id, str(NIGHT), "unknown"]

    assert subject.store.mark_seen(ids, "박지민", LATER) == {"1", "2", OF_CASE.id, str(NIGHT)}
    assert subject.store.mark_seen([*ids, "3"], "이수진", LATER) == {"3"}
    assert subject.store.mark_seen(ids, "박지민", LATER) == frozenset()

    assert subject.unseen() == []
    assert (subject.seen(), subject.seen(TOMORROW)) == (4, 1)
    if subject.dynamo:
        assert subject.item("1")["seen_by"] == {"S": "박지민"}
        assert subject.item("1")["seen_at"] == {"S": LATER.isoformat()}


def test_what_of_some_mentions_nobody_has_seen_is_told_with_or_without_a_case(subject: Subject) -> None:
    ids = ["1", "2", OF_CASE.id, "unknown"]
    assert subject.store.unseen_among(ids) == {"1", "2", OF_CASE.id}

    subject.store.mark_seen(["1"], "박지민", LATER)

    assert subject.store.unseen_among(ids) == {"2", OF_CASE.id}
    assert subject.store.unseen_among([]) == frozenset()


def test_only_who_saw_it_first_can_take_that_back(subject: Subject) -> None:
    subject.store.mark_seen(["1", OF_CASE.id], "박지민", LATER)

    assert subject.store.mark_unseen(["1", "2", OF_CASE.id], "이수진") == frozenset()
    assert subject.store.mark_unseen(["1", "2", OF_CASE.id], "박지민") == {"1", OF_CASE.id}
    assert subject.store.mark_unseen(["1"], "박지민") == frozenset()

    assert subject.unseen() == ["1", "2", "3", str(NIGHT)]
    assert subject.seen() == 0


def test_days_without_anything_count_nothing(subject: Subject) -> None:
    day = date(2026, 1, 1)

    assert subject.store.day_counts([day]) == {day: DayCounts()}


@pytest.fixture
def on_tables(subject: Subject) -> Subject:
    if subject.dynamo is None:
        pytest.skip("about the tables")
    return subject


def test_a_heard_post_that_was_seen_is_not_among_the_days_seen_mentions(on_tables: Subject) -> None:
    assert on_tables.dynamo
    client, tables = on_tables.dynamo
    heard = mention(9)._replace(source=Source.LISTENING)
    client.put_item(TableName=tables.mentions, Item=mention_item(heard, SEOUL))
    unit_of_work_on(client, tables).commit(plan([(heard, CHAT)], {}, BRAND).steps, NOON)

    assert on_tables.store.mark_seen(["9", "1"], "박지민", LATER) == {"9", "1"}
    assert on_tables.seen() == 1
    assert on_tables.store.mark_unseen(["9"], "박지민") == {"9"}
    assert on_tables.seen() == 1


def test_more_mentions_than_fit_into_a_transaction_are_all_marked(on_tables: Subject) -> None:
    assert on_tables.dynamo
    client, tables = on_tables.dynamo
    many = [mention(number) for number in range(100, 300)]
    mentions = MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
    mentions.store(many)
    unit_of_work_on(client, tables).commit(plan([(one, CHAT) for one in many], {}, BRAND).steps, NOON)

    assert len(on_tables.store.mark_seen([one.id for one in many], "박지민", LATER)) == 200
    counts = on_tables.store.day_counts([TODAY])[TODAY]
    assert (counts.polled, counts.seen, counts.slots) == (200, 200, {24: 200})
    assert mentions.seen([TODAY, TOMORROW]) == {TODAY: 200}


def test_a_mention_that_was_not_read_yet_is_left_alone(on_tables: Subject) -> None:
    assert on_tables.dynamo
    on_tables.dynamo.client.put_item(TableName=on_tables.dynamo.tables.mentions, Item=mention_item(mention(9), SEOUL))

    assert on_tables.store.mark_seen(["9"], "박지민", LATER) == frozenset()
    assert on_tables.store.unseen_among(["9"]) == frozenset()


def _erase(dynamo: Dynamo) -> None:
    names = dynamo.tables
    ErasureItems(
        dynamo.client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk
    ).erase_mentions(["1"])


def _forget(dynamo: Dynamo) -> None:
    names = dynamo.tables
    RetentionItems(dynamo.client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases).remove_words(
        ["1"]
    )


@pytest.mark.parametrize("remove", [_erase, _forget])
def test_words_that_were_removed_do_not_come_back_with_an_undone_mark(
    remove: Callable[[Dynamo], None], on_tables: Subject
) -> None:
    assert on_tables.dynamo
    on_tables.store.mark_seen(["1"], "박지민", LATER)
    remove(on_tables.dynamo)

    assert on_tables.store.mark_unseen(["1"], "박지민") == frozenset()
    assert on_tables.store.mark_seen(["1"], "이수진", LATER) == frozenset()
    assert on_tables.unseen() == ["2", "3", str(NIGHT)]
    assert on_tables.seen() == 1


def test_two_people_at_once_count_a_mention_once(on_tables: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_tables.dynamo
    client, write = on_tables.dynamo.client, on_tables.dynamo.client.transact_write_items

    def write_after_a_colleague(**asked: Any) -> Any:
        monkeypatch.setattr(client, "transact_write_items", write)
        on_tables.store.mark_seen(["1"], "이수진", LATER)
        return write(**asked)

    monkeypatch.setattr(client, "transact_write_items", write_after_a_colleague)

    assert on_tables.store.mark_seen(["1", "2"], "박지민", LATER) == {"2"}
    assert on_tables.seen() == 2
