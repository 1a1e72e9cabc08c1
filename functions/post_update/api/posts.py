"""`/posts` and `/pause`: posts of the brand, and the switch that holds them."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import CANCELLABLE, Post, PostState
from desk.posts.pause import Pause, PauseSwitch
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.store import PostStore
from desk.posts.submit import PostSubmitter, is_post_id
from desk.posts.transitions import cancelled, is_too_late, released
from post_update.api.auth import Right
from post_update.api.problems import ApiError
from post_update.api.schemas import (
    Cursor,
    Line,
    PauseAnswer,
    PauseBody,
    PausedAnswer,
    PostAnswer,
    PostBody,
    PostList,
    ResumedAnswer,
    json_response,
    new_post,
    pause_answer,
    post_answer,
    post_list,
)

_ATTEMPTS = 5
_LISTED_POSTS = 100
"""Posts that an answer about the pause lists."""

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
State = Annotated[PostState, Query(description="The state of the posts.")]
From = Annotated[Cursor | None, Query(description="The `next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Posts on a page.")]
Who = Annotated[Line | None, Query(max_length=100, description="Who resumes: the token's name when absent.")]


class NoSuchPost(ApiError):
    """There is no post with this ID."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "no-such-post", "There is no post with this ID.")


class PostStateConflict(ApiError):
    """The post's state doesn't allow that, no longer or not yet."""

    def __init__(self, detail: str, post: Post) -> None:
        super().__init__(HTTPStatus.CONFLICT, "not-as-it-stands", detail, state=post.state.value)


class PostActions(NamedTuple):
    """Reads, cancels and releases posts. `on_unreachable` gets failures of queue and timer, which `sweep` makes up."""

    posts: PostStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    clock: Callable[[], datetime]
    on_unreachable: Callable[[QueueUnavailable], None]

    def get(self, post_id: str) -> Post:
        """The post. Raises NoSuchPost, StoreBusy."""
        post = self.posts.get(post_id) if is_post_id(post_id) else None
        if post is None:
            raise NoSuchPost
        return post

    def cancel(self, post_id: str) -> Post:
        """Cancel the post, if it isn't yet. Raises NoSuchPost, PostStateConflict where it is too late, StoreBusy."""
        post = self._changed(post_id, self._cancelled)
        if post.publish_at > self.clock():  # a timer that fires all the same finds a cancelled post
            self._try(lambda: self.timer.remove(post.id))
        return post

    def release(self, post_id: str) -> Post:
        """Queue the held post. Raises NoSuchPost, PostStateConflict where it is not held or too late, StoreBusy."""
        post = self._changed(post_id, self._released)
        self._try(lambda: self.queue.send(post.id))
        return post

    def _changed(self, post_id: str, change: Callable[[Post], Post]) -> Post:
        """The post after the change, which is tried again where somebody else changed the post meanwhile."""
        for _ in range(_ATTEMPTS):
            before = self.get(post_id)
            after = change(before)
            if after == before:
                return before
            try:
                return self.posts.save(after, before)
            except PostMoved:
                continue
        raise StoreBusy(f"{post_id} changes faster than it can be saved")

    def _cancelled(self, post: Post) -> Post:
        if post.state is PostState.CANCELLED:
            return post
        if post.state not in CANCELLABLE:
            raise PostStateConflict(
                f"The post is {post.state.value}; only a post that was not sent to X yet can be cancelled.", post
            )
        return cancelled(post, self.clock())

    def _released(self, post: Post) -> Post:
        if post.state is not PostState.HELD:
            raise PostStateConflict(f"The post is {post.state.value}; only a held post can be released.", post)
        if self.switch.current():
            raise PostStateConflict("The desk is still paused. Resume it first.", post)
        if is_too_late(post, self.clock()):
            raise PostStateConflict("The post has expired. Send it as a new post.", post)
        return released(post, self.clock())

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except QueueUnavailable as exc:
            self.on_unreachable(exc)


class PostRoutes(NamedTuple):
    """The routes. `authorize` returns the name of the caller's token; it raises ApiError where that lacks the right."""

    submitter: PostSubmitter
    actions: PostActions
    zone: ZoneInfo
    authorize: Callable[[Right], str]

    def register(self, app: ApiGatewayResolver) -> None:
        """Add the routes to this resolver."""
        app.post("/posts", summary="Queue a post", tags=["Posts"], status_code=202)(self.create)
        app.get("/posts", summary="List posts of one state", tags=["Posts"])(self.page)
        app.get("/posts/<post_id>", summary="Get a post", tags=["Posts"])(self.show)
        app.delete("/posts/<post_id>", summary="Cancel a post", tags=["Posts"])(self.cancel)
        app.post("/posts/<post_id>/release", summary="Release a held post", tags=["Posts"])(self.release)
        app.get("/pause", summary="See whether the desk is paused", tags=["Pause"])(self.current)
        app.put("/pause", summary="Pause the desk", tags=["Pause"])(self.pause)
        app.delete("/pause", summary="Resume the desk", tags=["Pause"])(self.resume)

    def create(self, body: PostBody, idempotency_key: Key = None) -> Response[PostAnswer]:
        """Accept a post: 202 with the text as it will appear. 200 is the post that has this `external_id` already."""
        new = new_post(body, by=self.authorize(Right.POST), key=idempotency_key, zone=self.zone)
        submitted = self.submitter.submit(new)
        status = HTTPStatus.OK if submitted.already_known else HTTPStatus.ACCEPTED
        return json_response(status, post_answer(submitted.post))

    def page(self, state: State, cursor: From = None, limit: Limit = 20) -> Response[PostList]:
        """Posts in this state, the latest change first. A change may take some seconds to show up."""
        self.authorize(Right.POST)
        page = self.actions.posts.page(state, limit=limit, cursor=cursor)
        return json_response(HTTPStatus.OK, post_list(page.posts, page.next_cursor))

    def show(self, post_id: str) -> Response[PostAnswer]:
        """The post with its present state."""
        self.authorize(Right.POST)
        return json_response(HTTPStatus.OK, post_answer(self.actions.get(post_id)))

    def cancel(self, post_id: str) -> Response[PostAnswer]:
        """Cancel a post that was not sent to X yet; 409 when it is too late. Cancelling it again changes nothing."""
        self.authorize(Right.POST)
        return json_response(HTTPStatus.OK, post_answer(self.actions.cancel(post_id)))

    def release(self, post_id: str) -> Response[PostAnswer]:
        """Publish a post that a pause held. Needs the right `pause`."""
        self.authorize(Right.PAUSE)
        return json_response(HTTPStatus.OK, post_answer(self.actions.release(post_id)))

    def current(self) -> Response[PauseAnswer]:
        """The present pause, if there is one."""
        self.authorize(Right.POST)
        return json_response(HTTPStatus.OK, pause_answer(self.actions.switch.current()))

    def pause(self, body: PauseBody) -> Response[PausedAnswer]:
        """Hold all posts, greetings and automatic replies that are not being published. A present pause stays."""
        name = self.authorize(Right.PAUSE)
        pause = self.actions.switch.pause(Pause(body.reason, body.who or name, self.actions.clock()))
        publishing = self.actions.posts.page(PostState.PUBLISHING, limit=_LISTED_POSTS).posts
        answer = PausedAnswer(being_published=len(publishing), **dict(pause_answer(pause)))
        return json_response(HTTPStatus.OK, answer)

    def resume(self, who: Who = None) -> Response[ResumedAnswer]:
        """End the pause. Held posts stay held until each is released or cancelled; the answer lists them."""
        name = self.authorize(Right.PAUSE)
        ended = self.actions.switch.resume(by=who or name, at=self.actions.clock())
        held = self.actions.posts.page(PostState.HELD, limit=_LISTED_POSTS)
        answer = ResumedAnswer(
            ended=pause_answer(ended) if ended else None, held=post_list(held.posts, held.next_cursor)
        )  # fmt: skip
        return json_response(HTTPStatus.OK, answer)
