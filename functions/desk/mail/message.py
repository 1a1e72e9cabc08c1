"""A mail as SNS takes it, and the order in which it tells of cases."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.delivery import BY_COLLEAGUES, Delivery, Event
from desk.fitting import cut, utf16_units
from desk.mail.plain import one_line
from desk.reading import Urgency

MAIL_BYTES = 120_000
"""The most a mail's text may have: SNS takes twice as much, but nobody reads it."""
LEAST_BYTES = 4_000
"""No mail is cut to less: the frame and one cut post need about half of it."""
_SUBJECT_UNITS = 99
_RANKS = tuple(Urgency)
NO_REPLY = "no_reply"
"""Shown in place of an event where the author wants no reply."""
_MARKED = BY_COLLEAGUES | {Event.CASE_EDITED, NO_REPLY}


class Mail(NamedTuple):
    """`subject` meets SNS's rules (UTF-8, one line, under 100 characters, no controls); `body` is plain text."""

    subject: str
    body: str


def subject_of(text: str, part: str = "") -> str:
    """A subject that SNS takes; `part`, as in " (2/4)", is never cut away."""
    return cut(one_line(text), _SUBJECT_UNITS - utf16_units(part), utf16_units) + part


def by_urgency(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The most urgent first, then those due first, then the oldest."""

    def key(delivery: Delivery) -> tuple[int, bool, str, str]:
        due = delivery.case.due_at.isoformat() if delivery.case else ""
        posted = delivery.mention.post.created_at.isoformat()
        return _RANKS.index(delivery.urgency), delivery.case is None, due, posted

    return sorted(deliveries, key=key)


def is_edited(delivery: Delivery) -> bool:
    """Whether the department may know an earlier version of the post."""
    return delivery.mention.is_edit


def shown_event(delivery: Delivery) -> str:
    """What is said to have happened, as `event.<value>` of the catalogue.

    What a colleague did matters most, then that the author wants no reply, then that the post is an edited one.
    """
    if delivery.event in BY_COLLEAGUES:
        return delivery.event
    if delivery.case and not delivery.allows_reply:
        return NO_REPLY
    return Event.CASE_EDITED if is_edited(delivery) else delivery.event


def is_marked(delivery: Delivery) -> bool:
    """Whether what happened belongs into subjects and lists, since it is not simply another post."""
    return shown_event(delivery) in _MARKED


def check_room(max_bytes: int) -> None:
    """Raises ValueError when a mail of so few bytes could not be understood."""
    if max_bytes < LEAST_BYTES:
        raise ValueError(f"a mail needs at least {LEAST_BYTES} bytes, not {max_bytes}")
