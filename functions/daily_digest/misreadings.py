"""What the desk read wrongly, as people put it right: counts, and the newest as far as there is room for them."""

from collections import Counter, deque
from datetime import datetime
from typing import NamedTuple

from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.queries import CaseQueries, LoggedEvent
from desk.reading import Urgency
from desk.x.model import time_of

_URGENCIES = {
    CaseEventKind.RAISED: (Urgency.NORMAL, Urgency.HIGH),
    CaseEventKind.LOWERED: (Urgency.HIGH, Urgency.NORMAL),
}
"""What the urgency had been taken for, and what it was."""
_CORRECTIONS = {CaseEventKind.MISREAD, *_URGENCIES}

MISREADINGS_SHOWN = 50
"""Misreadings that a report has room for."""


class Place(NamedTuple):
    """A kind and a department, as values; None: not on record, or nobody's matter.

    `urgency` is what was put right where it is given: then the others are on both sides of a correction.
    """

    kind: str | None
    department: str | None
    urgency: str | None = None


class Correction(NamedTuple):
    """What was taken for what, and what it was."""

    was: Place
    right: Place


class Misreading(NamedTuple):
    """One correction: of which case, when, and the mention that it was about; None where that is gone."""

    case_id: str
    at: datetime
    correction: Correction
    mention_id: str | None


class Misreadings(NamedTuple):
    """All of a period by their counts, the most frequent first, and the newest, the last one first."""

    total: int = 0
    counts: tuple[tuple[Correction, int], ...] = ()
    shown: tuple[Misreading, ...] = ()


class MisreadingPicking:
    """Remembers the newest misreadings while events pass by, oldest first; more than `shown` are only counted."""

    def __init__(self, shown: int = MISREADINGS_SHOWN) -> None:
        self._counts = Counter[Correction]()
        self._newest = deque[LoggedEvent](maxlen=shown)

    def add(self, deed: LoggedEvent) -> None:
        """Look at what happened; what is no correction is passed over."""
        if deed.event.what in _CORRECTIONS:
            self._counts[_correction_in(deed.event)] += 1
            self._newest.append(deed)

    def found(self, cases: CaseQueries) -> Misreadings:
        """What was met so far, with their mentions by `cases`. Raises StoreBusy."""
        mentions = cases.mention_ids({deed.case_id for deed in self._newest}) if self._newest else {}
        shown = tuple(_misreading(deed, mentions.get(deed.case_id, ())) for deed in reversed(self._newest))
        return Misreadings(self._counts.total(), tuple(self._counts.most_common()), shown)


def _correction_in(event: CaseEvent) -> Correction:
    if event.what in _URGENCIES:
        was, right = (Place(event.was_kind, event.was_department, urgency) for urgency in _URGENCIES[event.what])
        return Correction(was, right)
    return Correction(Place(event.was_kind, event.was_department), Place(event.kind, event.department))


def _misreading(deed: LoggedEvent, mention_ids: tuple[str, ...]) -> Misreading:
    """It was about the last mention that was written before; about the first one by clocks that disagree."""
    event = deed.event
    before = [mention_id for mention_id in mention_ids if time_of(mention_id) <= event.at]
    mention_id = max(before, key=int) if before else next(iter(mention_ids), None)
    return Misreading(deed.case_id, event.at, _correction_in(event), mention_id)
