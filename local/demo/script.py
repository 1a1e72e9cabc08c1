"""The scripted day: what is posted on X and when which schedule fires."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

DAY = Path(__file__).with_name("day.yaml")
_LINE = re.compile(r"(?P<time>(?:\+1 )?\d\d:\d\d) (?P<author>\w+)(?: \{(?P<marks>[^}]*)\})? (?P<text>.+)")
_TOMORROW = "+1 "


class Fires(StrEnum):
    """A schedule that fires, by its name without the stack's."""

    POLL = "poll-mentions"
    SWEEP = "sweep"
    SUBSCRIPTIONS = "check-subscriptions"


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
class Act:
    """One part of the day. `happenings` are in the order of time."""

    title: str
    story: str
    happenings: tuple[Said | Fired, ...]

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
    """The day that is played."""

    date: date
    acts: tuple[Act, ...]


def read_day(zone: ZoneInfo, path: Path = DAY) -> Day:
    """The day in this file, its times in `zone`. Raises ValueError for a line that is not a post."""
    stated: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return Day(stated["date"], tuple(_act(act, stated["date"], zone) for act in stated["acts"]))


def _act(stated: Mapping[str, Any], day: date, zone: ZoneInfo) -> Act:
    begins = day - timedelta(days=1) if stated.get("day_before") else day
    fired = [
        Fired(_moment(at, begins, zone), schedule)
        for key, schedule in (
            ("polls", Fires.POLL),
            ("sweeps", Fires.SWEEP),
            ("subscriptions", Fires.SUBSCRIPTIONS),
        )
        for at in stated.get(key, ())
    ]
    happenings: list[Said | Fired] = [*_posts(stated["posts"].splitlines(), begins, zone), *fired]
    return Act(stated["title"], stated["story"], tuple(sorted(happenings, key=lambda one: one.at)))


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
    later = timedelta(days=1) if stated.startswith(_TOMORROW) else timedelta()
    return datetime.combine(day + later, time.fromisoformat(stated.removeprefix(_TOMORROW)), zone)
