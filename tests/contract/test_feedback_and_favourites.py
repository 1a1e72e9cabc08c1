"""Feedback and liked posts: the fakes and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from desk.aws.dynamodb import batch_write
from desk.errors import StoreBusy
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reports.favourites import FavouriteItems, FavouriteProgress, FavouriteStore, KeptFavourite
from desk.reports.feedback import FeedbackItems, FeedbackStore
from desk.retention.store import RetentionItems
from desk.x.model import Author, XPost
from tests.fakes.reports import FakeFavouriteStore, FakeFeedback
from tests.tables import DYNAMODBS, Dynamo, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@dataclass(frozen=True)
class Subject:
    """The store under test, and what happens to the mentions that it reads."""

    feedback: FeedbackStore
    store: Callable[[Mention], object]
    remove_words: Callable[[str], object]
    erase: Callable[[str], object]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeFeedback()
        return Subject(fake, lambda one: fake.stored.update({one.id: one}), fake.stored.pop, fake.erased.add)
    client, tables = dynamo
    retention = RetentionItems(client, mentions_table=tables.mentions, cases_table=tables.cases)
    return Subject(
        FeedbackItems(client, mentions_table=tables.mentions, desk_table=tables.desk),
        lambda one: client.put_item(TableName=tables.mentions, Item=mention_item(one, ZoneInfo("Asia/Seoul"))),
        lambda key: retention.forget_words([key]),
        lambda author: client.put_item(
            TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author}}
        ),
    )


def mention(number: int, *, author: str = "7", backlog: bool = False) -> Mention:
    key = str(1000 + number)
    post = XPost(key, f"의견 {number}", author, NOON, key, "ko", (key,), author=Author(author, "sky", "하늘"))
    return Mention(post, NOON, backlog=backlog)


def test_mentions_come_as_they_were_stored(subject: Subject) -> None:
    stored = {one.id: one for one in (mention(number, backlog=number == 3) for number in range(110))}
    for one in stored.values():
        subject.store(one)

    assert subject.feedback.mentions([*stored, "404"]) == stored
    assert subject.feedback.mentions([]) == {}


def test_a_mention_whose_words_were_removed_does_not_come(subject: Subject) -> None:
    subject.store(mention(1))
    subject.store(mention(2))
    subject.remove_words("1001")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1002"}


def test_an_erased_author_does_not_come_even_before_the_words_are_removed(subject: Subject) -> None:
    subject.store(mention(1, author="7"))
    subject.store(mention(2, author="8"))
    subject.erase("8")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1001"}


@pytest.fixture
def store(subject: Subject) -> FeedbackStore:
    return subject.feedback


def claim(store: FeedbackStore, holder: str = "first", until: date = MONDAY, now: datetime = NOW) -> bool:
    return store.claim("billing", until, holder=holder, now=now, ends_at=now + SPAN)


def test_a_day_is_remembered_by_department(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("network", MONDAY - timedelta(days=1))

    assert store.mailed_until() == {"billing": MONDAY, "network": MONDAY - timedelta(days=1)}


def test_a_department_that_was_only_claimed_was_not_mailed(store: FeedbackStore) -> None:
    claim(store)

    assert store.mailed_until() == {}


def test_of_two_runs_one_mails_until_its_time_is_over(store: FeedbackStore) -> None:
    assert [claim(store), claim(store, "second"), claim(store)] == [True, False, True]
    assert not claim(store, "second", now=NOW + SPAN - timedelta(seconds=1))
    assert claim(store, "second", now=NOW + SPAN)


def test_mailed_days_are_never_claimed_again_but_later_days_are(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)

    assert [claim(store), claim(store, "second", now=NOW + 2 * SPAN)] == [False, False]
    assert claim(store, "second", until=MONDAY + timedelta(days=1))


def test_a_late_run_never_sets_the_day_back(store: FeedbackStore) -> None:
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("billing", MONDAY - timedelta(days=7))

    assert store.mailed_until() == {"billing": MONDAY}


LIKED = KeptFavourite(
    post_id="100",
    author_id="501",
    author=Author("501", "haneul", "하늘"),
    created_at=NOON - timedelta(minutes=3),
    noted_at=NOON,
    checked_at=NOON,
    settled=False,
)


@dataclass(frozen=True)
class FavouritesSubject:
    """A store under test, and what only its owner can do."""

    store: FavouriteStore
    erase_author: Callable[[str], object]


@pytest.fixture(params=["fake", *DYNAMODBS])
def favourites(request: pytest.FixtureRequest) -> Iterator[FavouritesSubject]:
    if request.param == "fake":
        fake = FakeFavouriteStore()
        yield FavouritesSubject(fake, fake.erased.add)
        return
    with dynamodb(request.param) as (client, tables):

        def erase_author(author_id: str) -> None:
            client.put_item(TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}})

        yield FavouritesSubject(FavouriteItems(client, tables.desk), erase_author)


def test_a_new_desk_knows_no_favourites(favourites: FavouritesSubject) -> None:
    assert list(favourites.store.all()) == []
    assert favourites.store.erased_authors(["501"]) == frozenset()


def test_favourites_are_saved_as_they_were(favourites: FavouritesSubject) -> None:
    nameless = LIKED._replace(post_id="101", author=None, settled=True)

    favourites.store.save([LIKED, nameless])

    assert sorted(favourites.store.all()) == [LIKED, nameless]


def test_saving_again_replaces(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED])

    favourites.store.save([LIKED._replace(settled=True)])

    assert list(favourites.store.all()) == [LIKED._replace(settled=True)]


def test_removing_twice_is_no_error(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED, LIKED._replace(post_id="101")])

    for _ in range(2):
        favourites.store.remove(["100"])

    assert [each.post_id for each in favourites.store.all()] == ["101"]


def test_erased_authors_are_found(favourites: FavouritesSubject) -> None:
    favourites.erase_author("501")

    assert favourites.store.erased_authors(["501", "502", "501"]) == {"501"}


def test_many_are_saved_and_removed_at_once(favourites: FavouritesSubject) -> None:
    many = [LIKED._replace(post_id=str(number)) for number in range(300)]

    favourites.store.save(many)
    assert len(favourites.store.all()) == 300
    favourites.store.remove(each.post_id for each in many[:250])

    assert len(favourites.store.all()) == 50


def test_progress_is_saved_and_is_no_favourite(favourites: FavouritesSubject) -> None:
    assert favourites.store.progress() == FavouriteProgress(begun=False, checked_on=None)

    for progress in (FavouriteProgress(True), FavouriteProgress(True, date(2026, 11, 24))):
        favourites.store.save_progress(progress)
        assert favourites.store.progress() == progress

    assert list(favourites.store.all()) == []


class Slow:
    """A DynamoDB client that leaves all but one item unwritten, as often as it is told."""

    def __init__(self, client: "DynamoDBClient", times: int) -> None:
        self._client = client
        self.times = times

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - boto3's name
        assert sum(map(len, RequestItems.values())) <= 25  # DynamoDB's limit, which moto does not watch
        if not self.times:
            return self._client.batch_write_item(RequestItems=RequestItems)
        self.times -= 1
        [(table, requests)] = RequestItems.items()
        self._client.batch_write_item(RequestItems={table: requests[:1]})
        return {"UnprocessedItems": {table: requests[1:]} if requests[1:] else {}}


def test_items_left_unwritten_are_written_again_for_a_while() -> None:
    naps: list[float] = []
    items: list[Any] = [{"item": {"S": "favourite"}, "part": {"S": str(number)}} for number in range(30)]
    with dynamodb() as (client, tables):
        slow: Any = Slow(client, times=3)
        batch_write(slow, tables.desk, puts=items, pause=naps.append)
        written = client.scan(TableName=tables.desk)["Count"]

    assert (written, len(naps)) == (30, 3)


def test_items_that_are_never_written_are_an_error() -> None:
    naps: list[float] = []
    items: list[Any] = [{"item": {"S": "favourite"}, "part": {"S": str(number)}} for number in range(25)]
    with dynamodb() as (client, tables):
        slow: Any = Slow(client, times=100)
        with pytest.raises(StoreBusy):
            batch_write(slow, tables.desk, puts=items, pause=naps.append)

    assert sum(naps) < 10
