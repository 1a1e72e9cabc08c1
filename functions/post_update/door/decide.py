"""What a caller may still decide about a post that was accepted: that it shall not appear, or may after a pause."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from desk.errors import DeskError, PostMoved, QueueUnavailable, StoreBusy
from desk.ports.pause import PauseSwitch
from desk.ports.posts import PostQueue, PostStore, PostTimer
from desk.post import CANCELLABLE, Post, PostState
from desk.post_steps import cancelled, is_too_late, released
from post_update.accept import is_id

_TRIES = 5


class NoSuchPost(DeskError):
    """There is no post of this id."""


class NotAsItStands(DeskError):
    """The post stands where that can't be decided any more, or not yet; the message says why."""

    def __init__(self, sentence: str, post: Post) -> None:
        super().__init__(sentence)
        self.post = post


class Decide(NamedTuple):
    """The use case. `unheard` is told of whatever the queue or a timer did not take: the sweep does it instead."""

    posts: PostStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    clock: Callable[[], datetime]
    unheard: Callable[[QueueUnavailable], None]

    def seen(self, post_id: str) -> Post:
        """The post as it stands. Raises NoSuchPost, StoreBusy."""
        post = self.posts.get(post_id) if is_id(post_id) else None
        if post is None:
            raise NoSuchPost(post_id)
        return post

    def cancel(self, post_id: str) -> Post:
        """The cancelled post; once more is no error. Raises NoSuchPost, NotAsItStands if it is too late, StoreBusy."""
        post = self._stepped(post_id, self._cancelled)
        if post.publish_at > self.clock():  # a timer that fires all the same finds a cancelled post
            self._try(lambda: self.timer.remove(post.id))
        return post

    def release(self, post_id: str) -> Post:
        """The held post, on its way. Raises NoSuchPost, NotAsItStands when it is not held or late, StoreBusy."""
        post = self._stepped(post_id, self._released)
        self._try(lambda: self.queue.send(post.id))
        return post

    def _stepped(self, post_id: str, step: Callable[[Post], Post]) -> Post:
        """The post after the step, taken from how it stands by then: others may be faster."""
        for _ in range(_TRIES):
            seen = self.seen(post_id)
            after = step(seen)
            if after == seen:
                return seen
            try:
                return self.posts.save(after, seen)
            except PostMoved:
                continue
        raise StoreBusy(f"{post_id} moves faster than it can be changed")

    def _cancelled(self, post: Post) -> Post:
        if post.state is PostState.CANCELLED:
            return post
        if post.state not in CANCELLABLE:
            raise NotAsItStands(f"It is {post.state.value}; only what was not yet sent can be cancelled.", post)
        return cancelled(post, self.clock())

    def _released(self, post: Post) -> Post:
        if post.state is not PostState.HELD:
            raise NotAsItStands(f"It is {post.state.value}; only a held post can be released.", post)
        if self.switch.current():
            raise NotAsItStands("The desk is still paused; resume it first.", post)
        if is_too_late(post, self.clock()):
            raise NotAsItStands("Its time has passed; send it anew.", post)
        return released(post, self.clock())

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except QueueUnavailable as exc:
            self.unheard(exc)
