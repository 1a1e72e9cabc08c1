"""What came in while the desk was closed, in the order in which a person reads it: who may be at risk first.

A page of the stack has all posts of a case, or the post of a mention without one; advertising and unrelated posts come
last, several on a page. What nobody has seen is to be read: the marks of everything that people open say so, and there
is no other memory of how far somebody has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import batched
from typing import NamedTuple

from desk.cases.model import Case
from desk.mentions.model import SLOT_MINUTES, StoredMention
from desk.mentions.search import FoundMention
from desk.reader.explain import safety_note
from desk.reading import Kind, Safety, Urgency
from operator_console.app import Visit
from operator_console.shell.night import Night, last_night
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.card import TodayStores

MOST = 500
"""Mentions of one night that are read. A stack that is longer says so, and leaves the others to the queues."""
SHOWN_FOR = timedelta(hours=4)
"""How long after the desk has opened a night is still offered."""
LASTS = timedelta(minutes=1)
"""How long what was found of a night is kept; what people have seen of it is always asked for."""
_JUNK_ON_A_PAGE = 8
_OF_ONE_CALL = 100
_AT_ONCE = 2 * MOST // _OF_ONE_CALL
_SLOT = timedelta(minutes=SLOT_MINUTES)


class StackPlace(IntEnum):
    """Where a page comes in the stack."""

    DANGER = 0
    CHECK = 1
    URGENT = 2
    CASE = 3
    OTHER = 4
    JUNK = 5


class StackPage(NamedTuple):
    """A page: its posts, and the key of what they belong to, or of the first. Nobody has seen `unseen` of them."""

    place: StackPlace
    key: str
    mentions: tuple[StoredMention, ...]
    case: Case | None
    unseen: int

    @property
    def is_at_risk(self) -> bool:
        """Whether somebody may be at risk: then only opening it counts as having seen it."""
        return self.place <= StackPlace.CHECK


class NightFigures(NamedTuple):
    """A night in figures: how many mentions came in, by half hours, and how many of them nobody has seen."""

    night: Night
    number: int
    unseen: int
    bars: tuple[int, ...]
    is_cut: bool


class NightReader:
    """Reads the last night. Every method raises StoreBusy."""

    def __init__(self, stores: TodayStores, renderer: Renderer) -> None:
        self._stores = stores
        self._brand = renderer.brand
        self._known: tuple[Night, datetime, Sequence[FoundMention]] | None = None
        self.zone = renderer.formatter.zone

    def night(self, now: datetime) -> Night | None:
        """The night that can be read now; None in the afternoon, and for a desk that never closes."""
        night = last_night(now, self._brand)
        return night if night and now < night.until + SHOWN_FOR else None

    def figures(self, night: Night, now: datetime) -> NightFigures:
        """The night in figures."""
        found = self._found(night, now)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            unseen = _union(pool.map(self._stores.seen.unseen_among, _calls(each.mention_id for each in found)))
        bars = [0] * ((night.until - night.since) // _SLOT)
        for each in found:
            bars[(each.created_at - night.since) // _SLOT] += 1
        return NightFigures(night, len(found), len(unseen), tuple(bars), len(found) == MOST)

    def stack(self, night: Night, now: datetime) -> Sequence[StackPage]:
        """All pages, those that were read included."""
        ids = [each.mention_id for each in self._found(night, now)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            marks = pool.map(self._stores.seen.unseen_among, _calls(ids))
            stored = _merged(pool.map(self._stores.mentions.get_many, _calls(ids)))
            case_ids = {each.outcome.case_id for each in stored.values() if each.outcome and each.outcome.case_id}
            cases = _merged(pool.map(self._stores.cases.get_many, _calls(case_ids)))
            unseen = _union(marks)
        by_key: dict[str, list[StoredMention]] = {}
        for each in sorted(stored.values(), key=lambda one: (one.mention.post.created_at, one.mention.id)):
            by_key.setdefault(_key(each, cases.keys()), []).append(each)
        pages = sorted(
            (_page(key, some, cases.get(key), unseen) for key, some in by_key.items()), key=lambda page: page.place
        )
        junk = [page for page in pages if page.place is StackPlace.JUNK]
        return [*(page for page in pages if page.place is not StackPlace.JUNK), *_together(junk)]

    def _found(self, night: Night, now: datetime) -> Sequence[FoundMention]:
        """What came in. Finding it takes a query for each shard of both days, and it hardly changes: kept for LASTS."""
        if self._known is None or self._known[0] != night or not self._known[1] <= now < self._known[1] + LASTS:
            found = self._stores.search.between(night.since, night.until, days=night.days, most=MOST)
            self._known = night, now, found
        return self._known[2]


def _calls(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """The ids in as many parts as calls read them, all of which are made at the same time."""
    return batched(ids, _OF_ONE_CALL, strict=False)


def _merged[T](parts: Iterable[Mapping[str, T]]) -> dict[str, T]:
    return {key: each for part in parts for key, each in part.items()}


def _union(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*parts)


def _key(stored: StoredMention, cases: Iterable[str]) -> str:
    case_id = stored.outcome.case_id if stored.outcome else None
    return case_id if case_id and case_id in cases else f"m{stored.mention.id}"


def _page(key: str, mentions: Sequence[StoredMention], case: Case | None, unseen: frozenset[str]) -> StackPage:
    left = sum(each.mention.id in unseen for each in mentions)
    return StackPage(_place(mentions, case), key, tuple(mentions), case, left)


def _place(mentions: Sequence[StoredMention], case: Case | None) -> StackPlace:
    readings = [each.outcome.reading for each in mentions if each.outcome]
    safety = case.open_safety if case else next((one.safety for one in readings if one.safety), None)
    if safety is Safety.DANGER:
        return StackPlace.DANGER
    if safety_note([each.mention for each in mentions], safety):
        return StackPlace.CHECK
    if case:
        return StackPlace.URGENT if case.urgency is Urgency.HIGH else StackPlace.CASE
    is_junk = bool(readings) and all(one.kind is Kind.JUNK for one in readings)
    return StackPlace.JUNK if is_junk else StackPlace.OTHER


def _together(junk: Iterable[StackPage]) -> Iterable[StackPage]:
    """The pages of advertising, several on one."""
    for some in batched(junk, _JUNK_ON_A_PAGE, strict=False):
        yield some[0]._replace(
            mentions=tuple(each for page in some for each in page.mentions),
            unseen=sum(page.unseen for page in some),
        )


class NightShown(NamedTuple):
    """The night, and how many of the cases that began in it are urgent or at risk and still open."""

    figures: NightFigures
    urgent: int


class NightCard:
    """Leads to the stack. It is not there in the afternoon, nor if nothing came in."""

    name = "night"

    def __init__(self, nights: NightReader, snapshots: Snapshots) -> None:
        self._nights = nights
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> NightShown | None:
        """See Card."""
        night = self._nights.night(visit.now)
        if night is None:
            return None
        read = lambda: self._nights.figures(night, visit.now)  # noqa: E731 - only the cache calls it
        figures = self._snapshots.part(f"today night {night.query}", visit.now, read, lasts=LASTS)
        if not figures.number:
            return None
        return NightShown(figures, urgent_of(night, bar))


def urgent_of(night: Night, bar: Snapshot) -> int:
    """How many of the cases that are urgent or at risk, and still open, were asked in this night."""
    return sum(night.since <= row.asked_at < night.until for row in bar.strip.rows)
