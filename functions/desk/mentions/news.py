"""What is still to be sent about a mention, as entries of the outbox."""

from datetime import datetime
from enum import StrEnum

from desk.outbox.model import OutboxEntry, OutboxKind, new_entry


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
