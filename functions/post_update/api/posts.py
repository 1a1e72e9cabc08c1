"""`/posts`: what the brand is to say."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from desk.errors import DeskError, PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import CANCELLABLE, Post, PostState
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.store import PostStore
from desk.posts.submit import PostSubmitter, is_post_id
from desk.posts.transitions import cancelled, is_too_late, released
from post_update.api.auth import Right
from post_update.api.http import response
from post_update.api.schemas import Cursor, PostAnswer, PostBody, PostList, new_post, post_answer, post_list

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
        post = self.posts.get(post_id) if is_post_id(post_id) else None
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


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="The same key with the same body is the same request, however often it is sent: for 7 days, "
        "to a case for as long as that is kept.",
    ),
]
State = Annotated[PostState, Query(description="Where the posts stand.")]
From = Annotated[Cursor | None, Query(description="The `next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Posts on a page.")]


class PostRoutes(NamedTuple):
    """The routes. `caller` tells whose token the request bears, if it is good for what is needed; else Refused."""

    accept: PostSubmitter
    decide: Decide
    posts: PostStore
    zone: ZoneInfo
    caller: Callable[[Right], str]

    def register(self, app: ApiGatewayResolver) -> None:
        """Have the routes in this resolver."""
        app.post("/posts", summary="Queue a post", tags=["Posts"], status_code=202)(self.create)
        app.get("/posts", summary="List posts of one state", tags=["Posts"])(self.page)
        app.get("/posts/<post_id>", summary="See what became of a post", tags=["Posts"])(self.show)
        app.delete("/posts/<post_id>", summary="Cancel a post", tags=["Posts"])(self.cancel)
        app.post("/posts/<post_id>/release", summary="Let a held post out", tags=["Posts"])(self.release)

    def create(self, body: PostBody, idempotency_key: Key = None) -> Response[PostAnswer]:
        """Accept a post: 202 with the text as it will appear. 200 is the post that bears this `external_id` already."""
        new = new_post(body, by=self.caller(Right.POST), key=idempotency_key, zone=self.zone)
        accepted = self.accept.submit(new)
        status = HTTPStatus.OK if accepted.already_known else HTTPStatus.ACCEPTED
        return response(status, post_answer(accepted.post))

    def page(self, state: State, cursor: From = None, limit: Limit = 20) -> Response[PostList]:
        """Posts of this state, those that came to it last first; a fresh change may show some seconds later."""
        self.caller(Right.POST)
        page = self.posts.page(state, limit=limit, cursor=cursor)
        return response(HTTPStatus.OK, post_list(page.posts, page.next_cursor))

    def show(self, post_id: str) -> Response[PostAnswer]:
        """The post as it stands."""
        self.caller(Right.POST)
        return response(HTTPStatus.OK, post_answer(self.decide.seen(post_id)))

    def cancel(self, post_id: str) -> Response[PostAnswer]:
        """Take a post back that was not sent to X yet; 409 when it is too late. Once more is no error."""
        self.caller(Right.POST)
        return response(HTTPStatus.OK, post_answer(self.decide.cancel(post_id)))

    def release(self, post_id: str) -> Response[PostAnswer]:
        """Let a post out that a pause held; needs a token that may pause."""
        self.caller(Right.PAUSE)
        return response(HTTPStatus.OK, post_answer(self.decide.release(post_id)))
