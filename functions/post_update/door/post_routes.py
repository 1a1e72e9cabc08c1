"""`/posts`: what the brand is to say."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from desk.ports.api_tokens import Right
from desk.ports.posts import PostStore
from desk.post import PostState
from post_update.accept import Accept
from post_update.door.answers import answer
from post_update.door.decide import Decide
from post_update.door.shapes import Cursor, PostAnswer, PostBody, PostList, post_answer, post_list
from post_update.door.wanted import new_post

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

    accept: Accept
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
        accepted = self.accept.run(new)
        status = HTTPStatus.OK if accepted.already_known else HTTPStatus.ACCEPTED
        return answer(status, post_answer(accepted.post))

    def page(self, state: State, cursor: From = None, limit: Limit = 20) -> Response[PostList]:
        """Posts of this state, those that came to it last first; a fresh change may show some seconds later."""
        self.caller(Right.POST)
        page = self.posts.page(state, limit=limit, cursor=cursor)
        return answer(HTTPStatus.OK, post_list(page.posts, page.next_cursor))

    def show(self, post_id: str) -> Response[PostAnswer]:
        """The post as it stands."""
        self.caller(Right.POST)
        return answer(HTTPStatus.OK, post_answer(self.decide.seen(post_id)))

    def cancel(self, post_id: str) -> Response[PostAnswer]:
        """Take a post back that was not sent to X yet; 409 when it is too late. Once more is no error."""
        self.caller(Right.POST)
        return answer(HTTPStatus.OK, post_answer(self.decide.cancel(post_id)))

    def release(self, post_id: str) -> Response[PostAnswer]:
        """Let a post out that a pause held; needs a token that may pause."""
        self.caller(Right.PAUSE)
        return answer(HTTPStatus.OK, post_answer(self.decide.release(post_id)))
