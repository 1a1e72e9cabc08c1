"""Taking down a reply that is on X: the post is marked first, then the case records who asked for it."""

from typing import NamedTuple

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import Post, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.transitions import continuation_id, taking_down
from desk.replies.reply import CaseChange

_TRIES = 4


class MarkedReplies(NamedTuple):
    """Marks the posts of replies. The publisher deletes them; the sweep wakes them where the queue fails."""

    posts: PostStore
    queue: PostQueue

    def mark(self, change: CaseChange) -> None:
        """Mark the posts of the reply that the change takes down, before the change is saved.

        If this is cut off after a post was marked, the post is deleted all the same, and the case records the result.
        Raises StoreBusy: then the same command may be given again.
        """
        post_id = change.event.post_id or ""
        for each in (continuation_id(post_id), post_id):
            self._mark(each, change)

    def _mark(self, post_id: str, change: CaseChange) -> None:
        for _ in range(_TRIES):
            post = self.posts.get(post_id)
            if post is None or post.case_id != change.after.id or post.state is not PostState.PUBLISHED:
                return
            try:
                self._wake(self.posts.save(taking_down(post, change.event.at, change.event.by), post))
            except PostMoved:
                continue
            return
        raise StoreBusy(f"{post_id} changes faster than it can be taken down")

    def _wake(self, post: Post) -> None:
        try:
            self.queue.send(post.id)
        except QueueUnavailable:
            return  # the sweep will wake it
