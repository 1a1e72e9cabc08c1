"""Mentions, posts addressed to the brand or heard about it: as received, as the digest counts them, what is unsent."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from desk.outbox.model import OutboxEntry, OutboxKind, new_entry
from desk.reading import REVIEW, Kind, Reading, Urgency
from desk.x.model import XPost

SHARDS = 8
"""A day's mentions are spread over this many index keys, since one key takes 1,000 writes a second."""


class Parent(NamedTuple):
    """The post that a mention replies to; `post` is None when X no longer shows it."""

    id: str
    post: XPost | None


class Source(StrEnum):
    """How the desk came by a post."""

    MENTIONS = "mentions"
    """It is addressed to the brand."""
    LISTENING = "listening"
    """It talks about the brand without mentioning it, and a search found it. X allows no reply through its API."""


class Mention(NamedTuple):
    """A post addressed to the brand, or found by listening, with the context in which it was received.

    `backlog` marks what the very first poll found: it is read and shown, never mailed.
    """

    post: XPost
    received_at: datetime
    parent: Parent | None = None
    backlog: bool = False
    source: Source = Source.MENTIONS

    @property
    def id(self) -> str:
        """The id of this version of the post."""
        return self.post.id

    @property
    def is_edit(self) -> bool:
        """Whether this is a later version of a post."""
        return self.post.first_id != self.post.id


def shard_of(mention_id: str) -> int:
    """The shard of a mention's day, 0 to SHARDS - 1; it never changes."""
    return crc32(mention_id.encode()) % SHARDS


class Stage(StrEnum):
    """What a mention waits for. Of what people are still to be notified, the outbox says."""

    READING = "reading"
    NOTHING = "nothing"


class WaitingMention(NamedTuple):
    """A mention that waits since this moment."""

    mention_id: str
    since: datetime


class RoutingOutcome(NamedTuple):
    """What routing decided about a mention.

    `event` is a value of `desk.cases.model.Event`, or None when nobody is notified.
    """

    reading: Reading
    event: str | None
    case_id: str | None


class StoredMention(NamedTuple):
    """A mention as it is stored.

    `failures` is how often routing it failed. `fault` says why the item is malformed; then `mention` is the part that
    could be read.
    """

    mention: Mention
    stage: Stage
    outcome: RoutingOutcome | None = None
    failures: int = 0
    fault: str | None = None


class DayRow(NamedTuple):
    """A mention without its words, as the digest counts it.

    `kind` and all that follows are values of the enums; None, and no terms, as long as the mention is not read.
    `department` is also None for chat and junk. `created_at` is aware.
    """

    mention_id: str
    created_at: datetime
    kind: str | None = None
    need: str | None = None
    department: str | None = None
    urgency: str | None = None
    lang: str | None = None
    terms: tuple[str, ...] = ()
    review: bool = False
    """Whether it is to review, and no person has decided yet what it is."""
    case_id: str | None = None

    @property
    def counts_as(self) -> str | None:
        """The label that figures count it under: its kind, or REVIEW until a person decides."""
        return REVIEW if self.review else self.kind


class UnseenMention(NamedTuple):
    """A mention that opened no case and that no person has seen yet."""

    post: XPost
    kind: Kind
    department: str | None
    urgency: Urgency

    @property
    def place(self) -> str:
        """The place in the list of unseen mentions from which it continues behind this one."""
        return f"{self.post.created_at.isoformat()}~{self.post.id}"


class UnseenPage(NamedTuple):
    """Unseen mentions, the oldest first; `after` continues behind them, and is None on the last page."""

    mentions: tuple[UnseenMention, ...]
    after: str | None


SLOT_MINUTES = 30
"""How finely a day's mentions are counted."""


class DayCounts(NamedTuple):
    """How many mentions were stored on a day of the desk, and how many of them a person has seen.

    `slots` has the first number by the half hours of the day, from 0 to 47; not of days before they were counted.
    """

    polled: int = 0
    seen: int = 0
    slots: Mapping[int, int] = MappingProxyType({})


class DayNeeds(NamedTuple):
    """A day's needs: 24 counts by the desk's clock for each need; junk and feedback are left out.

    `polled` is how many mentions the day had when this was counted, `undecided` how many of them were not read yet, or
    waited for a person to decide what they are.
    """

    by_hour: Mapping[str, tuple[int, ...]]
    polled: int
    undecided: int


class Unsent(StrEnum):
    """What an entry about a mention stands for."""

    ALL = "all"
    """The JSON for machines and, where people are mailed, the mail."""
    JSON = "json"
    """The JSON alone: the mail was sent."""
    MAIL = "mail"
    """A place in the recipient's next summary: the JSON was sent."""


def entry_read(mention_id: str, recipient: str, at: datetime) -> OutboxEntry:
    """The entry for a mention that was just read, and of which this department is to be notified."""
    return new_entry(recipient, OutboxKind.MENTION, mention_id, Unsent.ALL, at)


def json_left(entry: OutboxEntry) -> OutboxEntry:
    """What is left of the entry once the mail was sent."""
    return entry._replace(what=Unsent.JSON)


def mail_left(entry: OutboxEntry, topic: str, now: datetime) -> OutboxEntry:
    """What is left of the entry once the JSON was sent: the next summary of this topic lists the mention."""
    return entry._replace(recipient=topic, what=Unsent.MAIL, due_at=now)
