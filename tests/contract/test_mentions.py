"""Mentions as received, on their days, and as the digest counts them: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk.aws.dynamodb import from_item
from desk.cases.model import RoutedMention, Step
from desk.mentions.erased_authors import mark_erased
from desk.mentions.items import mention_item
from desk.mentions.model import DayNeeds, DayRow, Mention, Parent, Source, Stage
from desk.mentions.store import MentionStore, MentionStoreItems
from desk.reading import Kind, Need, Reading, Urgency
from desk.retention.store import ErasureItems, RetentionItems
from desk.x.model import Author, XPost, first_id_at
from tests.cases import unit_of_work_on
from tests.contract.case_scene import CASE_ID, Routing
from tests.contract.case_scene import mention as mention_of_case
from tests.fakes.mentions import SEOUL, FakeMentions
from tests.fakes.pictures import no_pictures
from tests.tables import DYNAMODBS, UNSEEN_PROJECTS, Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
IDS = ("1", "2", "3")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
READING = Reading(
    Kind.FEEDBACK, Need.RELATIONSHIP, "billing", Urgency.LOW, "ko", 0.75, (), terms=("청구서", "roaming", "5g")
)
CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())
NEEDS = DayNeeds({"support": tuple(range(24)), "information": (0,) * 24}, polled=276, undecided=3)


@dataclass(frozen=True)
class Subject:
    """A store under test, and what other stores do to its mentions."""

    store: MentionStore
    erase: Callable[[str], None]
    erase_author: Callable[[str], object]
    parent_of: Callable[[str], object]
    read: Callable[[Mention, Reading], object]
    """Store a mention together with its reading."""
    open_case: Callable[[Mention], object]
    """Store a mention that opens the case CASE_ID."""

    def polled_on(self, day: date) -> int:
        return self.store.polled([day]).get(day, 0)


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield fake_subject(FakeMentions(SEOUL))
        return
    with dynamodb(request.param) as (client, tables):

        def erase(mention_id: str) -> None:
            client.update_item(
                TableName=tables.mentions,
                Key={"mention_id": {"S": mention_id}},
                UpdateExpression="SET erased = :yes REMOVE post, parent, waiting, waiting_since",
                ExpressionAttributeValues={":yes": {"BOOL": True}},
            )

        def kept_parent(mention_id: str) -> object:
            item = client.get_item(TableName=tables.mentions, Key={"mention_id": {"S": mention_id}})["Item"]
            return from_item({"parent": item["parent"]})["parent"]

        routing = unit_of_work_on(client, tables)

        def read(mention: Mention, reading: Reading) -> None:
            client.put_item(TableName=tables.mentions, Item=mention_item(mention, SEOUL))
            entry = RoutedMention(mention, reading, event=None, case=None)
            assert routing.commit([Step((entry,), None)], NOON).contested == frozenset()

        yield Subject(
            MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL, page=2),
            erase,
            lambda author: mark_erased(client, tables.desk, author, NOON),
            kept_parent,
            read,
            Routing(client, tables).route,
        )


def fake_subject(fake: FakeMentions) -> Subject:
    def kept_parent(mention_id: str) -> object:
        parent = fake.mentions[mention_id].parent
        return {"id": parent.id} | ({"post": parent.post} if parent.post else {}) if parent else None

    return Subject(
        fake,
        fake.erase,
        fake.gone_authors.add,
        kept_parent,
        lambda mention, reading: fake.keep(row_of(mention, reading)),
        lambda mention: fake.cases.update({mention.id: CASE_ID}),
    )


def row_of(mention: Mention, reading: Reading) -> DayRow:
    return DayRow(
        mention.id,
        mention.post.created_at,
        reading.kind.value,
        reading.need.value,
        reading.department,
        reading.urgency.value,
        reading.lang,
        reading.terms,
        reading.review,
    )


def mention(number: int, *, at: datetime = NOON, text: str = "청구서", parent: Parent | None = None) -> Mention:
    return Mention(post_of(number, at, text), received_at=NOON, parent=parent)


def post_of(number: int, at: datetime = NOON, text: str = "청구서", author: str = "501") -> XPost:
    key = str(number)
    return XPost(id=key, text=text, author_id=author, created_at=at, conversation_id=key, lang="ko", edit_ids=(key,))


def test_only_stored_mentions_are_known(subject: Subject) -> None:
    subject.store.store([mention(1), mention(2)])

    assert subject.store.known(["1", "2", "3"]) == {"1", "2"}
    assert subject.store.known([]) == frozenset()


def test_more_ids_than_one_question_takes_are_all_looked_for(subject: Subject) -> None:
    subject.store.store([mention(number) for number in range(1, 251)])

    assert len(subject.store.known([str(number) for number in range(1, 301)])) == 250


def test_stored_mentions_are_counted_on_their_day_in_the_desks_zone(subject: Subject) -> None:
    late = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # already the 25th in Seoul

    new = subject.store.store([mention(1), mention(2, at=late - SECOND), mention(3, at=late)])

    assert new == {"1", "2", "3"}
    assert subject.store.polled([TODAY, TODAY + DAY, TODAY + 2 * DAY, TODAY]) == {TODAY: 2, TODAY + DAY: 1}


def test_a_stored_mention_is_neither_replaced_nor_counted_again(subject: Subject) -> None:
    subject.store.store([mention(1, text="first")])

    new = subject.store.store([mention(1, text="second"), mention(2)])

    stored = subject.store.posts(["1"])["1"]
    assert new == {"2"}
    assert stored is not None
    assert stored.text == "first"
    assert subject.polled_on(TODAY) == 2


def test_storing_only_what_is_there_already_changes_nothing(subject: Subject) -> None:
    subject.store.store([mention(1)])

    assert subject.store.store([mention(1)]) == frozenset()
    assert subject.polled_on(TODAY) == 1


def test_an_erased_mention_is_known_has_no_words_and_is_not_stored_again(subject: Subject) -> None:
    subject.erase("1")

    assert subject.store.store([mention(1)]) == frozenset()
    assert subject.store.known(["1"]) == {"1"}
    assert subject.store.posts(["1", "2"]) == {"1": None}
    assert subject.polled_on(TODAY) == 0


def test_posts_come_back_as_they_were_stored(subject: Subject) -> None:
    edited = replace(post_of(5), edit_ids=("4", "5"), in_reply_to="3", lang="en")
    subject.store.store([Mention(edited, NOON, parent=Parent("3", None))])

    assert subject.store.posts(["5", "6"]) == {"5": edited}


def test_the_nearest_mentions_from_an_id_on_and_below_it_are_found_in_order(subject: Subject) -> None:
    places = [0, 1, 1.5, 2, 61, 3_600]
    ids = sent(subject, [NOON + SECOND * place for place in places])

    assert subject.store.ids_from(ids[1], until=NOON + HOUR, count=2) == ids[1:3]
    assert subject.store.ids_from(str(int(ids[1]) + 1), until=NOON + HOUR, count=9) == ids[2:]
    assert subject.store.ids_from(ids[1], until=NOON + HOUR - SECOND, count=9) == ids[1:5]
    assert subject.store.ids_below(ids[3], since=NOON, count=2) == [ids[2], ids[1]]
    assert subject.store.ids_below(str(int(ids[3]) + 1), since=NOON + SECOND, count=9) == [ids[3], ids[2], ids[1]]
    assert subject.store.ids_below(ids[0], since=NOON - HOUR, count=1) == []
    assert subject.store.ids_from(ids[3], until=NOON, count=9) == []


def test_posts_of_one_second_are_distinguished_by_their_ids(subject: Subject) -> None:
    ids = sent(subject, [NOON + SECOND * number / 300 for number in range(250)])

    above = subject.store.ids_from(ids[200], until=NOON + SECOND, count=3)
    below = subject.store.ids_below(ids[200], since=NOON, count=3)

    assert (len(above), len(below)) == (3, 3)
    assert set(above) <= set(ids[200:])
    assert set(below) <= set(ids[:200])
    assert [*reversed(below), *above] == sorted([*below, *above], key=int)


def test_the_nearest_mentions_may_be_days_away_in_the_desks_zone(subject: Subject) -> None:
    ids = sent(subject, [NOON + DAY * place for place in (-3, -1, 2, 4)])
    middle = first_id_at(NOON)

    assert subject.store.ids_below(middle, since=NOON - 6 * DAY, count=2) == [ids[1], ids[0]]
    assert subject.store.ids_below(middle, since=NOON - 2 * DAY, count=2) == [ids[1]]
    assert subject.store.ids_from(middle, until=NOON + 6 * DAY, count=2) == ids[2:]
    assert subject.store.ids_from(middle, until=NOON + 3 * DAY, count=2) == [ids[2]]


def test_an_erased_mention_is_no_neighbour_of_a_gap(subject: Subject) -> None:
    subject.erase(first_id_at(NOON))

    assert subject.store.ids_from(first_id_at(NOON), until=NOON + HOUR, count=1) == []


def test_a_heard_post_is_on_its_day_apart_from_the_mentions_of_the_brand(subject: Subject) -> None:
    subject.store.store([mention(1), heard(2), heard(3, at=NOON - DAY)])

    assert subject.store.known(["1", "2"]) == {"1", "2"}
    assert subject.store.known(["1", "2"], heard=False) == {"1"}
    assert (subject.polled_on(TODAY), subject.store.heard([TODAY, TODAY - DAY])) == (1, {TODAY: 1, TODAY - DAY: 1})
    assert [row.mention_id for row in subject.store.day_rows(TODAY)] == ["1"]
    assert [row.mention_id for row in subject.store.day_rows(TODAY, source=Source.LISTENING)] == ["2"]
    assert subject.store.get_many(["2"])["2"].mention.source is Source.LISTENING


def test_a_heard_post_is_no_neighbour_of_a_gap(subject: Subject) -> None:
    subject.store.store([heard(int(first_id_at(NOON)))])

    assert subject.store.ids_from(first_id_at(NOON), until=NOON + HOUR, count=1) == []
    assert subject.store.ids_below(first_id_at(NOON + HOUR), since=NOON - HOUR, count=1) == []


def test_a_post_that_turns_out_to_be_a_mention_is_one_from_then_on(subject: Subject) -> None:
    subject.store.store([heard(1, text="heard"), heard(2)])

    assert subject.store.store([mention(1, text="mentions"), mention(3)]) == {"1", "3"}
    assert subject.store.store([mention(1, text="again")]) == frozenset()

    stored = subject.store.get_many(["1"])["1"]
    assert (stored.mention.source, stored.mention.post.text, stored.stage) == (
        Source.MENTIONS,
        "mentions",
        Stage.READING,
    )
    assert subject.store.known(["1"], heard=False) == {"1"}
    assert (subject.polled_on(TODAY), subject.store.heard([TODAY])) == (2, {TODAY: 1})
    assert sorted(row.mention_id for row in subject.store.day_rows(TODAY)) == ["1", "3"]
    assert [row.mention_id for row in subject.store.day_rows(TODAY, source=Source.LISTENING)] == ["2"]


def test_the_last_heard_post_of_a_day_that_turns_out_to_be_a_mention_leaves_none_heard(subject: Subject) -> None:
    subject.store.store([heard(1)])
    subject.store.store([mention(1)])

    assert (subject.polled_on(TODAY), subject.store.heard([TODAY])) == (1, {})


def test_a_mention_is_never_replaced_by_what_was_heard(subject: Subject) -> None:
    subject.store.store([mention(1)])

    assert subject.store.store([heard(1)]) == frozenset()
    assert subject.store.get_many(["1"])["1"].mention.source is Source.MENTIONS
    assert (subject.polled_on(TODAY), subject.store.heard([TODAY])) == (1, {})


def test_an_erased_heard_post_and_one_of_an_erased_author_never_become_mentions(subject: Subject) -> None:
    subject.store.store([heard(1), heard(2)])
    subject.erase("2")

    assert subject.store.known(["1", "2"], heard=False) == {"2"}
    assert subject.store.store([mention(2)]) == frozenset()

    subject.erase_author("501")
    assert subject.store.store([mention(1)]) == frozenset()
    assert subject.polled_on(TODAY) == 0


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_mentions_that_replace_heard_posts_are_reported_once(kind: str) -> None:
    reported: list[set[str]] = []
    with dynamodb(kind) as (client, tables):
        store = MentionStoreItems(
            client,
            mentions_table=tables.mentions,
            desk_table=tables.desk,
            zone=SEOUL,
            on_promoted=lambda ids: reported.append(set(ids)),
        )
        store.store([heard(1), heard(2), heard(3)])
        store.store([mention(4)])
        assert reported == []

        store.store([mention(1), mention(3), mention(4), mention(5)])
        store.store([mention(1), mention(5)])

    assert reported == [{"1", "3"}]


def heard(number: int, *, at: datetime = NOON, text: str = "청구서") -> Mention:
    return mention(number, at=at, text=text)._replace(source=Source.LISTENING)


def sent(subject: Subject, moments: Sequence[datetime]) -> list[str]:
    """The ids of mentions stored as made at these moments; like X, they tell no fractions of a second."""
    ids = [first_id_at(moment) for moment in moments]
    told = [moment.replace(microsecond=0) for moment in moments]
    subject.store.store([mention(int(key), at=moment) for key, moment in zip(ids, told, strict=True)])
    return ids


@pytest.mark.parametrize("subject", ["fake", "moto"], indirect=True)
def test_ten_long_posts_with_long_parents_are_stored_whole(subject: Subject) -> None:
    """Not on the local AWS: it counts a transaction's bytes with each syllable as \\uXXXX, twice what AWS counts."""
    long = "가" * 25_000
    mentions = [mention(each, text=long, parent=Parent("900", post_of(900, text=long))) for each in range(1, 41)]

    new = subject.store.store(mentions)

    posts = subject.store.posts(new)
    assert len(new) == 40
    assert all(post is not None and post.text == long for post in posts.values())


def test_mentions_of_many_days_are_stored_and_counted(subject: Subject) -> None:
    days = [NOON - timedelta(days=number) for number in range(30)]

    new = subject.store.store([mention(number, at=day) for number, day in enumerate(days, start=1)])

    assert len(new) == 30
    assert {subject.polled_on(day.date()) for day in days} == {1}


def test_an_author_who_is_erased_between_two_pages_is_stored_on_neither_the_next_nor_any_other(
    subject: Subject,
) -> None:
    subject.store.store([mention(1)])
    subject.erase_author("501")

    new = subject.store.store([mention(2), Mention(post_of(3, author="502"), received_at=NOON)])
    subject.erase_author("502")
    newer = subject.store.store([Mention(post_of(4, author="502"), received_at=NOON)])

    assert (set(new), set(newer)) == ({"3"}, set())
    assert subject.store.known(["1", "2", "3", "4"]) == {"1", "3"}
    assert subject.polled_on(TODAY) == 2


def test_erased_authors_are_all_known_once_something_was_stored(subject: Subject) -> None:
    before = subject.store.erased_authors()
    for author_id in ("7", "8"):
        subject.erase_author(author_id)
    subject.store.store([mention(1)])

    assert (set(before), set(subject.store.erased_authors())) == (set(), {"7", "8"})


def test_words_of_an_erased_author_are_not_stored_as_what_somebody_answers(subject: Subject) -> None:
    subject.store.store([mention(1)])
    subject.erase_author("666")
    answers = Mention(post_of(3), received_at=NOON, parent=Parent("2", post_of(2, author="666", text="지워 주세요")))

    subject.store.store([answers])

    assert subject.parent_of("3") == {"id": "2"}


def test_only_mentions_that_were_read_have_a_case(subject: Subject) -> None:
    subject.open_case(mention_of_case(1))
    subject.store.store([mention(2)])

    assert subject.store.case_ids(["1", "2", "3", "1"]) == {"1": CASE_ID}
    assert subject.store.case_ids([]) == {}


def test_a_day_row_has_the_reading_without_the_words(subject: Subject) -> None:
    subject.read(mention(1), READING)
    subject.read(mention(2), replace(READING, review=True))
    subject.read(mention(3), CHAT)
    subject.store.store([mention(4)])

    rows = {row.mention_id: row for row in subject.store.day_rows(TODAY)}
    needs = {row.mention_id: row for row in subject.store.day_rows(TODAY, needs_only=True)}

    read = DayRow("1", NOON, "feedback", "relationship", "billing", "low", "ko", ("청구서", "roaming", "5g"))
    assert rows["1"] == read
    assert rows["2"] == read._replace(mention_id="2", review=True)
    assert (rows["3"].kind, rows["3"].department, rows["3"].terms) == ("chat", None, ())
    assert rows["4"] == DayRow("4", NOON)
    assert needs["1"] == DayRow("1", NOON, "feedback", "relationship")


def test_each_row_of_a_day_in_the_desks_zone_comes_once_and_none_of_another_day(subject: Subject) -> None:
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=SEOUL)
    subject.store.store([mention(100 + number, at=NOON + timedelta(milliseconds=number)) for number in range(60)])
    subject.store.store([mention(1, at=midnight), mention(2, at=midnight - timedelta(milliseconds=1))])
    subject.store.store([mention(3, at=midnight + DAY)])

    ids = [row.mention_id for row in subject.store.day_rows(TODAY)]

    assert sorted(ids, key=int) == ["1", *(str(100 + number) for number in range(60))]
    assert list(subject.store.day_rows(date(2026, 11, 26))) == []


def test_needs_are_kept_day_by_day_and_replaced(subject: Subject) -> None:
    empty = DayNeeds({}, polled=0, undecided=0)
    subject.store.keep_day_needs(TODAY, empty)
    subject.store.keep_day_needs(TODAY, NEEDS)
    subject.store.keep_day_needs(TODAY - DAY, empty)

    found = subject.store.day_needs([TODAY, TODAY - DAY, TODAY - 2 * DAY])

    assert found == {TODAY: NEEDS, TODAY - DAY: empty}
    assert subject.store.day_needs([]) == {}


class Indexed:
    """Mentions 1 (feedback, long ago), 2 (a case) and 3 (chat) in tables of their own, as their indexes show them."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client, self._tables = client, tables
        written = mention(1, at=NOON - HOUR, text="ＤＡＴＡ\n 요금  010-1234-5678")
        written = written._replace(post=written.post._replace(author=Author("501", "Kim_J", "김")))
        self.store = MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
        self.store.store([mention(3, text="안녕"), written])
        routing = unit_of_work_on(client, tables)
        for one, reading in ((mention(3), CHAT), (written, READING)):
            routing.commit([Step((RoutedMention(one, reading, event=None, case=None),), None)], NOON)
        Routing(client, tables).route(mention_of_case(2))

    def rows(self, index: str) -> list[dict[str, Any]]:
        """What the index has, in the order of its range key."""
        items = self._client.scan(TableName=self._tables.mentions, IndexName=index)["Items"]
        return sorted(map(from_item, items), key=lambda plain: plain["created_at"])

    def forget(self) -> None:
        names = self._tables
        RetentionItems(
            self._client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases
        ).remove_words(IDS)

    def erase(self) -> None:
        names = self._tables
        erasure = ErasureItems(
            self._client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk
        )
        erasure.erase_mentions(IDS)


@pytest.fixture(params=DYNAMODBS)
def indexed(request: pytest.FixtureRequest) -> Iterator[Indexed]:
    with dynamodb(request.param) as (client, tables):
        yield Indexed(client, tables)


def test_mentions_without_a_case_are_unseen_and_found_as_rows(indexed: Indexed) -> None:
    rows = indexed.rows("unseen")

    assert [(row["mention_id"], row["kind"], row.get("department")) for row in rows] == [
        ("1", "feedback", "billing"),
        ("3", "chat", None),
    ]
    assert rows[0].keys() == {"mention_id", "unseen", "created_at", *UNSEEN_PROJECTS} - {"review"}
    assert rows[0]["post"]["author"]["username"] == "Kim_J"
    assert {row["unseen"] for row in rows} == {"unseen"}


def test_the_day_index_has_normalised_text_without_private_numbers_and_the_author(indexed: Indexed) -> None:
    row = indexed.rows("by_day")[0]

    assert (row["search_text"], row["handle"], row["author_id"]) == ("data 요금 ●●●-●●●●-●●78", "kim_j", "501")


@pytest.mark.parametrize("remove", [Indexed.forget, Indexed.erase])
def test_no_words_or_names_stay_in_an_index_after(indexed: Indexed, remove: Callable[[Indexed], None]) -> None:
    remove(indexed)

    assert indexed.rows("unseen") == []
    for row in indexed.rows("by_day"):
        has_words = not row.keys().isdisjoint({"search_text", "handle", "terms"})
        assert has_words is (remove is Indexed.forget and "case_id" in row), "a case's words go with the case"
    assert [row.kind for row in sorted(indexed.store.day_rows(TODAY))] == ["feedback", "inquiry", "chat"]
