"""What a person decides about posts of the deployed stack."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import Post, PostState
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.transitions import DROPPABLE, cancelled, is_too_late, published, queued_again, released
from local.deployed.errors import DeployedError

type _Step = Callable[[Post, datetime], Post]

_TRIES = 3
_PAGE = 100
_X_ID = re.compile(r"(?:https://\S+/)?([1-9]\d{0,18})")


class Decided(NamedTuple):
    """The post as it is now; `is_woken` is false if the sweep has to enqueue it."""

    post: Post
    is_woken: bool = True


class PostDesk:
    """The posts, in a person's hands. Each method raises DeployedError with the sentence that a person reads."""

    def __init__(self, store: PostStore, queue: PostQueue, switch: PauseSwitch, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._queue = queue
        self._switch = switch
        self._clock = clock

    def listed(self, state: PostState, *, limit: int) -> Sequence[Post]:
        """The latest posts of this state."""
        posts: list[Post] = []
        cursor = None
        while len(posts) < limit:
            page = self._store.page(state, limit=min(_PAGE, limit - len(posts)), cursor=cursor)
            posts += page.posts
            cursor = page.next_cursor
            if cursor is None:
                break
        return posts

    def settle_published(self, post_id: str, x_id: str) -> Decided:
        """Settle it as published on X, under this id or address."""
        found = _X_ID.fullmatch(x_id.strip())
        if found is None:
            raise DeployedError(f"{x_id} is no id of a post on X: it is the number at the end of the post's address.")
        return Decided(self._decide(post_id, {PostState.IN_DOUBT}, lambda post, now: published(post, found[1], now)))

    def settle_send_again(self, post_id: str) -> Decided:
        """It does not stand on X and shall."""
        return self._sent_on(self._decide(post_id, {PostState.IN_DOUBT}, queued_again))

    def release(self, post_ids: Sequence[str]) -> Iterator[Decided]:
        """Let held posts out, one after the other; the pause must be over, or they would just be held again.

        Errors are raised after all the others were released.
        """
        if self._switch.current():
            raise DeployedError("The desk is paused, and what is released now would be held again: resume it first.")
        for post in self._each(post_ids, {PostState.HELD}, self._released):
            yield self._sent_on(post)

    def drop(self, post_ids: Sequence[str]) -> Iterator[Decided]:
        """Drop these posts, one after the other. Errors are raised at the end."""
        return map(Decided, self._each(post_ids, DROPPABLE, cancelled))

    def _released(self, post: Post, now: datetime) -> Post:
        if is_too_late(post, now):
            raise DeployedError(f"The time of post {post.id} has passed; drop it, or submit it again.")
        return released(post, now)

    def _each(self, post_ids: Sequence[str], states: Collection[PostState], step: _Step) -> Iterator[Post]:
        refusals = []
        for post_id in post_ids:
            try:
                yield self._decide(post_id, states, step)
            except DeployedError as exc:
                refusals.append(str(exc))
        if refusals:
            raise DeployedError("\n".join(refusals))

    def _decide(self, post_id: str, states: Collection[PostState], step: _Step) -> Post:
        """Apply the transition if the post is in one of these states, even if it changes at the same time."""
        for _ in range(_TRIES):
            try:
                post = self._in_one_of(states, post_id)
                return self._store.save(step(post, self._clock()), post)
            except PostMoved:
                continue
            except StoreBusy as exc:
                raise DeployedError(
                    f"The table gave no answer about post {post_id} ({exc}), which may have changed or not: "
                    "look with `dorothy posts`, or run the command again."
                ) from exc
        raise DeployedError(f"Post {post_id} is changing all the time; try again.")

    def _in_one_of(self, states: Collection[PostState], post_id: str) -> Post:
        post = self._store.get(post_id)
        if post is None:
            raise DeployedError(f"There is no post {post_id}.")
        if post.state not in states:
            wanted = " or ".join(sorted(states))
            raise DeployedError(f"Post {post_id} is {post.state}, not {wanted}; it was left as it is.")
        return post

    def _sent_on(self, post: Post) -> Decided:
        try:
            self._queue.send(post.id)
        except QueueUnavailable:
            return Decided(post, is_woken=False)
        return Decided(post)
