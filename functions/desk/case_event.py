"""What happened to a case, besides the mentions that joined it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class CaseEventKind(StrEnum):
    """What a person, or X, did with it; the catalogue's key is `case.event.<value>`."""

    TAKEN = "taken"
    DRAFTED = "drafted"
    QUEUED = "queued"
    ANSWERED = "answered"
    PROMISED = "promised"
    MOVED = "moved"
    """A reply asked the author into a private conversation."""
    NOT_SAID = "not_said"
    """The reply did not come to stand on X: the case waits again."""
    HANDED = "handed"
    MISREAD = "misread"
    RAISED = "raised"
    """A person said that it is urgent, although it was not read so."""
    LOWERED = "lowered"
    """A person said that it is not urgent, although it was read so."""
    CLOSED = "closed"
    UNMASKED = "unmasked"
    """Somebody looked at what is masked for the others."""
    ACKNOWLEDGED = "acknowledged"
    """The desk told the author by itself that the matter has arrived."""
    REMINDED = "reminded"
    """The department was reminded before the answer was due."""
    DUE = "due"
    """The department was reminded when it was due."""
    ESCALATED = "escalated"
    """The operator was told that it is overdue."""
    CALLED = "called"
    """Somebody on call was told."""


class CaseEvent(NamedTuple):
    """One thing that happened: when (aware), by whom (a name that a person gave; "" is the desk itself), and more.

    `text` is the answer, the reason for closing, or why a reply was not said. `department` is where the case went, or
    whose answer it was; `kind` what the mention really was, `was_kind` and `was_department` what it had been taken
    for. `post_id` is the reply, and `x_id` its id on X; one that somebody gave on X itself has no `post_id`. `asked_at`
    is since when the author had waited, where this ended the waiting.
    """

    what: CaseEventKind
    at: datetime
    by: str
    text: str = ""
    department: str | None = None
    kind: str | None = None
    post_id: str | None = None
    request: str = ""
    """Names the form that was sent, so that sending it twice is seen."""
    x_id: str | None = None
    asked_at: datetime | None = None
    was_kind: str | None = None
    was_department: str | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody replied on X itself."""
        return self.x_id is not None and self.post_id is None
