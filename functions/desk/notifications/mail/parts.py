"""The parts that mails share: limits, the order of cases, opening and closing lines, list entries, quotations."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import BY_COLLEAGUES, Event
from desk.i18n import phrase, spoken_time
from desk.links import post_link
from desk.notifications.model import Notification
from desk.reader.explain import department_label, safety_lines
from desk.reading import OPERATOR, Urgency
from desk.text import QUOTE, cut, fair_share, first_words, one_line, utf8_bytes
from desk.x.model import Author

MAIL_BYTES = 120_000
"""The most a mail's text may have: SNS takes twice as much, but nobody reads it."""
LEAST_BYTES = 4_000
"""The smallest limit that a mail accepts: its frame and one cut post need about half of it."""
NO_REPLY = "no_reply"
"""Shown in place of an event when the author wants no reply."""
RULE = "─" * 20
_RANKS = tuple(Urgency)
_NOTABLE = BY_COLLEAGUES | {Event.CASE_UNSEEN, Event.CASE_EDITED, Event.HEARD, NO_REPLY}
_NAME_BYTES = 200
_EXCERPT_BYTES = 180  # about sixty syllables: enough to know what it is about


class Mail(NamedTuple):
    """A plain-text mail. `subject` meets SNS's rules: UTF-8, one line, under 100 characters, no controls."""

    subject: str
    body: str


class Quote(NamedTuple):
    """A stranger's words, already marked line by line; the only part of a mail that may be cut."""

    text: str


type Block = str | Quote
"""A line of ours, or a quotation."""


def require_content(content: Sequence[object] | int, max_bytes: int) -> None:
    """Raises ValueError for a mail about nothing, or when `max_bytes` is below LEAST_BYTES."""
    if not content:
        raise ValueError("a mail needs content")
    if max_bytes < LEAST_BYTES:
        raise ValueError(f"a mail needs at least {LEAST_BYTES} bytes, not {max_bytes}")


def by_urgency(notifications: Sequence[Notification]) -> list[Notification]:
    """The most urgent first, then by due time, then the oldest first."""

    def key(one: Notification) -> tuple[int, bool, str, str]:
        due = one.case.due_at.isoformat() if one.case else ""
        posted = one.mention.post.created_at.isoformat()
        return _RANKS.index(one.urgency), one.case is None, due, posted

    return sorted(notifications, key=key)


def shown_event(notification: Notification) -> str:
    """The event to show, as `event.<value>` of the catalogue.

    An action of a colleague, or that nobody has looked, matters most, then that the author did not mention us or wants
    no reply, then that the post was edited.
    """
    if notification.event in BY_COLLEAGUES or notification.event is Event.CASE_UNSEEN:
        return notification.event
    if notification.is_heard:
        return Event.HEARD
    if notification.case and not notification.allows_reply:
        return NO_REPLY
    return Event.CASE_EDITED if notification.mention.is_edit else notification.event


def has_notable_event(notification: Notification) -> bool:
    """Whether subjects and lists name the event, because it is more than another post."""
    return shown_event(notification) in _NOTABLE


def opening_line(notifications: Sequence[Notification], department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """Says that nobody should reply to the mail, and what to do instead; `links` are the answer pages by case."""
    say = partial(phrase, brand.language)
    if all(one.is_heard and not one.allows_reply for one in notifications):
        needs_action = any(one.needs_action_by(department) for one in notifications)
        return say("mail.heard_to_handle" if needs_action else "mail.heard_to_know")
    if not any(one.needs_action_by(department) for one in notifications):
        return say("mail.nothing_to_answer")
    if not _expects_replies(notifications, department):
        return say("mail.no_reply_allowed")
    if links:
        return say("mail.answer_by_link")
    if department == OPERATOR:
        where = "mail.answer_in_console" if brand.console_url else "mail.reply_on_x"
        return say(where, handle=f"@{brand.handle}")
    operator = brand.departments.get(OPERATOR)
    addresses = ", ".join(operator.emails) if operator else ""
    return say("mail.reply_to_operator", address=say("mail.address", addresses=addresses) if addresses else "")


def heard_lines(notification: Notification, department: str, brand: Brand) -> list[str]:
    """For a post that was found by listening: that nobody addressed us, and what the people of `department` can do."""
    if not notification.is_heard:
        return []
    if notification.case:
        return [phrase(brand.language, "mail.heard_joined" if notification.allows_reply else "mail.heard_opened")]
    return [phrase(brand.language, "mail.heard_operator" if department == OPERATOR else "mail.heard")]


def closing_lines(department: str, brand: Brand, *, can_answer: bool) -> list[str]:
    """What to do with a case of another department, and a warning about SNS's own footer.

    `can_answer`: the mail has links to pages where cases are answered or handed over.
    """
    say = partial(phrase, brand.language)
    if can_answer:
        return ["", say("mail.wrong_by_link"), say("mail.footer")]
    return ["", *([] if department == OPERATOR else [say("mail.wrong")]), say("mail.footer")]


def closing_lines_for(
    notifications: Sequence[Notification], department: str, brand: Brand, links: Mapping[str, str]
) -> list[str]:
    """The closing lines of a mail about these cases."""
    return closing_lines(department, brand, can_answer=bool(links) and _expects_replies(notifications, department))


def _expects_replies(notifications: Sequence[Notification], department: str) -> bool:
    return any(one.needs_action_by(department) and one.allows_reply for one in notifications)


def console_lines(case_id: str, queue: str, department: str, brand: Brand) -> list[str]:
    """For the operator, the case in this queue of the console; nothing for departments or an unknown address."""
    if department != OPERATOR or not brand.console_url:
        return []
    return [phrase(brand.language, "mail.console", url=f"{brand.console_url}/inbox/{queue}/{case_id}")]


def answer_lines(notification: Notification, department: str, brand: Brand, links: Mapping[str, str]) -> list[str]:
    """Where the people of `department` answer the case, or that there is no link; nothing where they need not act."""
    if notification.case is None or not notification.needs_action_by(department):
        return []
    queue = "to_review" if notification.event in BY_COLLEAGUES else "to_answer"
    in_console = console_lines(notification.case.id, queue, department, brand)
    answer = _answer_line(notification, links.get(notification.case.id), department, brand)
    return [*in_console, answer] if notification.case.id in links or not in_console else in_console


def _answer_line(notification: Notification, url: str | None, department: str, brand: Brand) -> str:
    if url and notification.allows_reply:
        return phrase(brand.language, "mail.answer", url=url)
    if url:
        return phrase(brand.language, "mail.heard_close" if notification.is_heard else "mail.close", url=url)
    if not (notification.allows_reply or notification.is_heard):
        return phrase(brand.language, "mail.no_link_close")
    return phrase(brand.language, "mail.no_link_operator" if department == OPERATOR else "mail.no_link")


def list_entry(notification: Notification, number: int, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """The lines of one case in a list for `department`, without a final line end; at most about 700 bytes."""
    say, case, post = partial(phrase, brand.language), notification.case, notification.mention.post
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language) if case else ""
    whose, event = department_label(notification.department, brand), shown_event(notification)
    names_event = has_notable_event(notification) and event != NO_REPLY
    head = say(
        "mail.entry",
        number=number,
        urgent=say(f"urgency.{notification.urgency}"),
        kind=say(f"kind.{notification.label}"),
        case=say("mail.entry_case", case=case.id) if case else "",
        due=say("mail.entry_no_reply" if event == NO_REPLY else "mail.entry_due", time=due) if case else "",
        event=say("mail.entry_event", event=say(f"event.{event}")) if names_event else "",
        whose=say("mail.entry_whose", department=whose) if notification.department != department else "",
    )
    excerpt = cut(first_words(post.text), _EXCERPT_BYTES)
    answer, note = answer_lines(notification, department, brand, links), notification.safety_note
    warning = safety_lines(note, brand)[:1] if note else []
    lines = [QUOTE + (excerpt or say("mail.entry_empty")), say("mail.link", url=post_link(post.id, brand.x_site))]
    return "\n  ".join([head, *warning, *answer, *lines])


def author_name(author: Author) -> str:
    """`@handle (name)`, in one line."""
    return cut(f"@{one_line(author.username)} ({one_line(author.name)})", _NAME_BYTES)


def colleague_name(name: str) -> str:
    """A colleague's name as they typed it, in one line."""
    return cut(one_line(name), _NAME_BYTES)


def quote_allowance(blocks: Sequence[Block], room: int, brand: Brand) -> int:
    """How many bytes each quotation may take so that the blocks take at most `room`; -1 if our own lines take more."""
    sizes = [utf8_bytes(block.text) for block in blocks if isinstance(block, Quote)]
    left = room - sum(1 + (0 if isinstance(block, Quote) else utf8_bytes(block)) for block in blocks)
    if sum(sizes) > left:
        left -= len(sizes) * (utf8_bytes(phrase(brand.language, "mail.cut")) + 1)
    return fair_share(sizes, left) if left >= 0 else -1


def lines_of(blocks: Sequence[Block], allowance: int, brand: Brand) -> list[str]:
    """The blocks as lines; each quotation that takes more bytes than `allowance` is cut, and the next line says so."""
    notice = phrase(brand.language, "mail.cut")
    return [block if isinstance(block, str) else _within(block.text, allowance, notice) for block in blocks]


def _within(text: str, allowance: int, notice: str) -> str:
    return text if utf8_bytes(text) <= allowance else f"{cut(text, allowance)}\n{notice}"
