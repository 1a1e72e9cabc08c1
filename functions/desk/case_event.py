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
    NOT_SAID = "not_said"
    """The reply did not come to stand on X: the case waits again."""
    HANDED = "handed"
    MISREAD = "misread"
    CLOSED = "closed"


class CaseEvent(NamedTuple):
    """One change: when (aware), by whom (a name that a person gave, or `desk`), and what is to be known of it.

    `text` is the answer, the reason for closing, or why a reply was not said. `department` is where the case went,
    `kind` what the mention really was, `post_id` the reply.
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
