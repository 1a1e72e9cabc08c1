"""What people decide about posts: drop one, release a held one, or settle one that is in doubt.

The API, the command line and the console decide through this use case and translate its refusals:

```
DecisionRefused
├── NoSuchPost         there is no post with this id
├── NoXId              the text is neither an id of a post on X nor the address of one
├── PostChanged        the post is not as the person saw it
├── WrongState         the post's state does not allow the decision
├── StillPaused        the running pause would hold the released post again
└── PostTooLate        the post has expired
```
"""

import logging
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from desk.errors import CaseMoved, PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import FINAL, Post, PostState
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.settle import whole_reply
from desk.posts.store import PostStore
from desk.posts.submit import is_post_id
from desk.posts.transitions import DROPPABLE, cancelled, is_too_late, published, queued_again, released

_TRIES = 5
_log = logging.getLogger(__name__)
_X_ID = re.compile(r"(?:https://\S+/)?([1-9]\d{0,18})")


class DecisionRefused(Exception):
    """The decision was not taken, and the post is as it was."""


class NoSuchPost(DecisionRefused):
    """There is no post with this id."""


class NoXId(DecisionRefused):
    """The text is neither the id of a post on X nor the address of one."""


class _Refusal(DecisionRefused):
    def __init__(self, post: Post) -> None:
        super().__init__(f"{post.id} is {post.state.value}")
        self.post = post


class PostChanged(_Refusal):
    """The post is not as the person saw it; `post` is how it is now."""


class WrongState(_Refusal):
    """The post's state does not allow the decision, which is possible in `states`."""

    def __init__(self, post: Post, states: Collection[PostState]) -> None:
        super().__init__(post)
        self.states = states


class StillPaused(_Refusal):
    """The running pause would hold the released post again."""


class PostTooLate(_Refusal):
    """The post has expired."""


class Decider(NamedTuple):
    """Who decides, and on which version of the post; `seen` is None for callers that decide on any."""

    by: str
    seen: int | None = None


class _Decision(NamedTuple):
    """A decision that is possible in `states` and leads to the state `becomes`, of a post with `x_id` if it has one."""

    states: Collection[PostState]
    step: Callable[[Post, datetime], Post]
    becomes: PostState
    x_id: str | None = None

    def is_taken(self, post: Post, decider: Decider) -> bool:
        """Whether the post is as the decision leaves it, and this decider took it: the same request came twice."""
        is_so = post.state is self.becomes and self.x_id in {None, post.x_id}
        return is_so and post.decided_by == decider.by and post.version - 1 == decider.seen


class PostDecisions(NamedTuple):
    """The use case.

    `clock` is the wall clock; `on_unreachable` gets failures of queue and timer, which `sweep` makes up. `on_finished`
    gets a post that the decision finished, so that its case need not wait for `sweep`.
    A decision records who took it and when. One that is sent again by the same decider, for the version that was seen
    then, returns the post and changes nothing. Every method raises StoreBusy.
    """

    posts: PostStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    clock: Callable[[], datetime]
    on_unreachable: Callable[[QueueUnavailable], None]
    on_finished: Callable[[Post], object] = lambda _: None

    def get(self, post_id: str) -> Post:
        """The post. Raises NoSuchPost."""
        post = self.posts.get(post_id) if is_post_id(post_id) else None
        if post is None:
            raise NoSuchPost(post_id)
        return post

    def drop(self, post_id: str, decider: Decider, *, among: Collection[PostState] = DROPPABLE) -> Post:
        """Cancel the post, unless it is cancelled already. Raises NoSuchPost, PostChanged, WrongState."""
        before = self.get(post_id)
        if before.state is PostState.CANCELLED:
            post = before
        else:
            post = self._decided(post_id, decider, _Decision(among, cancelled, PostState.CANCELLED))
        if post.publish_at > self.clock():  # a timer that fires all the same finds a cancelled post
            self._try(lambda: self.timer.remove(post.id))
        return post

    def release(self, post_id: str, decider: Decider) -> Post:
        """Queue the held post. Raises NoSuchPost, PostChanged, WrongState, StillPaused, PostTooLate."""
        release = _Decision({PostState.HELD}, self._released, PostState.QUEUED)
        return self._woken(self._decided(post_id, decider, release))

    def settle_published(self, post_id: str, x_id: str, decider: Decider) -> Post:
        """Settle it as published on X, under this id or address. Raises NoXId, NoSuchPost, PostChanged, WrongState."""
        found = _X_ID.fullmatch(x_id.strip())
        if found is None:
            raise NoXId(x_id)
        settle = _Decision(
            {PostState.IN_DOUBT}, lambda post, now: published(post, found[1], now), PostState.PUBLISHED, found[1]
        )
        return self._decided(post_id, decider, settle)

    def send_again(self, post_id: str, decider: Decider) -> Post:
        """Queue a post in doubt that is not on X again. Raises NoSuchPost, PostChanged, WrongState."""
        again = _Decision({PostState.IN_DOUBT}, queued_again, PostState.QUEUED)
        return self._woken(self._decided(post_id, decider, again))

    def _decided(self, post_id: str, decider: Decider, decision: _Decision) -> Post:
        """The post after the decision, which is tried again where somebody else changed the post meanwhile."""
        for _ in range(_TRIES):
            post = self.get(post_id)
            if decision.is_taken(post, decider):
                return post
            if decider.seen not in {None, post.version}:
                raise PostChanged(post)
            if post.state not in decision.states:
                raise WrongState(post, decision.states)
            now = self.clock()
            after = decision.step(post, now)._replace(decided_by=decider.by or None, decided_at=now)
            try:
                saved = self.posts.save(after, post)
            except PostMoved:
                continue
            self._report_finished(saved)
            return saved
        raise StoreBusy(f"{post_id} changes faster than it can be saved")

    def _released(self, post: Post, now: datetime) -> Post:
        pause = self.switch.current()
        if pause and pause.stops(post):
            raise StillPaused(post)
        if is_too_late(post, now):
            raise PostTooLate(post)
        return released(post, now)

    def _report_finished(self, post: Post) -> None:
        if post.state not in FINAL or post.case_id is None:
            return
        try:
            self.on_finished(whole_reply(post, self.posts))
        except (StoreBusy, CaseMoved):
            _log.warning("the sweep will tell the case %s of its reply %s", post.case_id, post.id, exc_info=True)

    def _woken(self, post: Post) -> Post:
        self._try(lambda: self.queue.send(post.id))
        return post

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except QueueUnavailable as exc:
            self.on_unreachable(exc)
