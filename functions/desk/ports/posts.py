"""Where posts are kept, and how they come to their time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.post import Post, PostState


class Guard(NamedTuple):
    """Something that only one post may hold: `key` names it, `replaces` is the post that gives it up, if any.

    That post must still be as it was seen: one that will never stand on X gives up what it held, and X may confirm it
    after all. From `forget_at` on (None: never) nobody needs to know who held it, and it may be gone.
    """

    key: str
    replaces: Post | None = None
    forget_at: datetime | None = None


class Request(NamedTuple):
    """A request that was answered once and is answered alike when it comes again."""

    key: str
    fingerprint: str
    post: Post
    """The post as it was when the request was first answered."""
    forget_at: datetime
    """From then on (to the second) it may be gone, and the same request is a new one."""


class PostPage(NamedTuple):
    """Some posts of one state and where the next page begins; `next_cursor` None: there are no more."""

    posts: tuple[Post, ...]
    next_cursor: str | None


class PostStore(Protocol):
    """The posts. Every method raises StoreBusy when the store gives up after bounded retries."""

    def get(self, post_id: str) -> Post | None:
        """The post as it stands, read consistently."""
        ...

    def holder(self, key: str) -> Post | None:
        """The post that holds this guard, read consistently."""
        ...

    def request(self, key: str) -> Request | None:
        """What was answered to this request within the last days."""
        ...

    def accept(self, post: Post, guards: Sequence[Guard], request: Request | None) -> None:
        """Store a new post with its guards and request, all or nothing.

        Raises PostMoved when the post's id, a guard or the request is taken, or a post that gives a guard up has
        changed: look again.
        """
        ...

    def save(self, post: Post, seen: Post, *, unless_paused: bool = False) -> Post:
        """Store the post in place of `seen`, and return it with its new version.

        By the step with which it has come to stand on X, its continuation is stored as the post that follows it, all or
        nothing (see post_steps.following).
        Raises PostMoved when it is no longer as seen, Paused when the pause switch is on and `unless_paused` is asked.
        """
        ...

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        """Posts of this state with `at` up to that moment, the earliest first; may lag behind by seconds."""
        ...

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        """Posts of this state, the latest `at` first; may lag behind. Raises ValueError for a cursor not of ours."""
        ...

    def between(self, state: PostState, since: datetime, until: datetime, *, limit: int) -> Sequence[Post]:
        """Posts of this state with `at` from `since` on and before `until`, the earliest first; may lag behind."""
        ...


class PostQueue(Protocol):
    """What wakes the publisher. A message is a pointer: the table is the truth."""

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """Wake the publisher for this post, up to 900 seconds later; raises QueueUnavailable."""
        ...


class PostTimer(Protocol):
    """One-time schedules that put posts into the queue at their time."""

    def set(self, post_id: str, at: datetime) -> None:
        """Wake the publisher for this post then; setting the same again changes nothing. Raises QueueUnavailable."""
        ...

    def remove(self, post_id: str) -> None:
        """Forget it; one that is gone already is no error. Raises QueueUnavailable."""
        ...
