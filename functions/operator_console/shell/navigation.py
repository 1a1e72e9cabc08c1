"""Where one can go: the places of the rail, and the pages of the place in which somebody is."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from desk.staff.model import Person
from operator_console.shell.bar import QueueName, sees_all
from operator_console.shell.night import Night
from operator_console.shell.snapshot import Snapshot


class Entry(NamedTuple):
    """A page of a place: its path below the console's root, its icon, and what counts how much waits there.

    `phrase` is the key of its name in the catalogue; `number` is a name of the snapshot's numbers, "" for none.
    """

    name: str
    path: str
    icon: str
    phrase: str
    number: str = ""
    is_current: bool = False


class RailPlace(NamedTuple):
    """A place of the rail. `number` names what its badge says, "" for none."""

    name: str
    icon: str
    entries: tuple[Entry, ...]
    number: str = ""
    is_current: bool = False

    @property
    def path(self) -> str:
        """Where the place leads: its first page."""
        return self.entries[0].path


class SavedFilter(NamedTuple):
    """A list that is often needed: the key of its name in the catalogue, its path and its icon."""

    phrase: str
    path: str
    icon: str


class Navigation(NamedTuple):
    """The places of a person, and the one in which the page is; None for a page of no place."""

    places: tuple[RailPlace, ...]
    saved: tuple[SavedFilter, ...] = ()

    @property
    def current(self) -> RailPlace | None:
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


def navigation_of(
    person: Person, bar: Snapshot, path: str, query: Mapping[str, str], night: Night | None = None
) -> Navigation:
    """What the person can go to from the page at this path below the console's root, with this query."""
    everyone = (
        _inbox(bar),
        RailPlace("manage", "gear", (Entry("settings", "settings", "person", "console.settings"),)),
    )
    places = _all_places(bar) if sees_all(person) else everyone
    here = _entry_at(places, path, query)
    return Navigation(tuple(_marked(place, here, path) for place in places), tuple(_saved(person, night)))


def _saved(person: Person, night: Night | None) -> Iterator[SavedFilter]:
    yield SavedFilter("console.filter.mine", "inbox/all?mine=1", "person")
    if night and sees_all(person):
        name = "night" if night.is_one_night else "closed"
        yield SavedFilter(f"console.filter.{name}", f"inbox/all?{night.query}", "moon")
    yield SavedFilter("console.filter.promised", "inbox/all?promised=today", "promise")


def _all_places(bar: Snapshot) -> tuple[RailPlace, ...]:
    trial = (Entry("trial", "trial", "flask", "console.section.trial", "trial"),) if bar.trial is not None else ()
    heard = tuple(_queue(link.name) for link in bar.queues if link.name is QueueName.HEARD)
    posts = (
        Entry("write", "write", "post", "console.section.write"),
        Entry("calendar", "calendar", "calendar", "console.section.calendar"),
        Entry("approval", "calendar?show=approval", "done", "console.calendar.approval", "awaiting"),
        Entry("stop", "stop", "pause", "console.stop.open"),
    )
    people = (
        Entry("attendance", "people", "done", "console.people.tab.attendance"),
        Entry("regulars", "people/regulars", "users", "console.people.tab.regulars"),
        Entry("promises", "promises", "promise", "console.section.promises", "promises"),
        Entry("opted_out", "people/opted_out", "lock", "console.people.tab.opted_out"),
    )
    reports = (
        Entry("trends", "trends", "trend", "console.section.trends"),
        *heard,
        Entry("favourites", "favourites", "heart", "console.section.favourites"),
        Entry("spikes", "spikes", "spike", "console.section.spikes", "spikes"),
    )
    manage = (
        Entry("settings", "settings", "person", "console.settings"),
        Entry("replies", "replies", "slash", "console.replies"),
        Entry("costs", "costs", "coin", "console.section.costs"),
        Entry("health", "health", "eye", "console.section.health"),
        *trial,
        Entry("practice", "practice", "book", "console.practice.title"),
    )
    return (
        RailPlace("today", "today", (Entry("today", "today", "today", "console.place.today"),)),
        _inbox(bar),
        RailPlace("posts", "post", posts, "awaiting"),
        RailPlace("people", "person", people),
        RailPlace("reports", "chart", reports),
        RailPlace("manage", "gear", manage, "trial"),
    )


def _inbox(bar: Snapshot) -> RailPlace:
    entries = tuple(_queue(link.name) for link in bar.queues if link.name is not QueueName.HEARD)
    return RailPlace("inbox", "inbox", entries, QueueName.TO_ANSWER if bar.today else QueueName.AT_DEPARTMENT)


def _queue(name: QueueName) -> Entry:
    number = "" if name is QueueName.ALL else name
    return Entry(name, f"inbox/{name}", _QUEUE_ICONS[name], f"console.queue.{name}", number)


def _entry_at(places: tuple[RailPlace, ...], path: str, query: Mapping[str, str]) -> str | None:
    """The path of the entry in which a page lies: the longest one with which its own path, and query, begin."""
    paths = [entry.path for place in places for entry in place.entries]
    return max((each for each in paths if _lies_in(path, query, each)), key=len, default=None)


def _lies_in(path: str, query: Mapping[str, str], entry_path: str) -> bool:
    entry, _, asked = entry_path.partition("?")
    return f"{path}/".startswith(f"{entry}/") and set(parse_qsl(asked)) <= set(query.items())


def _marked(place: RailPlace, here: str | None, path: str) -> RailPlace:
    entries = tuple(entry._replace(is_current=entry.path == here) for entry in place.entries)
    is_of_cases = here is None and place.name == "inbox" and path.partition("/")[0] in _OF_CASES
    return place._replace(entries=entries, is_current=is_of_cases or any(entry.is_current for entry in entries))
