"""Replies that a person has sent and may still undo: until then nothing is in the queue to the publisher."""

from datetime import datetime
from typing import NamedTuple

from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.undo import PendingPosts, UndoOutcome
from desk.replies.outcome import ReplyOutcomes


class PendingReplies(NamedTuple):
    """Sends a reply at once, or undoes it, which the reply's post decides (see PendingPosts)."""

    posts: PostStore
    queue: PostQueue
    outcomes: ReplyOutcomes

    def send_now(self, case_id: str, post_id: str, now: datetime) -> None:
        """End the time to undo: queue the reply. Does nothing if it is queued or undone already. Raises StoreBusy."""
        self._of(case_id).send_now(post_id, now)

    def undo(self, case_id: str, post_id: str, by: str, now: datetime) -> UndoOutcome:
        """Take the reply back, and let the case wait again as it did before.

        If this is cut off between the two, the sweep updates the case. Raises StoreBusy, and CaseMoved as
        `ReplyOutcomes.on_finished` does.
        """
        outcome, post = self._of(case_id).take_back(post_id, now)
        if outcome is UndoOutcome.UNDONE and post:
            self.outcomes.on_finished(post._replace(by=by))
        return outcome

    def _of(self, case_id: str) -> PendingPosts:
        return PendingPosts(self.posts, self.queue, lambda post: post.case_id == case_id)
