"""What happened to cases in a span of time."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.case_event import CaseEvent


class CaseDeed(NamedTuple):
    """One thing that happened, and to which case."""

    case_id: str
    event: CaseEvent


class CaseDays(Protocol):
    """What people, X and the desk did with cases. Every method raises StoreBusy."""

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        """What happened from `since` on, before `until` (both aware), oldest first, nothing kept of it.

        May lag behind by seconds.
        """
        ...

    def mentions(self, case_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Ids of the mentions of those cases that are still there, in the order in which they joined."""
        ...
