"""The use case: every mention since the last poll is stored once, or its absence is on record as a gap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from desk.brand import Brand
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease, PollRecord, PollState, take_lease
from desk.mentions.store import MentionStore
from desk.mentions.walk import Stop, Walk, Walked, gaps_below, ids_on
from desk.reader import PollReader
from desk.x.model import Page, XTimelines, earlier, first_id_at
from poll_mentions.enrich import PageKeeper
from poll_mentions.gaps import GapFiller


class PollReport(NamedTuple):
    """What one poll did.

    `newest_lag` is the age of the newest mention that the walk stored, None when it stored none. `gaps_open` counts
    all gaps left, `gap_stalled` is how long the one that waits longest has not shrunk, `unreachable` counts the ranges
    given up in this poll, unparsable posts included. `refused` holds the reasons for which gaps and look-ups stopped,
    `stop` how the walk of new mentions ended, `detail` the message of X's error if it ended with one.
    """

    polled: int
    newest_lag: timedelta | None
    gaps_open: int
    gap_stalled: timedelta
    unreachable: int
    stop: Stop
    detail: str
    refused: frozenset[Stop]

    @property
    def succeeded(self) -> bool:
        """Whether new mentions came in as far as time allowed; a gap on record is no failure."""
        return not self.stop.is_refusal


QUIET = timedelta(days=1)
"""A checkpoint follows at this distance when nothing comes: X refuses a since_id that is a week old."""

KNOWN_PAGES = 2
"""After this many pages that an earlier poll has walked and that show nothing new, a walk leaves the rest for later."""


@dataclass(kw_only=True)
class MentionPoll:
    """One poll of X for mentions, made for one run.

    `now` is business time, `clock` the wall clock, which guards the lease. `holder` names the run. `reserve_ms` is how
    long one more page may take at worst, with its look-ups and its storing. `record` is the state that the last walk
    left, once `poll` has loaded it.
    """

    x: XTimelines
    mentions: MentionStore
    state: PollState
    reader: PollReader
    brand: Brand
    clock: Callable[[], datetime]
    now: datetime
    holder: str
    remaining_ms: Callable[[], int]
    reserve_ms: int = 15_000
    record: PollRecord = field(init=False)
    _lease: Lease = field(init=False)
    _has_lease: bool = False
    _keeper: PageKeeper = field(init=False)
    _for_gaps_ms: int = 0
    _unparsable: int = 0
    """How many ranges with unparsable posts this poll has recorded."""

    def poll(self) -> PollReport:
        """Poll once under the lease, which ends with `remaining_ms` even if this run is killed.

        Raises LeaseLost when another run holds the lease, and StoreBusy when the tables gave up: then the checkpoint
        did not move, and the next poll knows what was stored.
        """
        self.record = self.state.load()
        moment = self.clock()
        until = moment + timedelta(milliseconds=self.remaining_ms())
        self._lease = take_lease(self.state, self.record.lease, holder=self.holder, now=moment, until=until)
        self._has_lease = True
        try:
            # However slow X is, new mentions take no more than half of the time while a gap waits.
            has_gaps = any(gap.is_due(self.now) for gap in self.record.gaps)
            self._for_gaps_ms = max(self.remaining_ms() - self.reserve_ms, 0) // 2 if has_gaps else 0
            self._keeper = PageKeeper(
                x=self.x,
                mentions=self.mentions,
                reader=self.reader,
                own_id=self.brand.user_id,
                given_up=self.record.unreachable,
                now=self.now,
                may_go_on=self._may_go_on,
            )
            walked = self._walk_new()
            newest_lag = max(self.now - self._keeper.newest_at, timedelta()) if self._keeper.newest_at else None
            new_gaps = self._record_walk(walked)
            gaps, refused = self._fill_gaps(walked, new_gaps)
        finally:
            if self._has_lease:
                self.state.release(self._lease)
        return PollReport(
            polled=self._keeper.polled,
            newest_lag=newest_lag,
            gaps_open=sum(gap.state is GapState.OPEN for gap in gaps),
            gap_stalled=max((gap.stalled_for(self.now) for gap in gaps), default=timedelta(0)),
            unreachable=sum(gap.state is GapState.UNREACHABLE for gap in gaps) + self._unparsable,
            stop=walked.stop,
            detail=walked.detail,
            refused=frozenset(stop for stop in (refused, self._keeper.refused) if stop),
        )

    def _may_go_on(self) -> bool:
        return self.remaining_ms() > self.reserve_ms + self._for_gaps_ms

    def _walk_new(self) -> Walked:
        """Walk down to the floor and keep each page."""
        start = None if self.record.checkpoint else self.now - self.brand.polling.first_look_back
        limits = [(self._floor if start is None else None, start), (None, None)]
        for since_id, start_time in limits:
            walk = Walk(
                partial(self.x.mentions, since_id=since_id, start_time=start_time),
                floor=self._floor,
                may_go_on=self._may_go_on,
            )
            known_pages = 0
            for page in walk:
                walk.has_new = self._keeper.keep(page, after_id=self._floor, backlog=self.record.checkpoint is None)
                known_pages = known_pages + 1 if self._was_walked(page) and not walk.has_new else 0
                walk.has_enough = known_pages >= KNOWN_PAGES
            if walk.walked.stop is not Stop.BAD_REQUEST or walk.walked.pages:
                break
            # X refuses a since_id that is too old, and would always refuse it. Without limits the timeline shows all
            # that it can, and the walk finds the floor by the ids.
        return walk.walked

    def _was_walked(self, page: Page) -> bool:
        """Whether the whole page is at or below the checkpoint."""
        checkpoint, newest = self.record.checkpoint, max(map(int, ids_on(page)), default=None)
        return checkpoint is not None and newest is not None and newest <= int(checkpoint.newest_id)

    def _record_walk(self, walked: Walked) -> Sequence[Gap]:
        """Move the checkpoint over what was walked or is on record as a gap; the new gaps."""
        if not walked.is_whole and not walked.oldest_id:
            return ()
        gaps = gaps_below(
            walked, floor=self._floor, record=self.record, overlap=self.brand.polling.overlap, now=self.now
        )
        before = self.record.checkpoint
        ids = [each for each in (before and before.newest_id, walked.newest_id) if each]
        ids.append(first_id_at(self.now - QUIET))
        newest = max(ids, key=int) if before or walked.newest_id else first_id_at(self.now)
        # Without gaps the walk ends here, so the write that moves the checkpoint also ends the lease.
        is_last = walked.stop.is_refusal or not (gaps or self.record.gaps)
        self._settle(gaps, Checkpoint(newest_id=newest, walked_at=self.now), releases=is_last)
        return gaps

    def _fill_gaps(self, walked: Walked, new: Sequence[Gap]) -> tuple[Sequence[Gap], Stop | None]:
        """Give the gaps their share, unless X has just refused; the gaps now, and why X refused one of them."""
        self._for_gaps_ms = 0
        gaps = list({gap.id: gap for gap in (*self.record.gaps, *new)}.values())
        if walked.stop.is_refusal or not gaps:
            return gaps, None
        filler = GapFiller(
            x=self.x,
            mentions=self.mentions,
            handle=self.brand.handle,
            keeper=self._keeper,
            record=lambda gap: self._settle((gap,)),
            now=self.now,
            overlap=self.brand.polling.overlap,
            may_go_on=self._may_go_on,
        )
        return filler.fill(gaps, self.brand.polling.gap_pages), filler.refused

    def _settle(self, gaps: Sequence[Gap], checkpoint: Checkpoint | None = None, *, releases: bool = False) -> None:
        """Record gaps, and with them the ranges whose posts were unparsable on the pages behind them."""
        unparsable = self._keeper.given_up[len(self.record.unreachable) + self._unparsable :]
        self.state.settle(self._lease, checkpoint=checkpoint, gaps=[*gaps, *unparsable], releases=releases)
        self._has_lease = not releases
        self._unparsable += len(unparsable)

    @property
    def _floor(self) -> str:
        """The id down to which mentions are looked for: the checkpoint less the overlap, since X indexes some late."""
        polling = self.brand.polling
        if self.record.checkpoint is None:
            return str(int(first_id_at(self.now - polling.first_look_back)) - 1)
        return earlier(self.record.checkpoint.newest_id, polling.overlap)
