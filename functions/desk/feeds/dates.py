"""The date of an entry: known only if it is written in one of the forms below.

A library that tries one form after the other finds a date in almost anything, such as this year's `2026.03.02` with
the month and day of today.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_FIRST_YEAR = 2000
"""A date before this year is one that somebody forgot to set."""

_CLOCK = (
    r"(?:(?P<half>오전|오후|[AP]M)\s?)?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?|시(?:\s?(?P<korean_minute>\d{1,2})분(?:\s?(?P<korean_second>\d{1,2})초)?)?)"
    r"(?:\s?(?P<after>[AP]M))?"
)
_ZONE = r"(?P<zone>(?:GMT|UTC?)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{1,5})(?:\s?\([^()]{1,40}\))?"
_WEEKDAY = r"(?:[A-Z]{3,9}\.?|[일월화수목금토](?:요일)?)"
_MONTH = r"(?:[A-Z]{3,9}\.?|\d{1,2}월)"

_NUMBERS = re.compile(
    r"(?P<year>\d{4})(?:\s?(?P<separator>[-./])\s?(?P<month>\d{1,2})\s?(?P=separator)\s?(?P<day>\d{1,2})\.?"
    r"|년\s?(?P<korean_month>\d{1,2})월\s?(?P<korean_day>\d{1,2})일)"
    rf"(?:\s?\(?{_WEEKDAY}\)?)?(?:(?:\s|T|(?<=\)))\s?{_CLOCK}(?:\s?{_ZONE})?)?",
    re.IGNORECASE,
)
"""`2026-11-24T09:00:00+09:00`, `2026.11.24 09:00`, `2026/11/24`, `2026. 11. 24. (화) 오후 2:30`,
`2026년 11월 24일 14시 30분`."""
_NAMES = re.compile(
    rf"(?:{_WEEKDAY}(?:,\s?|\s))?(?:(?P<day>\d{{1,2}})[\s-](?P<month>{_MONTH}),?|(?P<name>{_MONTH})\s(?P<number>\d{{1,2}}),?)"
    rf"[\s-](?P<year>\d{{4}}|\d{{2}}),?(?:\s{_CLOCK}(?:\s?{_ZONE})?)?",
    re.IGNORECASE,
)
"""`Tue, 24 Nov 2026 13:05:00 +0900` of RFC 5322, `화, 24 11월 2026 13:05:00 KST`, `Nov 24, 2026 1:05 PM`."""
_YEAR_LAST = re.compile(
    rf"{_WEEKDAY}\s(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})\s{_CLOCK}(?:\s{_ZONE})?\s(?P<year>\d{{4}})", re.IGNORECASE
)
"""`Tue Nov 24 13:05:00 KST 2026`, of C and Java."""

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {"kst": 9, "jst": 9, "met": 1, "cet": 1, "mest": 2, "cest": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
          "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip
_NOON, _LONGEST = 12, 100


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """The moment in UTC; None if the text is in none of the forms. Without a zone of its own, it is in this zone."""
    text = " ".join(text.split())
    for form in (_NUMBERS, _NAMES, _YEAR_LAST) if len(text) <= _LONGEST else ():
        found = form.fullmatch(text)
        if found:
            try:
                return _moment(found.groupdict(), zone)
            except (ValueError, OverflowError):  # such a day does not exist
                return None
    return None


def _moment(parts: Mapping[str, str | None], zone: tzinfo) -> datetime | None:
    def part(*names: str) -> str:
        return next(filter(None, map(parts.get, names)), "")

    year = int(part("year"))
    if len(part("year")) < len("2026"):
        year += 1900 if year >= 50 else 2000  # noqa: PLR2004 - as RFC 5322 reads two digits
    month, day = _month(part("month", "name", "korean_month")), int(part("day", "number", "korean_day"))
    hour = _hour(int(part("hour") or 0), part("half", "after").lower())
    minute, second = int(part("minute", "korean_minute") or 0), int(part("second", "korean_second") or 0)
    last_second = 59  # of a minute; a leap second comes after it
    moment = datetime(year, month, day, hour, minute, second - (second == last_second + 1), tzinfo=zone)
    moment = moment.replace(tzinfo=_zone(part("zone").lower())) if part("zone") else moment
    return moment.astimezone(UTC) if year >= _FIRST_YEAR else None


def _month(text: str) -> int:
    number = text.rstrip("월")
    return int(number) if number.isdigit() else _MONTHS.get(text.lower().rstrip("."), 0)


def _hour(hour: int, half: str) -> int:
    """The hour of 24. Raises ValueError for `오전 13:00`."""
    if half in {"오전", "am"}:
        if hour > _NOON:
            raise ValueError(hour)
        return hour % _NOON
    return hour + _NOON if half and hour < _NOON else hour


def _zone(name: str) -> tzinfo:
    """The zone of the text; UTC for names that nobody knows, as RFC 5322 has it."""
    offset = name.removeprefix("gmt").removeprefix("utc").removeprefix("ut")
    if offset[:1] not in {"+", "-"}:
        return timezone(timedelta(hours=_ZONES.get(name, 0)))
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004 - `9` or `09`
    delta = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-delta if offset[0] == "-" else delta)
