"""Replies that a person has sent and may still undo: until then nothing is in the queue to the publisher."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from desk.errors import PostMoved, QueueUnavailable
from desk.posts.model import CANCELLABLE, Post, PostReason, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.submit import is_post_id
from desk.posts.transitions import released, undone
from desk.replies.outcome import ReplyOutcomes

_TRIES = 4


class UndoOutcome(StrEnum):
    """How an undo ended."""

    UNDONE = "undone"
    TOO_LATE = "too_late"
    """The reply was already taken up for X, or is on X."""
    UNKNOWN = "unknown"
    """It is not known yet whether the reply was stored: the sweep will say."""


class PendingReplies(NamedTuple):
    """Sends a reply at once, or undoes it. The post decides: of several people and the publisher one is first."""

    posts: PostStore
    queue: PostQueue
    outcomes: ReplyOutcomes

    def send_now(self, case_id: str, post_id: str, now: datetime) -> None:
        """End the time to undo: queue the reply. Does nothing if it is queued or undone already.

        If this is cut off after the post was saved, the sweep wakes the post. Raises StoreBusy.
        """
        post = self._post_of(case_id, post_id)
        if post is None or post.state is not PostState.SCHEDULED:
            return
        try:
            self.posts.save(released(post, now), post)
            self.queue.send(post.id)
        except (PostMoved, QueueUnavailable):
            return  # somebody undid it or was faster, or the sweep will wake it

    def undo(self, case_id: str, post_id: str, by: str, now: datetime) -> UndoOutcome:
        """Take the reply back, and let the case wait again with the text as its draft.

        If this is cut off between the two, the sweep updates the case. Raises StoreBusy, and CaseMoved as
        `ReplyOutcomes.on_finished` does.
        """
        for _ in range(_TRIES):
            post = self._post_of(case_id, post_id)
            if post is None:
                return UndoOutcome.UNKNOWN
            if post.state in CANCELLABLE:
                try:
                    post = self.posts.save(undone(post, now), post)
                except PostMoved:
                    continue
            if post.reason is not PostReason.UNDONE:
                return UndoOutcome.TOO_LATE
            self.outcomes.on_finished(post._replace(by=by))
            return UndoOutcome.UNDONE
        return UndoOutcome.TOO_LATE

    def _post_of(self, case_id: str, post_id: str) -> Post | None:
        post = self.posts.get(post_id) if is_post_id(post_id) else None
        return post if post and post.case_id == case_id else None
