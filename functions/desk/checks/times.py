"""Times in a post's text that the post's own time contradicts.

A post says "오늘 오전 10시에 시작합니다" and appears at noon, or "지금(오후 3시)" and appears at ten, or "오늘 밤"
and was moved to the next day. Only what the text announces counts: reports of what was ("오늘 오전 9시부터 통화가
안 됩니다"), what still lasts ("1일부터 30일까지") and times that may be read as later ones are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from desk.checks.dates import dates_in

_LATE = timedelta(minutes=10)
"""A post may appear so long after the time that it announces."""
_NOW = timedelta(minutes=30)
"""What the text calls now may be so far from the post's time."""
_NOON, _DAY = 12, 24
_LONGEST = 500
"""Letters of a sentence that are read."""
_SHORTENED = 4
"""How many times as many are searched for a day: no post is longer."""

_PARTS = {
    "새벽": (0, 6), "아침": (0, 11), "오전": (0, 12), "점심": (10, 15),
    "낮": (10, 18), "오후": (12, 19), "저녁": (12, 23), "밤": (18, 30),
}  # fmt: skip
"""From which hour on the figures of each part of the day count, and the hour at which it is over."""
_HALVES = {"a": 0, "p": 12}
_WORDS = {"자정": 24, "정오": 12, "noon": 12, "midnight": 24}
_AWAY = {
    "오늘": 0, "금일": 0, "내일": 1, "명일": 1, "모레": 2,
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1,
}  # fmt: skip

_WEEKDAY = r"(?:\s?[(（][월화수목금토일](?:요일)?[)）])?"
_RELATIVE = re.compile(
    rf"(?P<ko>오늘|금일|내일|명일|모레){_WEEKDAY}"
    r"|\b(?P<en>today|tonight|this\s(?:morning|afternoon|evening)|tomorrow)\b(?!['’]s)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    rf"(?:(?P<part>{'|'.join(_PARTS)})\s?)?(?:(?P<hour>\d{{1,2}})시(?!간)(?:\s?(?P<minute>\d{{1,2}})분|\s?(?P<half>반))?"
    r"|(?P<at>\d{1,2})(?::(?P<past>\d\d))?\s?(?P<m>[ap])\.?m\b\.?"
    r"|(?P<exact>\d{1,2}:\d\d)|(?P<word>자정|정오|\bnoon\b|\bmidnight\b))"
    rf"|(?P<only>{'|'.join(_PARTS)})",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[\s,(（]*(?:(?:at|from|between|until|by|starting)\s)?", re.IGNORECASE)
_TO = re.compile(r"\s?(?:에서|부터|[~∼〜–—-]|\b(?:to|until|till|and)\b)\s?", re.IGNORECASE)
_UNTIL = re.compile(r"\s?[)）]?\s?(?:(?:전)?까지|중(?:에|으로)|안에|이?내에)")
_UNTIL_EN = re.compile(r"\b(?:until|till|by|before)\s$", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]+?(?:(?<!\b[ap]\.m)[.!?…。！？~]+(?=\s|$)|(?=\n|$))", re.IGNORECASE)

_STARTS_KO = (
    r"시작(?![한된했됐])|예정|점검(?:합니다|해요|을|이 있|입니다|이에요)|"
    r"찾아(?:옵|와|갑|가|뵙)|열립니다|열려요|엽니다|열어요|만나|"
    r"(?:공개|출시|중단|적용|인상|"
    r"인하|종료|오픈|변경|발표|마감)(?:합니다|해요|됩니다|돼요)|"
    r"멈춥니다|멈춰요|바뀝니다|바뀌어요|달라집|달라져|"
    r"겠습니다|[할릴갈올될열]\s?(?:게요|거예요|겁니다)|"
    r"(?:점검|오픈|출시|공개|방송|시작|종료|중단|발매|라이브)(?:\s?(?:안내|예정))?[\s.!~]*$"
)
_STARTS_EN = (
    r"\b(?:will|starts?|begins?|opens?|launch(?:es)?|goes\slive|kicks?\soff|takes?\splace|maintenance|planned|scheduled|"
    r"join\sus|see\syou|going\sto|live\sstream|changes?|pauses?|goes?\son\ssale)\b"
)
_STARTS = re.compile(f"{_STARTS_KO}|{_STARTS_EN}", re.IGNORECASE)
"""What is said of something that is to begin."""
_ASKS = re.compile(
    f"{_STARTS.pattern}|신청|응모|참여|접수|예약|받습니다|받아요|"
    r"드립니다|드려요|할인|판매|진행|수 있|주세요|하세요|오세요|보세요|모집|"
    r"\b(?:order|apply|enter|sign\sup|book|register|get|save|visit|come|use|off|sale|open|closes?|ends?)\b",
    re.IGNORECASE,
)
"""What is said of something that has an end."""
_LABEL = re.compile(
    r"^\W*(?:(?:점검|행사|이벤트|방송|판매|접수|신청|모집|응모|공개)\s?(?:일시|시간|기간|일정)?|일시|시간|기간|일정|when)"
    r"(?:\s?[:：]|[은는])\s?$",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"장애|오류|문제|불편|지연|끊[기긴김]|느[려린]|안 ?[되돼]|복구|이어|계속|고 있|중입니다|중이에요|중인|"
    r"생긴|발생|일어난|말씀|"
    r"[올드]린|공지한|예고한|시작[한된]|열린|안내한|[하주보오]신|매[일주]|평일|"
    r"\b(?:was|were|started|began|begun|had|has|have|since|restored|fixed|resolved|ended|fail(?:ed|ing)|outage|sorry|"
    r"apolog\w+|affect\w+|reported|dropp\w+|experienc\w+|investigat\w+|every|daily|opened|launched|closed|posted|announced)\b",
    re.IGNORECASE,
)
"""What is said of something that was, goes on or is usual."""
_WILL = re.compile(r"겠습니다|예정|[할릴될]\s?게요|드립니다|\bwill\b", re.IGNORECASE)
_OTHER_DAY = re.compile(
    r"[월화수목금토일]요일|(?:다음|이번|지난)\s?(?:주|달|번)|주말|평일|매[일주월]|어제|항상|언제나|\d일(?!간)|\d{4}[./-]\d|"
    r"영업|운영|상담|고객센터|매장|[가-힣]점[은이]|이용\s?시간|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:every|daily|weekdays?|hours|yesterday|next|open\sfrom)\b",
    re.IGNORECASE,
)
"""Days that are not read, and what is usual: beside them a time without a day is not one of the post's own day."""
_NOW_IS = re.compile(
    r"지금(?:은|\s?시각은?)?\s?[,(（]?\s?$|\b(?:now\s?[,(]\s?|right\snow,?\sat\s|it['’]s\s(?:now\s)?)$", re.IGNORECASE
)
_MOVES = re.compile(
    rf"(?:오늘|금일){_WEEKDAY}(?=\s?(?:{'|'.join(_PARTS)}|자정|정오|\d{{1,2}}시|부터|까지|만\s))"
    r"|(?:내일|명일|모레)(?!의|을 위|처럼)"
    r"|\b(?:tonight|tomorrow)\b(?!['’]s)|\btoday(?=\s(?:at|from|until|only|between|\d))"
    r"|(?:(?<=from )|(?<=until )|(?<=\d[ap]m )|(?<=\d [ap]m ))today\b",
    re.IGNORECASE,
)
"""Days that are others once the post is moved to another day."""
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS, _SS = 0xAC00, 0xD7A3, 28, 20


class _Time(NamedTuple):
    """A time in a sentence: where it stands, what it says at the latest, and its end if it has one."""

    begin: int
    end: int
    at: datetime
    until: datetime | None
    is_limit: bool


def contradicted_time(text: str, publish_at: datetime, written_for: datetime | None = None) -> str | None:
    """The first time in the text that contradicts `publish_at`, as it is written; None if there is none.

    Both are in the desk's zone. `written_for` is the time that the post had when its text was written.
    """
    if written_for and written_for.date() != publish_at.date() and (day := _MOVES.search(text)):
        return day[0].strip()
    shortened = text[: _SHORTENED * _LONGEST]
    names_day = bool(
        _RELATIVE.search(shortened) or _OTHER_DAY.search(shortened) or dates_in(shortened, publish_at.date())
    )
    sentences = (each[0][:_LONGEST] for each in _SENTENCE.finditer(text))
    found = (_contradicted(each, publish_at, of_today=not names_day) for each in sentences)
    return next((written for written in found if written), None)


def _contradicted(sentence: str, publish_at: datetime, *, of_today: bool) -> str | None:
    """`of_today`: a time without a day is one of the post's own day, since its text names no other."""
    for clock in _CLOCK.finditer(sentence):
        if _NOW_IS.search(sentence[max(0, clock.start() - 20) : clock.start()]) and not clock["only"]:
            moments = [_moment(publish_at.date(), hour, publish_at) for hour in _hours(clock)]
            if min(abs(each - publish_at) for each in moments) > _NOW:
                return clock[0].strip()
    read = _times_of_today(sentence, publish_at) if of_today else _times(sentence, publish_at)
    times = (each for each in read if _is_announced(sentence, each, publish_at))
    return next((sentence[each.begin : each.end].strip(" ,.(（") for each in times), None)


def _times_of_today(sentence: str, publish_at: datetime) -> Iterator[_Time]:
    """The times that the sentence names without a day, each with the end of its range."""
    clocks, end = list(_CLOCK.finditer(sentence)), 0
    for clock in clocks:
        if clock.start() >= end and not clock["only"]:
            time_of_day = _of_clocks(
                sentence, publish_at.date(), [clock, *_next(sentence, clock, clocks)], clock.start(), publish_at
            )
            end = time_of_day.end
            yield time_of_day


def _times(sentence: str, publish_at: datetime) -> Iterator[_Time]:
    """The times of days that the sentence names."""
    today = publish_at.date()
    days = [
        (each.span(), today + timedelta(days=_AWAY[" ".join(each[0].split()).lower() if each["en"] else each["ko"]]))
        for each in _RELATIVE.finditer(sentence)
    ]
    days += [(each.span, each.day) for each in dates_in(sentence, today) if each.day]
    clocks = list(_CLOCK.finditer(sentence))
    for (begin, end), day in sorted(days):
        if sentence[:begin].endswith(("지난 ", "last ")):
            continue
        beside = _BESIDE.match(sentence, end)
        after = beside and _CLOCK.match(sentence, beside.end())
        before = [each for each in clocks if each.end() <= begin and not each["only"]]
        if after:
            yield _of_clocks(sentence, day, [after, *_next(sentence, after, clocks)], begin, publish_at)
        elif before and re.fullmatch(r"(?:\sKST)?,?\s(?:on\s)?", sentence[before[-1].end() : begin]):
            first = [each for each in before[-2:-1] if _TO.fullmatch(sentence[each.end() : before[-1].start()])]
            made = _of_clocks(sentence, day, [*first, before[-1]], before[-1].start(), publish_at)
            yield made._replace(end=end)
        else:
            to = next((other for (at, _), other in days if at > end and _TO.fullmatch(sentence[end:at])), None)
            is_limit = bool(_UNTIL.match(sentence, end) or _UNTIL_EN.search(sentence[:begin]))
            until = _moment(to, _DAY, publish_at) if to else None
            yield _Time(begin, end, _moment(day, _DAY, publish_at), until, is_limit)


def _next(sentence: str, clock: re.Match[str], clocks: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The clock that ends the range which this one begins."""
    return [
        each for each in clocks if each.start() >= clock.end() and _TO.fullmatch(sentence[clock.end() : each.start()])
    ]


def _of_clocks(sentence: str, day: date, clocks: Sequence[re.Match[str]], begin: int, publish_at: datetime) -> _Time:
    first, last = clocks[0], clocks[-1]
    hour = max(_hours(first))
    at, until = _moment(day, hour, publish_at), None
    if len(clocks) > 1:
        later = [each for each in _hours(last) if each > min(_hours(first))]
        until = _moment(day, min(later, default=min(_hours(last)) + _DAY), publish_at)
        at = min(at, until)
    is_limit = len(clocks) == 1 and bool(
        _UNTIL.match(sentence, last.end()) or _UNTIL_EN.search(sentence[: first.start()])
    )
    return _Time(begin, last.end(), at, until, is_limit)


def _hours(clock: re.Match[str]) -> Sequence[float]:
    """The hours after midnight that the clock may mean."""
    if clock["only"] or clock["word"]:
        return [_PARTS[clock["only"]][1] if clock["only"] else _WORDS[clock["word"].lower()]]
    written, _, past = (clock["exact"] or "").partition(":")
    hour = int(written or clock["hour"] or clock["at"])
    more = int(past or clock["minute"] or clock["past"] or (30 if clock["half"] else 0)) / 60
    if clock["part"] or clock["m"]:
        since = _PARTS[clock["part"]][0] if clock["part"] else _HALVES[clock["m"].lower()]
        return [(hour if hour > _NOON else since + (hour - since) % _NOON) + more]
    if hour > _NOON or written:
        return [hour + more]
    return [hour % _NOON + more, hour % _NOON + _NOON + more]


def _moment(day: date, hour: float, near: datetime) -> datetime:
    return datetime.combine(day, time(), near.tzinfo) + timedelta(hours=hour)


def _is_announced(sentence: str, each: _Time, publish_at: datetime) -> bool:
    """Whether it is past when the post appears, and the sentence announces it."""
    if each.at + _LATE >= publish_at:
        return False
    is_over = (each.until or each.at) + _LATE < publish_at
    rest, before = sentence[each.end :], sentence[: each.begin]
    if _LABEL.search(before):
        return is_over
    said = (_ASKS if is_over and (each.is_limit or each.until) else _STARTS).search(rest)
    if said is None:
        said = _STARTS_ENGLISH.search(before)
        return bool(said) and not _was(sentence)
    if each.is_limit and _WILL.search(said[0]):  # "오후 1시까지 복구하겠습니다" names a limit, not a past time
        return not _has_past_syllable(rest[: said.end()])
    return not _was(rest[: said.end()]) and not _was(before[-20:] if before.isascii() else "")


_STARTS_ENGLISH = re.compile(f"{_STARTS_EN}|\\b(?:order|apply|enter|sign\\sup|book|register|save)\\b", re.IGNORECASE)


def _was(words: str) -> bool:
    """Whether the words tell of the past: they have a syllable as in 했 and 됐, or say so otherwise."""
    return _has_past_syllable(words) or bool(_WAS.search(words))


def _has_past_syllable(words: str) -> bool:
    return any(
        _FIRST_SYLLABLE <= ord(each) <= _LAST_SYLLABLE and (ord(each) - _FIRST_SYLLABLE) % _FINALS == _SS
        for each in words
        if each not in "있겠"
    )
