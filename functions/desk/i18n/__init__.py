"""What people read, in the desk's language: a catalogue of phrases for each language, particles, and dates.

`particle` chooses the form of a Korean particle by the last sound of the word before it, also after figures and Latin
words. The last sound of a Latin word is known for common words, abbreviations and most endings; elsewhere both forms
are written. Source: Korean orthography (한글 맞춤법, 표준국어대사전): 을/를, 이/가, 은/는, 과/와 and 으로/로 depend on
whether the last syllable is closed; 으로 becomes 로 after ㄹ as well.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from string import Formatter
from typing import Any

from desk.i18n import (
    answer_en,
    answer_ko,
    budget_en,
    budget_ko,
    case_en,
    case_ko,
    checks_en,
    checks_ko,
    console_en,
    console_ko,
    digest_en,
    digest_ko,
    en,
    health_en,
    health_ko,
    ko,
    listening_en,
    listening_ko,
    live_en,
    live_ko,
    people_en,
    people_ko,
    performance_en,
    performance_ko,
    spikes_en,
    spikes_ko,
    today_en,
    today_ko,
    trends_en,
    trends_ko,
    trial_en,
    trial_ko,
    writing_en,
    writing_ko,
)

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "ko": {
        **ko.PHRASES,
        **digest_ko.PHRASES,
        **answer_ko.PHRASES,
        **console_ko.PHRASES,
        **case_ko.PHRASES,
        **writing_ko.PHRASES,
        **checks_ko.PHRASES,
        **people_ko.PHRASES,
        **trial_ko.PHRASES,
        **budget_ko.PHRASES,
        **health_ko.PHRASES,
        **listening_ko.PHRASES,
        **live_ko.PHRASES,
        **today_ko.PHRASES,
        **trends_ko.PHRASES,
        **performance_ko.PHRASES,
        **spikes_ko.PHRASES,
    },
    "en": {
        **en.PHRASES,
        **digest_en.PHRASES,
        **answer_en.PHRASES,
        **console_en.PHRASES,
        **case_en.PHRASES,
        **writing_en.PHRASES,
        **checks_en.PHRASES,
        **people_en.PHRASES,
        **trial_en.PHRASES,
        **budget_en.PHRASES,
        **health_en.PHRASES,
        **listening_en.PHRASES,
        **live_en.PHRASES,
        **today_en.PHRASES,
        **trends_en.PHRASES,
        **performance_en.PHRASES,
        **spikes_en.PHRASES,
    },
}


def phrase(language: str, key: str, **values: object) -> str:
    """The phrase of `key` with its values filled in; raises KeyError for an unknown language, key or value.

    In a catalogue `{word:을/를}` is the word with the particle that fits it, `{word:|을/를}` the particle alone
    (for after a closing quotation mark). Values are never read as templates.
    """
    return _formatter.vformat(LANGUAGES[language][key], (), values)


class _PhraseFormatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" not in format_spec:
            return str(super().format_field(value, format_spec))
        word, pair = str(value), format_spec.removeprefix("|")
        chosen = particle(word, pair)
        return chosen if format_spec.startswith("|") else word + chosen


_formatter = _PhraseFormatter()


_FIRST_SYLLABLE, _LAST_SYLLABLE = ord("가"), ord("힣")
_FINALS = 28
"""How many finals a syllable may have, "none" included."""
_RIEUL = 8
"""The place of ㄹ among the finals."""

_SINO_KOREAN = {"1": "일", "2": "이", "3": "삼", "4": "사", "5": "오", "6": "육", "7": "칠", "8": "팔", "9": "구"}
_ZEROS = "영"  # 10 십, 100 백, 1000 천, 10000 만: all closed, none by ㄹ, as 영 is
_SYMBOLS = {"%": "트", "+": "스", "℃": "도"}
"""The last syllables of signs that are read aloud: 퍼센트, 플러스, 도."""
_LETTER_NAMES = {"L": "엘", "M": "엠", "N": "엔", "R": "알"}  # every other letter's name ends open
_OPEN = "이"
_KNOWN = {
    "app": "앱", "apps": "스", "web": "웹", "internet": "넷", "net": "넷", "chat": "챗", "bot": "봇", "chatbot": "봇",
    "tablet": "릿", "ticket": "켓", "event": "트", "point": "트", "account": "트", "support": "트", "contact": "트",
    "wallet": "릿", "router": "터", "network": "크", "link": "크", "facebook": "북", "notebook": "북", "netflix": "스",
    "tiktok": "톡", "talk": "톡", "mac": "맥", "music": "직", "pc": "시", "set": "트", "light": "트", "type": "입",
}  # fmt: skip
"""The last syllables of common words as Korean borrows them, whose spelling does not tell the sound."""
_LAST_WORD = re.compile(r"[A-Za-z]+$")
_ENDINGS_IN_RIEUL = ("l", "le")
_CLOSED = ("m", "n", "ng", "me", "ne")
_UNKNOWN = ("b", "c", "k", "p", "q", "t", "pe")
"""Some words with these endings end closed, as 앱, and some gain a vowel, as 캠프. Other endings are open: 클라우드."""


def particle(word: str, pair: str) -> str:
    """The form of `pair` ("after closed/after open") that follows `word`; both, as "을(를)", when it isn't known."""
    after_closed, after_open = pair.split("/")
    syllable = _last_syllable(word)
    if syllable is None:
        return _both(after_closed, after_open)
    final = (ord(syllable) - _FIRST_SYLLABLE) % _FINALS
    is_open = final == 0 or (final == _RIEUL and after_closed.startswith("으로"))
    return after_open if is_open else after_closed


def _both(after_closed: str, after_open: str) -> str:
    if after_closed.endswith(after_open):
        return f"({after_closed.removesuffix(after_open)}){after_open}"
    return f"{after_closed}({after_open})"


def _last_syllable(word: str) -> str | None:
    """A Hangul syllable that ends as the word does when it is spoken; brackets, marks and emoji are silent."""
    spoken = word.rstrip()
    if spoken.endswith(")") and "(" in spoken.lstrip("("):
        spoken = spoken[: spoken.rindex("(")] or spoken
    end = len(spoken)
    while end and not (spoken[end - 1].isalnum() or spoken[end - 1] in _SYMBOLS):
        end -= 1
    if not end:
        return None
    last = _SYMBOLS.get(spoken[end - 1], spoken[end - 1])
    if last.isascii() and last.isalpha():
        return _latin_syllable(spoken[:end])
    if last in "0123456789":
        return _SINO_KOREAN.get(last, _ZEROS)
    return last if _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE else None


def _latin_syllable(word: str) -> str | None:
    """Known words first; else capitals are spelled out, and words go by how Korean borrows their end."""
    last_word = _LAST_WORD.search(word)
    if last_word and (known := _KNOWN.get(last_word[0].lower())):
        return known
    if word[-1].isupper():
        return _LETTER_NAMES.get(word[-1], _OPEN)
    if word.endswith(_ENDINGS_IN_RIEUL):
        return _LETTER_NAMES["L"]
    if word.endswith(_CLOSED):
        return _LETTER_NAMES["N"]
    return None if word.endswith(_UNKNOWN) else _OPEN


_HANGUL, _LATIN = 2, 1


def weight_of_a_letter(language: str) -> int:
    """What X counts for one letter of this language."""
    return _HANGUL if language == "ko" else _LATIN


_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON = 12


def spoken_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment in the desk's zone: "11월 24일(화) 오후 2:30" or "Tue 24 Nov, 2:30 pm"."""
    between = " " if language == "ko" else ", "
    local = moment.astimezone(zone)
    return spoken_day(local.date(), language) + between + spoken_clock(local, zone, language)


def spoken_day(day: date, language: str) -> str:
    """A day: "11월 24일(화)" or "Tue 24 Nov"."""
    weekday, date = short_weekday(day.weekday(), language), spoken_date(day, language)
    return f"{date}({weekday})" if language == "ko" else f"{weekday} {date}"


def spoken_date(day: date, language: str) -> str:
    """A day without its weekday: "11월 24일" or "24 Nov"."""
    return f"{day.month}월 {day.day}일" if language == "ko" else f"{day.day} {_MONTHS_EN[day.month - 1]}"


def spoken_weekday(weekday: int, language: str) -> str:
    """A weekday, of which Monday is 0: "화요일" or "Tuesday"."""
    return f"{_WEEKDAYS_KO[weekday]}요일" if language == "ko" else _WHOLE_WEEKDAYS_EN[weekday]


def short_weekday(weekday: int, language: str) -> str:
    """A weekday, of which Monday is 0, in short: "화" or "Tue"."""
    return _WEEKDAYS_KO[weekday] if language == "ko" else _WEEKDAYS_EN[weekday]


def spoken_month(day: date, language: str) -> str:
    """The month of a day: "2026년 11월" or "Nov 2026"."""
    return f"{day.year}년 {day.month}월" if language == "ko" else f"{_MONTHS_EN[day.month - 1]} {day.year}"


def spoken_clock(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment's time of day in the desk's zone: "오후 2:30", after midnight "0시 15분(자정)"; or "2:30 pm"."""
    local = moment.astimezone(zone)
    if language == "ko" and local.hour == 0:
        return f"0시 {local.minute}분(자정)" if local.minute else "0시(자정)"
    if language == "ko":
        hour = local.hour - _NOON if local.hour > _NOON else local.hour
        return f"{'오후' if local.hour >= _NOON else '오전'} {hour}:{local.minute:02}"
    return f"{local.hour % _NOON or _NOON}:{local.minute:02} {'pm' if local.hour >= _NOON else 'am'}"
