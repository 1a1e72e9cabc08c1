"""The cases that wait for an answer."""

from datetime import datetime
from typing import NamedTuple, Protocol


class OpenCases(NamedTuple):
    """A department's open cases: how many, how many past their first due, and since when somebody waits the longest.

    Handing a case over gives it another due time, but not to the person who waits.
    """

    total: int
    overdue: int
    oldest_since: datetime | None


class CasesWaiting(Protocol):
    """Looking at open cases; may lag behind by seconds. Raises StoreBusy."""

    def of(self, department: str, now: datetime) -> OpenCases:
        """The open cases of this department, whether or not desk.yaml still has it."""
        ...
