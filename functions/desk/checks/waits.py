"""Expressions of a wait, which is counted from now on: "30분 안에", "within two business days"."""

import re
from datetime import timedelta

from desk.checks.named_time import NamedTime, TimeForm, Today

_DIGITS_KO = {name: value for value, name in enumerate("일이삼사오육칠팔구", start=1)}
_COUNTED = {
    "한두": 2, "두세": 3, "두어": 3, "서너": 4, "네다섯": 5, "하루 이틀": 2, "하루이틀": 2,
    "이삼": 3, "일이": 2, "삼사": 4, "열두": 12, "열한": 11, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "한": 1, "두": 2, "세": 3, "네": 4, "열": 10,
    "half an": 0.5, "a quarter of an": 0.25, "quarter of an": 0.25, "three quarters of an": 0.75,
    "an": 1, "a": 1, "one": 1, "a couple of": 2, "couple of": 2, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty-five": 45, "forty": 40, "sixty": 60, "forty-eight": 48,
    "twenty-four": 24, "ninety": 90,
}  # fmt: skip
SINO = r"[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?|[이삼사오육칠팔구]"
_NATIVE = "|".join(sorted((re.escape(word) for word in _COUNTED if not word.isascii()), key=len, reverse=True))
_NUMBER_KO = rf"\d{{1,3}}|{SINO}|{_NATIVE}"
NUMBER_EN = r"\b\d{1,3}(?:\.5)?|" + "|".join(
    rf"\b{re.escape(word)}" for word in sorted((each for each in _COUNTED if each.isascii()), key=len, reverse=True)
)


def number_of(written: str | None) -> float:
    """The number that is written in figures or words; 0 for none."""
    words = " ".join((written or "0").lower().split())
    if words[0].isdecimal():
        return float(words)
    if words in _COUNTED:
        return _COUNTED[words]
    tens, ten, ones = words.rpartition("십")
    return (_DIGITS_KO.get(tens, 1) * 10 if ten else 0) + _DIGITS_KO.get(ones, 0)


_WITHIN = (
    r"(?:\s?(?:정도|가량|쯤|남짓|내외))?\s?(?:만에|만(?=[\s요,])|이?내(?:로|에)?(?![가-힣])|안쪽|안(?:에|"
    r"으로)?(?=[\s,.!)요]|까지|$)"
    r"|(?:뒤|후)(?=[\s,에쯤까]))"
)
_FROM_TO = rf"(?:(?:{_NUMBER_KO})\s?(?:시간|분|일|영업일)?\s?(?:[~∼〜–-]|에서)\s?)?(?P<n>{_NUMBER_KO})"
_SOME = rf"(?:(?:{NUMBER_EN})\s?(?:-|–|to|or)\s?)?(?P<n>{NUMBER_EN})"
_IN = (
    r"\b(?:within|inside|in|give\s(?:me|us)|under|over|(?:bear\swith\s(?:us|me)|hold\son|hang\son)\sfor)\s(?:about\s|around\s|approximately\s|roughly\s|"
    r"less\sthan\s|the\snext\s|"
    r"at\s(?:the\s)?most\s|no\smore\sthan\s|just\s|under\s|another\s|of\s)*"
)
_UNIT_EN = r"(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?)\b"
_BUSINESS = re.compile("영업|근무|업무|평일|business|working", re.IGNORECASE)
_LONGEST_DAYS = 400


def _wait(match: re.Match[str], today: Today) -> NamedTime | None:
    """A wait: minutes and hours are exact; of days, the last one counts, and the first one is tomorrow."""
    parts = match.groupdict()
    number, unit = number_of(parts["n"]), parts["unit"].lower()
    if unit[0] in "분m시h":
        minutes = number * (1 if unit[0] in "분m" else 60) + number_of(parts.get("more"))
        minutes += 30 if parts.get("half") else 0
        return NamedTime(*match.span(), exact=today.now + timedelta(minutes=minutes), is_wait=True)
    days = int(number) * (7 if unit[0] in "주w" else 1)
    if days > _LONGEST_DAYS:
        return None
    day = today.business_day(days) if _BUSINESS.search(match[0]) else today.day(days)
    return NamedTime(*match.span(), day, is_wait=True)


_DAYS_KO = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "일주일": 7, "열흘": 10, "보름": 15}
WAITS = [
    TimeForm(
        re.compile(
            rf"(?P<n>{_NUMBER_KO})\s?(?P<unit>시간)\s?(?:(?P<more>{_NUMBER_KO})\s?분|(?P<half>반)){_WITHIN}",
        ),
        _wait,
    ),
    TimeForm(
        re.compile(rf"(?:영업일|근무일|업무일|평일|워킹데이)\s?(?:기준)?(?:으로|로)?,?\s?(?:최대\s)?{_FROM_TO}\s?(?P<unit>일)(?!\s?정?\s?(?:걸|소요))(?:{_WITHIN})?"),
        _wait,
    ),
    TimeForm(re.compile(rf"{_FROM_TO}\s?(?:영업|근무|업무)(?P<unit>일)(?:{_WITHIN})?"), _wait),
    TimeForm(
        re.compile(
            rf"(?<!\d시 )(?<!\d시){_FROM_TO}\s?(?P<unit>시간|분|일|주일|주){_WITHIN}",
        ),
        _wait,
    ),
    TimeForm(
        re.compile(rf"(?:하루\s?)?(?P<days>{'|'.join(_DAYS_KO)}){_WITHIN}"),
        lambda match, today: NamedTime(*match.span(), today.day(_DAYS_KO[match["days"]]), is_wait=True),
    ),
    TimeForm(
        re.compile(
            r"\b(?:by\s|before\s)?(?:the\s)?next\s(?:business|working)\sday\b|(?:다음|익)\s?영업일", re.IGNORECASE
        ),
        lambda match, today: NamedTime(*match.span(), today.business_day(1)),
    ),
    TimeForm(
        re.compile(
            rf"{_IN}(?P<n>{NUMBER_EN})\s?(?P<unit>hours?|hrs?)\sand\s(?:(?P<half>a\shalf)|(?P<more>\d+)\s?min\w*)",
            re.IGNORECASE,
        ),
        _wait,
    ),
    TimeForm(re.compile(rf"{_IN}{_SOME}[\s-]?(?:business\s|working\s)?{_UNIT_EN}", re.IGNORECASE), _wait),
    TimeForm(
        re.compile(
            rf"{_SOME}\s?(?:business\s|working\s)?{_UNIT_EN}\s(?:from\snow|or\sless|tops|max)\b",
            re.IGNORECASE,
        ),
        _wait,
    ),
    TimeForm(
        re.compile(r"\b(?:within|in)\sthe\s(?:next\s)?(?P<unit>hour)\b", re.IGNORECASE),
        lambda match, today: NamedTime(*match.span(), exact=today.now + timedelta(hours=1), is_wait=True),
    ),
]  # fmt: skip
