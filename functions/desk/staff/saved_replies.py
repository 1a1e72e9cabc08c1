"""Saved replies: texts that people at the desk use again and again, with places that each case fills.

One that has a source is a fact: a department vouches for it until it ends.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from desk.aws.dynamodb import from_item, is_refused, moment_text, parts_of, store_errors, to_item
from desk.brand import SeedReply
from desk.errors import SavedReplyMoved, StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class OnlyWhen(StrEnum):
    """When a saved reply is true."""

    NO_SPIKE = "no_spike"
    """It says that all is well again: not as long as a spike of faults is open."""


LANGUAGES = ("ko", "en", "zh", "ja")
"""The languages in which a saved reply may have a text."""

PLACE = re.compile(r"\{([^\W\d_][\w ]{0,19})\}")
"""A place in a text, and its name."""

SOON = timedelta(days=7)
"""How long before its end a fact is said to end soon."""

_KEPT = timedelta(minutes=1)


class SavedReply(NamedTuple):
    """A saved reply.

    `text` is in the desk's language; `texts` has those in others, by language. `department` and `kind` are what it
    fits, "" for any. `only_when` is a value of OnlyWhen, "" for one that is always true. `last_day` is the desk's last
    day on which it is offered, `last_time` until when on that day, None for all of it; without a day it is offered for
    good. `version` counts the changes: 0 is the text of desk.yaml as it was written. `by` and `at` are of the last
    change, and `request` names the form that made it. A `removed` one stays without its texts: else desk.yaml would
    bring it back. `promise` is the term of the promise that inserting it offers, with the moment as `{time}` in its
    texts, or "": see `desk.promises.terms`.

    A fact has a `source`, a link or words that only colleagues see, and the key of the department that vouches for it.
    One that `is_unannounced` must not be used yet; from `announced_at` on, if that is known, it may be.
    """

    id: str
    title: str
    text: str
    department: str = ""
    kind: str = ""
    only_when: str = ""
    last_day: date | None = None
    created_by: str = ""
    by: str = ""
    at: datetime | None = None
    version: int = 0
    request: str = ""
    removed: bool = False
    texts: Mapping[str, str] = {}
    promise: str = ""
    last_time: time | None = None
    source: str = ""
    vouched_by: str = ""
    is_unannounced: bool = False
    announced_at: datetime | None = None

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact."""
        return bool(self.source)

    def language_for(self, lang: str) -> str:
        """The language of `texts` that X states of a post; "" if only the text in the desk's fits."""
        language = lang.lower().partition("-")[0]
        return language if language in self.texts else ""

    def text_for(self, lang: str) -> str:
        """The text in the language that X states of a post, else the one in the desk's."""
        return self.texts.get(self.language_for(lang), self.text)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """From when on it is no longer offered; `zone` is the desk's."""
        if self.last_day is None:
            return None
        if self.last_time is None:
            return datetime.combine(self.last_day + timedelta(days=1), time(), zone)
        return datetime.combine(self.last_day, self.last_time, zone)

    def has_ended(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it has ended at this moment."""
        end = self.ends_at(zone)
        return end is not None and at >= end

    def ends_soon(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it is a fact that holds and ends within the next days."""
        return self.is_fact and not self.has_ended(at, zone) and self.has_ended(at + SOON, zone)

    def is_secret(self, at: datetime) -> bool:
        """Whether it is not announced yet at this moment."""
        return self.is_unannounced and (self.announced_at is None or at < self.announced_at)

    def is_offered(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it is offered at this moment."""
        return not (self.has_ended(at, zone) or self.is_secret(at))

    def has_words(self, words: str) -> bool:
        """Whether title and texts together have all the words, in any order and case."""
        text = "\n".join((self.title, self.text, *self.texts.values())).casefold()
        return all(word in text for word in words.casefold().split())

    def must_wait(self, *, has_spike: bool) -> bool:
        """Whether it is not true at the moment."""
        return has_spike and self.only_when == OnlyWhen.NO_SPIKE


class SavedReplyStore(Protocol):
    """The saved replies. Every method raises StoreBusy."""

    def all(self) -> Sequence[SavedReply]:
        """All that are not removed, also those that have ended, by title; read consistently."""
        ...

    def find(self, reply_id: str) -> SavedReply | None:
        """The saved reply with this id, read consistently; None if there is none, or if it was removed."""
        ...

    def save(self, reply: SavedReply) -> SavedReply:
        """Store the reply in place of the one with its version, and return it with its new version.

        Nothing changes if this very request was stored already. Raises SavedReplyMoved if somebody else was faster.
        """
        ...


class RepliesForChecks:
    """The saved replies that texts are compared with, kept for a minute: somebody types meanwhile."""

    def __init__(self, replies: SavedReplyStore) -> None:
        self._replies = replies
        self._read_at: datetime | None = None
        self._known: Sequence[SavedReply] | None = None

    def known(self, now: datetime, *, is_sent: bool = False) -> Sequence[SavedReply] | None:
        """All of them; None if they could not be read, since nothing waits for them. For what `is_sent`, read anew."""
        if is_sent or self._read_at is None or not timedelta(0) <= now - self._read_at < _KEPT:
            try:
                self._known = self._replies.all()
            except StoreBusy:
                self._known = None
            self._read_at = now
        return self._known


def seeds_of(replies: Iterable[SeedReply]) -> dict[str, SavedReply]:
    """The saved replies of desk.yaml by id. The id follows from the title, so that a text may be corrected there."""
    made = (SavedReply(_seed_id(seed.title), **seed._asdict()) for seed in replies)
    return {seed.id: seed for seed in made}


def with_seeds(stored: Iterable[SavedReply], seeds: dict[str, SavedReply]) -> list[SavedReply]:
    """The stored replies and those of desk.yaml that nobody changed or removed, by title."""
    found = seeds | {reply.id: reply for reply in stored}
    return sorted((reply for reply in found.values() if not reply.removed), key=lambda reply: (reply.title, reply.id))


_ITEM = "saved_reply"


class SavedReplyItems:
    """Implements SavedReplyStore on DynamoDB, as items without an end; `seeds` are those of desk.yaml."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, seeds: Iterable[SeedReply]) -> None:
        self._client = client
        self._desk = desk_table
        self._seeds = seeds_of(seeds)

    def all(self) -> Sequence[SavedReply]:
        """See SavedReplyStore."""
        return with_seeds(map(_reply_of, parts_of(self._client, self._desk, _ITEM)), self._seeds)

    def find(self, reply_id: str) -> SavedReply | None:
        """See SavedReplyStore."""
        reply = self._stored(reply_id) or self._seeds.get(reply_id)
        return None if reply is None or reply.removed else reply

    def save(self, reply: SavedReply) -> SavedReply:
        """See SavedReplyStore. A write whose answer was lost is known again by its request."""
        saved = reply._replace(version=reply.version + 1)
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(version)"}
        if reply.version:
            values = to_item({":seen": reply.version})
            condition = {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": values}
        try:
            with store_errors():
                self._client.put_item(TableName=self._desk, Item=_item(saved), **condition)
        except ClientError as exc:
            if not is_refused(exc):
                raise
            stored = self._stored(reply.id)
            if stored is None or stored.request != reply.request:
                raise SavedReplyMoved(reply.id) from exc
            return stored
        return saved

    def _stored(self, reply_id: str) -> SavedReply | None:
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(reply_id), ConsistentRead=True)
        return _reply_of(from_item(answer["Item"])) if "Item" in answer else None


def _seed_id(title: str) -> str:
    return f"seed-{sha256(title.encode()).hexdigest()[:12]}"


def _key(reply_id: str) -> Any:
    return to_item({"item": _ITEM, "part": reply_id})


def _item(reply: SavedReply) -> Any:
    plain = {
        **reply._asdict(),
        "last_day": reply.last_day.isoformat() if reply.last_day else None,
        "last_time": reply.last_time.isoformat("minutes") if reply.last_time else None,
        "announced_at": moment_text(reply.announced_at) if reply.announced_at else None,
        "at": moment_text(reply.at) if reply.at else None,
        "texts": dict(reply.texts),
    }
    return _key(plain.pop("id")) | to_item(
        {name: value for name, value in plain.items() if value not in ("", None, {})}
    )


def _reply_of(plain: dict[str, Any]) -> SavedReply:
    return SavedReply(
        id=plain["part"],
        title=plain["title"],
        text=plain.get("text", ""),
        department=plain.get("department", ""),
        kind=plain.get("kind", ""),
        only_when=plain.get("only_when", ""),
        last_day=date.fromisoformat(plain["last_day"]) if "last_day" in plain else None,
        created_by=plain.get("created_by", ""),
        by=plain.get("by", ""),
        at=datetime.fromisoformat(plain["at"]) if "at" in plain else None,
        version=int(plain["version"]),
        request=plain.get("request", ""),
        removed=plain.get("removed", False),
        texts=plain.get("texts", {}),
        promise=plain.get("promise", ""),
        last_time=time.fromisoformat(plain["last_time"]) if "last_time" in plain else None,
        source=plain.get("source", ""),
        vouched_by=plain.get("vouched_by", ""),
        is_unannounced=plain.get("is_unannounced", False),
        announced_at=datetime.fromisoformat(plain["announced_at"]) if "announced_at" in plain else None,
    )
