"""The mail that reminds of answers that are due, and tells the operator of those that are late."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, CaseEventKind
from desk.i18n import phrase
from desk.i18n.particles import spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import Mail, last_lines, subject_of
from desk.reader.explain import DangerNote, danger_lines, spoken_department
from desk.reading import OPERATOR, Urgency
from desk.text import QUOTE, cut, first_words, one_line
from desk.x.model import XPost

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


_LATE, _NO_REPLY = CaseEventKind.ESCALATED.value, "no_reply"
_GROUPS = (_LATE, CaseEventKind.DUE.value, CaseEventKind.REMINDED.value, _NO_REPLY)
"""What is late comes first, what needs no answer last: each with a heading of its own."""
_SUBJECT_BYTES = 180


def render_chase(
    chased: Sequence[Chased], department: str, brand: Brand, *, links: Mapping[str, str], more: int = 0
) -> Mail:
    """One mail to the people of `department` about some dozens of cases, the latest and most urgent first.

    `links` are the addresses where they answer, by case; `more` cases are left to the next mail. Raises ValueError
    when there is nothing to tell.
    """
    if not chased:
        raise ValueError("a mail needs something to tell")
    say = partial(phrase, brand.language)
    ordered = sorted(chased, key=_place)
    counts = Counter(map(_group, ordered))
    answering = links if counts.total() > counts[_NO_REPLY] else {}
    lines = [say("mail.answer_by_link" if answering else "chase.no_reply"), "", *_intro(counts, brand)]
    for group in _GROUPS:
        of_group = [(place, one) for place, one in enumerate(ordered, 1) if _group(one) == group]
        if of_group:
            lines += ["", say(f"chase.heading.{group}", count=counts[group])]
            lines += [f"\n{chase_entry(one, place, department, brand, links)}" for place, one in of_group]
    if more:
        lines += ["", say("chase.more", count=more)]
    closing = last_lines(department, brand, answering)
    return Mail(_subject(ordered, counts, department, brand), "\n".join([*lines, *closing]))


def _group(chased: Chased) -> str:
    return chased.stage.value if chased.allows_reply else _NO_REPLY


def _place(chased: Chased) -> tuple[int, int, str, str]:
    urgency = tuple(Urgency).index(chased.case.urgency)
    return _GROUPS.index(_group(chased)), urgency, chased.due.isoformat(), chased.case.id


def _intro(counts: Counter[str], brand: Brand) -> Iterator[str]:
    """How many cases of each sort the mail lists."""
    say, late, no_reply = partial(phrase, brand.language), counts[_LATE], counts[_NO_REPLY]
    in_time = counts.total() - late - no_reply
    if in_time:
        yield say("chase.intro.reminder", count=in_time)
    if late:
        yield say("chase.intro.escalated", count=late)
    if no_reply:
        yield say("chase.intro.no_reply", count=no_reply)


def _subject(ordered: Sequence[Chased], counts: Counter[str], department: str, brand: Brand) -> str:
    """As many cases as the mail lists."""
    is_urgent = any(one.case.urgency is Urgency.HIGH for one in ordered)
    say = partial(phrase, brand.language)
    urgent, name = say("urgency.high") if is_urgent else "", spoken_department(department, brand)
    count, late = len(ordered), counts[_LATE]
    if late:
        key = "chase.subject.escalated" if late == count else "chase.subject.mixed"
        return subject_of(say(key, urgent=urgent, count=count, late=late))
    if counts[_NO_REPLY] == count:
        return subject_of(say("chase.subject.no_reply", urgent=urgent, department=name, count=count))
    if count > 1:
        return subject_of(say("chase.subject.many", urgent=urgent, department=name, count=count))
    first = ordered[0]
    words = cut(first_words(first.post.text), _SUBJECT_BYTES) if first.post else ""
    case, words = say("subject.case", case=first.case.id), say("subject.words", words=words) if words else ""
    return subject_of(say("chase.subject.one", urgent=urgent, department=name, case=case, words=words))
