"""The cases that wait for an answer."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol


class OpenCase(NamedTuple):
    """A case that waits. `kind` and `urgency` are values of the enums; `mention_id` is the last mention of it.

    `asked_at` is since when somebody waits, `first_due_at` by when an answer was due first: handing a case over gives
    it another due time, but not to the person who waits.
    """

    id: str
    kind: str
    urgency: str
    asked_at: datetime
    first_due_at: datetime
    mention_id: str


class CasesWaiting(Protocol):
    """Looking at open cases; may lag behind by seconds. Raises StoreBusy."""

    def of(self, department: str) -> Iterator[OpenCase]:
        """The open cases of this department, whether or not desk.yaml still has it; nothing is kept of them."""
        ...
