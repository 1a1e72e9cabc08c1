"""Posts that a person has sent and may still take back: until then nothing is in the queue to the publisher."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from desk.errors import PostMoved, QueueUnavailable
from desk.posts.model import CANCELLABLE, Post, PostReason, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.submit import is_post_id
from desk.posts.transitions import released, undone

_TRIES = 4


class UndoOutcome(StrEnum):
    """How an undo ended."""

    UNDONE = "undone"
    TOO_LATE = "too_late"
    """The post was already taken up for X, or is on X."""
    UNKNOWN = "unknown"
    """It is not known yet whether the post was stored: the sweep will say."""


class TakenBack(NamedTuple):
    """How an undo ended, and the post as it is then; None if there is none."""

    outcome: UndoOutcome
    post: Post | None


class PendingPosts(NamedTuple):
    """Sends a post at once, or takes it back. The post decides: of several people and the publisher one is first.

    `is_theirs` says whether the request may be about the post. Every method raises StoreBusy.
    """

    posts: PostStore
    queue: PostQueue
    is_theirs: Callable[[Post], bool]

    def send_now(self, post_id: str, now: datetime) -> None:
        """End the time to undo: queue the post. Does nothing if it is queued or undone already.

        If this is cut off after the post was saved, the sweep wakes the post.
        """
        post = self._find(post_id)
        if post is None or post.state is not PostState.SCHEDULED:
            return
        try:
            self.posts.save(released(post, now), post)
            self.queue.send(post.id)
        except (PostMoved, QueueUnavailable):
            return  # somebody undid it or was faster, or the sweep will wake it

    def take_back(self, post_id: str, now: datetime) -> TakenBack:
        """Cancel the post, unless it was taken up for X. One that was undone already counts as undone."""
        post = None
        for _ in range(_TRIES):
            post = self._find(post_id)
            if post is None:
                return TakenBack(UndoOutcome.UNKNOWN, None)
            if post.state in CANCELLABLE:
                try:
                    post = self.posts.save(undone(post, now), post)
                except PostMoved:
                    continue
            is_undone = post.reason is PostReason.UNDONE
            return TakenBack(UndoOutcome.UNDONE if is_undone else UndoOutcome.TOO_LATE, post)
        return TakenBack(UndoOutcome.TOO_LATE, post)

    def _find(self, post_id: str) -> Post | None:
        post = self.posts.get(post_id) if is_post_id(post_id) else None
        return post if post and self.is_theirs(post) else None
