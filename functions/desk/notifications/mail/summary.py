"""The list that stands for many mails when a department's mail budget is used up."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from desk.brand import Brand
from desk.i18n import phrase
from desk.notifications.mail.parts import (
    Mail,
    by_urgency,
    check_room,
    entry,
    first_line,
    last_lines,
    links_to_answer,
    subject_of,
)
from desk.notifications.model import Delivery
from desk.reader.reasons import spoken_department
from desk.text import utf8_bytes

_MOST = 999_999
"""Stands for numbers not known yet when room is kept for them."""


class _Page(NamedTuple):
    """One mail's share of the list; `first` is the number of its first entry."""

    entries: list[str]
    first: int
    part: int
    parts: int


def render_summary(
    deliveries: Sequence[Delivery], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> list[Mail]:
    """Every case in a few lines, the most urgent first, in as few mails as hold them; none for no deliveries.

    `links` are the addresses where they are answered, by case; without any, each mail says that none could be made.
    No body takes more than `max_bytes` of UTF-8. Raises ValueError when `max_bytes` is below LEAST_BYTES.
    """
    if not deliveries:
        return []
    check_room(max_bytes)
    ordered = by_urgency(deliveries)
    body = partial(_body, ordered, department, brand, links)
    room = max_bytes - utf8_bytes(body(_Page([], _MOST, _MOST, _MOST)))
    pages = _pages([entry(one, place + 1, department, brand, links) for place, one in enumerate(ordered)], room)
    return [Mail(_subject(ordered, department, brand, page), body(page)) for page in pages]


def _pages(entries: list[str], room: int) -> list[_Page]:
    groups: list[list[str]] = [[]]
    used = 0
    for one in entries:
        needed = utf8_bytes(one) + 2  # the blank line between entries
        if groups[-1] and used + needed > room:
            groups.append([])
            used = 0
        groups[-1].append(one)
        used += needed
    starts = [1]
    for group in groups:
        starts.append(starts[-1] + len(group))
    return [_Page(group, starts[place], place + 1, len(groups)) for place, group in enumerate(groups)]


def _body(ordered: list[Delivery], department: str, brand: Brand, links: Mapping[str, str], page: _Page) -> str:
    say, answering = partial(phrase, brand.language), links_to_answer(ordered, department, links)
    lines = [first_line(ordered, department, brand, links), "", say("mail.summary", count=len(ordered))]
    if page.parts > 1:
        last = page.first + len(page.entries) - 1
        lines.append(say("mail.summary_part", part=page.part, parts=page.parts, first=page.first, last=last))
    return "\n".join([*lines, "", "\n\n".join(page.entries), *last_lines(department, brand, answering)])


def _subject(ordered: list[Delivery], department: str, brand: Brand, page: _Page) -> str:
    say = partial(phrase, brand.language)
    urgent = say(f"urgency.{ordered[page.first - 1].urgency}")
    name = spoken_department(department, brand)
    text = say("subject.summary", urgent=urgent, department=name, count=len(ordered))
    return subject_of(text, say("subject.part", part=page.part, parts=page.parts) if page.parts > 1 else "")
