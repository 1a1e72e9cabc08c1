"""Dates in a text whose weekday is another one than the text says, and dates that do not exist.

A date without a year is taken to be in the nine months after the post appears or in the three before: announcements
look ahead. A day without a month is the nearest such day.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

_KOREAN = "월화수목금토일"
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MONTH = 12
_BACK = timedelta(days=90)
_YEAR = timedelta(days=365)
_CENTURY = 2000


class DatedDay(NamedTuple):
    """A date in the text: how it is written, the weekday beside it (Monday is 0), the day that it is, where it stands.

    `weekday` is None if none is written; `day` is None if there is no such day. `whole` is all that is written, and
    `weekday_span` where the weekday stands in it.
    """

    written: str
    weekday: int | None
    day: date | None
    span: tuple[int, int] = (0, 0)
    whole: str = ""
    weekday_span: tuple[int, int] = (0, 0)

    @property
    def is_wrong(self) -> bool:
        """Whether there is no such day, or it has another weekday."""
        return self.day is None or self.weekday not in {None, self.day.weekday()}

    @property
    def corrected(self) -> str | None:
        """The date with the right weekday, written in the manner of the wrong one; None if there is no such day."""
        if self.day is None or self.weekday is None:
            return None
        begin, end = self.weekday_span
        written, name = self.whole[begin:end], _ENGLISH[self.day.weekday()]
        if not written.isascii():
            right = _KOREAN[self.day.weekday()]
        else:
            right = (name if written.lower().endswith("day") else name[:3]).capitalize()
        return f"{self.whole[:begin]}{right}{self.whole[end:]}"


def wrong_dates(text: str, publish_on: date) -> list[DatedDay]:
    """The dates whose weekday is not the written one, and those that do not exist, in their order.

    `publish_on` is the desk's day on which the text appears.
    """
    return [each for each in dates_in(text, publish_on) if each.is_wrong]


_IN_BRACKETS = r"\s?[(（\[]\s?(?P<short>[월화수목금토일])(?:요일)?\s?[)）\]]"
_IN_LETTERS = r",?\s?(?P<long>[월화수목금토일])요일"
_DAY_KO = rf"(?:{_IN_BRACKETS}|{_IN_LETTERS})"
_YEAR_KO = r"(?:(?P<year>(?:19|20)\d\d|['’]?\d\d)년\s?|(?P<relative>작년|지난해|올해|내년)\s?)?"
_FULL_KO = re.compile(rf"(?<!\d){_YEAR_KO}(?P<month>\d{{1,2}})월\s?(?P<day>\d{{1,2}})일{_DAY_KO}?")
_NUMBERS = re.compile(
    r"(?<![A-Za-z\d./-])(?:(?P<year>(?:19|20)?\d\d)\s?[./-]\s?)?(?P<month>\d{1,2})\s?[./-]\s?(?P<day>\d{1,2})\.?"
    r"\s?[(（\[]\s?(?:(?P<short>[월화수목금토일])(?:요일)?|(?P<english>(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\.?)\s?[)）\]]"
)
_DAY_ONLY = re.compile(rf"(?P<past>지난\s?)?(?<![\d.])(?<!월)(?<!월\s)(?P<day>\d{{1,2}})일{_DAY_KO}")
_RELATIVE_KO = re.compile(rf"(?P<word>오늘|내일|모레|어제){_DAY_KO}")
_DAYS_AWAY = {"어제": -1, "오늘": 0, "내일": 1, "모레": 2}
_YEARS_AWAY = {"작년": -1, "지난해": -1, "올해": 0, "내년": 1}

_MONTH_EN = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_NUMBER_EN = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR_EN = r"(?:,?\s(?P<year>20\d\d)\b)?"
_WEEKDAY_EN = r"(?P<english>(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?)\b"
_ORDERS = (rf"{_NUMBER_EN}(?:\sof)?\s{_MONTH_EN}", rf"{_MONTH_EN}\s{_NUMBER_EN}")
_BEFORE_EN = [re.compile(rf"\b{_WEEKDAY_EN}\.?,?\s(?:the\s)?{order}{_YEAR_EN}") for order in _ORDERS]
_ANOTHER_EN = rf"\.?,?\s(?:the\s)?(?:\d|{_MONTH_EN.replace('?P<month>', '?:')})"
"""What follows a weekday that belongs to the next date."""
_AFTER_EN = [re.compile(rf"\b{order}{_YEAR_EN},?\s[(\[]?{_WEEKDAY_EN}(?!{_ANOTHER_EN})") for order in _ORDERS]


def dates_in(text: str, near: date) -> list[DatedDay]:
    """The dates of the text in their order. `near` is the desk's day on which it appears."""
    found: list[tuple[int, DatedDay]] = []
    left = text
    for pattern in (_FULL_KO, _NUMBERS, *_BEFORE_EN, *_AFTER_EN, _DAY_ONLY, _RELATIVE_KO):
        spans = []
        for match in pattern.finditer(left):
            spans.append(match.span())
            before = [each.day for at, each in found if at < match.start() and each.day]
            beside = before[-1] if before and pattern is _DAY_ONLY else near
            found += [(match.start(), _placed(each, match)) for each in _read(match, near, beside)]
        for begin, end in spans:  # what one form has read, the next ones do not read again
            left = left[:begin] + "\n" * (end - begin) + left[end:]
        found.sort(key=lambda pair: pair[0])
    return [each for _, each in found]


def _placed(each: DatedDay, match: re.Match[str]) -> DatedDay:
    at = match.start()
    spans = (match.span(name) for name in ("short", "long", "english") if match.groupdict().get(name))
    begin, end = next(spans, (at, at))
    return each._replace(span=match.span(), whole=match[0], weekday_span=(begin - at, end - at))


def _read(match: re.Match[str], near: date, beside: date) -> Iterator[DatedDay]:
    """The date of a match; none if its numbers cannot be one, such as a version.

    A day without a month is the nearest one to `beside`, the last date before it in the text.
    """
    parts = match.groupdict()
    weekday = _weekday(parts)
    written = re.split(r"\s?[(（\[]|,?\s?[월화수목금토일]요일", match[0])[0].strip() if not parts.get("english") else ""
    if word := parts.get("word"):
        yield DatedDay(word, weekday, near + timedelta(days=_DAYS_AWAY[word]))
        return
    number = int(parts["day"])
    if "month" not in parts:
        yield DatedDay(written, weekday, _nearest(number, beside, is_past=bool(parts.get("past"))))
        return
    month = _month(parts["month"])
    may_swap = match.re is _NUMBERS and parts["english"] and number <= _LAST_MONTH
    if may_swap and (month > _LAST_MONTH or not _fits(parts, near, weekday)):
        month, number = number, month  # a day before its month
    if not 1 <= month <= _LAST_MONTH or not number:
        return
    day = _day(_year(parts, month, number, near), month, number)
    if day is None and match.re is _NUMBERS:
        return
    yield DatedDay(written or _WRITTEN_EN.sub("", match[0]).strip(" ,.()[]"), weekday, day)


_WRITTEN_EN = re.compile(rf"\b{_WEEKDAY_EN}\.?,?")


def _fits(parts: dict[str, str | None], near: date, weekday: int | None) -> bool:
    month, number = int(parts["month"] or 0), int(parts["day"] or 0)
    day = _day(_year(parts, month, number, near), month, number) if month else None
    return day is not None and day.weekday() == weekday


def _weekday(parts: dict[str, str | None]) -> int | None:
    if korean := parts.get("short") or parts.get("long"):
        return _KOREAN.index(korean)
    english = (parts.get("english") or "")[:3].lower()
    return next((at for at, name in enumerate(_ENGLISH) if english and name.startswith(english)), None)


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else _MONTHS.index(written[:3].lower()) + 1


def _year(parts: dict[str, str | None], month: int, number: int, near: date) -> int:
    if written := (parts.get("year") or "").lstrip("'’"):
        return int(written) + (_CENTURY if int(written) < _CENTURY // 20 else 0)
    if relative := parts.get("relative"):
        return near.year + _YEARS_AWAY[relative]
    begin = near - _BACK
    for year in (begin.year, begin.year + 1):
        day = _day(year, month, number) or _day(year, month, 28)
        if day and begin <= day < begin + _YEAR:
            return year
    return near.year


def _nearest(number: int, near: date, *, is_past: bool) -> date | None:
    """The day with this number in the month before, this one or the next one that is nearest; a past one if said so."""
    first = near.replace(day=1)
    months = ((first - timedelta(days=1)).replace(day=1), first, (first + timedelta(days=32)).replace(day=1))
    days = [day for month in months if (day := _day(month.year, month.month, number))]
    past = [day for day in days if day <= near]
    return max(past) if is_past and past else min(days, key=lambda day: abs(day - near), default=None)


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
