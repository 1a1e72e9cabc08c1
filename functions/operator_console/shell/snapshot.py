"""The live state: one snapshot of every number, row, strip and banner that a page shows.

The first render of a page and the poll of the page that stays open take all of them from here, so they cannot disagree.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple

from desk.brand import Brand
from desk.cases.inbox import COUNTED, Count, InboxFilter, InboxPage, InboxRow, row_of_case
from desk.cases.model import CaseState, Queue
from desk.errors import StoreBusy
from desk.favourites.store import FavouriteNote, notes_by_key
from desk.formatting.formatter import DeskFormatter
from desk.mentions.model import DayCounts
from desk.posts.model import Post, PostState
from desk.posts.pause import Pause
from desk.promises.model import Promise
from desk.reading import Urgency
from desk.x.stops import SpendView, Stopped
from operator_console.app import Visit
from operator_console.shell.bar import QueueName, queues_of, sees_all, visible_to
from operator_console.shell.cached import HeardToSee, SpikeBanner, SpikeLine
from operator_console.shell.danger_strip import DangerStrip, Strip
from operator_console.shell.stores import ShellStores

SHOWN = 50
"""Rows that a list shows at once."""

LASTS = timedelta(seconds=2)
"""How long all pages and people of this instance share what was read, unless a part says otherwise."""
READ_BY_TODAY = (Queue.TO_REVIEW, Queue.AT_DEPARTMENT)
"""Queues whose rows the page *오늘* reads: they are counted by these."""
_AT_ONCE = 8
"""Reads of a snapshot at the same time: a page takes as long as the slowest of them."""
_NO_TRIAL_LASTS = timedelta(minutes=5)
_STOPPED_LASTS = timedelta(minutes=1)
_MOST_PARTS = 200
_MOST_IN_DOUBT = 50
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class QueueLink(NamedTuple):
    """A queue; `waiting` is None for one that is not counted, or that could not be counted."""

    name: QueueName
    waiting: Count | None


class Listing(NamedTuple):
    """The list that a page shows: a queue, and which rows of it. `is_pressing`: only what is urgent, of all queues."""

    queue: QueueName
    chosen: InboxFilter
    is_pressing: bool = False


class ListedRow(NamedTuple):
    """A row of a list; `in_doubt` is the reply of its case that may or may not be on X."""

    row: InboxRow
    in_doubt: Post | None = None


class Listed(NamedTuple):
    """The rows that a list shows first. `after` is where it goes on; `page` are those that were read, up to COUNTED."""

    rows: tuple[ListedRow, ...]
    after: str | None
    page: InboxPage


class Snapshot(NamedTuple):
    """The live state of one person's page.

    `numbers` are all numbers as the page shows them, by name: each queue's, the sentence with each open spike's, and
    those of `_numbers`.
    `today` is None for people who don't see all mentions. `awaiting` is the number of posts that await approval, up to
    COUNTED; `promised` that of open promises; `trial` how many cases wait in the trial, None without one; `stopped` are
    the uses of X that have stopped.
    `drafts` are departments' drafts that wait to be sent. `title` begins the tab's title.
    """

    pause: Pause | None
    queues: tuple[QueueLink, ...]
    today: DayCounts | None
    awaiting: int
    promised: int
    trial: Count | None
    stopped: tuple[Stopped, ...]
    spikes: tuple[SpikeLine, ...]
    strip: Strip
    drafts: tuple[InboxRow, ...]
    listed: Listed | None
    numbers: Mapping[str, str]
    title: str

    def waiting(self, queue: QueueName) -> Count | None:
        """How much is in a queue that the person has; None if that is not known."""
        return next((link.waiting for link in self.queues if link.name is queue), None)

    @property
    def state(self) -> tuple[Any, ...]:
        """All of it that does not change with the time alone."""
        rows = self.listed and self.listed.rows
        return self.numbers, self.pause, self.stopped, self.spikes, self.strip.rows, self.drafts, rows


def version_of(*state: object) -> str:
    """A short text that is another one if any part of the state is."""
    return blake2b(repr(state).encode(), digest_size=12).hexdigest()


class LivePart(NamedTuple):
    """What a page shows beside the snapshot: its `state` is another one once it has to be shown anew, as `html`."""

    state: str
    html: Callable[[], str]


class SharedParts:
    """What was read a moment ago. An action that is done through this instance makes it forget all.

    Threads that ask for a part at the same time read it once.
    """

    def __init__(self) -> None:
        self._read: dict[Hashable, tuple[datetime, Any]] = {}
        self._reading: dict[Hashable, Lock] = {}

    def get[T](self, key: Hashable, now: datetime, read: Callable[[], T], lasts: timedelta = LASTS) -> T:
        """The part with this key, which is read anew once it is older than `lasts`. May raise what `read` does."""
        if len(self._reading) >= _MOST_PARTS:
            self._read.clear()
            self._reading.clear()
        with self._reading.setdefault(key, Lock()):
            known = self._read.get(key)
            if known and known[0] <= now < known[0] + lasts:
                shared: T = known[1]
                return shared
            value = read()
            self._read[key] = now, value
            return value

    def forget(self) -> None:
        """Read all of it anew when it is asked for next."""
        self._read.clear()


class Snapshots:
    """Makes snapshots. A page reads all of it anew; polls share what any of them has read within LASTS."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        stores: ShellStores,
        brand: Brand,
        parts: SharedParts,
        *,
        spend: SpendView,
        spikes: SpikeBanner,
        heard: HeardToSee,
        strip: DangerStrip,
    ) -> None:
        self._stores = stores
        self._inbox = stores.inbox
        self._brand = brand
        self._formatter = DeskFormatter(brand)
        self._spend = spend
        self._spikes = spikes
        self._heard = heard
        self._strip = strip
        self._parts = parts
        self._no_trial_until: datetime | None = None
        self._stopped: tuple[Stopped, ...] = ()
        self._stopped_until: datetime | None = None

    def forget(self) -> None:
        """Read all of it anew when it is asked for next."""
        self._parts.forget()

    def kept_of(self, key: str, now: datetime) -> Sequence[FavouriteNote]:
        """The notes of those who keep the post of this row or item; none while that can't be read."""
        try:
            return self._parts.get("kept", now, lambda: notes_by_key(self._stores.favourites.marks())).get(key, ())
        except StoreBusy:
            return ()

    def promises(self, now: datetime) -> Sequence[Promise]:
        """The open promises, those that are due first before the others. Raises StoreBusy."""
        return self._parts.get("promises", now, self._stores.promises.open)

    def part[T](self, key: str, now: datetime, read: Callable[[], T], *, lasts: timedelta = LASTS) -> T:
        """A part that only some pages show, shared in the same way. May raise what `read` does."""
        return self._parts.get(key, now, read, lasts)

    def of_page(self, visit: Visit, listing: Listing | None = None, *, shows: Sequence[Queue] = ()) -> Snapshot:
        """The snapshot with which a page is made. Raises StoreBusy."""
        self.forget()
        return self.at(visit, listing, shows=shows)

    def at(self, visit: Visit, listing: Listing | None = None, *, shows: Sequence[Queue] = ()) -> Snapshot:
        """The snapshot of now, with the list that the page shows. Raises StoreBusy.

        All of it is read at the same time. `shows` are queues whose rows the page reads beside its list.
        """
        person, now, mine = visit.person, visit.now, visible_to(visit.person)
        read_with: dict[Queue, tuple[Queue, ...]] = {queue: (queue,) for queue in (Queue.TO_ANSWER, *shows)}
        if listing and listing.chosen == mine and not listing.is_pressing:
            read_with |= dict.fromkeys(listing.queue.case_queues, listing.queue.case_queues)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            strip = pool.submit(
                self._parts.get, ("strip", self._brand.language, mine), now, lambda: self._strip.at(now, mine)
            )
            listed = pool.submit(self._list, visit, listing) if listing else None
            to_answer = pool.submit(self.rows, (Queue.TO_ANSWER,), mine, now)
            counts = {
                name: pool.submit(self._count, name, visit, read_with)
                for name in queues_of(person, listens=self._brand.listen.is_on)
            }
            pause = pool.submit(self._parts.get, "pause", now, self._stores.switch.current)
            today, promised = pool.submit(self._today, visit), pool.submit(self._promised, visit)
            trial, awaiting = pool.submit(self._trial, visit), pool.submit(self._awaiting, visit)
            stopped, spikes = pool.submit(self._stopped_now, visit), pool.submit(self._spikes.lines, person, now)
        rows = to_answer.result().rows
        made = Snapshot(
            pause=pause.result(),
            queues=tuple(QueueLink(name, count.result()) for name, count in counts.items()),
            today=today.result(),
            awaiting=awaiting.result(),
            promised=promised.result(),
            trial=trial.result(),
            stopped=stopped.result(),
            spikes=spikes.result(),
            strip=strip.result(),
            drafts=tuple(row for row in rows if row.state is CaseState.DRAFTED and row.urgency is not Urgency.HIGH),
            listed=listed.result() if listed else None,
            numbers={},
            title="",
        )
        chips = self._chips(visit, listing, made.strip) if listing else {}
        return made._replace(numbers=self._numbers(made) | chips, title=self._title(made))

    def _promised(self, visit: Visit) -> int:
        return len(self.promises(visit.now)) if sees_all(visit.person) else 0

    def _chips(self, visit: Visit, listing: Listing, strip: Strip) -> dict[str, str]:
        """How many rows of the queue are urgent, due by the end of today, or the person's own."""
        queues, mine = listing.queue.case_queues, visible_to(visit.person)
        of_all = {"chip:urgent": strip.urgent.text} if listing.queue is QueueName.ALL and strip.urgent else {}
        if not queues or (listing.queue is QueueName.ALL and listing.chosen != mine):
            return of_all
        page = self.rows(queues, mine, visit.now)
        today = visit.now.astimezone(self._formatter.zone).date()
        chosen = {
            "urgent": [row.urgency is Urgency.HIGH for row in page.rows],
            "due": [row.due_at.astimezone(self._formatter.zone).date() <= today for row in page.rows],
            "mine": [row.holder == visit.person.name for row in page.rows],
        }
        # Rows at risk and urgent ones come first: if the last row is neither, there are no more of them.
        last = page.rows[-1] if page.rows else None
        may_be_more = {"urgent": last is None or bool(last.open_safety) or last.urgency is Urgency.HIGH}
        counts = {
            key: Count(sum(rows), or_more=page.after is not None and may_be_more.get(key, True))
            for key, rows in chosen.items()
        }
        return {f"chip:{key}": count.text for key, count in counts.items()} | of_all

    def _numbers(self, made: Snapshot) -> dict[str, str]:
        """Every number as text, "" where there is none to show."""
        strip, today = made.strip, made.today
        numbers = {str(link.name): link.waiting.text if link.waiting else "" for link in made.queues}
        for spike, faults in made.spikes:
            since = self._formatter.moment(spike.started_at)
            numbers[f"spike:{spike.id}"] = (
                self._formatter.phrase("console.spike.so_far", since=since, count=faults) if faults else ""
            )
        at_risk = len(strip.cases)
        return numbers | {
            "danger": str(at_risk or "") if strip.urgent else "",
            "urgent": strip.urgent.text if strip.urgent else "–",
            "spikes": str(len(made.spikes) or ""),
            "awaiting": Count(made.awaiting).text if made.awaiting else "",
            "promises": str(made.promised or ""),
            "trial": made.trial.text if made.trial and made.trial.number else "",
            "seen": str(today.seen) if today else "",
            "polled": str(today.polled) if today else "",
            "today": self._formatter.phrase("console.bar.seen", seen=today.seen, polled=today.polled) if today else "",
        }

    def _title(self, made: Snapshot) -> str:
        """What begins the tab's title: cases in danger that nobody has taken, then what is urgent, drafts included."""
        untaken, news = made.strip.untaken, len(made.strip.urgent_rows) + len(made.drafts)
        risk = self._formatter.phrase("console.danger.title", count=untaken) if untaken else ""
        return f"{risk}({news}) " if news else risk

    def _list(self, visit: Visit, listing: Listing) -> Listed | None:
        """The first rows of the list; None for queues that have no cases."""
        queues, now, mine = listing.queue.case_queues, visit.now, visible_to(visit.person)
        if not queues:
            return None
        if listing.is_pressing:
            chosen = listing.chosen._replace(urgency=Urgency.HIGH)
            read = lambda: self._inbox.pressing(chosen, limit=COUNTED)  # noqa: E731 - only the cache calls it
            page = self._parts.get(("pressing", chosen), now, read)
        else:
            page = self.rows(queues, listing.chosen, now)
        has_doubt = Queue.TO_REVIEW in queues and listing.chosen == mine and not listing.is_pressing
        in_doubt = self.in_doubt(visit) if has_doubt else ()
        rows = sorted([*map(ListedRow, page.rows[:SHOWN]), *in_doubt], key=lambda each: each.row.order)
        return Listed(tuple(rows), page.rows[SHOWN - 1].order if len(page.rows) > SHOWN else page.after, page)

    def rows(self, queues: Sequence[Queue], chosen: InboxFilter, now: datetime) -> InboxPage:
        """The first rows of these queues, as they are counted. Raises StoreBusy."""
        key = ("rows", tuple(queues), chosen)
        return self._parts.get(key, now, lambda: self._inbox.page(queues, chosen, limit=COUNTED))

    def in_doubt(self, visit: Visit) -> tuple[ListedRow, ...]:
        """Cases whose reply is in doubt: they are to be reviewed, but wait in no queue of the index."""
        return self._parts.get("in doubt", visit.now, self._read_in_doubt) if sees_all(visit.person) else ()

    def _read_in_doubt(self) -> tuple[ListedRow, ...]:
        found = self._stores.posts.due(PostState.IN_DOUBT, until=_END_OF_TIME, limit=_MOST_IN_DOUBT)
        posts = {post.case_id: post for post in found if post.case_id}
        cases = self._stores.cases.get_many(posts.keys()) if posts else {}
        rows = {key: row_of_case(case, posts[key].text) for key, case in cases.items()}
        return tuple(ListedRow(row._replace(queue=Queue.TO_REVIEW), posts[key]) for key, row in rows.items())

    def _count(self, name: QueueName, visit: Visit, read_with: Mapping[Queue, tuple[Queue, ...]]) -> Count | None:
        """How many rows the list of a queue has, unless it is ALL; None if it can't be counted now.

        `read_with` are the queues whose rows the page reads, each with those that are one list with it.
        """
        try:
            return None if name is QueueName.ALL else self._counted(name, visit, read_with)
        except StoreBusy:
            return None

    def _counted(self, name: QueueName, visit: Visit, read_with: Mapping[Queue, tuple[Queue, ...]]) -> Count | None:
        now, mine = visit.now, visible_to(visit.person)
        if name is QueueName.HEARD:
            heard = self._heard.at(now)
            return None if heard is None else Count(len(heard))
        if name is QueueName.TO_READ:
            number = self._parts.get("unseen", now, lambda: self._stores.seen.count_unseen(most=COUNTED))
            return Count(number, or_more=number == COUNTED)
        queue = Queue(name.value)
        if queue in read_with:
            count = self.rows(read_with[queue], mine, now).counts[queue]
        else:
            count = self._parts.get(("count", queue, mine), now, lambda: self._inbox.count(queue, mine))
        return count.plus(len(self.in_doubt(visit))) if queue is Queue.TO_REVIEW else count

    def _today(self, visit: Visit) -> DayCounts | None:
        if not sees_all(visit.person):
            return None
        day = visit.now.astimezone(self._formatter.zone).date()
        return self._parts.get(("day", day), visit.now, lambda: self._stores.seen.day_counts([day])[day])

    def _awaiting(self, visit: Visit) -> int:
        """How many posts await approval; a desk whose posts need none asks nothing."""
        if not self._brand.approval or not sees_all(visit.person):
            return 0
        state, posts = PostState.AWAITING_APPROVAL, self._stores.posts
        read = lambda: len(posts.due(state, until=_END_OF_TIME, limit=COUNTED))  # noqa: E731 - only the cache calls it
        return self._parts.get("awaiting", visit.now, read)

    def _stopped_now(self, visit: Visit) -> tuple[Stopped, ...]:
        """The uses of X that have stopped, read once a minute. A page is shown without them rather than not at all."""
        if not sees_all(visit.person):
            return ()
        if self._stopped_until is None or visit.now >= self._stopped_until:
            try:
                self._stopped = self._spend.at(visit.now).stopped
            except StoreBusy:
                return self._stopped
            self._stopped_until = visit.now + _STOPPED_LASTS
        return self._stopped

    def _trial(self, visit: Visit) -> Count | None:
        """How many cases wait in the trial; None where there is no trial, or for people who do not decide about it.

        Cases of a trial that ended may wait for long, but none join them: once there are none, they are not counted for
        some minutes. One that can't be counted now has no number.
        """
        if not sees_all(visit.person) or (self._no_trial_until and visit.now < self._no_trial_until):
            return None
        try:
            count = self._parts.get("trial", visit.now, lambda: self._inbox.count(Queue.TRIAL))
        except StoreBusy:
            return Count(0) if self._brand.has_trial else None
        if count.number or self._brand.has_trial:
            return count
        self._no_trial_until = visit.now + _NO_TRIAL_LASTS
        return None
