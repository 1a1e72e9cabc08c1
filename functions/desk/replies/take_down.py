"""Taking down a reply that is on X: the post is marked first, then the case records who asked for it."""

from typing import NamedTuple

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import Post, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.transitions import continuation_id, taking_down
from desk.replies.actions import ActionOutcome, ActionResult, CaseActions
from desk.replies.forms import FormRequest

_TRIES = 4


class TakeDownReply(NamedTuple):
    """The use case. The publisher deletes the posts; the sweep wakes them where the queue fails."""

    actions: CaseActions
    posts: PostStore
    queue: PostQueue

    def perform(self, form: FormRequest) -> ActionResult:
        """Do what the form asks for; sent again, it changes nothing more.

        If this is cut off after a post was marked, the post is deleted all the same, and the case records the result.
        Raises StoreBusy: then the same form may be sent again.
        """
        result = self.actions.check(form)
        if result is not None and result.outcome is not ActionOutcome.DONE:
            return result
        post_id = form.field("post")
        for each in (continuation_id(post_id), post_id):
            self._mark(each, form)
        return result or self.actions.perform(form)

    def _mark(self, post_id: str, form: FormRequest) -> None:
        for _ in range(_TRIES):
            post = self.posts.get(post_id)
            if post is None or post.case_id != form.case_id or post.state is not PostState.PUBLISHED:
                return
            try:
                self._wake(self.posts.save(taking_down(post, form.now, form.field("name")), post))
            except PostMoved:
                continue
            return
        raise StoreBusy(f"{post_id} changes faster than it can be taken down")

    def _wake(self, post: Post) -> None:
        try:
            self.queue.send(post.id)
        except QueueUnavailable:
            return  # the sweep will wake it
