"""The subject of every mail to departments, the operator's included."""

from collections.abc import Sequence
from functools import partial

from desk.brand import Brand
from desk.cases.model import BY_COLLEAGUES, Event
from desk.i18n import phrase
from desk.notifications.mail.parts import has_notable_event, shown_event
from desk.notifications.model import DueCase, Notification
from desk.reader.explain import SafetyNote, department_label
from desk.reading import Urgency
from desk.text import cut, first_words, one_line, utf16_units

_SUBJECT_UNITS = 99  # UTF-16 units; SNS takes fewer than 100 characters
_EXCERPT_BYTES = 180


def subject_line(text: str, part: str = "") -> str:
    """The text in one line, cut to what SNS takes; `part`, as in " (2/4)", is never cut away."""
    return cut(one_line(text), _SUBJECT_UNITS - utf16_units(part), utf16_units) + part


def cases_subject(ordered: Sequence[Notification], count: int, department: str, brand: Brand) -> str:
    """The subject of a mail about these cases, the most urgent first; `count` is how many of them the mail has."""
    say, first = partial(phrase, brand.language), ordered[0]
    urgent = _urgent(brand, is_urgent=first.urgency is Urgency.HIGH, note=first.safety_note) + _heard(ordered, brand)
    name = department_label(department, brand)
    if len(ordered) > 1:
        key = "subject.bundle_of_news" if all(one.event in BY_COLLEAGUES for one in ordered) else "subject.bundle"
        return subject_line(say(key, urgent=urgent, department=name, count=count))
    words = first_words(first.mention.post.text)
    names_event = has_notable_event(first) and shown_event(first) != Event.HEARD
    event = f" ({say(f'event.{shown_event(first)}')})" if names_event else ""
    return subject_line(
        say(
            "subject.one",
            urgent=urgent,
            department=name,
            kind=say(f"kind.{first.label}") + event,
            case=say("subject.case", case=first.case.id) if first.case else "",
            words=say("subject.words", words=words) if words else "",
        )
    )


def summary_subject(
    ordered: Sequence[Notification], first: Notification, part: tuple[int, int], department: str, brand: Brand
) -> str:
    """The subject of one mail of a summary of these cases; `first` is its first case, `part` is as in "2 of 4"."""
    say = partial(phrase, brand.language)
    urgent, name = say(f"urgency.{first.urgency}") + _heard(ordered, brand), department_label(department, brand)
    text = say("subject.summary", urgent=urgent, department=name, count=len(ordered))
    number, parts = part
    return subject_line(text, say("subject.part", part=number, parts=parts) if parts > 1 else "")


def reminders_subject(ordered: Sequence[DueCase], late: int, no_reply: int, department: str, brand: Brand) -> str:
    """The subject of a mail that reminds of these cases: `late` ones escalated, `no_reply` ones only to be closed."""
    is_urgent = any(one.case.urgency is Urgency.HIGH for one in ordered)
    urgent = _urgent(brand, is_urgent=is_urgent, note=ordered[0].note)
    say, name, count = partial(phrase, brand.language), department_label(department, brand), len(ordered)
    if late:
        key = "chase.subject.escalated" if late == count else "chase.subject.mixed"
        return subject_line(say(key, urgent=urgent, count=count, late=late))
    if no_reply == count:
        return subject_line(say("chase.subject.no_reply", urgent=urgent, department=name, count=count))
    if count > 1:
        return subject_line(say("chase.subject.many", urgent=urgent, department=name, count=count))
    first = ordered[0]
    words = cut(first_words(first.post.text), _EXCERPT_BYTES) if first.post else ""
    case, words = say("subject.case", case=first.case.id), say("subject.words", words=words) if words else ""
    return subject_line(say("chase.subject.one", urgent=urgent, department=name, case=case, words=words))


def feedback_subject(department: str, count: int, days: str, brand: Brand) -> str:
    """The subject of the mail with a department's feedback; `days` names the days that it covers."""
    name = department_label(department, brand)
    return subject_line(phrase(brand.language, "feedback_mail.subject", department=name, count=count, days=days))


def posts_subject(count: int, brand: Brand) -> str:
    """The subject of the operator's mail about posts that need a person."""
    return subject_line(phrase(brand.language, "post_news.subject", name=brand.name(), count=count))


def _heard(notifications: Sequence[Notification], brand: Brand) -> str:
    """The mark of a mail in which no post mentions us."""
    return phrase(brand.language, "subject.heard") if all(one.is_heard for one in notifications) else ""


def _urgent(brand: Brand, *, is_urgent: bool, note: SafetyNote | None) -> str:
    """The mark that a subject begins with: that of the note, which is alone in its mail, or that it is urgent."""
    if note:
        return phrase(brand.language, "subject.check" if note is SafetyNote.CHECK else "subject.danger")
    return phrase(brand.language, "urgency.high") if is_urgent else ""
