"""One case whose answer is due or late, in a few short lines."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.case import Case
from desk.case_event import CaseEventKind
from desk.catalogue import phrase
from desk.catalogue.danger import danger_lines
from desk.catalogue.dates import spoken_time
from desk.catalogue.reasons import spoken_department
from desk.danger_note import DangerNote
from desk.fitting import cut
from desk.links import post_link
from desk.mail.plain import QUOTE, first_words, one_line
from desk.reading import OPERATOR, Urgency
from desk.x_post import XPost

_WORDS_BYTES = 180
"""About sixty syllables: enough to know what it is about."""
_NAME_BYTES = 100
_MINUTE = timedelta(minutes=1)


class Chased(NamedTuple):
    """A case to remind of, and the post that waits for its answer, unless that is gone.

    `overdue` is for how long the answer has been due: working time, of an urgent case time by the clock. Where
    `allows_reply` is false the author wants no reply, and the case is to be closed without one. `note` is what to know
    of it before anything else.
    """

    case: Case
    stage: CaseEventKind
    due: datetime
    overdue: timedelta
    post: XPost | None
    allows_reply: bool = True
    note: DangerNote | None = None


def chase_entry(chased: Chased, number: int, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """The lines of one case for the people of `department`, without a line end; at most about 1,500 bytes."""
    say, case = partial(phrase, brand.language), chased.case
    head = say(
        "chase.entry",
        number=number,
        urgent=say(f"urgency.{case.urgency}"),
        kind=say(f"kind.{case.kind}"),
        case=case.id,
    )
    due = _due(chased, brand) if chased.allows_reply else say("mail.no_reply")
    warned = danger_lines(chased.note, brand)[:1] if chased.note else []
    lines = [*warned, *_whose(chased, department, brand), due, *_hands(chased, department, brand)]
    return "\n  ".join([head, *lines, _answer(chased, department, brand, links), *_post(chased.post, brand)])


def _whose(chased: Chased, department: str, brand: Brand) -> Iterator[str]:
    """Whose case it is and why it comes here, where it is another department's."""
    say, case = partial(phrase, brand.language), chased.case
    if case.department == department:
        return
    name = spoken_department(case.department, brand)
    yield say("chase.whose", department=name)
    if case.department not in brand.departments:
        yield say("chase.lost", department=name)
    elif chased.stage is not CaseEventKind.ESCALATED and case.draft is None:
        yield say("chase.silent", department=name)


def _due(chased: Chased, brand: Brand) -> str:
    say, is_promised = partial(phrase, brand.language), chased.due == chased.case.promised_until
    late = ""
    if chased.stage is CaseEventKind.ESCALATED:
        key = "chase.late_high" if chased.case.urgency is Urgency.HIGH else "chase.late"
        late = say(key, span=_span(chased.overdue, brand))
    time = spoken_time(chased.due, ZoneInfo(brand.timezone), brand.language)
    return say("chase.promised" if is_promised else "chase.due", time=time, late=late)


def _span(span: timedelta, brand: Brand) -> str:
    hours, minutes = divmod(span // _MINUTE, 60)
    key = "chase.hours_minutes" if hours and minutes else "chase.hours" if hours else "chase.minutes"
    return phrase(brand.language, key, hours=hours, minutes=minutes)


def _hands(chased: Chased, department: str, brand: Brand) -> Iterator[str]:
    """Who has it in hand, and what was written for it."""
    say, case = partial(phrase, brand.language), chased.case
    yield say("chase.holder", by=_name(case.holder)) if case.holder else say("chase.nobody")
    if case.draft is None or not chased.allows_reply:
        return
    theirs = department == OPERATOR and case.department != OPERATOR
    yield say("chase.draft", by=_name(case.draft.by)) if theirs else say("chase.draft_again")


def _name(by: str) -> str:
    return cut(one_line(by), _NAME_BYTES)


def _answer(chased: Chased, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    say, url = partial(phrase, brand.language), links.get(chased.case.id)
    if url:
        return say("mail.answer" if chased.allows_reply else "mail.close", url=url)
    if not chased.allows_reply:
        return say("mail.no_link_close")
    return say("mail.no_link_operator" if department == OPERATOR else "chase.no_link")


def _post(post: XPost | None, brand: Brand) -> Iterator[str]:
    say = partial(phrase, brand.language)
    if post is None:
        yield say("chase.gone")
        return
    yield QUOTE + (cut(first_words(post.text), _WORDS_BYTES) or say("mail.entry_empty"))
    yield say("mail.link", url=post_link(post.id, brand.x_site))
