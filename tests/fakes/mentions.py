"""The port MentionStore in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from desk.errors import LeaseLost, StoreBusy
from desk.mentions.days import DayNeeds, DayRow
from desk.mentions.model import Mention
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease, PollRecord
from desk.x.model import XPost


class FakeMentionStore:
    """Keeps mentions in the order in which they came; `busy_after` pages it gives up, as a throttled table does.

    `gone_authors` are those of whom nothing is stored.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.mentions: dict[str, Mention] = {}
        self.erased: set[str] = set()
        self.gone_authors: set[str] = set()
        self.polled: Counter[date] = Counter()
        self.busy_after: int | None = None
        self._zone = zone

    def erase(self, mention_id: str) -> None:
        self.mentions.pop(mention_id, None)
        self.erased.add(mention_id)

    def erased_authors(self) -> frozenset[str]:
        return frozenset(self.gone_authors)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in ids if each in self.mentions or each in self.erased)

    def posts(self, ids: Collection[str]) -> dict[str, XPost | None]:
        return {each: None if each in self.erased else self.mentions[each].post for each in self.known(ids)}

    def from_id(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self.mentions.items() if each.post.created_at <= until)
        return sorted((key for key in found if int(key) >= int(post_id)), key=int)[:count]

    def before_id(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self.mentions.items() if each.post.created_at >= since)
        return sorted((key for key in found if int(key) < int(post_id)), key=int, reverse=True)[:count]

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        if self.busy_after is not None:
            self.busy_after -= 1
            if self.busy_after < 0:
                raise StoreBusy("scripted")
        there = (mention for mention in mentions if mention.post.author_id not in self.gone_authors)
        new = {mention.id: self._without_quoted(mention) for mention in there}
        new = {key: new[key] for key in new.keys() - self.known(new.keys())}
        self.mentions |= new
        self.polled.update(mention.post.created_at.astimezone(self._zone).date() for mention in new.values())
        return frozenset(new)

    def _without_quoted(self, mention: Mention) -> Mention:
        parent = mention.parent
        if parent and parent.post and parent.post.author_id in self.gone_authors:
            return replace(mention, parent=replace(parent, post=None))
        return mention


@dataclass
class FakeDayCounts:
    """Counts by day; `after_a_look` runs after each look at what was polled; `busy` makes all fail."""

    polls: dict[date, int] = field(default_factory=dict)
    kept: dict[date, DayNeeds] = field(default_factory=dict)
    after_a_look: Callable[[], object] | None = None
    busy: bool = False

    def polled(self, days: Collection[date]) -> dict[date, int]:
        self._answer()
        found = {day: self.polls[day] for day in days if day in self.polls}
        if self.after_a_look:
            self.after_a_look()
        return found

    def needs(self, days: Collection[date]) -> dict[date, DayNeeds]:
        self._answer()
        return {day: self.kept[day] for day in days if day in self.kept}

    def remember(self, day: date, needs: DayNeeds) -> None:
        self._answer()
        self.kept[day] = needs

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("day counts")


@dataclass
class FakeDayRows:
    """Rows by the desk's day; `streams` makes a day's rows up as they are asked for, `passes` counts what was asked.

    `hidden` are ids that the index does not show the first time, as when it lags; `busy` makes it give up.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    days: dict[date, list[DayRow]] = field(default_factory=lambda: defaultdict(list))
    streams: dict[date, Callable[[], Iterable[DayRow]]] = field(default_factory=dict)
    passes: Counter[date] = field(default_factory=Counter)
    hidden: set[str] = field(default_factory=set)
    busy: bool = False

    def keep(self, *rows: DayRow) -> None:
        for row in rows:
            self.days[row.created_at.astimezone(self.zone).date()].append(row)

    def of_day(self, day: date, *, needs_only: bool = False) -> Iterator[DayRow]:
        self.passes[day] += 1
        hidden, self.hidden = self.hidden, set()
        for row in self.streams[day]() if day in self.streams else self.days.get(day, []):
            if self.busy:
                raise StoreBusy("of_day")
            if row.mention_id not in hidden:
                yield DayRow(row.mention_id, row.created_at, row.kind, row.need) if needs_only else row


class FakePollState:
    """Remembers everything; `checkpoints` are all that were ever set."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.checkpoints: list[Checkpoint] = []
        self.gaps: dict[str, Gap] = {}

    def load(self) -> PollRecord:
        return PollRecord(
            self.lease,
            self.checkpoints[-1] if self.checkpoints else None,
            gaps=self._gaps(GapState.OPEN),
            unreachable=self._gaps(GapState.UNREACHABLE),
        )

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        turn = seen.turn + 1 if seen else 1
        if self.lease is not None and self.lease.turn != turn - 1 and self.lease[::2] != (holder, turn):
            raise LeaseLost(holder)
        self.lease = Lease(holder, until, turn)
        return self.lease

    def settle(self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = ()) -> None:
        if self.lease is None or self.lease.turn != lease.turn:
            raise LeaseLost(lease.holder)
        self.checkpoints += [checkpoint] if checkpoint else []
        self.gaps |= {gap.id: gap for gap in gaps}

    def release(self, lease: Lease) -> None:
        if self.lease is not None and self.lease.turn == lease.turn:
            self.lease = replace(self.lease, until=datetime.fromtimestamp(0, tz=UTC))

    def _gaps(self, state: GapState) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps.values() if gap.state is state)


@dataclass
class FakeOwnReplyState:
    """The checkpoint, and the cases of mentions; `busy` makes every method fail."""

    newest_id: str | None = None
    cases: dict[str, str] = field(default_factory=dict)
    busy: bool = False

    def seen_up_to(self) -> str | None:
        self._answer()
        return self.newest_id

    def move(self, newest_id: str) -> None:
        self._answer()
        self.newest_id = newest_id

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        self._answer()
        return {mention_id: self.cases[mention_id] for mention_id in mention_ids if mention_id in self.cases}

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("own replies")
