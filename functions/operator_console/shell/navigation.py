"""Where one can go: the places of the rail, and the pages of the place in which somebody is."""

from typing import NamedTuple

from desk.cases.inbox import Count
from desk.staff.model import Person
from operator_console.shell.bar import QueueName, TopBar, sees_all


class Entry(NamedTuple):
    """A page of a place: its path below the console's root, its icon, and how much waits there, if that is counted.

    `phrase` is the key of its name in the catalogue.
    """

    name: str
    path: str
    icon: str
    phrase: str
    waiting: Count | None = None
    is_current: bool = False


class Place(NamedTuple):
    """A place of the rail. `waiting` is what its badge says."""

    name: str
    icon: str
    entries: tuple[Entry, ...]
    waiting: Count | None = None
    is_current: bool = False

    @property
    def path(self) -> str:
        """Where the place leads: its first page."""
        return self.entries[0].path


class Navigation(NamedTuple):
    """The places of a person, and the one in which the page is; None for a page of no place."""

    places: tuple[Place, ...]

    @property
    def current(self) -> Place | None:
        """The place whose pages the column lists."""
        return next((place for place in self.places if place.is_current), None)


_QUEUE_ICONS = {
    QueueName.TO_ANSWER: "chat",
    QueueName.TO_REVIEW: "eye",
    QueueName.AT_DEPARTMENT: "building",
    QueueName.PRIVATE: "dm",
    QueueName.TO_READ: "book",
    QueueName.SNOOZED: "clock",
    QueueName.HEARD: "ear",
    QueueName.ALL: "inbox",
}
_OF_CASES = ("case", "search", "inbox", "bulk")  # first parts of the paths of pages that no entry names


def navigation_of(person: Person, bar: TopBar, path: str) -> Navigation:
    """What the person can go to from the page at this path below the console's root."""
    everyone = (_inbox(bar), Place("manage", "gear", (Entry("settings", "settings", "person", "console.settings"),)))
    places = _all_places(bar) if sees_all(person) else everyone
    here = _entry_at(places, path)
    return Navigation(tuple(_marked(place, here, path) for place in places))


def _all_places(bar: TopBar) -> tuple[Place, ...]:
    trial = (Entry("trial", "trial", "flask", "console.section.trial", bar.trial),) if bar.trial is not None else ()
    heard = tuple(_queue(link.name, link.waiting) for link in bar.queues if link.name is QueueName.HEARD)
    awaiting = Count(bar.awaiting) if bar.awaiting else None
    posts = (
        Entry("write", "write", "post", "console.section.write"),
        Entry("calendar", "calendar", "calendar", "console.section.calendar"),
        Entry("approval", "calendar?show=approval", "done", "console.calendar.approval", awaiting),
        Entry("stop", "stop", "pause", "console.stop.open"),
    )
    people = (
        Entry("attendance", "people", "done", "console.people.tab.attendance"),
        Entry("regulars", "people/regulars", "users", "console.people.tab.regulars"),
        Entry("opted_out", "people/opted_out", "lock", "console.people.tab.opted_out"),
    )
    reports = (
        Entry("trends", "trends", "trend", "console.section.trends"),
        *heard,
        Entry("favourites", "favourites", "heart", "console.section.favourites"),
        Entry("spikes", "spikes", "spike", "console.section.spikes", Count(len(bar.spikes)) if bar.spikes else None),
    )
    manage = (
        Entry("settings", "settings", "person", "console.settings"),
        Entry("replies", "replies", "slash", "console.replies"),
        Entry("costs", "costs", "coin", "console.section.costs"),
        *trial,
        Entry("practice", "practice", "book", "console.practice.title"),
    )
    return (
        _inbox(bar),
        Place("posts", "post", posts, awaiting),
        Place("people", "person", people),
        Place("reports", "chart", reports),
        Place("manage", "gear", manage, bar.trial if bar.trial and bar.trial.number else None),
    )


def _inbox(bar: TopBar) -> Place:
    entries = tuple(_queue(link.name, link.waiting) for link in bar.queues if link.name is not QueueName.HEARD)
    waiting = next((entry.waiting for entry in entries if entry.name == QueueName.TO_ANSWER), None)
    return Place("inbox", "inbox", entries, waiting)


def _queue(name: QueueName, waiting: Count | None) -> Entry:
    return Entry(
        name, f"inbox/{name}", _QUEUE_ICONS[name], f"console.queue.{name}", None if name is QueueName.ALL else waiting
    )


def _entry_at(places: tuple[Place, ...], path: str) -> str | None:
    """The path of the entry in which a page lies: the longest one with which its own path begins."""
    paths = [entry.path for place in places for entry in place.entries]
    return max((each for each in paths if f"{path}/".startswith(f"{each}/")), key=len, default=None)


def _marked(place: Place, here: str | None, path: str) -> Place:
    entries = tuple(entry._replace(is_current=entry.path == here) for entry in place.entries)
    is_of_cases = here is None and place.name == "inbox" and path.partition("/")[0] in _OF_CASES
    return place._replace(entries=entries, is_current=is_of_cases or any(entry.is_current for entry in entries))
