"""One query of listening: count, then read what is new and fill what is missing, each post once."""

from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from desk.brand import Brand
from desk.errors import BreakerOpen, XError, failure_of
from desk.listening.spans import MOST_READ, Span, spans_of
from desk.listening.surges import Surge, Surges, reactions_to, words_of
from desk.mentions.model import Mention, Source
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease, PollRecord, WalkState
from desk.mentions.store import MentionStore
from desk.mentions.walk import SEARCHABLE, Stop, Walk, Walked, gaps_below, stop_of, unparsable_range
from desk.x.model import Page, PostCount, XListening, XPost, first_id_at, time_of

FIRST_LOOK_BACK = timedelta(hours=1)
"""How far back the very first walk looks. Older posts would cost, and nobody would act on them."""

COUNTED_AT_ONCE = timedelta(days=1)
"""The time that one call counts. Older posts that were not read become a gap."""

IMPORTANT = 10
"""How many posts of a surge are read, the most important first. X's search takes no smaller limit."""

MOST_TRIES = 3
"""A gap is closed after this many answers in a row that showed none of the posts that X counts there."""

_FIRST_PAUSE = timedelta(minutes=10)
_SETTLING = timedelta(seconds=30)
"""X's counts end some seconds ago, and posts of the last seconds may not be indexed yet."""
_PAGE = 100
_MINUTE = timedelta(minutes=1)


class Read(NamedTuple):
    """How far down a range was read: all posts from the id `down_to` up were seen.

    `stop` is WHOLE when the whole range was read, `detail` the message of X's error if it ended with one.
    """

    down_to: int
    stop: Stop = Stop.WHOLE
    detail: str = ""


class QueryReport(NamedTuple):
    """What the walk of one query did: `heard` posts are new, `gaps` are all that were open at its beginning or end."""

    heard: int
    surges: int
    stop: Stop
    detail: str
    refused: Stop | None
    gaps: Sequence[Gap]
    unreachable: int


@dataclass(kw_only=True)
class QueryWalk:
    """One walk for the query with this number, under a lease that was taken for it.

    `now` is business time. `since_id` is where the walk begins if there is no checkpoint; None for the very first.
    """

    number: int
    query: str
    words: Sequence[str]
    x: XListening
    mentions: MentionStore
    state: WalkState
    surges: Surges
    brand: Brand
    record: PollRecord
    lease: Lease
    now: datetime
    since_id: str | None
    may_go_on: Callable[[], bool]
    may_begin_gaps: Callable[[], bool]
    _left_out: frozenset[str] = field(init=False)
    _given_up: list[Gap] = field(init=False)
    _recorded: int = field(init=False)
    _shown: set[str] = field(default_factory=set)
    """The ids of all posts that X showed."""
    _read_times: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Whole minutes for which X was asked for all posts."""
    _backlog: bool = False
    """Whether the posts that are read now were posted before the very first walk began."""
    _pages_left: int | None = None
    """How many pages may still be read; None: as many as time allows."""
    _heard: int = 0
    _surges: int = 0

    def walk(self) -> QueryReport:
        """Read new posts, then fill gaps. Raises StoreBusy and LeaseLost; then the next walk reads the same again."""
        self._left_out = self.mentions.erased_authors() | {self.brand.user_id}
        self._given_up = list(self.record.unreachable)
        self._recorded = len(self._given_up)
        self._backlog = self.record.checkpoint is None and self.since_id is None
        read, new_gaps = self._read_new()
        gaps = list({gap.id: gap for gap in (*self.record.gaps, *new_gaps)}.values())
        refused = None
        if not read.stop.is_refusal:
            gaps, refused = self._fill(gaps)
        return QueryReport(
            heard=self._heard,
            surges=self._surges,
            stop=read.stop,
            detail=read.detail,
            refused=refused,
            gaps=gaps,
            unreachable=len(self._given_up)
            - len(self.record.unreachable)
            + sum(gap.state is GapState.UNREACHABLE for gap in gaps),
        )

    def _read_new(self) -> tuple[Read, Sequence[Gap]]:
        """Read down to the checkpoint, move it over what was read or recorded as a gap, and return the new gaps."""
        checkpoint, until = self.record.checkpoint, _minute_of(self.now - _SETTLING)
        since = self._begin(until)
        if since >= until:
            return Read(int(first_id_at(until))), ()
        counted_from = max(since - self.brand.polling.overlap if checkpoint else since, until - COUNTED_AT_ONCE)
        try:
            counts = self.x.counts(query=self.query, start_time=counted_from, end_time=until)
        except (XError, BreakerOpen) as exc:
            return Read(int(first_id_at(until)), stop_of(exc), failure_of(exc)), ()
        start = counted_from if self._has_late_posts(counts, since) else max(since, counted_from)
        read = self._read([count for count in counts if count.start >= start], _id_below(start), first_id_at(until))
        if read.stop.is_refusal and read.down_to == int(first_id_at(until)):
            return read, ()
        newest_id, floor = _id_below(until), _id_below(start)
        if since < counted_from:  # one call counts a day; gaps cover the time before, with what X indexed late
            floor = _id_below(since - self.brand.polling.overlap)
            read = read._replace(stop=Stop.DEADLINE) if read.stop is Stop.WHOLE else read
        walked = Walked(newest_id, str(read.down_to), pages=1, seen=len(self._shown), stop=read.stop)
        gaps = gaps_below(walked, floor=floor, record=self.record, overlap=self.brand.polling.overlap, now=self.now)
        gaps = tuple(gap._replace(backlog=self._backlog) for gap in gaps)
        self._settle(gaps, Checkpoint(newest_id, self.now, self._seen_in_overlap(counts, until)))
        return read, gaps

    def _begin(self, until: datetime) -> datetime:
        """The first minute from which nothing was read yet."""
        newest_id = self.record.checkpoint.newest_id if self.record.checkpoint else self.since_id
        return _minute_of(time_of(str(int(newest_id) + 1))) if newest_id else until - FIRST_LOOK_BACK

    def _has_late_posts(self, counts: Sequence[PostCount], since: datetime) -> bool:
        """Whether X counts more posts in the overlap than it showed before: it has indexed some of them late.

        Late posts of a surge are not read.
        """
        again = sum(count.posts for count in counts if count.start < since)
        return self.record.checkpoint is not None and self.record.checkpoint.seen < again <= MOST_READ

    def _seen_in_overlap(self, counts: Sequence[PostCount], until: datetime) -> int:
        """How many posts of the next walk's overlap are known: shown by X, or counted where it was not asked."""
        seen = 0
        for count in counts:
            if count.start < until - self.brand.polling.overlap:
                continue
            was_read = any(start <= count.start < end for start, end in self._read_times)
            shown = sum(count.start <= time_of(each) < count.end for each in self._shown) if was_read else count.posts
            seen += min(shown, count.posts)
        return seen

    def _fill(self, gaps: Sequence[Gap]) -> tuple[list[Gap], Stop | None]:
        """Fill gaps with their share of the pages, the oldest first; return them afterwards, and X's refusal if any."""
        self._pages_left, refused = self.brand.polling.gap_pages, None
        after = {gap.id: gap for gap in gaps}
        for before in sorted(gaps, key=lambda gap: int(gap.before_id)):
            gap, has_moved = before, True
            while has_moved and not refused and gap.is_due(self.now) and self._pages_left and self.may_begin_gaps():
                gap, refused, has_moved = self._fill_once(gap)
            after[gap.id] = gap
        return list(after.values()), refused

    def _fill_once(self, gap: Gap) -> tuple[Gap, Stop | None, bool]:
        """Read the newest day of a gap; return it afterwards, X's refusal if any, and whether it became smaller."""
        limit = int(first_id_at(self.now - SEARCHABLE))
        if int(gap.before_id) <= limit:
            return self._changed(self._given_up_now(gap), gap), None, True
        top = _minute_of(time_of(str(int(gap.before_id) - 1))) + _MINUTE
        low = max(int(gap.after_id), limit, int(_id_below(top - COUNTED_AT_ONCE)))
        try:
            counts = self.x.counts(query=self.query, start_time=_minute_of(time_of(str(low + 1))), end_time=top)
        except (XError, BreakerOpen) as exc:
            return self._changed(gap._replace(reason=str(stop_of(exc))), gap), stop_of(exc), False
        self._backlog = gap.backlog
        read = self._read(counts, str(low), gap.before_id)
        rest = gap
        if read.down_to < int(gap.before_id):
            rest = gap._replace(before_id=str(read.down_to), shrunk_at=self.now, tries=0)
        if read.down_to <= int(gap.after_id) + 1:
            rest = rest._replace(before_id=gap.after_id, state=GapState.FILLED)
        elif read.stop is Stop.WHOLE and low == limit:
            rest = self._given_up_now(rest)
        elif read.stop.is_refusal:
            rest = rest._replace(reason=str(read.stop))
        elif read.stop is Stop.UNPROVEN and rest.before_id == gap.before_id:
            rest = self._unproven(rest)
        refused = read.stop if read.stop.is_refusal else None
        return self._changed(rest, gap), refused, rest.before_id != gap.before_id

    def _unproven(self, gap: Gap) -> Gap:
        """The gap with its next try; after some tries it is closed, since X counts posts that it never shows."""
        tries = gap.tries + 1
        if tries >= MOST_TRIES:
            return gap._replace(before_id=gap.after_id, state=GapState.FILLED)
        return gap._replace(tries=tries, reason=str(Stop.UNPROVEN), due_at=self.now + _FIRST_PAUSE * 2 ** (tries - 1))

    def _given_up_now(self, gap: Gap) -> Gap:
        return replace(gap, state=GapState.UNREACHABLE, given_up_at=self.now)

    def _changed(self, after: Gap, before: Gap) -> Gap:
        """Record the gap unless it is unchanged."""
        if after != before:
            self._settle((after,))
        return after

    def _read(self, counts: Sequence[PostCount], after_id: str, before_id: str) -> Read:
        """Read the posts above `after_id` and below `before_id`, the newest first, by what X counted there."""
        down_to = int(before_id)
        for span in reversed(spans_of(counts)):
            low = max(int(after_id), int(_id_below(span.start)))
            high = min(down_to, int(first_id_at(span.end)))
            if span.posts and low + 1 < high:
                read = self._read_surge(span, low, high) if span.surges else self._read_all(span, low, high, counts)
                if read.stop is not Stop.WHOLE:
                    return read._replace(down_to=min(read.down_to, down_to))
            down_to = low + 1
        return Read(int(after_id) + 1)

    def _read_all(self, span: Span, low: int, high: int, counts: Sequence[PostCount]) -> Read:
        """Read all posts of a span. If pages end although X counts posts below, the span is not proven to be read."""
        limit = min(max(span.posts, IMPORTANT), _PAGE)
        bounds: list[tuple[str | None, datetime | None]] = [(str(low), None), (None, span.start)]
        for since_id, start_time in bounds:
            walk = Walk(
                partial(
                    self.x.heard,
                    query=self.query,
                    limit=limit,
                    since_id=since_id,
                    start_time=start_time,
                    until_id=str(high),
                ),
                floor=str(low),
                may_go_on=lambda: self.may_go_on() and self._pages_left != 0,
                reach=None,
            )
            for page in walk:
                self._keep(page)
                self._pages_left = self._pages_left - 1 if self._pages_left else self._pages_left
            if walk.walked.stop is not Stop.BAD_REQUEST or walk.walked.pages:
                break
            # X refuses a since_id that it finds too old, and would always refuse it.
        walked = walk.walked
        down_to = int(walked.oldest_id) if walked.oldest_id else high
        self._read_times.append((span.start if walked.is_whole else _minute_of(time_of(str(down_to))), span.end))
        if not walked.is_whole:
            return Read(down_to, walked.stop, walked.detail)
        below = time_of(str(down_to))
        is_counted = any(count.posts for count in counts if span.start <= count.start and count.end <= below)
        return Read(down_to, Stop.UNPROVEN) if is_counted else Read(low + 1)

    def _read_surge(self, span: Span, low: int, high: int) -> Read:
        """Read only the most important posts of a surge, and record it for people."""
        try:
            page = self.x.heard(
                query=self.query, limit=IMPORTANT, by_relevancy=True, since_id=str(low), until_id=str(high)
            )
        except (XError, BreakerOpen) as exc:
            return Read(high, stop_of(exc), failure_of(exc))
        self._keep(page)
        posts = list(self._relevant(page))
        self.surges.record(
            Surge(
                number=self.number,
                since=span.start,
                until=span.end,
                posts=span.posts,
                most_a_minute=span.most_a_minute,
                words=words_of(posts, self.words),
                spread=span.posts + max(map(reactions_to, posts), default=0),
                post_ids=tuple(post.id for post in posts),
            )
        )
        self._surges += 1
        return Read(low + 1)

    def _keep(self, page: Page) -> None:
        """Store the posts of a page that are not known yet, oldest first, and note those that can't be parsed."""
        unparsable = unparsable_range(page, self._given_up, self.now)
        self._given_up += [unparsable] if unparsable else []
        self._shown |= {*(post.id for post in page.posts), *(each.id for each in page.unparsable if each.id)}
        posts = {post.id: post for post in self._relevant(page)}
        known = self.mentions.known(posts.keys()) if posts else frozenset()
        new = [posts[key] for key in sorted(posts.keys() - known, key=int)]
        if new:
            heard = [Mention(post, self.now, backlog=self._backlog, source=Source.LISTENING) for post in new]
            self._heard += len(self.mentions.store(heard))

    def _relevant(self, page: Page) -> Iterator[XPost]:
        return (post for post in page.posts if post.author_id not in self._left_out)

    def _settle(self, gaps: Sequence[Gap], checkpoint: Checkpoint | None = None) -> None:
        """Record gaps, and with them the ranges whose posts could not be parsed."""
        unparsable = self._given_up[self._recorded :]
        self.state.settle(self.lease, checkpoint=checkpoint, gaps=[*gaps, *unparsable])
        self._recorded += len(unparsable)


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _id_below(moment: datetime) -> str:
    """The highest id of a post before this moment."""
    return str(int(first_id_at(moment)) - 1)
