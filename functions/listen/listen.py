"""The use case: a post that talks about the brand without mentioning it is stored once, or a gap records its range."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.errors import LeaseLost
from desk.listening.surges import Surges
from desk.mentions.poll_state import GapState, PollRecord, WalkState, take_lease
from desk.mentions.store import MentionStore
from desk.mentions.walk import Stop
from desk.x.model import Usage, XListening
from listen.query_walk import QueryReport, QueryWalk

RESERVE_MS = 15_000
"""The longest time that one more page and storing it may take."""


class ListenReport(NamedTuple):
    """What one run did. `left` counts queries that another run was walking."""

    queries: tuple[QueryReport, ...]
    left: int
    usage: Usage
    now: datetime

    @property
    def succeeded(self) -> bool:
        """Whether X answered as far as time and budget allowed. A recorded gap is not a failure."""
        return not any(each.stop.is_refusal and each.stop is not Stop.OVER_BUDGET for each in self.queries)

    @property
    def gap_stalled(self) -> timedelta:
        """How long ago a gap last became smaller, for the one that has stalled longest."""
        gaps = [gap for report in self.queries for gap in report.gaps]
        return max((gap.stalled_for(self.now) for gap in gaps), default=timedelta(0))

    @property
    def gaps_open(self) -> int:
        """How many gaps are left."""
        return sum(gap.state is GapState.OPEN for report in self.queries for gap in report.gaps)

    @property
    def refused(self) -> frozenset[Stop]:
        """The reasons for which X, or our own budget before it, refused a call."""
        stops = [stop for report in self.queries for stop in (report.stop, report.refused) if stop]
        return frozenset(stop for stop in stops if stop.is_refusal)


class Listening:
    """Walks every query of desk.yaml, each with a checkpoint, gaps and a lease of its own.

    `state_of` returns the state of the query with a number. If desk.yaml changes, the query that now has a number goes
    on from its state, so that nothing is lost.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        x: XListening,
        mentions: MentionStore,
        state_of: Callable[[int], WalkState],
        surges: Surges,
        queries: Sequence[str],
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._x = x
        self._mentions = mentions
        self._state_of = state_of
        self._surges = surges
        self._queries = queries
        self._brand = brand
        self._clock = clock

    def listen(self, now: datetime, holder: str, remaining_ms: Callable[[], int]) -> ListenReport:
        """Walk the queries once, each with an equal share of the time that is left.

        `now` is business time; `holder` names the run, which ends with `remaining_ms` even if it is killed. Raises
        StoreBusy if a table is busy: the checkpoint of that query did not move, and the next run knows what was stored.
        """
        reports, left = list[QueryReport](), 0
        try:
            states = [self._state_of(number) for number in range(len(self._queries))]
            records = [state.load() for state in states]
            known = [record.checkpoint.newest_id for record in records if record.checkpoint]
            since_id = min(known, key=int, default=None)
            for number, (state, record) in enumerate(zip(states, records, strict=True)):
                share = _Share(remaining_ms, queries_left=len(states) - number)
                try:
                    reports.append(self._walk(number, state, record, since_id, now, holder, share))
                except LeaseLost:
                    left += 1
        finally:
            usage = self._x.take_usage()
        return ListenReport(tuple(reports), left, usage, now)

    def _walk(  # noqa: PLR0913, PLR0917 - what differs from query to query
        self,
        number: int,
        state: WalkState,
        record: PollRecord,
        since_id: str | None,
        now: datetime,
        holder: str,
        share: "_Share",
    ) -> QueryReport:
        moment = self._clock()
        until = moment + timedelta(milliseconds=share.remaining_ms())
        lease = take_lease(state, record.lease, holder=holder, now=moment, until=until)
        share.keep_half_for_gaps(is_needed=any(gap.is_due(now) for gap in record.gaps))
        listen = self._brand.listen
        try:
            return QueryWalk(
                number=number,
                query=self._queries[number],
                words=[*listen.terms, *(f"#{tag}" for tag in listen.hashtags)],
                x=self._x,
                mentions=self._mentions,
                state=state,
                surges=self._surges,
                brand=self._brand,
                record=record,
                lease=lease,
                now=now,
                since_id=since_id,
                may_go_on=share.may_go_on,
                may_begin_gaps=share.may_begin_gaps,
            ).walk()
        finally:
            state.release(lease)


class _Share:
    """The time of one query. Half of it is kept for its gaps until the walk comes to them."""

    def __init__(self, remaining_ms: Callable[[], int], *, queries_left: int) -> None:
        self.remaining_ms = remaining_ms
        usable = max(remaining_ms() - RESERVE_MS, 0)
        self._mine = usable // queries_left
        self._for_others = usable - self._mine
        self._for_gaps = 0

    def keep_half_for_gaps(self, *, is_needed: bool) -> None:
        """Keep half of the time for gaps if one waits, so that a slow X does not leave them without any."""
        self._for_gaps = self._mine // 2 if is_needed else 0

    def may_go_on(self) -> bool:
        """Whether there is time for one more page."""
        return self.remaining_ms() > RESERVE_MS + self._for_others + self._for_gaps

    def may_begin_gaps(self) -> bool:
        """Release the half that was kept for gaps, and return whether there is time for them."""
        self._for_gaps = 0
        return self.may_go_on()
