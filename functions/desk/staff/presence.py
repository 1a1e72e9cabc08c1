"""The people who have a case open right now, and those who type. It locks nothing: the case's version decides.

A person may have it open on several pages, in the console and through a link, which knows nothing of them but a name.
So people are told apart by their names: one colleague is one presence, and nobody sees herself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from unicodedata import normalize

from desk.aws.dynamodb import from_item, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Presence(NamedTuple):
    """A person who has a case or mention open. `name` is what colleagues see."""

    person_id: str
    name: str
    is_typing: bool


class PresenceStore(Protocol):
    """Who is at which case or mention, by its key. Every method raises StoreBusy."""

    def mark(self, key: str, person_id: str, name: str, now: datetime, *, is_typing: bool) -> Sequence[Presence]:
        """Record that the person has the case open for the next 30 seconds, and whether they type.

        Returns the others who are there, as `others` does.
        """
        ...

    def leave(self, key: str, person_id: str) -> None:
        """Record that the person left; does nothing if they were not there."""
        ...

    def others(self, key: str, person_id: str, name: str, now: datetime) -> Sequence[Presence]:
        """The people who are there besides this one, each once, those who type first, then by name."""
        ...


PRESENCE_LASTS = timedelta(seconds=30)
"""A page repeats its mark in less time than this."""

PRESENCE = "presence"
"""The item with all presences; its part is the key of the case or mention."""

_PERSON = "at:"
"""Attributes of people begin with it. Each person has an attribute of their own, so that no mark loses another one."""


def presence_key(key: str) -> dict[str, Any]:
    """The key of the item with the people at this case or mention."""
    return to_item({"item": PRESENCE, "part": key})


def others_in(item: Mapping[str, Any], person_id: str, name: str, now: datetime) -> Sequence[Presence]:
    """The people in an item (typed form, or empty) who are still there, besides the one with this id or name."""
    plain = from_item(dict(item))
    there = [
        Presence(part.removeprefix(_PERSON), value["name"], bool(value["is_typing"]))
        for part, value in plain.items()
        if part.startswith(_PERSON) and now < datetime.fromtimestamp(float(value["until"]), UTC)
    ]
    return others_of(there, person_id, name)


def others_of(people: Iterable[Presence], person_id: str, name: str) -> Sequence[Presence]:
    """These people without the one with this id or name, each once; those who type first, then by name."""
    others: dict[str, Presence] = {}
    for one in sorted(people, key=lambda one: (not one.is_typing, one.name, one.person_id)):
        if one.person_id != person_id and _folded(one.name) != _folded(name):
            others.setdefault(_folded(one.name), one)
    return list(others.values())


def _folded(name: str) -> str:
    return " ".join(normalize("NFKC", name).casefold().split())


class PresenceItems:
    """Implements PresenceStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def mark(self, key: str, person_id: str, name: str, now: datetime, *, is_typing: bool) -> Sequence[Presence]:
        """See PresenceStore."""
        until = int((now + PRESENCE_LASTS).timestamp())
        with store_errors():
            answer = self._client.update_item(
                TableName=self._desk,
                Key=presence_key(key),
                UpdateExpression="SET #person = :person, expires_at = :until",
                ExpressionAttributeNames={"#person": f"{_PERSON}{person_id}"},
                ExpressionAttributeValues=to_item(
                    {":person": {"name": name, "until": until, "is_typing": is_typing}, ":until": until}
                ),
                ReturnValues="ALL_NEW",
            )
        return others_in(answer["Attributes"], person_id, name, now)

    def leave(self, key: str, person_id: str) -> None:
        """See PresenceStore."""
        with store_errors():
            self._client.update_item(
                TableName=self._desk,
                Key=presence_key(key),
                UpdateExpression="REMOVE #person",
                ExpressionAttributeNames={"#person": f"{_PERSON}{person_id}"},
            )

    def others(self, key: str, person_id: str, name: str, now: datetime) -> Sequence[Presence]:
        """See PresenceStore. TTL deletes an item within days, so the time decides."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=presence_key(key))
        return others_in(answer.get("Item", {}), person_id, name, now)
