"""Times in a post's text that the post's own time contradicts.

A post says "오늘 오전 10시에 시작합니다" and appears at noon, or "지금(오후 3시)" and appears at ten, or "오늘 밤"
and was moved to the next day. Only what the text announces counts: reports of what was ("오늘 오전 9시부터 통화가
안 됩니다"), what still lasts ("1일부터 30일까지") and times that may be read as later ones are left alone.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.checks.moments import hour_of, sentences_of, times_in
from desk.checks.named_time import MIDNIGHT, NamedTime

_LATE = timedelta(minutes=10)
"""A post may appear so long after the time that it announces."""
_NOW = timedelta(minutes=30)
"""What the text calls now may be so far from the post's time."""
_UNTIL = re.compile(r"\s?[)）]?\s?(?:(?:전)?까지|중(?:에|으로)|안에|이?내에)")
_UNTIL_EN = re.compile(r"\b(?:until|till|by|before)\s$", re.IGNORECASE)
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
    r"(?:오늘|금일)(?:\s?[(（][월화수목금토일](?:요일)?[)）])?"
    r"(?=\s?(?:새벽|아침|오전|점심|낮|오후|저녁|밤|자정|정오|\d{1,2}시|부터|까지|만\s))"
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
    read = [(sentence, times_in(sentence, publish_at)) for sentence in sentences_of(text)]
    names_day = any(_OTHER_DAY.search(sentence) or any(each.day for each in times) for sentence, times in read)
    found = (_contradicted(sentence, times, publish_at, of_today=not names_day) for sentence, times in read)
    return next((written for written in found if written), None)


def _contradicted(sentence: str, times: Sequence[NamedTime], publish_at: datetime, *, of_today: bool) -> str | None:
    """`of_today`: a time without a day is one of the post's own day, since its text names no other."""
    for each in times:
        if each.hours and _NOW_IS.search(sentence[max(0, each.begin - 20) : each.begin]):
            moments = [hour_of(publish_at.date(), hour, publish_at) for hour in each.hours]
            if min(abs(at - publish_at) for at in moments) > _NOW:
                return sentence[each.begin : each.end].strip()
    dated = (each for each in times if not each.is_past and (each.day or (of_today and each.hours)))
    read = (_latest(sentence, each, publish_at) for each in dated)
    said = (each for each in read if _is_announced(sentence, each, publish_at))
    return next((sentence[each.begin : each.end].strip(" ,.(（") for each in said), None)


def _latest(sentence: str, named: NamedTime, publish_at: datetime) -> _Time:
    """The latest moments that the time may mean."""
    at, until = _at_latest(named, named.hours, publish_at), None
    if named.until:
        hours = named.until.hours
        later = [each for each in hours if not named.hours or named.until.day != named.day or each > min(named.hours)]
        until = _at_latest(named.until, [min(later)] if later else [each + MIDNIGHT for each in hours], publish_at)
        at = min(at, until)
    is_limit = bool(_UNTIL.match(sentence, named.end) or _UNTIL_EN.search(sentence[: named.begin]))
    return _Time(named.begin, named.end, at, until, is_limit and not named.until)


def _at_latest(named: NamedTime, hours: Sequence[float], publish_at: datetime) -> datetime:
    latest = max(hours, default=named.part.over if named.part else MIDNIGHT)
    return hour_of(named.day or publish_at.date(), latest, publish_at)


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
