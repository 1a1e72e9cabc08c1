"""What keeps calls for the same case apart."""

from datetime import datetime, timedelta
from typing import Protocol

from desk.case import Case

AGAIN = timedelta(minutes=10)
"""How long after a call the next one follows while nobody has taken the case on."""


class OnCallMarks(Protocol):
    """When somebody was last called for a case. Every method raises StoreBusy."""

    def claim(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        """Which call for this case is to be made now, the first being 1; None when none is.

        None is due before AGAIN has passed since the last one, nor after a case that was called for went to another
        department, by somebody who so has seen it; who comes back with a new matter, and what becomes alarming after a
        call, is called for at once. Nobody else can claim the case from the first moment of `held` up to the second,
        both the machine's, unless this call is noted before.
        """
        ...

    def called(self, case: Case, now: datetime, number: int) -> None:
        """Note that the call of this number was made."""
        ...
