"""Favourites: the posts that the account liked or people kept, with their texts and what people noted about them.

A post has one item, by its id, and one in the order in which the posts were liked or kept. Where the two disagree, as
after a run that was cut off, the item by id decides. A post that people kept lately has a mark, too: all marks are
read at once, for the lists that show them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import (
    batch_get,
    batch_write,
    changing,
    from_item,
    moment_text,
    parts_of,
    query_pages,
    store_errors,
    to_item,
    unless_refused,
    values,
    written_or_refused,
)
from desk.errors import StoreBusy
from desk.mentions.erased_authors import erased_among, unless_erased
from desk.mentions.items import author_of, plain_author, plain_post, post_of
from desk.text import cut
from desk.x.model import Author, XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_NOTES = 20
"""Notes about one post."""


class FavouriteNote(NamedTuple):
    """That somebody kept a post, with what they noted about it for colleagues: "" for nothing.

    `request` names the form that it came with, or the person whose one keep it is (see `keep_of`).
    """

    text: str
    by: str
    at: datetime
    request: str


def keep_of(person_id: str) -> str:
    """The request of the one note with which this person keeps a post by its key, whatever its text."""
    return f"keep-{person_id}"


class KeptMark(NamedTuple):
    """That a post was kept lately: in which case it is, "" for none, and the notes of those who kept it."""

    post_id: str
    case_id: str
    notes: tuple[FavouriteNote, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the rows that are about it: of the mention, and of its case."""
        return frozenset({f"m{self.post_id}", self.case_id} - {""})


def notes_by_key(marks: Iterable[KeptMark]) -> Mapping[str, tuple[FavouriteNote, ...]]:
    """The notes of those who kept something, by the keys of rows."""
    found: dict[str, tuple[FavouriteNote, ...]] = {}
    for mark in marks:
        for key in mark.keys:
            found[key] = (*found.get(key, ()), *mark.notes)
    return found


class KeptFavourite(NamedTuple):
    """A liked or kept post: who wrote it and when, when it was first seen here or kept, and when X last showed it.

    `settled`: the walk that found it also reached a known post below it, so that later walks may end here. `post` is
    None until X has shown the desk its text; it has the same author. `notes` are the oldest first. `is_liked`: the
    account liked it on X. `case_id` is the case that the post was in when it was kept, "" for none.
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
    is_liked: bool = True
    case_id: str = ""


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
    """The liked and kept posts. Every method raises StoreBusy. One that is not saved again within a year is removed."""

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
        """Store or replace these liked posts, except their notes, their case and when they were first seen.

        After an error some of them may be stored; repeating the call is safe.
        """
        ...

    def keep(self, favourite: KeptFavourite, note: FavouriteNote) -> bool:
        """Store the post unless it is stored, with the note, which replaces that of the same request.

        Whether it is there now: not if the author was erased, or if the post has too many notes.
        """
        ...

    def remove_note(self, post_id: str, request: str) -> FavouriteNote | None:
        """Remove the note of this request and return it; None if it was gone already.

        A post that the account did not like goes with its last note.
        """
        ...

    def marks(self) -> Sequence[KeptMark]:
        """Return the marks of the posts that were kept or noted about in the last month, in no order."""
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
_ALL = "favourites"
_PROGRESS = to_item({"item": _ALL, "part": "progress"})
_MARK = "kept#"
_KEPT = timedelta(days=366)
_MARKED = timedelta(days=31)
"""For so long a list may still show the post."""
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

    def keep(self, favourite: KeptFavourite, note: FavouriteNote) -> bool:
        """See FavouriteStore. Notes are compared and set, so that two people's notes are both kept."""
        for _ in range(_TRIES):
            stored = self.find(favourite.post_id)
            known = stored or favourite._replace(notes=())
            others = tuple(each for each in known.notes if each.request != note.request)
            if len(others) >= MOST_NOTES:
                return False
            kept = known._replace(notes=(*others, note), case_id=favourite.case_id or known.case_id)
            if stored:
                if self._replace_notes(kept, stored):
                    return True
                continue
            refused = self._begin(kept)
            if not refused:
                return True
            if refused[0] == "None":  # nobody stored it meanwhile, so its author was erased
                return False
        raise StoreBusy("the notes changed too often")

    def remove_note(self, post_id: str, request: str) -> FavouriteNote | None:
        """See FavouriteStore."""
        for _ in range(_TRIES):
            stored = self.find(post_id)
            note = next((each for each in stored.notes if each.request == request), None) if stored else None
            if stored is None or note is None:
                return None
            left = stored._replace(notes=tuple(each for each in stored.notes if each.request != request))
            if self._replace_notes(left, stored):
                return note
        raise StoreBusy("the notes changed too often")

    def marks(self) -> Sequence[KeptMark]:
        """See FavouriteStore."""
        return [
            KeptMark(plain["part"].removeprefix(_MARK), plain["case_id"], _notes_of(plain))
            for plain in parts_of(self._client, self._table, _ALL, beginning=_MARK)
        ]

    def ids(self) -> Iterator[str]:
        """See FavouriteStore."""
        return (plain["part"] for plain in parts_of(self._client, self._table, _ITEM))

    def forget(self, post_ids: Collection[str]) -> int:
        """See FavouriteStore. The item by id goes last: by it, a run after one that was killed finds the rest."""
        keys = [_key(post_id) for post_id in dict.fromkeys(post_ids)]
        found = [_favourite_of(from_item(item)) for item in batch_get(self._client, self._table, keys)]
        batch_write(self._client, self._table, deletes=[_mark_key(each.post_id) for each in found if each.notes])
        batch_write(self._client, self._table, deletes=[_order_key(_place(each)) for each in found])
        batch_write(self._client, self._table, deletes=[_key(each.post_id) for each in found])
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
        """Save a post. One that the account did not like may be gone since it was read, and stays gone."""
        plain = _plain(favourite)
        noted_at = plain.pop("noted_at")
        first_seen = "#noted_at = if_not_exists(#noted_at, :noted_at)"
        condition: Any = {} if favourite.is_liked else {"ConditionExpression": "attribute_exists(author_id)"}
        with unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=_key(favourite.post_id),
                UpdateExpression=changing(plain).replace("SET ", f"SET {first_seen}, ", 1),
                ExpressionAttributeNames={f"#{name}": name for name in (*plain, "noted_at")},
                ExpressionAttributeValues=to_item(values(plain) | {":noted_at": noted_at}),
                **condition,
            )

    def _begin(self, favourite: KeptFavourite) -> Sequence[str]:
        """Store a post that somebody keeps, in all three places; else why not, by action: there by now, or erased.

        The author of a post that was kept as a link is not known.
        """
        item = _key(favourite.post_id) | to_item(_plain(favourite) | _noted(favourite))
        put = {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(author_id)"}
        places = [{"TableName": self._table, "Item": each} for each in (_order_item(favourite), _mark_item(favourite))]
        actions: list[Any] = [{"Put": each} for each in (put, *places)]
        actions += [unless_erased(self._table, favourite.author_id)] if favourite.author_id else []
        return written_or_refused(self._client, actions)

    def _replace_notes(self, after: KeptFavourite, before: KeptFavourite) -> bool:
        """Whether nobody else changed the notes meanwhile, or removed the post. Without notes and a like it goes."""
        table, key = self._table, _key(after.post_id)
        known = [_plain_note(each) for each in before.notes]
        condition = "attribute_exists(author_id) AND " + ("notes = :before" if known else "attribute_not_exists(notes)")
        seen = {":before": known} if known else {}
        mark_key = _mark_key(after.post_id)
        if not after.notes and not after.is_liked:
            about = {
                "ConditionExpression": f"{condition} AND is_liked = :no",
                "ExpressionAttributeValues": to_item({**seen, ":no": False}),
            }
            deletes: list[Any] = [{"TableName": table, "Key": key, **about}]
            deletes += [{"TableName": table, "Key": each} for each in (_order_key(_place(after)), mark_key)]
            return not written_or_refused(self._client, [{"Delete": each} for each in deletes])
        change = _noted(after)
        update: Any = {
            "TableName": table,
            "Key": key,
            "UpdateExpression": changing(change),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in change},
            "ExpressionAttributeValues": to_item(values(change) | seen),
        }
        mark: Any = (
            {"Put": {"TableName": table, "Item": _mark_item(after)}}
            if after.notes
            else {"Delete": {"TableName": table, "Key": mark_key}}
        )
        return not written_or_refused(self._client, [{"Update": update}, mark])


def _noted(favourite: KeptFavourite) -> dict[str, Any]:
    return {"notes": [_plain_note(each) for each in favourite.notes] or None, "case_id": favourite.case_id}


def _key(post_id: str) -> Any:
    return to_item({"item": _ITEM, "part": post_id})


def _mark_key(post_id: str) -> Any:
    return to_item({"item": _ALL, "part": f"{_MARK}{post_id}"})


def _mark_item(favourite: KeptFavourite) -> Any:
    last = max(note.at for note in favourite.notes)
    return _mark_key(favourite.post_id) | to_item(
        {
            "case_id": favourite.case_id,
            "notes": [_plain_note(each) for each in favourite.notes],
            "expires_at": int((last + _MARKED).timestamp()),
        }
    )


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
        "is_liked": favourite.is_liked,
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
        notes=_notes_of(plain),
        is_liked=bool(plain.get("is_liked", True)),
        case_id=plain.get("case_id", ""),
    )


def _notes_of(plain: dict[str, Any]) -> tuple[FavouriteNote, ...]:
    return tuple(
        FavouriteNote(each["text"], each["by"], datetime.fromisoformat(each["at"]), each["request"])
        for each in plain.get("notes", ())
    )
