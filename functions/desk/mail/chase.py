"""The mail that reminds of answers that are due, and tells the operator of those that are late."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from desk.brand import Brand
from desk.case_event import CaseEventKind
from desk.catalogue import phrase
from desk.catalogue.reasons import spoken_department
from desk.fitting import cut
from desk.mail.chase_entry import Chased, chase_entry
from desk.mail.frame import last_lines
from desk.mail.message import Mail, subject_of
from desk.mail.plain import first_words
from desk.reading import Urgency

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
