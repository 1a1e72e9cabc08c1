"""What a department is told: one mention, its reading and its case."""

from enum import StrEnum
from typing import NamedTuple

from desk.case import Case
from desk.mention import Mention
from desk.reading import Reading, Urgency


class Event(StrEnum):
    """What happened."""

    CASE_OPENED = "case_opened"
    CASE_JOINED = "case_joined"
    CASE_EDITED = "case_edited"
    FEEDBACK = "feedback"


class Delivery(NamedTuple):
    """One thing to tell a department; `case` is None for feedback outside any case.

    `thread` are the case's earlier mentions, oldest first.
    """

    event: Event
    mention: Mention
    reading: Reading
    department: str
    case: Case | None = None
    thread: tuple[Mention, ...] = ()

    @property
    def urgency(self) -> Urgency:
        """The case's, where there is one: whatever joins an urgent case is as urgent."""
        return (self.case or self.reading).urgency
