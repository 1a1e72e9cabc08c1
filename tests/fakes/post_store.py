"""The port PostStore in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from desk.cursors import cursor_to, place_at
from desk.errors import Paused, PostMoved
from desk.pause import Pause
from desk.ports.posts import Guard, PostPage, Request
from desk.post import Post, PostState
from desk.post_steps import following
from tests.fakes.in_trouble import InTrouble


class Switch(Protocol):
    """As much of a PauseSwitch as a store looks at."""

    def current(self) -> Pause | None: ...


@dataclass
class FakePostStore(InTrouble):
    """Posts, guards and requests as dictionaries; paused while `paused` is set or the `switch` has a pause."""

    posts: dict[str, Post] = field(default_factory=dict)
    guards: dict[str, str] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    kept_guards: list[Guard] = field(default_factory=list)
    paused: bool = False
    switch: Switch | None = None

    def put(self, *posts: Post) -> None:
        """Have these posts there, as if they had been accepted long ago."""
        self.posts |= {post.id: post for post in posts}

    def get(self, post_id: str) -> Post | None:
        self._begin("get")
        return self.posts.get(post_id)

    def holder(self, key: str) -> Post | None:
        self._begin("holder")
        return self.posts.get(self.guards.get(key, ""))

    def request(self, key: str) -> Request | None:
        self._begin("request")
        return self.requests.get(key)

    def accept(self, post: Post, guards: Sequence[Guard], request: Request | None) -> None:
        self._begin("accept")
        held = not all(self._is_free(guard) for guard in guards)
        if held or post.id in self.posts or (request and request.key in self.requests):
            raise PostMoved(post.id)
        self.posts[post.id] = post
        self.guards |= {guard.key: post.id for guard in guards}
        self.kept_guards += guards
        self.requests |= {request.key: request} if request else {}
        self._end("accept")

    def save(self, post: Post, seen: Post, *, unless_paused: bool = False) -> Post:
        self._begin("save")
        stored = self.posts.get(seen.id)
        if stored is None or stored.version != seen.version:
            raise PostMoved(seen.id)
        if unless_paused and self._is_paused():
            raise Paused(seen.id)
        saved = post._replace(version=seen.version + 1)
        rest = following(saved, seen)
        if rest and rest.id in self.posts:
            raise PostMoved(seen.id)
        self.posts |= {one.id: one for one in (saved, rest) if one}
        self._end("save")
        return saved

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        self._begin("due")
        return [post for post in self._of(state) if post.at <= until][:limit]

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        self._begin("page")
        before = place_at(cursor) if cursor else None
        posts = sorted(self._of(state), key=_place, reverse=True)
        left = [post for post in posts if before is None or _place(post) < before]
        shown = tuple(left[:limit])
        return PostPage(shown, cursor_to(*_place(shown[-1])) if len(left) > limit else None)

    def between(self, state: PostState, since: datetime, until: datetime, *, limit: int) -> Sequence[Post]:
        self._begin("between")
        return [post for post in self._of(state) if since <= post.at < until][:limit]

    def _is_free(self, guard: Guard) -> bool:
        holder = self.guards.get(guard.key)
        if guard.replaces is None:
            return holder is None
        stored = self.posts.get(guard.replaces.id)
        return holder in {None, guard.replaces.id} and bool(stored and stored.version == guard.replaces.version)

    def _of(self, state: PostState) -> list[Post]:
        return sorted((post for post in self.posts.values() if post.state is state), key=lambda post: post.at)

    def _is_paused(self) -> bool:
        return self.paused or (self.switch is not None and self.switch.current() is not None)


def _place(post: Post) -> tuple[datetime, str]:
    return post.at, post.id
