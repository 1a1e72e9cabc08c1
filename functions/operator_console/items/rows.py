"""Rows of the inbox as people read them: who wrote, how long ago, what it says, by when an answer is due, and marks."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from desk.cases.inbox import InboxRow
from desk.cases.model import WAITING, CaseState, Queue, Review
from desk.formatting.formatter import DeskFormatter, isolated_name, short_name
from desk.posts.model import Post
from desk.reader.explain import failure_sentence
from desk.reading import Safety, Urgency
from operator_console.shell.phrases import due_words, handle_of, near_moment, span_text

_OVER = frozenset({CaseState.ANSWERED, CaseState.CLOSED})


class Mark(NamedTuple):
    """What is special about a row: a word with its icon. `tone` is the class of its colour, "" for none."""

    icon: str
    text: str
    tone: str = ""


class CaseRow(NamedTuple):
    """A case's row.

    `order` is its place in the list. `edge` is the class of its red edge where somebody may be at risk, "" elsewhere.
    `name` and `handle` are its author's; of one whose account is not known, the handle says so, and there is no name.
    `age` is since when the author waits. `due` is by when an answer is due, None if none is; its time is `due_iso`.
    """

    key: str
    version: int
    order: str
    edge: str
    name: str
    handle: str
    age: str
    age_iso: str
    excerpt: str
    lang: str
    due: Mark | None
    due_iso: str
    department: str
    labels: tuple[str, ...]
    marks: tuple[Mark, ...]
    is_open: bool
    is_urgent: bool

    @property
    def is_first(self) -> bool:
        """Whether it stands out: it is urgent, or somebody may be at risk."""
        return bool(self.edge) or self.is_urgent


def case_row(row: InboxRow, now: datetime, formatter: DeskFormatter, in_doubt: Post | None = None) -> CaseRow:
    """The row of a case; `in_doubt` is its reply that may or may not be on X."""
    waits = row.state in WAITING and in_doubt is None
    return CaseRow(
        key=row.case_id,
        version=row.version,
        order=row.order,
        edge={Safety.DANGER: "in-danger", Safety.CHECK: "possible", None: ""}[row.open_safety] if waits else "",
        name=short_name(row.author.name) if row.author else "",
        handle=handle_of(row.author, formatter),
        age=span_text(now - row.asked_at, formatter),
        age_iso=formatter.iso(row.asked_at),
        excerpt=row.excerpt or formatter.phrase("console.row.no_words"),
        lang=row.lang,
        due=_due(row, now, formatter) if waits else None,
        due_iso=formatter.iso(row.due_at),
        department=formatter.department(row.department),
        labels=tuple(map(formatter.label, row.labels)),
        marks=tuple(_marks(row, now, formatter, in_doubt)),
        is_open=row.state not in _OVER,
        is_urgent=row.urgency is Urgency.HIGH,
    )


def _due(row: InboxRow, now: datetime, formatter: DeskFormatter) -> Mark:
    """Danger is looked at now, whatever the time says."""
    if row.open_safety:
        key = "console.row.danger" if row.open_safety is Safety.DANGER else "console.row.check"
        return Mark("shield", formatter.phrase(key), "late")
    tone = "late" if row.due_at <= now else "soon" if _is_today(row.due_at, now, formatter) else ""
    return Mark("clock", due_words(row.due_at, now, formatter), tone)


def _is_today(moment: datetime, now: datetime, formatter: DeskFormatter) -> bool:
    return moment.astimezone(formatter.zone).date() <= now.astimezone(formatter.zone).date()


def _marks(row: InboxRow, now: datetime, formatter: DeskFormatter, in_doubt: Post | None) -> Iterable[Mark]:
    say = formatter.phrase
    yield from _standing(row, now, formatter, in_doubt)
    if row.asks > 1 and row.state in WAITING:
        yield Mark("history", say("console.row.asks", n=row.asks), "warn")
    if row.urgency is Urgency.HIGH:
        yield Mark("warn", say("console.row.urgent"), "warn")
    if row.promised_until and row.state is CaseState.PROMISED:
        is_due = row.promised_until == row.due_at
        text = "" if is_due else due_words(row.promised_until, now, formatter)
        yield Mark("promise", say("console.row.promised", moment=text).strip(), "warn")
    if row.snoozed_until:
        yield Mark("clock", say("console.row.snoozed", moment=near_moment(row.snoozed_until, now, formatter)))
    if row.reminded and row.queue is Queue.AT_DEPARTMENT:
        at, by = near_moment(row.reminded.at, now, formatter), formatter.person(row.reminded.by)
        yield Mark("history", say("console.row.reminded", moment=at, by=by))
    if row.holder:
        yield Mark("person", isolated_name(row.holder))
    if row.photos:
        yield Mark("image", say("console.row.photos", n=row.photos) if row.photos > 1 else say("console.row.photo"))
    if row.lang not in {formatter.brand.posts_language, "und"} and (spoken := formatter.spoken_language(row.lang)):
        yield Mark("text", spoken)


def _standing(row: InboxRow, now: datetime, formatter: DeskFormatter, in_doubt: Post | None) -> Iterable[Mark]:
    """What has happened to the case, or has to."""
    say = formatter.phrase
    if in_doubt:
        yield Mark("warn", say("console.row.in_doubt"), "warn")
    elif row.review is Review.REPLY:
        why = failure_sentence(row.not_posted, formatter.brand) if row.not_posted else ""
        text = say("console.row.not_posted_why", why=why) if why else say("console.row.not_posted")
        yield Mark("warn", text, "danger")
    elif row.review:
        yield Mark("eye", formatter.kind(row.label))
    if row.queue is None:
        yield Mark("done", say(f"case.state.{row.state}"))
    if row.queue is Queue.TRIAL:
        yield Mark("flask", say("console.row.trial"))
    if row.queue is Queue.PRIVATE:
        moved_at, wrote_at = row.answered_at or row.asked_at, row.wrote_privately_at
        key = "console.row.wrote_privately" if wrote_at and wrote_at >= moved_at else "console.row.private"
        yield Mark("dm", say(key, span=span_text(now - max(moved_at, wrote_at or moved_at), formatter)))
    elif row.state is CaseState.DRAFTED and row.review is None:
        yield Mark("draft", say("console.row.draft"), "info")
