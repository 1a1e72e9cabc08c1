"""Entries of the outbox: what somebody must still be notified of."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

ON_CALL = "on_call"
"""The role that is called instead of mailed; no department's key has an underscore."""

GRACE = timedelta(minutes=2)
"""For this long, the function that made a change is most likely notifying people itself."""


class OutboxKind(StrEnum):
    """What an entry is about. The sweep sends the kinds in this order: danger is among mentions."""

    MENTION = "mention"
    SPIKE = "spike"
    CASE = "case"
    POST = "post"
    PRAISE = "praise"


class OutboxEntry(NamedTuple):
    """One notification that is still to be sent. It has no words: the sender reads them when it sends.

    Attributes:
        recipient: The department, or the role ON_CALL.
        subject: The id of the mention or spike; of a case or post with the version that the change made.
        what: What happened to it, or what is still to be sent about it.
        at: When that was.
        due_at: From then on the sweep sends it.
    """

    recipient: str
    kind: OutboxKind
    subject: str
    what: str
    at: datetime
    due_at: datetime

    @property
    def name(self) -> str:
        """The entry's name among those of its recipient."""
        return f"{self.kind}#{self.subject}#{self.what}"


def new_entry(  # noqa: PLR0913, PLR0917 - what an entry is made of
    recipient: str, kind: OutboxKind, subject: str, what: str, at: datetime, grace: timedelta = GRACE
) -> OutboxEntry:
    """The entry for a change of this moment; `subject` is without `#` except before a version, `what` without any.

    The sweep sends it after the `grace`, which is none for what only the sweep sends.
    """
    return OutboxEntry(recipient, kind, subject, what, at, at + grace)


def versioned(subject_id: str, version: int) -> str:
    """The subject for a change that made this version."""
    return f"{subject_id}#{version}"


def subject_id(entry: OutboxEntry) -> str:
    """The id of the case or post that the entry is about."""
    return entry.subject.rpartition("#")[0]
