"""The use case: every mention since the last poll, stored once, or its absence on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.errors import LeaseLost
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease, PollRecord, PollState
from desk.mentions.store import MentionStore
from desk.reader import PollReader
from desk.x.model import Page, Usage, XTimelines, earlier, first_id_at
from poll_mentions.enrich import Enricher, PageKeeper
from poll_mentions.gaps import GapFiller
from poll_mentions.walk import Stop, Walked, gaps_below, ids_on, walk


class PollReport(NamedTuple):
    """What one poll did.

    `newest_lag` is the age of the newest mention that the walk stored, None when it stored none. `gaps_open` counts
    all gaps left, `gap_stalled` is how long the one that waits longest has not shrunk, `unreachable` counts the ranges
    given up in this poll, unparsable posts included. `refused` holds the refusals of gaps and look-ups, `stop` how the
    walk of new mentions ended, `detail` what X said when it refused that.
    """

    polled: int
    newest_lag: timedelta | None
    gaps_open: int
    gap_stalled: timedelta
    unreachable: int
    usage: Usage
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
"""After so many pages that an earlier poll has walked, and that show nothing new, a walk leaves the rest for later."""


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls X for mentions.

    `clock` guards the lease; the `now` of a poll is what the desk says about time. `reserve_ms` is what one more page
    may take at the worst, its look-ups and its storing included.
    """

    x: XTimelines
    mentions: MentionStore
    state: PollState
    reader: PollReader
    brand: Brand
    clock: Callable[[], datetime]
    reserve_ms: int = 15_000

    def poll(self, *, now: datetime, holder: str, remaining_ms: Callable[[], int]) -> PollReport:
        """One poll under the lease, which ends with `remaining_ms` even when this run is killed.

        Raises LeaseLost when another run holds the work, StoreBusy when the tables gave up: then nothing moved, and
        what was stored is known to the next poll.
        """
        record = self.state.load()
        lease = self._take_lease(record.lease, holder, remaining_ms)
        try:
            run = _Run(self, record, lease, now, remaining_ms)
            walked = run.walk_new()
            gaps = run.fill_gaps(walked)
        finally:
            usage = self._close(lease)
        return run.report(walked, gaps, usage)

    def _take_lease(self, seen: Lease | None, holder: str, remaining_ms: Callable[[], int]) -> Lease:
        moment = self.clock()
        if seen and seen.until > moment and seen.holder != holder:
            raise LeaseLost(f"{seen.holder} polls until {seen.until.isoformat()}")
        until = moment + timedelta(milliseconds=remaining_ms())
        return self.state.take(seen, holder=holder, until=until)

    def _close(self, lease: Lease) -> Usage:
        usage = self.x.take_usage()
        self.state.release(lease)
        return usage


class _Run:
    """One poll while it runs."""

    def __init__(
        self, poller: Poller, record: PollRecord, lease: Lease, now: datetime, remaining_ms: Callable[[], int]
    ) -> None:
        self._x, self._state, self._brand = poller.x, poller.state, poller.brand
        self._record, self._lease, self._now = record, lease, now
        # However slow X is, new mentions take no more than half of the time while a gap waits.
        has_gaps = any(gap.is_due(now) for gap in record.gaps)
        self._for_gaps_ms = max(remaining_ms() - poller.reserve_ms, 0) // 2 if has_gaps else 0
        self._may_go_on = lambda: remaining_ms() > poller.reserve_ms + self._for_gaps_ms
        erased = poller.mentions.erased_authors()
        self._enricher = Enricher(
            x=poller.x,
            store=poller.mentions,
            reader=poller.reader,
            erased_authors=erased,
            may_go_on=self._may_go_on,
        )
        self._store = poller.mentions
        self._keeper = PageKeeper(
            store=poller.mentions,
            enricher=self._enricher,
            left_out=erased | {self._brand.user_id},
            given_up=list(record.unreachable),
            now=now,
        )
        self._recorded = len(record.unreachable)
        self._given_up = 0
        self._new_gaps: tuple[Gap, ...] = ()
        self._known_pages = 0
        self._lag: timedelta | None = None
        self._refused: set[Stop] = set()

    def walk_new(self) -> Walked:
        """Walk down to the checkpoint, then move it over what was walked or is on record as a gap."""
        walked = self._walk()
        if self._keeper.newest_at:
            self._lag = max(self._now - self._keeper.newest_at, timedelta())
        if walked.is_whole or walked.oldest_id:
            self._new_gaps = gaps_below(
                walked, floor=self._floor, record=self._record, overlap=self._brand.polling.overlap, now=self._now
            )
            self._settle(self._new_gaps, self._checkpoint_after(walked))
        return walked

    def fill_gaps(self, walked: Walked) -> list[Gap]:
        """Give the gaps their share, unless X has just refused or time is short."""
        self._for_gaps_ms = 0
        gaps = list({gap.id: gap for gap in (*self._record.gaps, *self._new_gaps)}.values())
        if walked.stop.is_refusal or not gaps:
            return gaps
        filler = GapFiller(
            x=self._x,
            store=self._store,
            handle=self._brand.handle,
            keep=lambda page, gap: self._keeper.keep(page, after_id=gap.after_id, backlog=gap.backlog),
            record=lambda gap: self._settle((gap,)),
            now=self._now,
            overlap=self._brand.polling.overlap,
            may_go_on=self._may_go_on,
        )
        filled = filler.fill(gaps, self._brand.polling.gap_pages)
        if filler.refused:
            self._refused.add(filler.refused)
        return filled

    def report(self, walked: Walked, gaps: list[Gap], usage: Usage) -> PollReport:
        """What this poll did."""
        if self._enricher.refused:
            self._refused.add(self._enricher.refused)
        return PollReport(
            polled=self._keeper.polled,
            newest_lag=self._lag,
            gaps_open=sum(gap.state is GapState.OPEN for gap in gaps),
            gap_stalled=max((gap.stalled_for(self._now) for gap in gaps), default=timedelta(0)),
            unreachable=sum(gap.state is GapState.UNREACHABLE for gap in gaps) + self._given_up,
            usage=usage,
            stop=walked.stop,
            detail=walked.detail,
            refused=frozenset(self._refused),
        )

    def _walk(self) -> Walked:
        start = None if self._record.checkpoint else self._now - self._brand.polling.first_look_back
        walked = self._descend(since_id=self._floor if start is None else None, start_time=start)
        if walked.stop is Stop.BAD_REQUEST and not walked.pages:
            # X takes no since_id that is too old, and asking the same again would stop the desk for ever. Without any
            # limit the timeline shows all that it can, and the walk ends at the floor by its own look at the ids.
            walked = self._descend(since_id=None, start_time=None)
        return walked

    def _descend(self, *, since_id: str | None, start_time: datetime | None) -> Walked:
        return walk(
            lambda token: self._x.mentions(since_id=since_id, start_time=start_time, page_token=token),
            self._keep,
            floor=self._floor,
            may_go_on=self._may_go_on,
            has_enough=lambda: self._known_pages >= KNOWN_PAGES,
        )

    def _keep(self, page: Page) -> None:
        """Keep a page of the walk, and count those in a row that lie below the checkpoint and show nothing new."""
        checkpoint = self._record.checkpoint
        has_new = self._keeper.keep(page, after_id=self._floor, backlog=checkpoint is None)
        newest = max(map(int, ids_on(page)), default=None)
        was_walked = checkpoint is not None and newest is not None and newest <= int(checkpoint.newest_id)
        self._known_pages = self._known_pages + 1 if was_walked and not has_new else 0

    def _settle(self, gaps: tuple[Gap, ...], checkpoint: Checkpoint | None = None) -> None:
        """Record gaps, and with them the ranges whose posts were unparsable on the pages behind them."""
        unparsable = self._keeper.given_up[self._recorded :]
        self._state.settle(self._lease, checkpoint=checkpoint, gaps=[*gaps, *unparsable])
        self._recorded += len(unparsable)
        self._given_up += len(unparsable)

    @property
    def _floor(self) -> str:
        """Nothing is looked for up to this id: the checkpoint less the overlap, since X indexes some posts late."""
        polling = self._brand.polling
        if self._record.checkpoint is None:
            return str(int(first_id_at(self._now - polling.first_look_back)) - 1)
        return earlier(self._record.checkpoint.newest_id, polling.overlap)

    def _checkpoint_after(self, walked: Walked) -> Checkpoint:
        """The checkpoint, never lower than before."""
        before = self._record.checkpoint
        ids = [each for each in (before and before.newest_id, walked.newest_id) if each]
        ids.append(first_id_at(self._now - QUIET))
        newest = max(ids, key=int) if before or walked.newest_id else first_id_at(self._now)
        return Checkpoint(newest_id=newest, walked_at=self._now)
