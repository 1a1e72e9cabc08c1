"""Forgetting words once they are no longer needed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol


class Dated(NamedTuple):
    """A mention of a day and the case that it belongs to."""

    mention_id: str
    case_id: str | None


class Retention(Protocol):
    """Words of mentions, and what is kept of them in cases. Raises StoreBusy."""

    def of_day(self, day: date) -> Iterator[Sequence[Dated]]:
        """The mentions of a day of the desk's, some at a time."""
        ...

    def over(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        """Which of these cases are to be forgotten: nobody waits in them, and the last thing happened before `until`.

        What is forgotten already is not among them, unless a mention has joined it since.
        """
        ...

    def forget_words(self, mention_ids: Collection[str]) -> int:
        """Remove words and author of these mentions; how many still had them. Readings stay.

        Where the store was too busy for some, the others have lost theirs.
        """
        ...

    def forget_case(self, case_id: str) -> int:
        """Remove the words of all its mentions, its drafts, the words of what people did and its author's name.

        How many mentions still had words. Of a case that opens meanwhile draft, deeds and name stay.
        """
        ...
