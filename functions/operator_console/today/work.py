"""What there is to do: cases, promises, decisions, and what the person can only wait for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from desk.cases.inbox import COUNTED, Count, InboxRow
from desk.cases.model import CaseState, Queue
from desk.formatting.formatter import DeskFormatter
from desk.posts.commands import Decider
from desk.posts.decisions import is_author
from desk.posts.model import Post, PostState
from desk.posts.store import PostStore
from desk.promises.model import Promise
from desk.replies.decide import may_remind
from operator_console.app import Right, Visit, may
from operator_console.items.promise_rows import end_of
from operator_console.shell.bar import visible_to
from operator_console.shell.snapshot import ListedRow, Snapshot, Snapshots

SHOWN = 5
"""Rows of a card; the others are behind its link."""
_ELSEWHERE = frozenset({CaseState.DRAFTED, CaseState.PROMISED})
"""States of cases that a card below this one has."""
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class RowsOfCases(NamedTuple):
    """The first rows of a card, and how many there are in all."""

    rows: Sequence[InboxRow]
    total: Count


def first_of(rows: Sequence[InboxRow], *, or_more: bool) -> RowsOfCases:
    """The first rows of these, which are all unless there are `or_more`."""
    return RowsOfCases(tuple(rows[:SHOWN]), Count(len(rows), or_more=or_more))


class AnswersCard:
    """Answers in the order of the queue. What is danger, promised or drafted is in the cards for these."""

    name = "answers"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> RowsOfCases:
        """See Card. Who changes nothing sees those of everybody."""
        page = self._snapshots.rows((Queue.TO_ANSWER,), visible_to(visit.person), visit.now)
        mine = {None, visit.person.name}
        rows = [
            row
            for row in page.rows
            if not row.open_safety
            and row.state not in _ELSEWHERE
            and (row.holder in mine or not may(visit.person, Right.ACT))
        ]
        return first_of(rows, or_more=page.after is not None)


class DangerRows(NamedTuple):
    """The rows, danger first, and of each what nobody has taken first."""

    rows: Sequence[ListedRow]


class DangerCard:
    """What the strip has, from the same reading. Without a case it is not there."""

    name = "danger"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> DangerRows | None:
        """See Card."""
        if not bar.strip.cases:
            return None
        rows = {row.case_id: row for row in bar.strip.rows}
        doubts = {each.row.case_id: each.in_doubt for each in self._snapshots.in_doubt(visit)}
        return DangerRows(tuple(ListedRow(rows[case.key], doubts.get(case.key)) for case in bar.strip.cases))


class PromisesOfToday(NamedTuple):
    """The first promises of the card, and how many there are in all."""

    promises: Sequence[Promise]
    total: Count


class PromisesCard:
    """Promises by the time until which they were made."""

    name = "promises"

    def __init__(self, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._snapshots = snapshots
        self._formatter = formatter

    def read(self, visit: Visit, _bar: Snapshot) -> PromisesOfToday:
        """See Card."""
        ends = end_of(visit.now.astimezone(self._formatter.zone).date(), self._formatter)
        due = [each for each in self._snapshots.promises(visit.now) if each.due_at < ends]
        return PromisesOfToday(tuple(due[:SHOWN]), Count(len(due)))


class AwaitingPosts(NamedTuple):
    """The posts, the first planned first."""

    posts: Sequence[Post]


class ApprovalsCard:
    """Posts that the person can only wait for. Without one, the card is not there."""

    name = "approvals"

    def __init__(self, posts: PostStore, snapshots: Snapshots) -> None:
        self._posts = posts
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> AwaitingPosts | None:
        """See Card."""
        decider = Decider(visit.person.name, person_id=visit.person.id)
        found = awaiting(self._posts, self._snapshots, bar, visit)
        waits = tuple(post for post in found if is_author(post, decider) or not may(visit.person, Right.ACT))
        return AwaitingPosts(waits) if waits else None


def awaiting(posts: PostStore, snapshots: Snapshots, bar: Snapshot, visit: Visit) -> Sequence[Post]:
    """The posts that await approval; none is read where the snapshot has counted none."""
    if not bar.awaiting:
        return ()
    return snapshots.part("today awaiting", visit.now, lambda: _planned(posts))


def _planned(posts: PostStore) -> Sequence[Post]:
    found = posts.due(PostState.AWAITING_APPROVAL, until=_END_OF_TIME, limit=COUNTED)
    return sorted(found, key=lambda post: (post.publish_at, post.id))


class Decisions(NamedTuple):
    """Posts that the person may approve, drafts to send, and cases to review; and how many they are together."""

    approvals: Sequence[Post]
    drafts: Sequence[InboxRow]
    reviews: Sequence[ListedRow]
    total: Count


class DecisionsCard:
    """What one look decides: approvals first, since a time of posting waits for nobody."""

    name = "decisions"

    def __init__(self, posts: PostStore, snapshots: Snapshots) -> None:
        self._posts = posts
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> Decisions:
        """See Card."""
        mine = visible_to(visit.person)
        answering = self._snapshots.rows((Queue.TO_ANSWER,), mine, visit.now)
        reviewing = self._snapshots.rows((Queue.TO_REVIEW,), mine, visit.now)
        drafts = [row for row in answering.rows if row.state is CaseState.DRAFTED and not row.open_safety]
        reviews = [*map(ListedRow, reviewing.rows), *self._snapshots.in_doubt(visit)]
        reviews = sorted((each for each in reviews if not each.row.open_safety), key=lambda each: each.row.order)
        decider = Decider(visit.person.name, person_id=visit.person.id)
        approvals = [
            post
            for post in awaiting(self._posts, self._snapshots, bar, visit)
            if may(visit.person, Right.ACT) and not is_author(post, decider)
        ]
        or_more = answering.after is not None or reviewing.after is not None
        return Decisions(
            tuple(approvals[:SHOWN]),
            tuple(drafts[:SHOWN]),
            tuple(reviews[:SHOWN]),
            Count(len(approvals) + len(drafts) + len(reviews), or_more=or_more),
        )


class LateCases(NamedTuple):
    """The first rows, how many there are in all, and the keys of those whose department can be reminded now."""

    rows: Sequence[InboxRow]
    total: Count
    to_remind: Sequence[str]


class DepartmentsCard:
    """The longest overdue first. What was promised is in the card of promises."""

    name = "departments"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> LateCases:
        """See Card."""
        page = self._snapshots.rows((Queue.AT_DEPARTMENT,), visible_to(visit.person), visit.now)
        late = [
            row
            for row in page.rows
            if row.due_at <= visit.now and row.state is not CaseState.PROMISED and not row.open_safety
        ]
        rows, total = first_of(sorted(late, key=lambda row: row.due_at), or_more=page.after is not None)
        return LateCases(rows, total, tuple(row.case_id for row in rows if may_remind(row.reminded, visit.now)))
