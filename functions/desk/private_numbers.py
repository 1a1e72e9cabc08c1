"""Finds and masks private numbers: those of one person, which must not be published or shown on a page.

Public numbers are not private: service numbers such as 114, 1588-0000 or 080-…, prices, dates, case numbers, and digits
in links, handles and hashtags. All patterns are bounded, so that any text takes linear time.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple


class PrivateNumber(StrEnum):
    """The kind of a private number. The catalogue's key is `private_number.<value>`."""

    PHONE = "phone"
    RESIDENT = "resident"
    """The Korean resident registration number."""
    CARD = "card"
    ACCOUNT = "account"
    ORDER = "order"


class _Found(NamedTuple):
    begin: int
    end: int
    kind: PrivateNumber


class _Form(NamedTuple):
    """One way to write a kind: a pattern, whose group `number` is masked, and a further check of the number.

    `re` compiles and caches the pattern at its first use, so that start-up does not wait for it.
    """

    kind: PrivateNumber
    pattern: str
    is_one: Callable[[str], bool] = lambda _: True


_HIDDEN = "●"
_SHOWN = 2
"""Digits at the end that stay visible, so that people who know the number recognise it."""

_URL = r"(?:https?://|www\.|(?<![\w.-])(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}/)[A-Za-z0-9._~:/?#@%&=+-]*+"
_NEVER = rf"{_URL}|(?a:(?<!\w)@\w++)|[#＃](?=[0-9_]*+[^\W\d_])\w++"
"""Links, handles and hashtags. A hashtag has a letter: `#` before a number makes none."""
_VEIL = "_"
_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in "０１２３４５６７８９－＋"}

_DASH = r"[-‐‑‒–—―−]"
_GAP = rf"(?:[ \u00a0\u3000]?(?:{_DASH}|[.·)])?[ \u00a0\u3000]?)"
"""The optional separator between a number's groups."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f]")
"""Invisible characters that come along when numbers are copied from pages."""
_BEGIN = rf"(?<![A-Za-z0-9_{_HIDDEN}])(?<!\d)(?<!\d[.,])(?<!\d{_DASH})"
_END = rf"(?![A-Za-z0-9_{_HIDDEN}]|\d)"


def _number(*ways: str) -> str:
    return rf"{_BEGIN}(?P<number>{'|'.join(ways)}){_END}"


_ABROAD = rf"(?:\+|\b00)82{_GAP}\(?0?\)?"
_MOBILE = rf"\(?(?:(?:{_ABROAD}|82{_GAP})10|01[016789])"
_FIXED = rf"(?:{_ABROAD}{_GAP}(?:2|[3-6][1-5]|70)|\(?0(?:2|[3-6][1-5]|70|50\d))"
_PHONE = _number(rf"(?:{_MOBILE}|{_FIXED}){_GAP}\d{{3,4}}{_GAP}\d{{4}}")
_RESIDENT = _number(rf"\d{{6}}{_GAP}[1-8]\d{{6}}")
_CARD = _number(rf"[2-9]\d{{3}}(?:{_GAP}\d{{4}}){{3}}", rf"3[47]\d{{2}}{_GAP}\d{{6}}{_GAP}\d{{5}}")

_BANK_WORD = r"(?i:계좌|통장|입금|송금|은행|뱅크|account|bank)"
_PRICED = r"(?![ ]?(?:원|만|억|천|달러|%|[Ww]on|KRW|[KMG]B))"
_NAMED_ACCOUNT = rf"{_BANK_WORD}[^\d\n.!?]{{0,20}}" + _number(
    rf"\d{{2,6}}(?:[ ]?{_DASH}[ ]?\d{{1,7}}){{1,4}}", r"\d{2,6}(?:[ ]\d{2,7}){2,4}", rf"\d{{9,16}}{_PRICED}"
)
_BARE_ACCOUNT = _number(
    *(
        _DASH.join(rf"\d{{{size}}}" for size in sizes)
        for sizes in (
            ("3,4", "2,3", "6,7"),
            ("6", "2,3", "5,6"),
            ("3", "6", "5"),
            ("3", "6", "2", "3"),
            ("3", "4", "4", "2"),
        )
    )
)
"""The groups of digits in which Korean banks write their accounts, without 4-4-4, which parcels have, too."""
_ORDER = (
    r"(?i:주문[ ]?번호|order[ ]?(?:number|no\b|id))(?:[은는이가]|[ ]is\b)?[ ]?[.:：=(]?[ ]?[#＃]?[A-Za-z]{0,6}-?"
    rf"(?<!\d)(?P<number>\d(?:{_DASH}?\d){{5,24}})(?!\d)"
)

_DIGIT = re.compile(r"\d")
_FEWEST = 6
"""The digits of the shortest private number, that of an order."""
_SERVICE = re.compile(r"1[568]\d{6}|080\d{7,8}")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(rf"(?:19|20)\d\d{_DASH}(?:0?[1-9]|1[0-2])(?!\d)")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAST_ACCOUNT, _LONGEST_ACCOUNT = 9, 16


def private_numbers_in(text: str) -> tuple[PrivateNumber, ...]:
    """The kinds of private numbers in the text, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(found.kind for found in _found_in(text)))


def written_numbers(text: str) -> tuple[str, ...]:
    """The private numbers of the text as they are written, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(text[found.begin : found.end] for found in _found_in(text)))


def masked(text: str) -> str:
    """The text with ● for every digit of its private numbers except the last two. The rest is unchanged."""
    return _without(text, _found_in(text))


def _found_in(text: str) -> list[_Found]:
    """Where the text has private numbers, in order, invisible characters counted."""
    if not _has_enough_digits(text):
        return []
    unseen = {found.start() for found in _UNSEEN.finditer(text)}
    seen = [at for at in range(len(text)) if at not in unseen]
    spans = sorted(_spans(_UNSEEN.sub("", text)))
    return [_Found(seen[begin], seen[end - 1] + 1, kind) for begin, end, kind in spans]


def _spans(text: str) -> list[_Found]:
    """Where the numbers are. Numbers of one kind are hidden from the next."""
    found: list[_Found] = []
    seen = re.sub(_NEVER, _veiled, text.translate(_NARROW))
    for form in _FORMS:
        spans = list(_of_form(form, seen))
        seen = _without(seen, spans)
        found += spans
    return found


def _has_enough_digits(text: str) -> bool:
    """Whether the text may have a private number at all; most have fewer digits than the shortest one."""
    return len(_DIGIT.findall(text)) >= _FEWEST


def _veiled(match: re.Match[str]) -> str:
    """Hides a match; of a hashtag only the digits, since words such as `#주문번호` say what the next number is."""
    return re.sub(r"\d", _VEIL, match[0]) if match[0][0] in "#＃" else _VEIL * len(match[0])


def _of_form(form: _Form, seen: str) -> Iterator[_Found]:
    for match in re.finditer(form.pattern, seen):
        if form.is_one(match["number"]):
            yield _Found(*match.span("number"), form.kind)


def _without(seen: str, spans: list[_Found]) -> str:
    """The text with all of these numbers masked, in one pass."""
    pieces, at = [], 0
    for begin, end, _ in spans:
        pieces += [seen[at:begin], _hidden(seen[begin:end])]
        at = end
    return "".join([*pieces, seen[at:]])


def _hidden(number: str) -> str:
    digits = [at for at, sign in enumerate(number) if sign.isdecimal()]
    last = digits[-_SHOWN]
    return re.sub(r"\d", _HIDDEN, number[:last]) + number[last:]


def _digits(number: str) -> str:
    """Its digits, in ASCII."""
    return "".join(str(int(sign)) for sign in number if sign.isdecimal())


def _is_born(number: str) -> bool:
    """Whether the first six digits are a birthday."""
    digits = _digits(number)
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1]


def _is_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others: https://www.iso.org/standard/70484.html, annex B."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(_digits(number)))]
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _is_account(number: str) -> bool:
    digits = _digits(number)
    is_long = _LEAST_ACCOUNT <= len(digits) <= _LONGEST_ACCOUNT
    return is_long and not _SERVICE.fullmatch(digits) and not _MONTH.match(number)


def _is_order(number: str) -> bool:
    digits = _digits(number)
    return not _SERVICE.fullmatch(digits) and not _DATE.fullmatch(digits)


_FORMS = (
    _Form(PrivateNumber.RESIDENT, _RESIDENT, _is_born),
    _Form(PrivateNumber.CARD, _CARD, _is_luhn),
    _Form(PrivateNumber.PHONE, _PHONE),
    _Form(PrivateNumber.ACCOUNT, _NAMED_ACCOUNT, _is_account),
    _Form(PrivateNumber.ACCOUNT, _BARE_ACCOUNT, _is_account),
    _Form(PrivateNumber.ORDER, _ORDER, _is_order),
)
