"""The times that a sentence names, and the moments that they mean.

Expressions that stand beside each other are joined: "내일" and "오전 10시". Two of them with "~", "에서" or "or"
between them are a range, whose end has the day and the part of the day of its beginning unless it names its own.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from desk.checks.expressions import expressions_in, hours_of
from desk.checks.named_time import LAST_MINUTE, MIDNIGHT, NamedTime, Today


class Grain(StrEnum):
    """How exactly a moment is named."""

    MINUTE = "minute"
    HALF = "half"
    """A part of a day."""
    DAY = "day"


class Moment(NamedTuple):
    """A moment in the desk's zone, and how exactly it is named."""

    at: datetime
    grain: Grain


_LONGEST = 500
"""Letters of a sentence that are read."""
_SENTENCES = 40
"""Sentences that are read: no post has more."""
_SENTENCE = re.compile(r"[^\n]+?(?:(?<!\b[ap]\.m)[.!?…。！？~]+(?=\s|$)|(?=\n|$))", re.IGNORECASE)
_JOINED = re.compile(
    r"[\s,(（)）]*(?:(?:의|중|에|날|at|on|in|the|by|before|around|about|from|between|until|starting|KST)[\s,]+){0,3}",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s?[)）]?\s?(?:에서|부터|이?나|또는|혹은|[~∼〜–—-]|\b(?:to|until|till|and|or|latest)\b)\s?(?:늦어도\s|"
    r"by\s|the\s)?",
    re.IGNORECASE,
)


def sentences_of(text: str) -> Iterator[str]:
    """The first sentences of the text, each no longer than what is read of one."""
    return (each[0][:_LONGEST] for each in islice(_SENTENCE.finditer(text), _SENTENCES))


def times_in(sentence: str, now: datetime, holidays: Collection[date] = ()) -> list[NamedTime]:
    """The times that the sentence names, in their order. `now` is in the desk's zone."""
    joined: list[NamedTime] = []
    for each in expressions_in(sentence, Today(now, holidays)):
        before = joined[-1] if joined else None
        if before and (both := _both(before, each)) and _JOINED.fullmatch(sentence, before.end, each.begin):
            joined[-1] = both
        else:
            joined.append(each)
    ranged: list[NamedTime] = []
    for each in joined:
        before = ranged[-1] if ranged else None
        if before and not before.until and _TO.fullmatch(sentence, before.end, each.begin):
            ranged[-1] = _range(before, each)
        else:
            ranged.append(each)
    return ranged


def _both(first: NamedTime, second: NamedTime) -> NamedTime | None:
    """What two expressions beside each other say together; None if both name the same thing."""
    if first.exact or second.exact or (first.day and second.day) or (first.hours and second.hours):
        return None
    if first.part and second.part and not (first.hours or second.hours):
        return None
    part, hours = second.part or first.part, first.hours or second.hours
    if part and len(hours) > 1:
        hours = hours_of(hours[0] // 1, hours[0] % 1, part)
    return first._replace(end=second.end, day=first.day or second.day, part=part, hours=hours)


def _range(first: NamedTime, last: NamedTime) -> NamedTime:
    """The range; a clock at its end is later than the one at its beginning."""
    part, hours = last.part or (first.part if not last.day else None), last.hours
    if part and not last.part and len(hours) > 1:
        hours = tuple(hour for hour in hours if hour > min(first.hours, default=part.since))[:1] or hours[:1]
    begun = tuple(hour for hour in first.hours if hour < max(hours, default=MIDNIGHT)) or first.hours
    until = last._replace(day=last.day or first.day, hours=hours, part=part)
    return first._replace(end=last.end, hours=begun, day=first.day or (last.day if first.hours else None), until=until)


def moment_of(named: NamedTime, now: datetime) -> Moment:
    """The moment until which one waits for the time.

    A clock without a part of the day is the next one of today, or one in the working hours of another day.
    """
    last = named.last
    if last.exact:
        return Moment(last.exact, Grain.MINUTE)
    if last.hours:
        return Moment(_next_clock(last, now), Grain.MINUTE)
    day = last.day or now.date()
    if last.part:
        at = hour_of(day, last.part.due, now)
        return Moment(at if last.day or at > now else at + timedelta(days=1), Grain.HALF)
    return Moment(hour_of(day, LAST_MINUTE, now), Grain.DAY)


def hour_of(day: date, hour: float, near: datetime) -> datetime:
    """The moment so many hours after the midnight with which the day begins, in the zone of `near`."""
    return datetime.combine(day, time(), near.tzinfo) + timedelta(minutes=round(hour * 60))


_OPENS, _CLOSES = 7, 19


def _next_clock(named: NamedTime, now: datetime) -> datetime:
    moments = [hour_of(named.day or now.date(), hour, now) for hour in named.hours]
    later = [each for each in moments if each > now]
    if not named.day:
        return min(later, default=moments[0] + timedelta(days=1))
    if named.day == now.date():
        return min(later, default=moments[-1])
    return next((at for at, hour in zip(moments, named.hours, strict=True) if _OPENS <= hour < _CLOSES), moments[-1])
