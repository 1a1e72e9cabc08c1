"""Posts that the account liked: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk.aws.dynamodb import batch_write
from desk.errors import StoreBusy
from desk.reports.favourites import FavouriteItems, FavouriteProgress, FavouriteStore, KeptFavourite
from desk.x.model import Author
from tests.fakes.reports import FakeFavouriteStore
from tests.tables import DYNAMODBS, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
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
class Subject:
    """A store under test, and what only its owner can do."""

    store: FavouriteStore
    erase_author: Callable[[str], object]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeFavouriteStore()
        yield Subject(fake, fake.erased.add)
        return
    with dynamodb(request.param) as (client, tables):

        def erase_author(author_id: str) -> None:
            client.put_item(TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}})

        yield Subject(FavouriteItems(client, tables.desk), erase_author)


def test_a_new_desk_knows_no_favourites(subject: Subject) -> None:
    assert list(subject.store.all()) == []
    assert subject.store.erased_authors(["501"]) == frozenset()


def test_favourites_are_saved_as_they_were(subject: Subject) -> None:
    nameless = LIKED._replace(post_id="101", author=None, settled=True)

    subject.store.save([LIKED, nameless])

    assert sorted(subject.store.all()) == [LIKED, nameless]


def test_saving_again_replaces(subject: Subject) -> None:
    subject.store.save([LIKED])

    subject.store.save([LIKED._replace(settled=True)])

    assert list(subject.store.all()) == [LIKED._replace(settled=True)]


def test_removing_twice_is_no_error(subject: Subject) -> None:
    subject.store.save([LIKED, LIKED._replace(post_id="101")])

    for _ in range(2):
        subject.store.remove(["100"])

    assert [each.post_id for each in subject.store.all()] == ["101"]


def test_erased_authors_are_found(subject: Subject) -> None:
    subject.erase_author("501")

    assert subject.store.erased_authors(["501", "502", "501"]) == {"501"}


def test_many_are_saved_and_removed_at_once(subject: Subject) -> None:
    many = [LIKED._replace(post_id=str(number)) for number in range(300)]

    subject.store.save(many)
    assert len(subject.store.all()) == 300
    subject.store.remove(each.post_id for each in many[:250])

    assert len(subject.store.all()) == 50


def test_progress_is_saved_and_is_no_favourite(subject: Subject) -> None:
    assert subject.store.progress() == FavouriteProgress(begun=False, checked_on=None)

    for progress in (FavouriteProgress(True), FavouriteProgress(True, date(2026, 11, 24))):
        subject.store.save_progress(progress)
        assert subject.store.progress() == progress

    assert list(subject.store.all()) == []


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
