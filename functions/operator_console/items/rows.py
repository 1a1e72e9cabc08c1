"""Rows of the inbox as people read them: what is due when, who wrote, what it says, and where it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from desk.cases.inbox import InboxRow
from desk.cases.model import CaseState, Queue, Review
from desk.formatting.formatter import DeskFormatter, isolated_name
from desk.posts.model import Post
from desk.reader.explain import failure_sentence
from desk.reading import Urgency
from operator_console.shell.phrases import handle_of, near_moment, span_text

_HOUR = timedelta(hours=1)


class CaseRow(NamedTuple):
    """A case's row. `due` is "긴급 12분 남음" or the like; `marks` say what is special about the case.

    `is_first` is whether it stands out: it is urgent, or somebody may be at risk.
    """

    key: str
    version: int
    is_first: bool
    is_overdue: bool
    due: str
    due_iso: str
    handle: str
    excerpt: str
    lang: str
    place: str
    marks: tuple[str, ...]


def case_row(row: InboxRow, now: datetime, formatter: DeskFormatter, in_doubt: Post | None = None) -> CaseRow:
    """The row of a case; `in_doubt` is its reply that may or may not be on X."""
    waits = row.queue is not Queue.PRIVATE and in_doubt is None
    due = _due(row, now, formatter) if waits else ""
    label = row.open_safety or ("urgent" if row.urgency is Urgency.HIGH else "")
    holder = isolated_name(row.holder) if row.holder else formatter.phrase("console.row.unassigned")
    return CaseRow(
        key=row.case_id,
        version=row.version,
        is_first=bool(label),
        is_overdue=waits and row.due_at <= now,
        due=f"{formatter.phrase(f'console.row.{label}') if label else ''} {due}".strip(),
        due_iso=formatter.iso(row.due_at),
        handle=handle_of(row.author, formatter),
        excerpt=row.excerpt or formatter.phrase("console.row.no_words"),
        lang=row.lang,
        place=f"{formatter.department(row.department)} · {holder}",
        marks=tuple(_marks(row, now, formatter, in_doubt)),
    )


def _due(row: InboxRow, now: datetime, formatter: DeskFormatter) -> str:
    if row.due_at <= now:
        return formatter.phrase("console.row.overdue", span=span_text(now - row.due_at, formatter))
    if row.due_at - now < _HOUR:
        return formatter.phrase("console.row.left", span=span_text(row.due_at - now, formatter))
    return formatter.phrase("console.row.due", moment=near_moment(row.due_at, now, formatter))


def _marks(row: InboxRow, now: datetime, formatter: DeskFormatter, in_doubt: Post | None) -> Iterable[str]:
    say = formatter.phrase
    if in_doubt:
        yield say("console.row.in_doubt")
    elif row.review is Review.REPLY:
        why = failure_sentence(row.not_posted, formatter.brand) if row.not_posted else ""
        yield say("console.row.not_posted_why", why=why) if why else say("console.row.not_posted")
    elif row.review:
        yield formatter.kind(row.label)
    if row.queue is None:
        yield say("case.state.queued")
    if row.queue is Queue.TRIAL:
        yield say("console.row.trial")
    if row.queue is Queue.PRIVATE:
        moved_at, wrote_at = row.answered_at or row.asked_at, row.wrote_privately_at
        key = "console.row.wrote_privately" if wrote_at and wrote_at >= moved_at else "console.row.private"
        yield say(key, span=span_text(now - max(moved_at, wrote_at or moved_at), formatter))
    elif row.state is CaseState.DRAFTED and row.review is None:
        yield say("console.row.draft")
    if row.promised_until and row.state is CaseState.PROMISED:
        yield say("console.row.promised", moment=near_moment(row.promised_until, now, formatter))
    if row.snoozed_until:
        yield say("console.row.snoozed", moment=near_moment(row.snoozed_until, now, formatter))


def known_rows(rows: Iterable[InboxRow], end: str | None) -> str:
    """The rows that a page has, as one short text for the poll; `end` is where they were left."""
    return f"{''.join(_mark(row) for row in rows)}~{end or ''}"


def is_new(row: InboxRow, known: str) -> bool:
    """Whether the page does not have the row, although the row is in the part of the queue that the page has."""
    marks, _, end = known.partition("~")
    return not (end and row.order > end) and _mark(row) not in {
        marks[at : at + _MARK] for at in range(0, len(marks), _MARK)
    }


def _mark(row: InboxRow) -> str:
    return blake2b(row.case_id.encode(), digest_size=8).hexdigest()[:_MARK]


_MARK = 6
