"""A desk.yaml to begin with: what `dorothy init` writes for a brand, and people then edit."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from desk.reading import OPERATOR
from local.brand.known_departments import KNOWN, KnownDepartment
from local.brand.model import Desk, Language

UNKNOWN_ACCOUNT = "1"
"""What stands for the account's number until somebody knows it; no brand has it."""

ZONES: Mapping[str, str] = {
    "KR": "Asia/Seoul",
    "JP": "Asia/Tokyo",
    "TW": "Asia/Taipei",
    "SG": "Asia/Singapore",
    "GB": "Europe/London",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "US": "America/New_York",
}
"""The time zone of countries that have one, or of most people there."""
COUNTRY_OF: Mapping[str, str] = {"ko": "KR", "en": "US"}

_GREETINGS = {
    "ko": (
        "좋은 아침이에요! 오늘도 궁금한 것, 불편한 것 편하게 말씀해 주세요. {name}입니다.",
        "{name} 문 열었습니다. 밤사이 남겨 주신 이야기부터 읽고 있어요.",
        "안녕하세요, {name}입니다. 오늘 하루도 잘 부탁드려요.",
    ),
    "en": (
        "Good morning! {name} is here for your questions today.",
        "{name} is open. We are reading what you wrote overnight.",
        "Hello from {name}. Tell us how we can help today.",
    ),
}
_HOLDING = {
    "ko": ("확인 후 안내", "확인해 보고", "확인 중", "알아보고", "조금만 기다려"),
    "en": ("we are looking into", "we're looking into", "will get back to you"),
}
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,29}")


class BrandAnswers(NamedTuple):
    """What a person says about the brand. `departments` are known keys, or others as `key=name`."""

    name: str
    name_en: str
    handle: str
    language: Language
    country: str
    timezone: str
    email: str
    departments: Sequence[str]
    user_id: str = UNKNOWN_ACCOUNT


class UnknownDepartment(Exception):
    """A department that is neither known nor has a key; the message is for a person."""


def proposal(answers: BrandAnswers) -> str:
    """The text of a desk.yaml. Whether its values are allowed, `dorothy check` says. Raises UnknownDepartment."""
    departments = list(_departments(answers))
    return "\n".join([*_head(answers), *(line for each in departments for line in each)]) + "\n"


def account_notes(desk: Desk) -> Iterator[str]:
    """A sentence if the account's number is still to be found out."""
    if desk.brand.user_id == UNKNOWN_ACCOUNT:
        yield (
            f"brand.user_id is {UNKNOWN_ACCOUNT}, which stands for a number that is not known yet: `dorothy preview` "
            "prints the account's."
        )


def brand_key(handle: str) -> str:
    """A short name for machines."""
    plain = re.sub(r"[^a-z0-9]+", "-", handle.lower()).strip("-")[:24] or "brand"
    return plain if plain[0].isalpha() else f"brand-{plain}"


def _head(answers: BrandAnswers) -> Iterator[str]:
    unknown = "   # not known yet: `dorothy preview` prints it" if answers.user_id == UNKNOWN_ACCOUNT else ""
    yield "# A proposal of `dorothy init`. Edit it: words and examples first."
    yield "# `dorothy check --desk desk.yaml` says what is not right."
    yield "# The desk.yaml of Dorothy's own repository explains every key."
    yield "brand:"
    yield f"  key: {brand_key(answers.handle)}   # names everything on AWS: keep it once the desk runs"
    yield f"  name: {{ko: {_quoted(answers.name)}, en: {_quoted(answers.name_en)}}}"
    yield f"  handle: {_quoted(answers.handle)}"
    yield f"  user_id: {_quoted(answers.user_id)}{unknown}"
    yield f"  language: {answers.language}"
    yield f"  timezone: {answers.timezone}"
    yield "\n# Nothing is sent by itself until you take this line out: docs/trial.md."
    yield "mode: trial"
    yield "\nhours:"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        yield f'  {day}: "09:00-18:00"'
    yield "\n# Public holidays are known by country; add your own days off to `extra`, like 2026-12-31."
    yield f"holidays:\n  country: {answers.country}\n  extra: []"
    yield "\n# Replies with one of these phrases promise an answer and are none."
    yield "holding:"
    yield from (f"  - {_quoted(words)}" for words in _HOLDING[answers.language])
    yield "\ngreetings:"
    yield from (f"  - {_quoted(text.format(name=answers.name))}" for text in _GREETINGS[answers.language])
    yield "\n# Words as your customers write them; examples in your own words, ten or more, never copied from X."
    yield "departments:"


def _departments(answers: BrandAnswers) -> Iterator[list[str]]:
    for written in dict.fromkeys(each.strip() for each in answers.departments if each.strip()):
        key, separator, name = written.partition("=")
        key, name = key.strip(), name.strip()
        known = KNOWN.get(key) or next((each for each in KNOWN.values() if written in (each.ko, each.en)), None)
        if known and not separator:
            yield _department(known, answers)
        elif separator and name and _SLUG.fullmatch(key) and key != OPERATOR:
            words = [name]
            examples = _examples_about(name, answers.language)
            yield _department(
                KnownDepartment(key, name, name, {answers.language: words}, {answers.language: examples}), answers
            )
        elif written != OPERATOR:
            raise UnknownDepartment(
                f"{written!r} is no department that is known here ({', '.join(KNOWN)}); write others with a key in "
                "small letters and their name, like warranty=보증."
            )
    yield [
        f"  {OPERATOR}:                      # what belongs to no other department comes here",
        "    name: {ko: 운영자, en: Operator}",
        f"    emails: [{_quoted(answers.email)}]",
    ]


def _department(known: KnownDepartment, answers: BrandAnswers) -> list[str]:
    words = known.words[answers.language]
    return [
        f"  {known.key}:",
        f"    name: {{ko: {_quoted(known.ko)}, en: {_quoted(known.en)}}}",
        "    emails: []                    # who gets its mail, once the trial is over",
        f"    words: [{', '.join(_quoted(word) for word in words)}]",
        "    examples:",
        *(f"      - {_quoted(text)}" for text in known.examples[answers.language]),
    ]


def _examples_about(name: str, language: str) -> Sequence[str]:
    return (f"{name} 관련해서 문의드려요", f"{name} 담당하시는 분 계신가요?") if language == "ko" else (
        f"I have a question about {name}", f"Who can help me with {name}?"
    )  # fmt: skip


def _quoted(text: str) -> str:
    """The text in quotes, as both JSON and YAML have them."""
    return json.dumps(unicodedata.normalize("NFC", text), ensure_ascii=False)
