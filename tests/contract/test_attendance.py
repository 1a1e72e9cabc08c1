"""Answers to greetings and the roll: the fakes and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.model import Mention
from desk.mentions.store import MentionStoreItems
from desk.reports.attendance import (
    MORNINGS_KEPT,
    AttendanceRoll,
    AttendanceRollItems,
    Attending,
    GreetingReplies,
    GreetingReply,
    GreetingReplyItems,
)
from desk.x.model import Author, XPost, first_id_at
from tests.fakes.reports import FakeAttendanceRoll, FakeGreetingReplies
from tests.tables import DYNAMODBS, Dynamo, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=SEOUL).astimezone(UTC)
GREETING = first_id_at(NINE)
MINUTE = timedelta(minutes=1)
HANEUL = Author("501", "haneul", "하늘")


@dataclass(frozen=True)
class Subject:
    """Replies under test, and what only their owner can do."""

    replies: GreetingReplies
    store: Callable[[Sequence[Mention]], object]
    read_as: Callable[[str, str], object]
    forget: Callable[[str], object]
    erase_author: Callable[[str], object]

    def ids(self, until: datetime = NINE + 120 * MINUTE, limit: int = 20_000) -> list[str]:
        found = self.replies.replies(GREETING, since=NINE, until=until, limit=limit)
        return [reply.mention_id for reply in found]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeGreetingReplies()
        yield Subject(
            fake,
            fake.mentions.extend,
            lambda mention_id, kind: fake.junk.update({mention_id} if kind == "junk" else ()),
            fake.forgotten.add,
            fake.erased.add,
        )
        return
    with dynamodb(request.param) as (client, tables):

        def update(mention_id: str, expression: str, **values: Any) -> None:
            client.update_item(
                TableName=tables.mentions,
                Key={"mention_id": {"S": mention_id}},
                UpdateExpression=expression,
                **({"ExpressionAttributeValues": values["values"]} if values else {}),
            )

        yield Subject(
            GreetingReplyItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL),
            MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL).store,
            lambda mention_id, kind: update(mention_id, "SET kind = :kind", values={":kind": {"S": kind}}),
            lambda mention_id: update(mention_id, "REMOVE post"),
            lambda author_id: client.put_item(
                TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}}
            ),
        )


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

    found = subject.replies.replies(GREETING, since=NINE, until=NINE + 120 * MINUTE, limit=20_000)

    assert list(found) == [GreetingReply(early.id, "501", HANEUL), GreetingReply(late.id, "502", None)]


def test_what_answers_something_else_is_no_reply_and_what_is_deeper_in_the_thread_is(subject: Subject) -> None:
    other = mention(NINE + MINUTE, to=None)
    deeper = mention(NINE + 2 * MINUTE, to="77", within=GREETING)
    subject.store([other, deeper])

    assert subject.ids() == [deeper.id]


def test_only_what_was_made_within_the_time_counts(subject: Subject) -> None:
    made = [NINE - MINUTE, NINE, NINE + 120 * MINUTE - timedelta(milliseconds=1), NINE + 120 * MINUTE]
    mentions = [mention(at) for at in made]
    subject.store(mentions)

    assert subject.ids() == [mentions[1].id, mentions[2].id]


def test_a_time_over_midnight_is_looked_at_whole(subject: Subject) -> None:
    midnight = datetime(2026, 11, 25, 0, 0, tzinfo=SEOUL).astimezone(UTC)
    around = [mention(midnight - MINUTE), mention(midnight + MINUTE)]
    subject.store(around)

    found = subject.replies.replies(GREETING, since=midnight - 9 * MINUTE, until=midnight + 9 * MINUTE, limit=20_000)

    assert [reply.mention_id for reply in found] == [each.id for each in around]


def test_junk_is_no_reply_and_what_is_not_read_yet_is(subject: Subject) -> None:
    junk, chat, unread = (mention(NINE + minute * MINUTE) for minute in (1, 2, 3))
    subject.store([junk, chat, unread])
    subject.read_as(junk.id, "junk")
    subject.read_as(chat.id, "chat")

    assert subject.ids() == [chat.id, unread.id]


def test_forgotten_words_and_erased_authors_are_left_out(subject: Subject) -> None:
    forgotten, erased, there = (mention(NINE + n * MINUTE, author=str(500 + n)) for n in (1, 2, 3))
    subject.store([forgotten, erased, there])
    subject.forget(forgotten.id)
    subject.erase_author("502")

    assert subject.ids() == [there.id]


def test_many_replies_are_all_found(subject: Subject) -> None:
    many = [mention(NINE + timedelta(seconds=n), author=str(n)) for n in range(1, 260)]
    subject.store(many)

    assert subject.ids() == [each.id for each in many]


def test_no_more_than_about_the_limit_is_looked_at(subject: Subject) -> None:
    subject.store([mention(NINE + timedelta(seconds=n), author=str(n)) for n in range(1, 100)])

    assert 0 < len(subject.ids(limit=16)) <= 16


@pytest.mark.parametrize("limit", [16, 1_600])
def test_what_was_not_looked_at_is_told_in_the_log(limit: int, caplog: pytest.LogCaptureFixture) -> None:
    with dynamodb() as (client, tables):
        replies = GreetingReplyItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
        store = MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
        store.store([mention(NINE + timedelta(seconds=n), author=str(n)) for n in range(1, 100)])

        replies.replies(GREETING, since=NINE, until=NINE + timedelta(hours=1), limit=limit)

    assert ("more mentions than are looked at" in caplog.text) == (limit == 16)


TUESDAY = date(2026, 11, 24)
REGULAR = Attending("501", (TUESDAY - timedelta(days=1), TUESDAY), in_a_row=2, author=HANEUL)


@pytest.fixture
def roll(dynamo: Dynamo | None) -> AttendanceRoll:
    return AttendanceRollItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeAttendanceRoll()


def test_a_new_roll_is_empty(roll: AttendanceRoll) -> None:
    assert list(roll.mornings()) == []
    assert roll.of(["501"]) == {}


def test_people_and_morning_are_put_on_the_roll(roll: AttendanceRoll) -> None:
    newcomer = Attending("502", (TUESDAY,), in_a_row=1, author=None)

    roll.write(TUESDAY, [REGULAR, newcomer], NINE)

    assert list(roll.mornings()) == [TUESDAY]
    assert roll.of(["501", "502", "503", "501"]) == {"501": REGULAR, "502": newcomer}


def test_writing_the_same_again_changes_nothing(roll: AttendanceRoll) -> None:
    for _ in range(2):
        roll.write(TUESDAY, [REGULAR], NINE)

    assert (list(roll.mornings()), roll.of(["501"])) == ([TUESDAY], {"501": REGULAR})


def test_a_morning_to_which_nobody_came_is_on_the_roll(roll: AttendanceRoll) -> None:
    roll.write(TUESDAY, [], NINE)

    assert list(roll.mornings()) == [TUESDAY]


def test_mornings_come_oldest_first_in_whatever_order_they_were_taken(roll: AttendanceRoll) -> None:
    for ahead in (3, -40, 0):
        roll.write(TUESDAY + timedelta(days=ahead), [], NINE)

    assert list(roll.mornings()) == [TUESDAY + timedelta(days=ahead) for ahead in (-40, 0, 3)]


def test_no_more_than_the_last_mornings_of_a_person_are_kept(roll: AttendanceRoll) -> None:
    days = tuple(TUESDAY + timedelta(days=ahead) for ahead in range(30))

    roll.write(days[-1], [REGULAR._replace(mornings=days, in_a_row=30)], NINE)

    assert roll.of(["501"])["501"] == REGULAR._replace(mornings=days[-MORNINGS_KEPT:], in_a_row=30)


def test_a_full_room_is_put_on_the_roll(roll: AttendanceRoll) -> None:
    many = [Attending(str(number), (TUESDAY,), 1, None) for number in range(230)]

    roll.write(TUESDAY, many, NINE)

    assert len(roll.of([each.author_id for each in many])) == 230
