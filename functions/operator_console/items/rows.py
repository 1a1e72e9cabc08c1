"""Rows of the inbox as people read them: what is due when, who wrote, what it says, and where it stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from desk.cases.inbox import InboxRow
from desk.cases.model import CaseState, Queue, Review
from desk.formatting.formatter import DeskFormatter, isolated_name
from desk.posts.model import Post
from desk.reader.explain import failure_sentence
from desk.reading import Urgency
from operator_console.shell.phrases import due_words, handle_of, near_moment, span_text


class CaseRow(NamedTuple):
    """A case's row. `order` is its place in the list, and `due` "12분 남음" or the like, "" if nobody waits for us.

    `label` says that it is urgent or how somebody may be at risk; `marks` say what else is special about the case.

    `is_first` is whether it stands out: it is urgent, or somebody may be at risk.
    """

    key: str
    version: int
    order: str
    is_first: bool
    is_overdue: bool
    label: str
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
    label = row.open_safety or ("urgent" if row.urgency is Urgency.HIGH else "")
    holder = isolated_name(row.holder) if row.holder else formatter.phrase("console.row.unassigned")
    return CaseRow(
        key=row.case_id,
        version=row.version,
        order=row.order,
        is_first=bool(label),
        is_overdue=waits and row.due_at <= now,
        label=formatter.phrase(f"console.row.{label}") if label else "",
        due=due_words(row.due_at, now, formatter) if waits else "",
        due_iso=formatter.iso(row.due_at),
        handle=handle_of(row.author, formatter),
        excerpt=row.excerpt or formatter.phrase("console.row.no_words"),
        lang=row.lang,
        place=f"{formatter.department(row.department)} · {holder}",
        marks=tuple(_marks(row, now, formatter, in_doubt)),
    )


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
