"""An author's other cases, without any words: which department, what kind and state, and when."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.cases.model import WAITING, Case, CaseState
from desk.reading import OPERATOR, UNROUTED_KINDS, Kind

RECENT = timedelta(days=30)
"""Cases that were opened so long before a case, or after it, are listed beside it."""

EVER = timedelta(days=3650)
"""For a page that lists all that is known, which is no more than `MOST`."""

LISTED = 3
"""How many of them are listed; the others are counted."""

MOST = 20
"""How many of an author's cases are read at most, the newest."""

LOOKED_UP = 20
"""How many authors one run looks up for these lists; the pages show what the mails of a flood leave out."""

RETURNS_WITHIN = timedelta(days=7)
"""How long after an answer the author's next mention probably belongs to the same department."""

_log = logging.getLogger(__name__)


class AuthorCase(NamedTuple):
    """A case as the index `by_author` has it.

    `answered_at` is when its author last got an answer, or was asked into a private conversation; None while they
    have neither, and of cases that were answered before the desk kept it.
    """

    id: str
    department: str
    kind: Kind
    state: CaseState
    opened_at: datetime
    answered_at: datetime | None = None


class RecentCases:
    """Looks up authors' recent cases: each author once, and none after a failure.

    `look_up` returns the cases of an author that were opened since a moment, the newest first, and may raise anything:
    without these cases a mention is still routed and a case still shown. `within` is how long before they may have been
    opened.
    """

    def __init__(self, look_up: Callable[[str, datetime], Sequence[AuthorCase]], *, within: timedelta = RECENT) -> None:
        self._look_up = look_up
        self._within = within
        self._known: dict[str, Sequence[AuthorCase]] = {}
        self._has_failed = False

    def of_author(self, author_id: str, at: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened `within` so long before `at` or later; none when they can't be read."""
        if author_id not in self._known and not self._has_failed:
            try:
                self._known[author_id] = self._look_up(author_id, at - self._within)
            except Exception:  # noqa: BLE001 - earlier cases are optional: routing and pages work without them
                self._has_failed = True
                _log.exception("authors' recent cases could not be read; work goes on without them")
        return self._known.get(author_id, ())

    def beside(self, case: Case) -> tuple[AuthorCase, ...]:
        """The recent cases of the case's author, without the case itself; none once enough authors were looked up."""
        if case.author_id not in self._known and len(self._known) >= LOOKED_UP:
            return ()
        return tuple(each for each in self.of_author(case.author_id, case.opened_at) if each.id != case.id)


def returns_to(cases: Iterable[AuthorCase], at: datetime) -> AuthorCase | None:
    """The case that an author who writes at `at` most probably comes back to; None where there is none."""
    return max((each for each in cases if _may_go_on(each, at)), key=_answered_or_opened_at, default=None)


def may_open(case: AuthorCase, viewer: str) -> bool:
    """Whether this department may open the case: its own department and the operator may."""
    return viewer in (case.department, OPERATOR)


def _may_go_on(case: AuthorCase, at: datetime) -> bool:
    """Whether the author waits or was answered lately; a case that was closed without an answer doesn't count."""
    if case.kind in UNROUTED_KINDS or (case.state is CaseState.CLOSED and case.answered_at is None):
        return False
    return case.state in WAITING or at - _answered_or_opened_at(case) <= RETURNS_WITHIN


def _answered_or_opened_at(case: AuthorCase) -> datetime:
    return case.answered_at or case.opened_at
