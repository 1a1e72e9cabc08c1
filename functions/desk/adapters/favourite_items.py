"""Liked posts as `favourite`/`<post_id>` of the Desk table, and how far reading came as `favourites`/`progress`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_write import batch_write
from desk.adapters.desk_parts import erased_among, parts_of
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.ports.favourites import FavouriteProgress, KeptFavourite
from desk.x_post import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "favourite"
_PROGRESS = to_item({"item": "favourites", "part": "progress"})
_KEPT = timedelta(days=366)


class FavouriteItems:
    """The port FavouriteStore on DynamoDB."""

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

    def note(self, progress: FavouriteProgress) -> None:
        """See FavouriteStore."""
        checked_on = progress.checked_on.isoformat() if progress.checked_on else None
        item = _PROGRESS | to_item({"begun": progress.begun, "checked_on": checked_on})
        with store_errors():
            self._client.put_item(TableName=self._table, Item=item)

    def all(self) -> Sequence[KeptFavourite]:
        """See FavouriteStore."""
        return [_favourite_of(plain) for plain in parts_of(self._client, self._table, _ITEM)]

    def keep(self, favourites: Iterable[KeptFavourite]) -> None:
        """See FavouriteStore."""
        batch_write(self._client, self._table, puts=(to_item(_plain(each)) for each in favourites))

    def remove(self, post_ids: Iterable[str]) -> None:
        """See FavouriteStore."""
        keys = (to_item({"item": _ITEM, "part": post_id}) for post_id in post_ids)
        batch_write(self._client, self._table, deletes=keys)

    def erased(self, author_ids: Collection[str]) -> frozenset[str]:
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
