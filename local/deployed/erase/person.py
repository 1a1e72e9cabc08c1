"""Whose words are to be erased, and by what they are found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from desk.aws.dynamodb import from_item, parts_of, store_errors, to_item
from desk.reports.redaction import named_by
from local.deployed.errors import DeployedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "erasure"
_KEPT = timedelta(days=30)
_HANDLE = re.compile(r"@?([A-Za-z0-9_]{1,15})")
_ID = re.compile(r"[1-9][0-9]{0,18}")


@dataclass(slots=True)
class Person:
    """An author's id, and what else names them: handles in lower case, ids of their posts, of their cases and replies.

    All of it grows with what this one person wrote, never with the tables.
    """

    id: str
    handles: set[str] = field(default_factory=set)
    mention_ids: set[str] = field(default_factory=set)
    case_ids: set[str] = field(default_factory=set)
    post_ids: set[str] = field(default_factory=set)

    def learn(self, author: Any) -> None:
        """Take in the handle of an author as the tables keep it (plain), if it is this person's."""
        if isinstance(author, dict) and author.get("id") == self.id and author.get("username"):
            self.handles.add(str(author["username"]).lower())

    @property
    def named(self) -> re.Pattern[str]:
        """Where a text names the person by a handle with its @; where no handle is known, nowhere."""
        return named_by(self.handles)

    @property
    def shown(self) -> str:
        """The person as people read it."""
        handles = ", ".join(f"@{handle}" for handle in sorted(self.handles))
        return f"{self.id} ({handles})" if handles else self.id


class Handles:
    """The handles by which an erasure that has begun still has to search, as `erasure` / the author's id.

    The tables lose them with the words, so a run that is killed could not go on without. They go with the last search.
    """

    def __init__(self, client: "DynamoDBClient", desk_table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._desk = desk_table
        self._clock = clock

    def known_for(self, author_id: str) -> set[str]:
        """Those that are kept. Raises StoreBusy."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(author_id), ConsistentRead=True)
        return set(from_item(answer.get("Item", {})).get("handles", ()))

    def keep(self, person: Person) -> None:
        """Keep the person's handles before what names them goes. Raises StoreBusy."""
        if not person.handles:
            return
        with store_errors():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(person.id),
                UpdateExpression="ADD handles :handles SET expires_at = :expires",
                ExpressionAttributeValues=to_item(
                    {":handles": set(person.handles), ":expires": int((self._clock() + _KEPT).timestamp())}
                ),
            )

    def forget(self, author_id: str) -> None:
        """Nothing has to be searched for any more. Raises StoreBusy."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=_key(author_id))


def handle_in(text: str) -> str:
    """The handle, without its @ and in lower case; raises DeployedError for what can be none."""
    found = _HANDLE.fullmatch(text.strip().replace("＠", "@"))
    if not found:
        raise DeployedError(f"{text!r} is no handle: at most 15 letters, digits and underscores.")
    return found[1].lower()


def person_meant(meant: str, client: "DynamoDBClient", *, mentions_table: str, desk_table: str) -> Person:
    """The person of an id, or of a @handle as the tables know it.

    Raises DeployedError where nobody or more than one account is known by it, and StoreBusy.
    """
    text = meant.strip()
    if _ID.fullmatch(text):
        return Person(text)
    handle = handle_in(text)
    ids = {author["id"] for author in _authors(client, mentions_table, desk_table) if _is(author, handle)}
    if not ids:
        raise DeployedError(
            f"Nothing that is stored says which account @{handle} is. Look up the account's id on X, "
            f"then run: dorothy erase ID --handle {handle}"
        )
    if len(ids) > 1:
        raise DeployedError(
            f"More than one account was called @{handle}: {', '.join(sorted(ids))}. Run: dorothy erase ID"
        )
    return Person(ids.pop(), {handle})


def _is(author: Any, handle: str) -> bool:
    return isinstance(author, dict) and str(author.get("username", "")).lower() == handle


def _authors(client: "DynamoDBClient", mentions_table: str, desk_table: str) -> Iterator[Any]:
    """Every author that is kept with a name, some of them often."""
    scan: dict[str, Any] = {
        "TableName": mentions_table,
        "ProjectionExpression": "post.author, parent.post.author",
        "FilterExpression": "attribute_exists(post.author) OR attribute_exists(parent.post.author)",
    }
    for plain in scanned(client, scan):
        yield plain.get("post", {}).get("author")
        yield plain.get("parent", {}).get("post", {}).get("author")
    for item in ("attendance", "favourite", "look_up"):
        for plain in parts_of(client, desk_table, item):
            yield plain.get("author")


def scanned(client: "DynamoDBClient", scan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a scan finds, plain; see `scanned_items`."""
    return map(from_item, scanned_items(client, scan))


def scanned_items(client: "DynamoDBClient", scan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The typed items that a scan finds, page after page and read consistently. Raises StoreBusy."""
    ask: dict[str, Any] = scan | {"ConsistentRead": True}
    while True:
        with store_errors():
            answer = client.scan(**ask)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        ask["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _key(author_id: str) -> Any:
    return to_item({"item": _ITEM, "part": author_id})
