"""Posts that wait for somebody else to approve them: the person's own, and all of them for who approves none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from desk.cases.inbox import COUNTED
from desk.posts.commands import Decider
from desk.posts.decisions import is_author
from desk.posts.model import Post, PostState
from desk.posts.store import PostStore
from operator_console.app import Right, Visit, may
from operator_console.shell.snapshot import Snapshot, Snapshots

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


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
