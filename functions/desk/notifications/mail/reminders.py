"""The mail that reminds departments of due answers, and reports late ones to the operator."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import CaseEventKind
from desk.i18n import phrase, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import Mail, closing_lines, console_lines
from desk.notifications.mail.subjects import reminders_subject
from desk.notifications.model import DueCase
from desk.reader.explain import department_label, safety_lines
from desk.reading import OPERATOR, Urgency
from desk.text import QUOTE, cut, first_words, one_line
from desk.x.model import XPost

_EXCERPT_BYTES = 180  # about sixty syllables: enough to know what it is about
_NAME_BYTES = 100
_MINUTE = timedelta(minutes=1)


def _entry(due_case: DueCase, number: int, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """The lines of one case for the people of `department`, without a line end; at most about 1,500 bytes."""
    say, case = partial(phrase, brand.language), due_case.case
    head = say(
        "chase.entry",
        number=number,
        urgent=say(f"urgency.{case.urgency}"),
        kind=say(f"kind.{case.label}"),
        case=case.id,
    )
    due = _due(due_case, brand) if due_case.allows_reply else say("mail.no_reply")
    warned = safety_lines(due_case.note, brand)[:1] if due_case.note else []
    lines = [*warned, *_whose(due_case, department, brand), due, *_holder_and_draft(due_case, department, brand)]
    lines += [say("mail.heard_opened")] if due_case.is_heard else []
    lines += _answer(due_case, department, brand, links)
    return "\n  ".join([head, *lines, *_post(due_case.post, brand)])


def _whose(due_case: DueCase, department: str, brand: Brand) -> Iterator[str]:
    """Names the department of another department's case, and why the case comes here."""
    say, case = partial(phrase, brand.language), due_case.case
    if case.department == department:
        return
    name = department_label(case.department, brand)
    yield say("chase.whose", department=name)
    if case.department not in brand.departments:
        yield say("chase.lost", department=name)
    elif due_case.stage is not CaseEventKind.ESCALATED and (case.draft is None or case.draft.comment):
        yield say("chase.silent", department=name)


def _due(due_case: DueCase, brand: Brand) -> str:
    say, is_promised = partial(phrase, brand.language), due_case.due == due_case.case.promised_until
    late = ""
    if due_case.stage is CaseEventKind.ESCALATED:
        key = "chase.late_high" if due_case.case.urgency is Urgency.HIGH else "chase.late"
        late = say(key, span=_span(due_case.overdue, brand))
    time = spoken_time(due_case.due, ZoneInfo(brand.timezone), brand.language)
    return say("chase.promised" if is_promised else "chase.due", time=time, late=late)


def _span(span: timedelta, brand: Brand) -> str:
    hours, minutes = divmod(span // _MINUTE, 60)
    key = "chase.hours_minutes" if hours and minutes else "chase.hours" if hours else "chase.minutes"
    return phrase(brand.language, key, hours=hours, minutes=minutes)


def _holder_and_draft(due_case: DueCase, department: str, brand: Brand) -> Iterator[str]:
    """Who has taken over the case, and whether there is a draft."""
    say, case = partial(phrase, brand.language), due_case.case
    yield say("chase.holder", by=_name(case.holder)) if case.holder else say("chase.nobody")
    if case.draft is None or case.draft.comment or not due_case.allows_reply:
        return
    theirs = department == OPERATOR and case.department != OPERATOR
    yield say("chase.draft", by=_name(case.draft.by)) if theirs else say("chase.draft_again")


def _name(by: str) -> str:
    return cut(one_line(by), _NAME_BYTES)


def _answer(due_case: DueCase, department: str, brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    say, url = partial(phrase, brand.language), links.get(due_case.case.id)
    in_console = console_lines(due_case.case.id, "to_answer", department, brand)
    yield from in_console
    if url and due_case.is_heard:
        yield say("mail.heard_close", url=url)
    elif url:
        yield say("mail.answer" if due_case.allows_reply else "mail.close", url=url)
    elif not in_console:
        no_link = "mail.no_link_operator" if department == OPERATOR else "chase.no_link"
        yield say(no_link if due_case.allows_reply else "mail.no_link_close")


def _post(post: XPost | None, brand: Brand) -> Iterator[str]:
    say = partial(phrase, brand.language)
    if post is None:
        yield say("chase.gone")
        return
    yield QUOTE + (cut(first_words(post.text), _EXCERPT_BYTES) or say("mail.entry_empty"))
    yield say("mail.link", url=post_link(post.id, brand.x_site))


_LATE, _NO_REPLY = CaseEventKind.ESCALATED.value, "no_reply"
_GROUPS = (_LATE, CaseEventKind.DUE.value, CaseEventKind.REMINDED.value, _NO_REPLY)
"""Each group has its own heading: late cases come first, cases that need no answer last."""


def render_reminders(
    due_cases: Sequence[DueCase], department: str, brand: Brand, *, links: Mapping[str, str], more: int = 0
) -> Mail:
    """One mail to the people of `department` about some dozens of cases, the latest and most urgent first.

    `links` are the addresses of the answer pages, by case; `more` cases are left to the next mail. Raises ValueError
    when there are no cases.
    """
    if not due_cases:
        raise ValueError("a mail needs content")
    say = partial(phrase, brand.language)
    ordered = sorted(due_cases, key=_place)
    counts = Counter(map(_group, ordered))
    answering = links if counts.total() > counts[_NO_REPLY] else {}
    lines = [say("mail.answer_by_link" if answering else "chase.no_reply"), "", *_intro(counts, brand)]
    for group in _GROUPS:
        of_group = [(place, one) for place, one in enumerate(ordered, 1) if _group(one) == group]
        if of_group:
            lines += ["", say(f"chase.heading.{group}", count=counts[group])]
            lines += [f"\n{_entry(one, place, department, brand, links)}" for place, one in of_group]
    if more:
        lines += ["", say("chase.more", count=more)]
    closing = closing_lines(department, brand, can_answer=bool(answering))
    subject = reminders_subject(ordered, counts[_LATE], counts[_NO_REPLY], department, brand)
    return Mail(subject, "\n".join([*lines, *closing]))


def _group(due_case: DueCase) -> str:
    return due_case.stage.value if due_case.allows_reply else _NO_REPLY


def _place(due_case: DueCase) -> tuple[int, int, str, str]:
    urgency = tuple(Urgency).index(due_case.case.urgency)
    return _GROUPS.index(_group(due_case)), urgency, due_case.due.isoformat(), due_case.case.id


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
