"""A mail as SNS takes it, and the order in which it tells of cases."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import BY_COLLEAGUES, Event
from desk.i18n import phrase
from desk.i18n.particles import spoken_time
from desk.links import post_link
from desk.notifications.model import Notification
from desk.reader.explain import danger_lines, spoken_department
from desk.reading import OPERATOR, Urgency
from desk.text import QUOTE, cut, first_words, one_line, utf16_units

MAIL_BYTES = 120_000
"""The most a mail's text may have: SNS takes twice as much, but nobody reads it."""
LEAST_BYTES = 4_000
"""No mail is cut to less: the frame and one cut post need about half of it."""
_SUBJECT_UNITS = 99
_RANKS = tuple(Urgency)
NO_REPLY = "no_reply"
"""Shown in place of an event where the author wants no reply."""
_MARKED = BY_COLLEAGUES | {Event.CASE_EDITED, NO_REPLY}


class Mail(NamedTuple):
    """`subject` meets SNS's rules (UTF-8, one line, under 100 characters, no controls); `body` is plain text."""

    subject: str
    body: str


def subject_of(text: str, part: str = "") -> str:
    """A subject that SNS takes; `part`, as in " (2/4)", is never cut away."""
    return cut(one_line(text), _SUBJECT_UNITS - utf16_units(part), utf16_units) + part


def by_urgency(notifications: Sequence[Notification]) -> list[Notification]:
    """The most urgent first, then those due first, then the oldest."""

    def key(delivery: Notification) -> tuple[int, bool, str, str]:
        due = delivery.case.due_at.isoformat() if delivery.case else ""
        posted = delivery.mention.post.created_at.isoformat()
        return _RANKS.index(delivery.urgency), delivery.case is None, due, posted

    return sorted(notifications, key=key)


def is_edited(delivery: Notification) -> bool:
    """Whether the department may know an earlier version of the post."""
    return delivery.mention.is_edit


def shown_event(delivery: Notification) -> str:
    """What is said to have happened, as `event.<value>` of the catalogue.

    What a colleague did matters most, then that the author wants no reply, then that the post is an edited one.
    """
    if delivery.event in BY_COLLEAGUES:
        return delivery.event
    if delivery.case and not delivery.allows_reply:
        return NO_REPLY
    return Event.CASE_EDITED if is_edited(delivery) else delivery.event


def is_marked(delivery: Notification) -> bool:
    """Whether what happened belongs into subjects and lists, since it is not simply another post."""
    return shown_event(delivery) in _MARKED


def check_room(max_bytes: int) -> None:
    """Raises ValueError when a mail of so few bytes could not be understood."""
    if max_bytes < LEAST_BYTES:
        raise ValueError(f"a mail needs at least {LEAST_BYTES} bytes, not {max_bytes}")


RULE = "─" * 20


def first_line(notifications: Sequence[Notification], department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """That one does not reply to the mail, and what to do instead: without links, as if there were no page."""
    say = partial(phrase, brand.language)
    if not any(delivery.asks(department) for delivery in notifications):
        return say("mail.nothing_to_answer")
    if not _asks_for_replies(notifications, department):
        return say("mail.no_reply_allowed")
    if links:
        return say("mail.answer_by_link")
    if department == OPERATOR:
        return say("mail.reply_on_x", handle=f"@{brand.handle}")
    operator = brand.departments.get(OPERATOR)
    addresses = ", ".join(operator.emails) if operator else ""
    return say("mail.reply_to_operator", address=say("mail.address", addresses=addresses) if addresses else "")


def links_to_answer(
    notifications: Sequence[Notification], department: str, links: Mapping[str, str]
) -> Mapping[str, str]:
    """The links, if any of them is for answering."""
    return links if _asks_for_replies(notifications, department) else {}


def _asks_for_replies(notifications: Sequence[Notification], department: str) -> bool:
    return any(delivery.asks(department) and delivery.allows_reply for delivery in notifications)


def last_lines(department: str, brand: Brand, links: Mapping[str, str]) -> list[str]:
    """What to do when a case came to the wrong place, and a warning of what SNS adds; `links` are for answering."""
    say = partial(phrase, brand.language)
    if links:
        return ["", say("mail.wrong_by_link"), say("mail.footer")]
    return ["", *([] if department == OPERATOR else [say("mail.wrong")]), say("mail.footer")]


def answer_line(delivery: Notification, department: str, brand: Brand, links: Mapping[str, str]) -> str | None:
    """Where the people of `department` answer it, or that no link could be made; None where they have nothing to do.

    `links` are the addresses by case.
    """
    if delivery.case is None or not delivery.asks(department):
        return None
    url = links.get(delivery.case.id)
    if url:
        return phrase(brand.language, "mail.answer" if delivery.allows_reply else "mail.close", url=url)
    if not delivery.allows_reply:
        return phrase(brand.language, "mail.no_link_close")
    return phrase(brand.language, "mail.no_link_operator" if department == OPERATOR else "mail.no_link")


_WORDS_BYTES = 180
"""About sixty syllables: enough to know what it is about."""


def entry(delivery: Notification, number: int, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """The lines of one case for the people of `department`, without a line end; at most about 700 bytes."""
    say, case, post = partial(phrase, brand.language), delivery.case, delivery.mention.post
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language) if case else ""
    whose = spoken_department(delivery.department, brand)
    head = say(
        "mail.entry",
        number=number,
        urgent=say(f"urgency.{delivery.urgency}"),
        kind=say(f"kind.{delivery.kind}"),
        case=say("mail.entry_case", case=case.id) if case else "",
        due=say("mail.entry_due" if delivery.allows_reply else "mail.entry_no_reply", time=due) if case else "",
        event=say("mail.entry_event", event=say(f"event.{shown_event(delivery)}"))
        if is_marked(delivery) and shown_event(delivery) != NO_REPLY
        else "",
        whose=say("mail.entry_whose", department=whose) if delivery.department != department else "",
    )
    words = cut(first_words(post.text), _WORDS_BYTES)
    answer, note = answer_line(delivery, department, brand, links), delivery.danger_note
    warned = danger_lines(note, brand)[:1] if note else []
    lines = [QUOTE + (words or say("mail.entry_empty")), say("mail.link", url=post_link(post.id, brand.x_site))]
    return "\n  ".join([head, *warned, *([answer] if answer else []), *lines])
