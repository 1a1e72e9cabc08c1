"""Places in a saved reply that the case or a person fills: `{name}`, `{case}`, `{time}`, `{department}`, or any word.

`{time}` is the moment of the promise that the saved reply makes. Only the attendance fills `{days}`.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case
from desk.i18n import spoken_time
from desk.staff.saved_replies import PLACE
from desk.x.model import Author

_KNOWN: Mapping[str, str] = {
    "name": "name",
    "이름": "name",
    "case": "case",
    "문의 번호": "case",
    "time": "time",
    "약속 시각": "time",
    "department": "department",
    "부서": "department",
    "days": "days",
    "출석일": "days",
}
"""The places that a case fills, in both languages."""


def unfilled(text: str) -> list[str]:
    """The places that are still to be filled, with their braces, each once."""
    return list(dict.fromkeys(found[0] for found in PLACE.finditer(text)))


def parts(text: str) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it is a place that is still to be filled."""
    ends = [0, *(end for found in PLACE.finditer(text) for end in found.span()), len(text)]
    return [(text[begin:end], count % 2 == 1) for count, (begin, end) in enumerate(pairwise(ends)) if begin < end]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the places for which there is a value. A value is never read as a place."""
    return PLACE.sub(lambda found: values.get(_KNOWN.get(found[1], "")) or found[0], text)


def names_time(text: str) -> bool:
    """Whether the text has the place of the moment by which it promises."""
    return any(_KNOWN.get(found[1]) == "time" for found in PLACE.finditer(text))


def case_values(case: Case, brand: Brand) -> dict[str, str]:
    """What a case fills. A name that is not known stays open: a person decides."""
    return {**author_values(case.author, case.department, brand), "case": case.id}


def promised_time(until: datetime | None, brand: Brand, language: str = "") -> dict[str, str]:
    """What the moment of a promise fills, in the language of the text or the one in which the brand posts."""
    spoken_in = language and ("ko" if language == "ko" else "en")
    time = spoken_time(until, ZoneInfo(brand.timezone), spoken_in or brand.posts_language) if until else ""
    return {"time": time}


def author_values(author: Author | None, department: str, brand: Brand) -> dict[str, str]:
    """What the author and the department of a mention fill."""
    name, written = " ".join(author.name.split()) if author else "", brand.in_language(brand.posts_language)
    return {
        "name": "" if unfilled(name) else name,
        "department": written.department_name(department) if department in written.departments else "",
    }
