"""Korean and English expressions of times: of a day, a part of a day and a clock; with those of waits, the grammar.

`expressions_in` reads each by itself. What stands beside each other is joined in `moments.py`.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from desk.checks.dates import dates_in
from desk.checks.named_time import (
    FRIDAY,
    LAST_MINUTE,
    MIDNIGHT,
    NOON,
    SUNDAY,
    NamedTime,
    PartOfDay,
    TimeForm,
    Today,
    read,
)
from desk.checks.waits import NUMBER_EN, SINO, WAITS, number_of


def expressions_in(sentence: str, today: Today) -> list[NamedTime]:
    """The expressions of the sentence in their order. What one form has read, the next ones do not read again."""
    found: list[NamedTime] = []
    left = sentence
    for each in (*read(WAITS, left, today), *_dates(left, today), *read(_FORMS, left, today)):
        if "\n" not in left[each.begin : each.end]:
            found.append(each)
            left = f"{left[: each.begin]}{'\n' * (each.end - each.begin)}{left[each.end :]}"
    return sorted(found, key=lambda each: each.begin)


def _dates(text: str, today: Today) -> Iterator[NamedTime]:
    for each in dates_in(text, today.now.date()):
        if each.day:
            begin, end = each.span
            yield NamedTime(begin, end, each.day, is_past=bool(_LAST.search(text[:begin])))


_YEAR = 400
"""Days in which the next day with a number is looked for."""
_TWO_DIGITS = 10
"""From this hour on, "10:30" is one of 24 hours; "9:30" may be of the evening."""
_KOREAN = "월화수목금토일"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AWAY = {
    "오늘": 0, "금일": 0, "당일": 0, "내일모레": 2, "내일": 1, "명일": 1, "익일": 1, "모레": 2, "글피": 3,
    "today": 0, "tonight": 0, "eod": 0, "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1,
}  # fmt: skip
_NAMES = "|".join(sorted((word for word in _AWAY if not word.isascii()), key=len, reverse=True))
_IN_BRACKETS = r"(?:\s?[(（](?:\d{1,2}월\s?)?(?:\d{1,2}일)?(?:[,\s]*[월화수목금토일](?:요일)?)?[)）])?"
_LAST = re.compile(r"(?:지난|\blast)\s$", re.IGNORECASE)


def _relative_day(match: re.Match[str], today: Today) -> NamedTime:
    words = " ".join((match["ko"] or match["en"] or "today").lower().split())
    name = _NIGHT if words == "tonight" else words.removeprefix("this ") if words.startswith("this ") else ""
    return NamedTime(*match.span(), today.day(_AWAY.get(words, 0)), _PARTS[name] if name else None)


def _weekday(match: re.Match[str], today: Today) -> NamedTime:
    """A weekday of a named week; otherwise the next such day after today."""
    name, week = match["name"].lower(), (match["week"] or "").replace(" ", "").lower()
    number = _KOREAN.index(name[0]) if name[0] in _KOREAN else _ENGLISH.index(name[:3])
    of_week = number - today.now.weekday()
    if week in _NEXT_WEEK:
        return NamedTime(*match.span(), today.day(of_week + 7))
    if week in {"지난주", "지난", "last"}:
        return NamedTime(*match.span(), today.day(of_week - 7), is_past=True)
    return NamedTime(*match.span(), today.day(of_week if week in {"이번주", "금주"} else (of_week - 1) % 7 + 1))


_NEXT_WEEK = {"다음주", "차주", "담주", "next"}


def _week(match: re.Match[str], today: Today) -> NamedTime:
    """The Friday of a week; the Sunday of a weekend, and the Friday before it."""
    words = match[0].lower()
    monday = today.monday + timedelta(days=7 if re.search("다음|차주|담주|next", words) else 0)
    is_weekend = re.search("주말|weekend", words) and not re.search(r"전|before|by the w", words)
    day = monday + timedelta(days=SUNDAY if is_weekend else FRIDAY)
    return NamedTime(*match.span(), day if day >= today.now.date() else monday + timedelta(days=SUNDAY))


def _end_of_year(match: re.Match[str], today: Today) -> NamedTime:
    return NamedTime(*match.span(), date(today.now.year, 12, 31))


def _end_of_month(match: re.Match[str], today: Today) -> NamedTime:
    first = today.now.date().replace(day=1)
    for _ in range(2 if re.search("다음|next", match[0], re.IGNORECASE) else 1):
        first = (first + timedelta(days=32)).replace(day=1)
    return NamedTime(*match.span(), first - timedelta(days=1))


_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"


def _numbered_day(match: re.Match[str], today: Today) -> NamedTime | None:
    """The next day with this number, and this month if one is written."""
    parts = match.groupdict()
    month = int(parts.get("month") or 0)
    if name := parts.get("name"):
        month = _MONTHS.split("|").index(name.lower()) + 1
    for away in range(_YEAR):
        day = today.day(away)
        if day.day == int(match["day"]) and month in {0, day.month}:
            return NamedTime(*match.span(), day)
    return None


# Parts of a day and clocks

_NIGHT = "night"
_PARTS = {
    "새벽": PartOfDay(0, 6, 6), "아침": PartOfDay(0, 12, 11), "오전": PartOfDay(0, 12, 12),
    "점심": PartOfDay(10, 12, 15), "낮": PartOfDay(10, 18, 18), "오후": PartOfDay(12, 18, 19),
    "저녁": PartOfDay(12, 21, 23), "밤": PartOfDay(18, LAST_MINUTE, 30),
    "퇴근": PartOfDay(12, 18, 19), "업무": PartOfDay(12, 18, 19),
    "morning": PartOfDay(0, 12, 12), "lunch": PartOfDay(10, 12, 15), "afternoon": PartOfDay(12, 18, 19),
    "evening": PartOfDay(12, 21, 23), _NIGHT: PartOfDay(18, LAST_MINUTE, 30),
}  # fmt: skip
_HALVES = {"a": _PARTS["오전"], "p": _PARTS["오후"]}
_WORDS = {"자정": MIDNIGHT, "정오": NOON, "noon": NOON, "midday": NOON, "midnight": MIDNIGHT}
_OF_CLOCK = "새벽|아침|오전|점심|낮|오후|저녁|밤"
_NATIVE_HOURS = "열두|열한|다섯|여섯|일곱|여덟|아홉|한|두|세|네|열"
_MINUTES = rf"(?:\d{{1,2}}|{SINO})"


def _clock(match: re.Match[str], _: Today) -> NamedTime | None:
    parts = match.groupdict()
    half = (parts.get("m") or "").lower()
    part = _PARTS[parts["part"]] if parts.get("part") else _HALVES.get(half)
    if word := parts.get("word"):
        return NamedTime(*match.span(), hours=(_WORDS[word.lower()],))
    hour = number_of(parts["hour"])
    more = (number_of(parts.get("minute")) + (30 if parts.get("half") else 0)) / 60
    if hour > MIDNIGHT or more >= 1:
        return None
    is_of_day = not part and (match["hour"].startswith("0") or (hour >= _TWO_DIGITS and ":" in match[0]))
    hours = (hour + more,) if is_of_day else hours_of(hour, more, part)
    return NamedTime(*match.span(), part=part, hours=hours)


def hours_of(hour: float, more: float, part: PartOfDay | None) -> tuple[float, ...]:
    """The hours after midnight that a clock may mean; one if the part of the day is known."""
    if hour > NOON:
        return (hour + more,)
    if part:
        return (part.since + (hour - part.since) % NOON + more,)
    return (hour % NOON + more, hour % NOON + NOON + more)


def _spoken_clock(match: re.Match[str], _: Today) -> NamedTime | None:
    past = (match["past"] or "").lower()
    hour = number_of(match["hour"] or match["oclock"])
    if hour > NOON:
        return None
    more = 0.5 if past.startswith("half") else 0.25 if past.endswith("past") else -0.25 if past else 0
    return NamedTime(*match.span(), hours=hours_of(hour, more, None))


def _part(match: re.Match[str], _: Today) -> NamedTime:
    return NamedTime(
        *match.span(), part=_PARTS[(match["part"] or ("morning" if match.groupdict().get("first") else "퇴근")).lower()]
    )


_WEEKS = r"이번\s?주|금주|다음\s?주|차주|담주|지난\s?주|지난"
_NO_CLOCK = (
    r"(?![\d:/%]|[.,]\d|\s(?:business|working|days?|hours?|min|weeks?|(?-i:[A-Z])|p\.?m|a\.?m))(?:\so['’]clock)?"
)
_FORMS = [
    TimeForm(
        re.compile(
            rf"(?P<ko>{_NAMES})(?!노){_IN_BRACKETS}|\b(?P<en>today|tonight|this\s(?:morning|afternoon|evening)|"
            r"eod|(?:the\s)?day\safter\stomorrow|tomorrow)\b(?!['’]s)|\b(?P<end>end\sof\s(?:the\s|"
            r"play\s)?(?:day\b|today\b))",
            re.IGNORECASE,
        ),
        _relative_day,
    ),
    TimeForm(
        re.compile(
            r"end\sof\s(?:the\s|this\s|next\s)?month\b|(?:이번|다음)\s?달\s?(?:말|안|내|중)|이달\s?(?:말|안|내|"
            r"중)|월말",
            re.IGNORECASE,
        ),
        _end_of_month,
    ),
    TimeForm(
        re.compile(
            r"(?:올해|연말|연내|금년)(?=까지|에|\s?안|\s?내|\s?중)|\bend\sof\s(?:the|this)\syear\b|"
            r"\bthe\syear\sis\s(?:out|over)\b",
            re.IGNORECASE,
        ),
        _end_of_year,
    ),
    TimeForm(
        re.compile(
            rf"(?:(?P<week>{_WEEKS})(?:의)?\s?)?(?P<name>[월화수목금토일])요일",
        ),
        _weekday,
    ),
    TimeForm(
        re.compile(
            r"(?:\b(?P<week>this|next|coming|last)\s)?"
            r"\b(?P<name>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b(?!s)",
            re.IGNORECASE,
        ),
        _weekday,
    ),
    TimeForm(
        re.compile(
            r"(?:(?:이번|다음)\s?주말?|금주|차주|담주|주말)(?:\s?전)?(?!\s?[초간])"
            r"|\b(?:before\s|by\s)?(?:the\s)?(?:end\sof\s)?(?:the\s|this\s|next\s)(?:working\s)?week(?:end)?\b",
            re.IGNORECASE,
        ),
        _week,
    ),
    TimeForm(
        re.compile(
            rf"\b(?P<name>{_MONTHS})[a-z]*\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)",
            re.IGNORECASE,
        ),
        _numbered_day,
    ),
    TimeForm(re.compile(r"\bthe\s(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\sof)"), _numbered_day),
    TimeForm(
        re.compile(rf"(?P<day>\b\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<name>{_MONTHS})[a-z]*\b", re.IGNORECASE),
        _numbered_day,
    ),
    TimeForm(re.compile(r"(?<![\d.:/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])"), _numbered_day),
    TimeForm(
        re.compile(rf"(?<![\d.])(?P<day>\d{{1,2}})일(?=까지|에|\s?이?전|\s?오[전후]|\s?중|\s?안|\s?(?:{_OF_CLOCK})|\s?\d{{1,2}}시)"),
        _numbered_day,
    ),
    TimeForm(
        re.compile(
            rf"(?:(?P<part>{_OF_CLOCK})\s?)?(?<!\d)(?P<hour>\d{{1,2}}|(?:{_NATIVE_HOURS}))\s?시(?!간|[가-힣]*[작즌])"
            rf"(?:\s?(?P<minute>{_MINUTES})\s?분|\s?(?P<half>반))?"
        ),
        _clock,
    ),
    TimeForm(
        re.compile(
            rf"(?:(?P<part>{_OF_CLOCK})\s?)?(?P<hour>(?<![\d:])\d{{1,2}}):(?P<minute>\d\d)(?![\d:])(?!\s?[ap]\.?m)",
            re.IGNORECASE,
        ),
        _clock,
    ),
    TimeForm(
        re.compile(
            r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<m>[ap])\.?m\b\.?",
            re.IGNORECASE,
        ),
        _clock,
    ),
    TimeForm(
        re.compile(
            rf"\b(?P<past>half\spast|(?:a\s)?quarter\s(?:past|to))\s(?P<hour>{NUMBER_EN})\b|"
            rf"(?P<oclock>{NUMBER_EN})\so['’]clock",
            re.IGNORECASE,
        ),
        _spoken_clock,
    ),
    TimeForm(re.compile(r"(?P<word>자정|정오|\bnoon\b|\bmidday\b|\bmidnight\b)", re.IGNORECASE), _clock),
    TimeForm(
        re.compile(
            rf"\b(?:(?<=by )|(?<=at )|(?<=before )|(?<=around ))(?P<hour>\d{{1,2}})\b{_NO_CLOCK}",
            re.IGNORECASE,
        ),
        _clock,
    ),
    TimeForm(  # what begins a range: "2~3시", "2-3 pm", "between 2 and 3"
        re.compile(
            rf"(?:(?P<part>{_OF_CLOCK})\s?)?(?<!\d)(?P<hour>\d{{1,2}})"
            r"(?=\s?(?:[~∼〜–-]|에서)\s?\d{1,2}\s?시|\s?(?:-|–|to|and)\s?\d{1,2}(?::\d\d)?\s?[ap]\.?m\b)",
            re.IGNORECASE,
        ),
        _clock,
    ),
    TimeForm(re.compile(rf"(?P<part>{_OF_CLOCK})(?!\s?(?:식|먹|밥|인사|뉴스|메뉴))"), _part),
    TimeForm(
        re.compile(
            r"(?P<part>퇴근|업무)(?=(?:하기)?\s?(?:시간\s?|종료\s?|마감\s?)?(?:전|안|내|이내|종료))",
        ),
        _part,
    ),
    TimeForm(
        re.compile(
            r"\b(?P<part>morning|afternoon|evening|night|lunch)(?:time)?\b|\b(?:close|"
            r"end)\sof\s(?P<end>business|work)\b|\b(?:COB|EOB)\b|\b(?P<first>first\sthing)\b",
            re.IGNORECASE,
        ),
        _part,
    ),
]  # fmt: skip
