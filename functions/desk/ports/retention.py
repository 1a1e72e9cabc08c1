"""Forgetting words once they are no longer needed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol


class Dated(NamedTuple):
    """A mention of a day and the case that it belongs to."""

    mention_id: str
    case_id: str | None


class Retention(Protocol):
    """Words of mentions and names in cases. Raises StoreBusy."""

    def of_day(self, day: date) -> Iterator[Sequence[Dated]]:
        """The mentions of a day of the desk's, some at a time."""
        ...

    def open_cases(self, case_ids: Collection[str]) -> frozenset[str]:
        """Which of these cases are open."""
        ...

    def forget_words(self, mention_ids: Collection[str]) -> int:
        """Remove words and author of these mentions; how many still had them. Readings stay."""
        ...

    def forget_authors(self, case_ids: Collection[str]) -> None:
        """Remove the author's name from these cases, except from one that is open."""
        ...
