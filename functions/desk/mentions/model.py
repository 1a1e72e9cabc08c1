"""A mention: a post addressed to the brand, as received."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32

from desk.x.model import XPost

SHARDS = 8
"""A day's mentions are spread over this many index keys, since one key takes 1,000 writes a second."""


class Parent(NamedTuple):
    """The post that a mention replies to; `post` is None when X no longer shows it."""

    id: str
    post: XPost | None


class Mention(NamedTuple):
    """A post addressed to the brand with the context in which it was received.

    `backlog` marks what the very first poll found: it is read and shown, never mailed.
    """

    post: XPost
    received_at: datetime
    parent: Parent | None = None
    backlog: bool = False

    @property
    def id(self) -> str:
        """The id of this version of the post."""
        return self.post.id

    @property
    def is_edit(self) -> bool:
        """Whether this is a later version of a post."""
        return self.post.first_id != self.post.id


def shard_of(mention_id: str) -> int:
    """In which of a day's shards a mention is kept: 0 to SHARDS - 1, the same for ever."""
    return crc32(mention_id.encode()) % SHARDS


class Stage(StrEnum):
    """What a mention waits for."""

    READING = "reading"
    PUBLISHING = "publishing"
    MAILING = "mailing"
    NOTHING = "nothing"
