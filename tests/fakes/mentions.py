"""MentionStore and PollState in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from desk.errors import LeaseLost, StoreBusy
from desk.mentions.model import DayNeeds, DayRow, Mention, Source, Stage, StoredMention, WaitingMention
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease, PollRecord
from desk.x.model import XPost

SEOUL = ZoneInfo("Asia/Seoul")


class FakeMentions:
    """Mentions in the order in which they were stored, and their days' rows and counts.

    `gone_authors` are the erased authors, `cases` the case of each mention that has one, and `read_at` when it was
    read. `busy` makes every question about a day or a case fail, `busy_after` makes `store` fail after so many pages,
    as a throttled table does.
    `keep` adds rows whose mentions nobody asks for; `streams` makes a day's rows up as they are asked for. `hidden` are
    ids that the day index does not show the first time, as when it lags. `passes` counts the passes over each day,
    `after_polled` runs after each look at the counts. `busy_methods` are methods of routing that fail, or a method and
    its department.
    """

    def __init__(self, zone: ZoneInfo = SEOUL) -> None:
        self.stored: dict[str, StoredMention] = {}
        self.reasons: dict[str, list[str]] = defaultdict(list)
        self.busy_methods: set[str] = set()
        self.erased: set[str] = set()
        self.gone_authors: set[str] = set()
        self.cases: dict[str, str] = {}
        self.read_at: dict[str, datetime] = {}
        self.stored_on: Counter[date] = Counter()
        self.seen_on: Counter[date] = Counter()
        self.heard_seen_on: Counter[date] = Counter()
        self.rows: dict[date, list[DayRow]] = defaultdict(list)
        self.heard_rows: dict[date, list[DayRow]] = defaultdict(list)
        self.needs: dict[date, DayNeeds] = {}
        self.streams: dict[date, Callable[[], Iterable[DayRow]]] = {}
        self.passes: Counter[date] = Counter()
        self.hidden: set[str] = set()
        self.after_polled: Callable[[], object] | None = None
        self.busy = False
        self.busy_after: int | None = None
        self._zone = zone

    @property
    def mentions(self) -> dict[str, Mention]:
        """The stored mentions, in the order in which they came."""
        return {key: each.mention for key, each in self.stored.items()}

    def erase(self, mention_id: str) -> None:
        self.stored.pop(mention_id, None)
        self.erased.add(mention_id)

    def keep(self, *rows: DayRow) -> None:
        for row in rows:
            day = row.created_at.astimezone(self._zone).date()
            self.rows[day].append(row)
            self.stored_on[day] += 1

    def erased_authors(self) -> frozenset[str]:
        return frozenset(self.gone_authors)

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        if self.busy_after is not None:
            self.busy_after -= 1
            if self.busy_after < 0:
                raise StoreBusy("scripted")
        there = (mention for mention in mentions if mention.post.author_id not in self.gone_authors)
        new = {
            mention.id: self._without_quoted(mention)
            for mention in there
            if not self.known([mention.id], heard=mention.source is Source.LISTENING)
        }
        self.stored |= {key: StoredMention(new[key], Stage.READING) for key in map(_id, mentions) if key in new}
        for mention in new.values():
            row, rows = DayRow(mention.id, mention.post.created_at), self.heard_rows[self._day_of(mention)]
            rows[:] = [each for each in rows if each.mention_id != mention.id]
            if mention.source is Source.LISTENING:
                rows.append(row)
            else:
                self.keep(row)
        return frozenset(new)

    def known(self, ids: Collection[str], *, heard: bool = True) -> frozenset[str]:
        stored = {key for key, each in self.mentions.items() if heard or each.source is not Source.LISTENING}
        return frozenset(each for each in ids if each in stored or each in self.erased)

    def posts(self, ids: Collection[str]) -> dict[str, XPost | None]:
        return {each: None if each in self.erased else self.stored[each].mention.post for each in self.known(ids)}

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        self._raise_if_busy()
        return {mention_id: self.cases[mention_id] for mention_id in mention_ids if mention_id in self.cases}

    def ids_from(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self._of_the_brand() if each.post.created_at <= until)
        return sorted((key for key in found if int(key) >= int(post_id)), key=int)[:count]

    def ids_below(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self._of_the_brand() if each.post.created_at >= since)
        return sorted((key for key in found if int(key) < int(post_id)), key=int, reverse=True)[:count]

    def unread(self, *, before: datetime, limit: int) -> Sequence[WaitingMention]:
        stored = ((key, each) for key, each in self.stored.items() if each.stage is Stage.READING)
        waiting = [WaitingMention(key, each.mention.received_at) for key, each in stored]
        return sorted((each for each in waiting if each.since < before), key=lambda each: each.since)[:limit]

    def get_many(self, ids: Collection[str]) -> dict[str, StoredMention]:
        self._begin("get_many")
        return {key: self.stored[key] for key in dict.fromkeys(ids) if key in self.stored}

    def record_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        self._begin("record_failures")
        for key, reason in reasons.items():
            if key in self.stored:
                self.stored[key] = self.stored[key]._replace(failures=self.stored[key].failures + 1)
                self.reasons[key].append(reason)

    def day_rows(self, day: date, *, needs_only: bool = False, source: Source = Source.MENTIONS) -> Iterator[DayRow]:
        if source is Source.LISTENING:
            yield from self.heard_rows[day]
            return
        self.passes[day] += 1
        hidden, self.hidden = self.hidden, set()
        for row in self.streams[day]() if day in self.streams else self.rows.get(day, []):
            self._raise_if_busy()
            if row.mention_id not in hidden:
                yield _needs_of(row) if needs_only else row

    def polled(self, days: Collection[date]) -> dict[date, int]:
        self._raise_if_busy()
        found = {day: self.stored_on[day] for day in days if day in self.stored_on}
        if self.after_polled:
            self.after_polled()
        return found

    def heard(self, days: Collection[date]) -> dict[date, int]:
        self._raise_if_busy()
        return {day: len(self.heard_rows[day]) for day in days if self.heard_rows[day]}

    def heard_seen(self, days: Collection[date]) -> dict[date, int]:
        self._raise_if_busy()
        return {day: self.heard_seen_on[day] for day in days if day in self.heard_seen_on}

    def seen(self, days: Collection[date]) -> dict[date, int]:
        self._raise_if_busy()
        return {day: self.seen_on[day] for day in days if day in self.seen_on}

    def day_needs(self, days: Collection[date]) -> dict[date, DayNeeds]:
        self._raise_if_busy()
        return {day: self.needs[day] for day in days if day in self.needs}

    def keep_day_needs(self, day: date, needs: DayNeeds) -> None:
        self._raise_if_busy()
        self.needs[day] = needs

    def _of_the_brand(self) -> list[tuple[str, Mention]]:
        return [(key, each) for key, each in self.mentions.items() if each.source is not Source.LISTENING]

    def _day_of(self, mention: Mention) -> date:
        return mention.post.created_at.astimezone(self._zone).date()

    def _without_quoted(self, mention: Mention) -> Mention:
        parent = mention.parent
        if parent and parent.post and parent.post.author_id in self.gone_authors:
            return replace(mention, parent=replace(parent, post=None))
        return mention

    def _begin(self, method: str, department: str = "") -> None:
        if self.busy_methods & {method, f"{method} {department}"}:
            raise StoreBusy(method)

    def _raise_if_busy(self) -> None:
        if self.busy:
            raise StoreBusy("mentions")


def _id(mention: Mention) -> str:
    return mention.id


class FakeWalkState:
    """Remembers everything; `checkpoints` are all that were ever set."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.checkpoints: list[Checkpoint] = []
        self.gaps: dict[str, Gap] = {}
        self.own_posts: str | None = None

    def load(self) -> PollRecord:
        return PollRecord(
            self.lease,
            self.checkpoints[-1] if self.checkpoints else None,
            gaps=self._gaps(GapState.OPEN),
            unreachable=self._gaps(GapState.UNREACHABLE),
            own_posts_seen_to=self.own_posts,
        )

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        turn = seen.turn + 1 if seen else 1
        if self.lease is not None and self.lease.turn != turn - 1 and self.lease[::2] != (holder, turn):
            raise LeaseLost(holder)
        self.lease = Lease(holder, until, turn)
        return self.lease

    def settle(
        self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = (), releases: bool = False
    ) -> None:
        if self.lease is None or self.lease.turn != lease.turn:
            raise LeaseLost(lease.holder)
        assert len({gap.id for gap in gaps}) == len(gaps), "a gap was given twice"
        self.checkpoints += [checkpoint] if checkpoint else []
        self.gaps |= {gap.id: gap for gap in gaps}
        if releases:
            FakeWalkState.release(self, lease)

    def release(self, lease: Lease) -> None:
        if self.lease is not None and self.lease.turn == lease.turn:
            self.lease = replace(self.lease, until=datetime.fromtimestamp(0, tz=UTC))

    def _gaps(self, state: GapState) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps.values() if gap.state is state)


class FakePollState(FakeWalkState):
    """Remembers the walk of own posts, too; `busy` makes its checkpoint stay."""

    def __init__(self, own_posts: str | None = None) -> None:
        super().__init__()
        self.own_posts = own_posts
        self.busy = False

    def set_own_posts_seen_to(self, newest_id: str) -> None:
        if self.busy:
            raise StoreBusy("poll state")
        self.own_posts = newest_id


class FakeRepliesOnX:
    """The account's replies by the mentions that they answer."""

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}

    def record(self, replies: Mapping[str, str], now: datetime) -> None:
        self.replies |= replies

    def among(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        return {each: self.replies[each] for each in mention_ids if each in self.replies}


def _needs_of(row: DayRow) -> DayRow:
    """What a row has where only needs are asked for."""
    about = DayRow(row.mention_id, row.created_at, row.kind, row.need)
    return about._replace(review=row.review, case_id=row.case_id)
