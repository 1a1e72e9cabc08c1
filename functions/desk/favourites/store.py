"""Favourites: the posts that the account liked, with their texts and what people noted about them.

A post has one item, by its id, and one in the order in which the posts were liked. Where the two disagree, as after
a run that was cut off, the item by id decides.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    batch_get,
    batch_write,
    changing,
    from_item,
    is_refused,
    moment_text,
    parts_of,
    query_pages,
    store_errors,
    to_item,
    values,
)
from desk.mentions.erased_authors import erased_among
from desk.mentions.items import author_of, plain_author, plain_post, post_of
from desk.text import cut
from desk.x.model import Author, XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_NOTES = 20
"""Notes about one post."""


class FavouriteNote(NamedTuple):
    """What somebody noted about a favourite, for colleagues. `request` names the form that it came with."""

    text: str
    by: str
    at: datetime
    request: str


class KeptFavourite(NamedTuple):
    """A liked post: who wrote it and when, when the desk first saw it, and when X last showed it.

    `settled`: the walk that found it also reached a known post below it, so that later walks may end here. `post` is
    None until X has shown the desk its text; it has the same author. `notes` are the oldest first.
    """

    post_id: str
    author_id: str
    author: Author | None
    created_at: datetime
    noted_at: datetime
    checked_at: datetime
    settled: bool
    post: XPost | None = None
    notes: tuple[FavouriteNote, ...] = ()


class FavouriteProgress(NamedTuple):
    """Whether a walk was ever completed, and the desk's day on which stored posts were last looked up again.

    `in_order`: all stored posts are also listed in the order of their likes; an earlier release did not list them.
    """

    begun: bool = False
    checked_on: date | None = None
    in_order: bool = False


class FavouritePage(NamedTuple):
    """Favourites, the last liked first; `after` continues behind them, and is None on the last page."""

    favourites: tuple[KeptFavourite, ...]
    after: str | None


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

    def page(self, *, limit: int, after: str | None = None) -> FavouritePage:
        """Return posts in the order in which they were liked, at most `limit`, maybe fewer although there are more.

        Raises ValueError for an `after` that this method did not return.
        """
        ...

    def find(self, post_id: str) -> KeptFavourite | None:
        """Return the post, read consistently; None if it is not stored, or no more."""
        ...

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        """Store or replace these posts, except their notes and when they were first seen.

        After an error some of them may be stored; repeating the call is safe.
        """
        ...

    def add_note(self, post_id: str, note: FavouriteNote) -> bool:
        """Add a note, once for each request; whether it is there now. It is not if the post is gone or has too many."""
        ...

    def remove_note(self, post_id: str, request: str) -> None:
        """Remove the note of this request; one that is gone already is no error."""
        ...

    def remove(self, post_ids: Iterable[str]) -> None:
        """Remove these posts with their notes; one that is gone already is no error."""
        ...

    def ids(self) -> Iterator[str]:
        """Return the ids of all stored posts."""
        ...

    def forget(self, post_ids: Collection[str]) -> int:
        """Remove those of these posts that are stored, with their notes; return how many."""
        ...

    def erased_authors(self, author_ids: Collection[str]) -> frozenset[str]:
        """Return which of these authors were erased, so that their posts must not be stored."""
        ...


_ITEM = "favourite"
_ORDER = "favourite_order"
_PROGRESS = to_item({"item": "favourites", "part": "progress"})
_KEPT = timedelta(days=366)
_TEXT = 100_000  # bytes of one text
_TRIES = 5


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
        return FavouriteProgress(
            bool(plain.get("begun")),
            date.fromisoformat(checked_on) if checked_on else None,
            bool(plain.get("in_order")),
        )

    def save_progress(self, progress: FavouriteProgress) -> None:
        """See FavouriteStore."""
        checked_on = progress.checked_on.isoformat() if progress.checked_on else None
        about = {"begun": progress.begun, "checked_on": checked_on, "in_order": progress.in_order}
        with store_errors():
            self._client.put_item(TableName=self._table, Item=_PROGRESS | to_item(about))

    def all(self) -> Sequence[KeptFavourite]:
        """See FavouriteStore."""
        return [_favourite_of(plain) for plain in parts_of(self._client, self._table, _ITEM)]

    def page(self, *, limit: int, after: str | None = None) -> FavouritePage:
        """See FavouriteStore. Of a post that is listed twice, only the place at which it was first seen counts."""
        places = self._places(limit, after)
        keys = [_key(post_id) for post_id in dict.fromkeys(map(_post_id_at, places[:limit]))]
        items = map(from_item, batch_get(self._client, self._table, keys)) if keys else ()
        found = {_place(each): each for each in map(_favourite_of, items)}
        shown = tuple(found[place] for place in places[:limit] if place in found)
        return FavouritePage(shown, places[limit - 1] if len(places) > limit else None)

    def find(self, post_id: str) -> KeptFavourite | None:
        """See FavouriteStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(post_id), ConsistentRead=True)
        return _favourite_of(from_item(answer["Item"])) if "Item" in answer else None

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        """See FavouriteStore. The order comes first: a place without a post is passed over, the reverse never shown."""
        some = list(favourites)
        batch_write(self._client, self._table, puts=map(_order_item, some))
        for each in some:
            self._update(each)

    def add_note(self, post_id: str, note: FavouriteNote) -> bool:
        """See FavouriteStore. Notes are compared and set, so that two people's notes are both kept."""
        for _ in range(_TRIES):
            favourite = self.find(post_id)
            if favourite is None:
                return False
            if any(each.request == note.request for each in favourite.notes):
                return True
            if len(favourite.notes) >= MOST_NOTES:
                return False
            if self._replace_notes(favourite, (*favourite.notes, note)):
                return True
        return False

    def remove_note(self, post_id: str, request: str) -> None:
        """See FavouriteStore."""
        for _ in range(_TRIES):
            favourite = self.find(post_id)
            if favourite is None or all(each.request != request for each in favourite.notes):
                return
            if self._replace_notes(favourite, [each for each in favourite.notes if each.request != request]):
                return

    def remove(self, post_ids: Iterable[str]) -> None:
        """See FavouriteStore."""
        self.forget(list(post_ids))

    def ids(self) -> Iterator[str]:
        """See FavouriteStore."""
        return (plain["part"] for plain in parts_of(self._client, self._table, _ITEM))

    def forget(self, post_ids: Collection[str]) -> int:
        """See FavouriteStore."""
        keys = [_key(post_id) for post_id in dict.fromkeys(post_ids)]
        found = [_favourite_of(from_item(item)) for item in batch_get(self._client, self._table, keys)]
        batch_write(self._client, self._table, deletes=[_key(each.post_id) for each in found])
        batch_write(self._client, self._table, deletes=[_order_key(_place(each)) for each in found])
        return len(found)

    def erased_authors(self, author_ids: Collection[str]) -> frozenset[str]:
        """See FavouriteStore."""
        return erased_among(self._client, self._table, author_ids)

    def _places(self, limit: int, after: str | None) -> list[str]:
        """So many places behind that one, and one more, the last liked first."""
        ask: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#item = :item",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":item": {"S": _ORDER}},
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        if after is not None:
            _post_id_at(after)
            ask["KeyConditionExpression"] = "#item = :item AND #part < :after"
            ask["ExpressionAttributeNames"] = {"#item": "item", "#part": "part"}
            ask["ExpressionAttributeValues"] = {":item": {"S": _ORDER}, ":after": {"S": after}}
        places: list[str] = []
        for answer in query_pages(self._client, ask, page=limit + 1, most=limit + 1):
            places += [item["part"]["S"] for item in answer["Items"]]
        return places

    def _update(self, favourite: KeptFavourite) -> None:
        plain = _plain(favourite)
        noted_at = plain.pop("noted_at")
        first_seen = "#noted_at = if_not_exists(#noted_at, :noted_at)"
        with store_errors():
            self._client.update_item(
                TableName=self._table,
                Key=_key(favourite.post_id),
                UpdateExpression=changing(plain).replace("SET ", f"SET {first_seen}, ", 1),
                ExpressionAttributeNames={f"#{name}": name for name in (*plain, "noted_at")},
                ExpressionAttributeValues=to_item(values(plain) | {":noted_at": noted_at}),
            )

    def _replace_notes(self, favourite: KeptFavourite, notes: Sequence[FavouriteNote]) -> bool:
        """Whether nobody else changed them meanwhile, or removed the post."""
        before = [_plain_note(each) for each in favourite.notes]
        seen = "notes = :before" if before else "attribute_not_exists(notes)"
        change = {"notes": [_plain_note(each) for each in notes] or None}
        try:
            with store_errors():
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(favourite.post_id),
                    UpdateExpression=changing(change),
                    ConditionExpression=f"attribute_exists(author_id) AND {seen}",
                    ExpressionAttributeNames={"#notes": "notes"},
                    **_values_of(values(change) | ({":before": before} if before else {})),
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True


def _values_of(plain: dict[str, Any]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": to_item(plain)} if plain else {}


def _key(post_id: str) -> Any:
    return to_item({"item": _ITEM, "part": post_id})


def _place(favourite: KeptFavourite) -> str:
    """The place in the order of likes. Ids of one moment sort as numbers, the later written post as liked later."""
    return f"{moment_text(favourite.noted_at)}#{int(favourite.post_id):020}"


def _post_id_at(place: str) -> str:
    """The post at this place; raises ValueError for what is none."""
    moment, _, post_id = place.partition("#")
    datetime.fromisoformat(moment)
    return str(int(post_id))


def _order_key(place: str) -> Any:
    return to_item({"item": _ORDER, "part": place})


def _order_item(favourite: KeptFavourite) -> Any:
    return _order_key(_place(favourite)) | to_item({"expires_at": _expiry(favourite)})


def _expiry(favourite: KeptFavourite) -> int:
    return int((favourite.checked_at + _KEPT).timestamp())


def _plain(favourite: KeptFavourite) -> dict[str, Any]:
    post = favourite.post
    return {
        "author_id": favourite.author_id,
        "author": plain_author(favourite.author),
        "created_at": favourite.created_at.isoformat(),
        "noted_at": favourite.noted_at.isoformat(),
        "checked_at": favourite.checked_at.isoformat(),
        "settled": favourite.settled,
        "post": plain_post(post._replace(text=cut(post.text, _TEXT), author=None)) if post else None,
        "expires_at": _expiry(favourite),
    }


def _plain_note(note: FavouriteNote) -> dict[str, Any]:
    return {**note._asdict(), "at": moment_text(note.at)}


def _favourite_of(plain: dict[str, Any]) -> KeptFavourite:
    author = author_of(plain.get("author"))
    return KeptFavourite(
        post_id=plain["part"],
        author_id=plain["author_id"],
        author=author,
        created_at=datetime.fromisoformat(plain["created_at"]),
        noted_at=datetime.fromisoformat(plain["noted_at"]),
        checked_at=datetime.fromisoformat(plain["checked_at"]),
        settled=bool(plain["settled"]),
        post=post_of(plain["post"])._replace(author=author) if "post" in plain else None,
        notes=tuple(
            FavouriteNote(each["text"], each["by"], datetime.fromisoformat(each["at"]), each["request"])
            for each in plain.get("notes", ())
        ),
    )
