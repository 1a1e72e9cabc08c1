"""Attendance: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.attendance.store import MORNINGS_KEPT, AttendanceItems, AttendanceRecord, AttendanceStore, GreetingReply
from desk.mentions.model import Mention
from desk.mentions.store import MentionStoreItems
from desk.x.model import Author, XPost, first_id_at
from tests.fakes.reports import FakeAttendance
from tests.tables import Dynamo

SEOUL = ZoneInfo("Asia/Seoul")
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=SEOUL).astimezone(UTC)
GREETING = first_id_at(NINE)
MINUTE = timedelta(minutes=1)
HANEUL = Author("501", "haneul", "하늘")
TUESDAY = date(2026, 11, 24)
REGULAR = AttendanceRecord("501", (TUESDAY - timedelta(days=1), TUESDAY), in_a_row=2, author=HANEUL)


@dataclass(frozen=True)
class Subject:
    """The store under test, and what happens to the mentions that it reads."""

    attendance: AttendanceStore
    store: Callable[[Sequence[Mention]], object]
    read_as: Callable[[str, str, bool], object]
    remove_words: Callable[[str], object]
    erase_author: Callable[[str], object]

    def ids(self, until: datetime = NINE + 120 * MINUTE, limit: int = 20_000) -> list[str]:
        found = self.attendance.replies_to(GREETING, since=NINE, until=until, limit=limit)
        return [reply.mention_id for reply in found]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeAttendance()
        return Subject(
            fake,
            fake.mentions.extend,
            lambda mention_id, kind, review: fake.junk.update({mention_id} if kind == "junk" and not review else ()),
            fake.removed.add,
            fake.erased.add,
        )
    client, tables = dynamo

    def update(mention_id: str, expression: str, **values: Any) -> None:
        client.update_item(
            TableName=tables.mentions,
            Key={"mention_id": {"S": mention_id}},
            UpdateExpression=expression,
            **({"ExpressionAttributeValues": values["values"]} if values else {}),
        )

    return Subject(
        AttendanceItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL),
        MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL).store,
        lambda mention_id, kind, review: update(
            mention_id,
            "SET kind = :kind, review = :review" if review else "SET kind = :kind",
            values={":kind": {"S": kind}} | ({":review": {"BOOL": True}} if review else {}),
        ),
        lambda mention_id: update(mention_id, "REMOVE post"),
        lambda author_id: client.put_item(
            TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}}
        ),
    )


@pytest.fixture
def store(subject: Subject) -> AttendanceStore:
    return subject.attendance


def mention(
    at: datetime, *, author: str = "501", to: str | None = GREETING, within: str | None = None, named: bool = False
) -> Mention:
    key = first_id_at(at)
    return Mention(
        XPost(
            id=key,
            text="안녕하세요",
            author_id=author,
            created_at=at,
            conversation_id=within or to or key,
            lang="ko",
            edit_ids=(key,),
            in_reply_to=to,
            author=HANEUL if named else None,
        ),
        received_at=at + MINUTE,
    )


def test_replies_come_oldest_first_with_the_author_that_was_stored(subject: Subject) -> None:
    late, early = mention(NINE + 9 * MINUTE, author="502"), mention(NINE + MINUTE, named=True)
    subject.store([late, early])

    found = subject.attendance.replies_to(GREETING, since=NINE, until=NINE + 120 * MINUTE, limit=20_000)

    assert list(found) == [GreetingReply(early.id, "501", HANEUL), GreetingReply(late.id, "502", None)]


def test_a_mention_deeper_in_the_thread_is_a_reply_and_one_outside_is_not(subject: Subject) -> None:
    other = mention(NINE + MINUTE, to=None)
    deeper = mention(NINE + 2 * MINUTE, to="77", within=GREETING)
    subject.store([other, deeper])

    assert subject.ids() == [deeper.id]


def test_only_mentions_within_the_time_count(subject: Subject) -> None:
    made = [NINE - MINUTE, NINE, NINE + 120 * MINUTE - timedelta(milliseconds=1), NINE + 120 * MINUTE]
    mentions = [mention(at) for at in made]
    subject.store(mentions)

    assert subject.ids() == [mentions[1].id, mentions[2].id]


def test_a_time_over_midnight_is_read_on_both_days(subject: Subject) -> None:
    midnight = datetime(2026, 11, 25, 0, 0, tzinfo=SEOUL).astimezone(UTC)
    around = [mention(midnight - MINUTE), mention(midnight + MINUTE)]
    subject.store(around)

    found = subject.attendance.replies_to(
        GREETING, since=midnight - 9 * MINUTE, until=midnight + 9 * MINUTE, limit=20_000
    )

    assert [reply.mention_id for reply in found] == [each.id for each in around]


def test_junk_is_no_reply_and_what_is_unread_or_to_review_is(subject: Subject) -> None:
    junk, chat, unread, doubtful = (mention(NINE + minute * MINUTE) for minute in (1, 2, 3, 4))
    subject.store([junk, chat, unread, doubtful])
    subject.read_as(junk.id, "junk", False)
    subject.read_as(chat.id, "chat", False)
    subject.read_as(doubtful.id, "junk", True)

    assert subject.ids() == [chat.id, unread.id, doubtful.id]


def test_removed_words_and_erased_authors_are_left_out(subject: Subject) -> None:
    removed, erased, there = (mention(NINE + n * MINUTE, author=str(500 + n)) for n in (1, 2, 3))
    subject.store([removed, erased, there])
    subject.remove_words(removed.id)
    subject.erase_author("502")

    assert subject.ids() == [there.id]


def test_many_replies_are_all_found(subject: Subject) -> None:
    many = [mention(NINE + timedelta(seconds=n), author=str(n)) for n in range(1, 110)]
    subject.store(many)

    assert subject.ids() == [each.id for each in many]


def test_about_as_many_mentions_as_the_limit_are_read_and_the_log_reports_it(
    subject: Subject, dynamo: Dynamo | None, caplog: pytest.LogCaptureFixture
) -> None:
    subject.store([mention(NINE + timedelta(seconds=n), author=str(n)) for n in range(1, 60)])

    assert len(subject.ids(limit=1_600)) == 59
    assert "more mentions may reply" not in caplog.text
    assert 0 < len(subject.ids(limit=16)) <= 16
    assert dynamo is None or "more mentions may reply" in caplog.text


def test_at_first_there_is_no_record(store: AttendanceStore) -> None:
    assert list(store.mornings()) == []
    assert store.records(["501"]) == {}


def test_records_and_morning_are_saved(store: AttendanceStore) -> None:
    newcomer = AttendanceRecord("502", (TUESDAY,), in_a_row=1, author=None)

    store.save(TUESDAY, [REGULAR, newcomer], NINE)

    assert list(store.mornings()) == [TUESDAY]
    assert store.records(["501", "502", "503", "501"]) == {"501": REGULAR, "502": newcomer}


def test_saving_the_same_again_changes_nothing(store: AttendanceStore) -> None:
    for _ in range(2):
        store.save(TUESDAY, [REGULAR], NINE)

    assert (list(store.mornings()), store.records(["501"])) == ([TUESDAY], {"501": REGULAR})


def test_a_morning_to_which_nobody_came_is_saved(store: AttendanceStore) -> None:
    store.save(TUESDAY, [], NINE)

    assert list(store.mornings()) == [TUESDAY]


def test_mornings_are_returned_oldest_first(store: AttendanceStore) -> None:
    for ahead in (3, -40, 0):
        store.save(TUESDAY + timedelta(days=ahead), [], NINE)

    assert list(store.mornings()) == [TUESDAY + timedelta(days=ahead) for ahead in (-40, 0, 3)]


def test_no_more_than_the_last_mornings_of_a_person_are_kept(store: AttendanceStore) -> None:
    days = tuple(TUESDAY + timedelta(days=ahead) for ahead in range(30))

    store.save(days[-1], [REGULAR._replace(mornings=days, in_a_row=30)], NINE)

    assert store.records(["501"])["501"] == REGULAR._replace(mornings=days[-MORNINGS_KEPT:], in_a_row=30)


def test_many_records_are_saved_at_once(store: AttendanceStore) -> None:
    many = [AttendanceRecord(str(number), (TUESDAY,), 1, None) for number in range(110)]

    store.save(TUESDAY, many, NINE)

    assert len(store.records([each.author_id for each in many])) == 110


def test_all_records_are_those_of_people_and_not_the_mornings(subject: Subject) -> None:
    other = REGULAR._replace(author_id="502", author=None)
    subject.attendance.save(TUESDAY, [REGULAR, other], NINE)

    assert sorted(subject.attendance.all_records(), key=lambda each: each.author_id) == [REGULAR, other]
