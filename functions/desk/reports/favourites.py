"""Favourites: the posts that the account liked, as the desk stores them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_write, from_item, parts_of, store_errors, to_item
from desk.mentions.erased_authors import erased_among
from desk.x.model import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class KeptFavourite(NamedTuple):
    """A liked post: who wrote it and when, when the desk first saw it, and when X last showed it.

    `settled`: the walk that found it also reached a known post below it, so that later walks may end here.
    """

    post_id: str
    author_id: str
    author: Author | None
    created_at: datetime
    noted_at: datetime
    checked_at: datetime
    settled: bool


class FavouriteProgress(NamedTuple):
    """Whether a walk was ever completed, and the desk's day on which stored posts were last looked up again."""

    begun: bool = False
    checked_on: date | None = None


class FavouriteStore(Protocol):
    """The liked posts. Every method raises StoreBusy. A post that is not saved again within a year is removed."""

    def progress(self) -> FavouriteProgress:
        """Return how far reading has come, read consistently."""
        ...

    def save_progress(self, progress: FavouriteProgress) -> None:
        """Replace the progress."""
        ...

    def all(self) -> Sequence[KeptFavourite]:
        """Return every stored post, read consistently, in no order."""
        ...

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        """Store or replace these posts. After an error some of them may be stored; repeating the call is safe."""
        ...

    def remove(self, post_ids: Iterable[str]) -> None:
        """Remove these posts; one that is gone already is no error."""
        ...

    def erased_authors(self, author_ids: Collection[str]) -> frozenset[str]:
        """Return which of these authors were erased, so that their posts must not be stored."""
        ...


_ITEM = "favourite"
_PROGRESS = to_item({"item": "favourites", "part": "progress"})
_KEPT = timedelta(days=366)


class FavouriteItems:
    """FavouriteStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def progress(self) -> FavouriteProgress:
        """See FavouriteStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_PROGRESS, ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        checked_on = plain.get("checked_on")
        return FavouriteProgress(bool(plain.get("begun")), date.fromisoformat(checked_on) if checked_on else None)

    def save_progress(self, progress: FavouriteProgress) -> None:
        """See FavouriteStore."""
        checked_on = progress.checked_on.isoformat() if progress.checked_on else None
        item = _PROGRESS | to_item({"begun": progress.begun, "checked_on": checked_on})
        with store_errors():
            self._client.put_item(TableName=self._table, Item=item)

    def all(self) -> Sequence[KeptFavourite]:
        """See FavouriteStore."""
        return [_favourite_of(plain) for plain in parts_of(self._client, self._table, _ITEM)]

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        """See FavouriteStore."""
        batch_write(self._client, self._table, puts=(to_item(_plain(each)) for each in favourites))

    def remove(self, post_ids: Iterable[str]) -> None:
        """See FavouriteStore."""
        keys = (to_item({"item": _ITEM, "part": post_id}) for post_id in post_ids)
        batch_write(self._client, self._table, deletes=keys)

    def erased_authors(self, author_ids: Collection[str]) -> frozenset[str]:
        """See FavouriteStore."""
        return erased_among(self._client, self._table, author_ids)


def _plain(favourite: KeptFavourite) -> dict[str, Any]:
    author = favourite.author
    return {
        "item": _ITEM,
        "part": favourite.post_id,
        "author_id": favourite.author_id,
        "author": {"id": author.id, "username": author.username, "name": author.name} if author else None,
        "created_at": favourite.created_at.isoformat(),
        "noted_at": favourite.noted_at.isoformat(),
        "checked_at": favourite.checked_at.isoformat(),
        "settled": favourite.settled,
        "expires_at": int((favourite.checked_at + _KEPT).timestamp()),
    }


def _favourite_of(plain: dict[str, Any]) -> KeptFavourite:
    author = plain.get("author")
    return KeptFavourite(
        post_id=plain["part"],
        author_id=plain["author_id"],
        author=Author(author["id"], author["username"], author["name"]) if author else None,
        created_at=datetime.fromisoformat(plain["created_at"]),
        noted_at=datetime.fromisoformat(plain["noted_at"]),
        checked_at=datetime.fromisoformat(plain["checked_at"]),
        settled=bool(plain["settled"]),
    )
