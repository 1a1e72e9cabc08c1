"""The bar at the top of every page: the pause switch, the counts of the queues, how much was seen today, and danger."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.inbox import COUNTED, EVERYTHING, Count, InboxFilter
from desk.cases.model import Queue
from desk.errors import StoreBusy
from desk.mentions.model import DayCounts
from desk.posts.model import Post, PostState
from desk.posts.pause import Pause
from desk.posts.store import PostStore
from desk.staff.model import Person, Role
from desk.trends.model import RankedTrend
from desk.x.stops import SpendView, Stopped
from operator_console.app import Visit
from operator_console.shell.cached import HeardCount, SpikeBanner, SpikeLine, TrendNote
from operator_console.shell.danger_strip import UNKNOWN, DangerStrip, Strip
from operator_console.shell.stores import ShellStores


class QueueName(StrEnum):
    """The queues as URLs name them, in the order of the bar."""

    TO_ANSWER = "to_answer"
    TO_REVIEW = "to_review"
    AT_DEPARTMENT = "at_department"
    PRIVATE = "private"
    TO_READ = "to_read"
    SNOOZED = "snoozed"
    HEARD = "heard"
    ALL = "all"

    @property
    def case_queues(self) -> tuple[Queue, ...]:
        """The queues of cases that it shows; none for the mentions to read and what was heard."""
        if self in (QueueName.TO_READ, QueueName.HEARD):
            return ()
        return tuple(Queue) if self is QueueName.ALL else (Queue(self.value),)


class Section(StrEnum):
    """The parts of the console, in the order of the bar. INBOX has the queues."""

    INBOX = "inbox"
    WRITE = "write"
    CALENDAR = "calendar"
    PEOPLE = "people"
    FAVOURITES = "favourites"
    TRENDS = "trends"
    SPIKES = "spikes"
    TRIAL = "trial"
    COSTS = "costs"


class QueueLink(NamedTuple):
    """A queue in the bar; `waiting` is None for one that is not counted."""

    name: QueueName
    waiting: Count | None
    is_current: bool


class TopBar(NamedTuple):
    """The bar's values.

    `pause` is the running pause, if any; `today` is None for people who don't see all mentions. Pages of a section
    other than the inbox have no queues. `awaiting` is the number of posts that await approval, up to COUNTED.
    """

    pause: Pause | None
    queues: tuple[QueueLink, ...]
    today: DayCounts | None
    sections: tuple[Section, ...] = ()
    section: Section = Section.INBOX
    awaiting: int = 0
    trial: Count | None = None
    """How many cases wait in the trial; None without one."""
    stopped: tuple[Stopped, ...] = ()
    """The uses of X that have stopped; none for people of departments."""
    spikes: tuple[SpikeLine, ...] = ()
    """The open spikes of faults that the person sees."""
    touching: Sequence[RankedTrend] = ()
    """The trends of now that touch the brand; none for people of departments."""
    strip: Strip = UNKNOWN
    """The open cases that the person sees in which somebody may be at risk, and what is urgent."""


class BarView:
    """Makes the bar, with one call for each queue that the page has not counted itself."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        stores: ShellStores,
        brand: Brand,
        *,
        spend: SpendView,
        spikes: SpikeBanner,
        heard: HeardCount,
        strip: DangerStrip,
    ) -> None:
        self._switch = stores.switch
        self._inbox = stores.inbox
        self._seen = stores.seen
        self._posts = stores.posts
        self._heard = heard
        self._spend = spend
        self._note = TrendNote(stores.trends, brand.trends)
        self._strip = strip
        self._brand = brand
        self._spikes = spikes
        self._zone = ZoneInfo(brand.timezone)
        self._has_approval = bool(brand.approval)
        self._no_trial_until: datetime | None = None
        self._stopped: tuple[Stopped, ...] = ()
        self._stopped_until: datetime | None = None

    def __call__(self, visit: Visit) -> TopBar:
        """The bar of a page that shows no queue. Raises StoreBusy."""
        return self.of_queue(visit, None, {}, None)

    def of_section(self, visit: Visit, section: Section) -> TopBar:
        """The bar of a page of another section than the inbox. Raises StoreBusy."""
        trial, awaiting = self.count_trial(visit), self._awaiting(visit.person)
        sections = sections_of(visit.person, trial)
        return TopBar(
            self._switch.current(),
            (),
            None,
            sections,
            section,
            awaiting,
            trial,
            stopped=self._stopped_now(visit),
            spikes=self._spikes.lines(visit.person, visit.now),
            touching=self._touching(visit),
            strip=self._strip.at(visit.now, visible_to(visit.person)),
        )

    def of_queue(
        self,
        visit: Visit,
        current: QueueName | None,
        known: Mapping[QueueName, Count | None],
        today: DayCounts | None,
    ) -> TopBar:
        """The bar of a page that shows a queue, with the counts that the page knows.

        A count of None leaves the number out. Raises StoreBusy.
        """
        names = queues_of(visit.person, listens=self._brand.listen.is_on)
        counts: dict[QueueName, Count | None] = {
            name: known[name] if name in known else self.count(name, visit)
            for name in names
            if name is not QueueName.ALL
        }
        if today is None and sees_all(visit.person):
            day = visit.now.astimezone(self._zone).date()
            today = self._seen.day_counts([day])[day]
        links = (QueueLink(name, counts.get(name), name is current) for name in names)
        trial, awaiting = self.count_trial(visit), self._awaiting(visit.person)
        sections = sections_of(visit.person, trial)
        return TopBar(
            self._switch.current(),
            tuple(links),
            today,
            sections,
            awaiting=awaiting,
            trial=trial,
            stopped=self._stopped_now(visit),
            spikes=self._spikes.lines(visit.person, visit.now),
            touching=self._touching(visit),
            strip=self._strip.at(visit.now, visible_to(visit.person)),
        )

    def _touching(self, visit: Visit) -> Sequence[RankedTrend]:
        return self._note.touching(visit.now) if sees_all(visit.person) else ()

    def _awaiting(self, person: Person) -> int:
        """How many posts await approval; a desk whose posts need none asks nothing."""
        if not self._has_approval or not sees_all(person):
            return 0
        return len(self._posts.due(PostState.AWAITING_APPROVAL, until=_END_OF_TIME, limit=COUNTED))

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

    def count_trial(self, visit: Visit) -> Count | None:
        """How many cases wait in the trial; None where there is no trial, or for people who do not decide about it.

        Cases of a trial that ended may wait for long, but none join them: once there are none, they are not counted for
        some minutes. Raises StoreBusy.
        """
        if not sees_all(visit.person) or (self._no_trial_until and visit.now < self._no_trial_until):
            return None
        count = self._inbox.count(Queue.TRIAL)
        if count.number or self._brand.has_trial:
            return count
        self._no_trial_until = visit.now + _NO_TRIAL_LASTS
        return None

    def count(self, name: QueueName, visit: Visit) -> Count | None:
        """How much is in a queue, unless it is ALL. Replies in doubt are to be reviewed. Raises StoreBusy."""
        if name is QueueName.HEARD:
            return self._heard.at(visit.now)
        if name is QueueName.TO_READ:
            number = self._seen.count_unseen(most=COUNTED)
            return Count(number, or_more=number == COUNTED)
        count = self._inbox.count(Queue(name.value), visible_to(visit.person))
        in_doubt = name is QueueName.TO_REVIEW and sees_all(visit.person)
        return count.plus(len(replies_in_doubt(self._posts))) if in_doubt else count


_MOST_IN_DOUBT = 50
_NO_TRIAL_LASTS = timedelta(minutes=5)
_STOPPED_LASTS = timedelta(minutes=1)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def replies_in_doubt(posts: PostStore) -> list[Post]:
    """Replies of cases that may or may not be on X, the oldest first. Raises StoreBusy."""
    found = posts.due(PostState.IN_DOUBT, until=_END_OF_TIME, limit=_MOST_IN_DOUBT)
    return [post for post in found if post.case_id]


def sees_all(person: Person) -> bool:
    """Whether the person sees every department's cases, and the mentions that no department gets."""
    return person.role is not Role.DEPARTMENT


def visible_to(person: Person) -> InboxFilter:
    """The rows that the person sees."""
    return EVERYTHING if sees_all(person) else InboxFilter(departments=person.departments)


def sections_of(person: Person, trial: Count | None) -> tuple[Section, ...]:
    """The sections that the person has: people of a department have the inbox alone."""
    if not sees_all(person):
        return ()
    return tuple(section for section in Section if section is not Section.TRIAL or trial is not None)


def queues_of(person: Person, *, listens: bool) -> tuple[QueueName, ...]:
    """The queues that the person has; `listens` is whether desk.yaml has something to listen for."""
    without = set[QueueName]() if listens else {QueueName.HEARD}
    if not sees_all(person):
        without |= {QueueName.TO_READ, QueueName.HEARD}
    return tuple(name for name in QueueName if name not in without)
