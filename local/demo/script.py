"""The scripted day: what is posted on X, what the brand's CMS and departments do, and which schedule fires."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from local.brand.model import Desk, Feed

DAY = Path(__file__).with_name("day.yaml")
BLOG = "에메랄드 블로그"
"""The blog's name."""
EMERGENCIES = "emergencies"
"""Every case that the people on call are called for."""
_LINE = re.compile(r"(?P<time>(?:\+\d )?\d\d:\d\d) (?P<author>\w+)(?: \{(?P<marks>[^}]*)\})? (?P<text>.+)")
_REPLY = re.compile(r"(?P<time>\d\d:\d\d) (?P<department>[a-z-]+) (?P<author>\w+) (?P<text>.+)")
_LATER = re.compile(r"\+(?P<days>\d) (?P<time>.+)")


class Fires(StrEnum):
    """A schedule that fires, by its name without the stack's."""

    POLL = "poll-mentions"
    SWEEP = "sweep"
    ATTEND = "attend-to-cases"
    CHASE = "chase-cases"
    LOOK_UP = "look-up"
    FEEDS = "read-feeds"
    LISTEN = "listen"
    TRENDS = "read-trends"
    MEASURE = "measure-posts"
    SUBSCRIPTIONS = "check-subscriptions"
    GREETING = "greet"
    MORNING_DIGEST = "morning-digest"
    EVENING_DIGEST = "evening-digest"


_FIRED_BY = {
    "greetings": Fires.GREETING,
    "polls": Fires.POLL,
    "sweeps": Fires.SWEEP,
    "attends": Fires.ATTEND,
    "chases": Fires.CHASE,
    "look_ups": Fires.LOOK_UP,
    "feeds": Fires.FEEDS,
    "listens": Fires.LISTEN,
    "trend_readings": Fires.TRENDS,
    "measurements": Fires.MEASURE,
    "subscriptions": Fires.SUBSCRIPTIONS,
    "morning_digests": Fires.MORNING_DIGEST,
    "evening_digests": Fires.EVENING_DIGEST,
}
"""day.yaml's words for the schedules; of one minute they fire in this order."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something happens on X. `marks` are day.yaml's."""

    at: datetime
    author: str
    text: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fired:
    """A schedule fires."""

    at: datetime
    schedule: Fires


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the desk's HTTP API, as `POST /posts`; `why` says to a reader what is done by it.

    `name` is what its post can be referred to by: in braces in a later `route`, or as what a post on X answers.
    """

    at: datetime
    why: str
    route: str
    body: Mapping[str, Any] | None
    key: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Worked:
    """Somebody of `department` opens the link in their mail about the post `about` and sends a form of the page.

    `about` EMERGENCIES: about each of theirs that nobody has taken on. `action` is the form's, `filled` what they fill
    in; `refused` means that the page blocks it. `name` identifies the resulting reply on X for later steps
    by.
    """

    at: datetime
    department: str
    about: str
    action: str
    filled: Mapping[str, str]
    name: str | None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Replied:
    """`name` of `department` answers the author's last case there through a tool on the API."""

    at: datetime
    department: str
    author: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Operated:
    """The operator opens pages of the console and sends a form; `why` says to a reader what is done by it.

    `opens` are beginnings of addresses below the console's root: the first is opened, each other one is a link of the
    page before. `form` is a pattern of the address to which the form is sent, "" for no form, `filled` what is filled
    in. `shows` are words that the page shows afterwards; it is kept under the name `keep` if there is one.
    """

    at: datetime
    why: str
    opens: tuple[str, ...]
    form: str
    filled: Mapping[str, str]
    shows: str
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Blogged:
    """The brand's blog has a new entry, with a picture of that description if it has one."""

    at: datetime
    title: str
    link: str
    picture: str


@dataclass(frozen=True, slots=True)
class Trended:
    """From now on these trend at the desk's places, the most important first, with X's counts of their posts."""

    at: datetime
    trends: Mapping[str, int]


Happening = Said | Fired | Asked | Worked | Replied | Operated | Blogged | Trended


@dataclass(frozen=True, slots=True)
class Act:
    """One part of the day. `happenings` are in the order of time."""

    title: str
    story: str
    happenings: tuple[Happening, ...]

    @property
    def begins(self) -> datetime:
        """When its first happening is."""
        return self.happenings[0].at

    @property
    def ends(self) -> datetime:
        """When its last happening is."""
        return self.happenings[-1].at


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is played. `switches` are sections of desk.yaml that are others on this day."""

    date: date
    acts: tuple[Act, ...]
    switches: Mapping[str, Any]

    def at(self, desk: Desk, *, feed: str = "") -> Desk:
        """The desk as it is on this day, with the blog's feed at this address.

        Raises ValueError for a switch that desk.yaml would not take.
        """
        stated = desk.model_dump(mode="json", exclude_unset=True)
        switched = Desk.model_validate_json(json.dumps(_merged(stated, self.switches)))
        if not feed:
            return switched
        blog = Feed.model_construct(name=BLOG, url=feed, hashtags=(desk.brand.name.ko,))  # desk.yaml takes no loopback
        return switched.model_copy(update={"feeds": (blog,)})


def _merged(stated: Any, switches: Any) -> Any:
    """The settings with the switches: an entry of a section that has the same key is completed, not replaced."""
    if not isinstance(stated, Mapping) or not isinstance(switches, Mapping):
        return switches
    return {**stated} | {key: _merged(stated.get(key), value) for key, value in switches.items()}


def read_day(zone: ZoneInfo, path: Path = DAY) -> Day:
    """The day in this file, its times in `zone`. Raises ValueError for a line that is no post or no reply."""
    stated: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    people = stated.get("people", {})
    acts = tuple(_act(act, stated["date"], zone, people) for act in stated["acts"])
    return Day(stated["date"], acts, stated.get("switches", {}))


def _act(stated: Mapping[str, Any], day: date, zone: ZoneInfo, people: Mapping[str, str]) -> Act:
    begins = day - timedelta(days=stated.get("days_before", 0))
    happenings: list[Happening] = [
        *_posts(stated.get("posts", "").splitlines(), begins, zone),
        *(_replied(line, begins, zone, people) for line in stated.get("replies", "").splitlines()),
        *(_asked(call, begins, zone) for call in stated.get("calls", ())),
        *(_worked(page, begins, zone) for page in stated.get("pages", ())),
        *(_operated(step, begins, zone) for step in stated.get("console", ())),
        *(_blogged(entry, begins, zone) for entry in stated.get("blog", ())),
        *(Trended(_moment(entry["at"], begins, zone), entry["trends"]) for entry in stated.get("trending", ())),
        *(
            Fired(_moment(at, begins, zone), schedule)
            for word, schedule in _FIRED_BY.items()
            for at in stated.get(word, ())
        ),
    ]
    return Act(stated["title"], stated["story"], tuple(sorted(happenings, key=lambda one: one.at)))


def _asked(stated: Mapping[str, Any], day: date, zone: ZoneInfo) -> Asked:
    return Asked(
        _moment(stated["at"], day, zone),
        stated["why"],
        stated["call"],
        stated.get("body"),
        stated.get("key"),
        stated.get("name"),
    )


def _worked(stated: Mapping[str, Any], day: date, zone: ZoneInfo) -> Worked:
    return Worked(
        _moment(stated["at"], day, zone),
        stated["department"],
        stated["about"],
        stated["action"],
        stated["filled"],
        stated.get("name"),
        stated.get("refused", False),
    )


def _operated(stated: Mapping[str, Any], day: date, zone: ZoneInfo) -> Operated:
    at, opens = _moment(stated["at"], day, zone), tuple(stated["opens"])
    filled, keep = stated.get("filled", {}), stated.get("keep", "")
    return Operated(at, stated["why"], opens, stated.get("form", ""), filled, stated["shows"], keep)


def _blogged(stated: Mapping[str, Any], day: date, zone: ZoneInfo) -> Blogged:
    return Blogged(_moment(stated["at"], day, zone), stated["title"], stated["link"], stated.get("picture", ""))


def _replied(line: str, day: date, zone: ZoneInfo, people: Mapping[str, str]) -> Replied:
    found = _REPLY.fullmatch(line)
    if found is None or found["department"] not in people:
        raise ValueError(f"day.yaml: this is no reply: {line!r}")
    at, department = _moment(found["time"], day, zone), found["department"]
    return Replied(at, department, found["author"], found["text"], people[department])


def _posts(lines: Sequence[str], day: date, zone: ZoneInfo) -> Iterator[Said]:
    """Posts of one minute are spread over its seconds, so that no schedule of the next minute misses one."""
    parsed = [_parts(line) for line in lines]
    minutes = [parts["time"] for parts in parsed]
    for number, parts in enumerate(parsed):
        minute = parts["time"]
        place = minutes[:number].count(minute)
        second = 60 * place // minutes.count(minute)
        at = _moment(minute, day, zone) + timedelta(seconds=second)
        yield Said(at, parts["author"], parts["text"], _marks(parts["marks"] or ""))


def _parts(line: str) -> dict[str, str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"day.yaml: this is no post: {line!r}")
    return found.groupdict()


def _marks(stated: str) -> dict[str, str]:
    return dict(mark.split("=", 1) for mark in stated.split())


def _moment(stated: str, day: date, zone: ZoneInfo) -> datetime:
    later = _LATER.fullmatch(stated)
    if later:
        day, stated = day + timedelta(days=int(later["days"])), later["time"]
    return datetime.combine(day, time.fromisoformat(stated), zone)
