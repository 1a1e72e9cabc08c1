"""The mail that reminds of answers that are due, and tells the operator of those that are late."""

from collections.abc import Mapping, Sequence
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

_STAGES = (CaseEventKind.ESCALATED, CaseEventKind.DUE, CaseEventKind.REMINDED)
"""What is late comes first."""
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
    late = sum(one.stage is CaseEventKind.ESCALATED for one in chased)
    ordered = sorted(chased, key=_place)
    intro = say("chase.intro.escalated", count=late) if late else say("chase.intro.reminder", count=len(chased))
    lines = [say("mail.answer_by_link" if links else "chase.no_reply"), "", intro]
    for stage in _STAGES:
        of_stage = [(place, one) for place, one in enumerate(ordered, 1) if one.stage is stage]
        if of_stage:
            lines += ["", say(f"chase.heading.{stage}", count=len(of_stage))]
            lines += [f"\n{chase_entry(one, place, department, brand, links)}" for place, one in of_stage]
    if more:
        lines += ["", say("chase.more", count=more)]
    return Mail(_subject(ordered, late, department, brand), "\n".join([*lines, *last_lines(department, brand, links)]))


def _place(chased: Chased) -> tuple[int, int, str, str]:
    urgency = tuple(Urgency).index(chased.case.urgency)
    return _STAGES.index(chased.stage), urgency, chased.due.isoformat(), chased.case.id


def _subject(ordered: Sequence[Chased], late: int, department: str, brand: Brand) -> str:
    say, first = partial(phrase, brand.language), ordered[0]
    is_urgent = any(one.case.urgency is Urgency.HIGH for one in ordered)
    urgent, name = say("urgency.high") if is_urgent else "", spoken_department(department, brand)
    if late:
        return subject_of(say("chase.subject.escalated", urgent=urgent, count=late))
    if len(ordered) > 1:
        return subject_of(say("chase.subject.many", urgent=urgent, department=name, count=len(ordered)))
    words = cut(first_words(first.post.text), _SUBJECT_BYTES) if first.post else ""
    case, words = say("subject.case", case=first.case.id), say("subject.words", words=words) if words else ""
    return subject_of(say("chase.subject.one", urgent=urgent, department=name, case=case, words=words))
