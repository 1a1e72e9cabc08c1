"""The term of a promise that a saved reply makes: so long after it is inserted, or by a moment that has a name.

Written as `30m` or `2h`, or as `today`, `closing` (when the desk closes next) or `due` (when the case's answer is due);
people may write it in Korean as well.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.promises.model import LONGEST_PROMISE
from desk.working_time import next_closing

TODAY, CLOSING, DUE = "today", "closing", "due"
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "ko": ("30분", "2시간", "오늘", "마감", "기한"),
    "en": ("30m", "2h", TODAY, CLOSING, DUE),
}
"""What people can write, by their language."""

_NAMED = {name: name for name in (TODAY, CLOSING, DUE)} | {"오늘": TODAY, "마감": CLOSING, "기한": DUE}
_SPAN = re.compile(r"([1-9][0-9]{0,3}) ?(m|min|minutes?|분|h|hours?|시간)", re.ASCII)
_ROUNDED_TO = timedelta(minutes=5)


def term_in(written: str) -> str:
    """The term as it is stored. Raises ValueError for what is none, or longer than a promise may be."""
    text = " ".join(written.split()).casefold()
    if text in _NAMED:
        return _NAMED[text]
    span = _SPAN.fullmatch(text)
    if span is None:
        raise ValueError(written)
    number, unit = int(span[1]), "m" if span[2][0] in "m분" else "h"
    if _length(number, unit) >= LONGEST_PROMISE:
        raise ValueError(written)
    return f"{number}{unit}"


def written_term(term: str, language: str) -> str:
    """A stored term as people write it in this language."""
    if language != "ko":
        return term
    korean = {stored: name for name, stored in _NAMED.items()}
    return korean.get(term) or term.replace("m", "분").replace("h", "시간")


def end_of_term(term: str, now: datetime, due_at: datetime | None, brand: Brand) -> datetime | None:
    """By when a reply of now promises, in UTC; None if there is no such moment, or if it has passed.

    `due_at` is when the answer of the case is due. A span ends at the next full five minutes.
    """
    if term == DUE:
        return due_at if due_at and due_at > now else None
    if term == CLOSING:
        return next_closing(now, brand)
    zone = ZoneInfo(brand.timezone)
    if term == TODAY:
        end = datetime.combine(now.astimezone(zone), time(23, 59), zone).astimezone(UTC)
        return end if end > now else None
    end = now.astimezone(UTC) + _length(int(term[:-1]), term[-1])
    return end + (datetime.min.replace(tzinfo=UTC) - end) % _ROUNDED_TO


def _length(number: int, unit: str) -> timedelta:
    return timedelta(minutes=number) if unit == "m" else timedelta(hours=number)
