"""Cases as tools list them."""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from desk.case import Case, CaseState


class CasePage(NamedTuple):
    """Some cases and where the next page begins; `next_cursor` None: there are no more.

    A page may have fewer than were asked for, even none, although there are more: looking for one department's among
    many others' ends after some thousand.
    """

    cases: tuple[Case, ...]
    next_cursor: str | None


class CaseList(Protocol):
    """Looking through cases; may lag behind by seconds. Raises StoreBusy."""

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        """Cases that are in one of the states, of one department or of all, the last opened first.

        A case that changes its state between two pages may be on both or on none. Raises ValueError for a cursor not
        of ours.
        """
        ...
