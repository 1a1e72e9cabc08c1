"""What waits for the person's decision: departments' drafts, what is to be reviewed, and posts to approve."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.cases.inbox import Count, InboxRow
from desk.cases.model import CaseState, Queue
from desk.posts.commands import Decider
from desk.posts.decisions import is_author
from desk.posts.model import Post
from desk.posts.store import PostStore
from operator_console.app import Right, Visit, may
from operator_console.shell.bar import visible_to
from operator_console.shell.snapshot import ListedRow, Snapshot, Snapshots
from operator_console.today.answers import SHOWN
from operator_console.today.approvals import awaiting


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
