"""`/posts` and `/pause`: posts of the brand, and the switch that holds them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from desk.brand import Brand
from desk.pictures.web_pictures import WebPictures
from desk.posts.commands import CancelPost, Decider, ReleasePost
from desk.posts.decisions import NoSuchPost, PostDecisions, PostTooLate, StillPaused, WrongState
from desk.posts.errors import MentionNotAllowed
from desk.posts.model import CANCELLABLE, Post, PostState
from desk.posts.pause import Pause
from desk.posts.performance import PerformanceStore
from desk.posts.store import PostPage
from desk.posts.submit import PostSubmitter
from desk.promises.store import Promises
from desk.web.problems import HttpProblem
from post_update.api.auth import TokenRight
from post_update.api.schemas import (
    AcceptedPost,
    Beside,
    Cursor,
    Line,
    MeasuredPost,
    PauseBody,
    PausedResponse,
    PauseResponse,
    PostBody,
    PostList,
    PostResponse,
    ResumedResponse,
    accepted_post,
    json_response,
    measured_post,
    new_post,
    pause_response,
    post_list,
    post_response,
    web_pictures,
)

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


class PostNotFound(HttpProblem):
    """There is no post with this ID."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "no-such-post", "There is no post with this ID.")


class PostStateConflict(HttpProblem):
    """The post's state doesn't allow that, no longer or not yet."""

    def __init__(self, detail: str, post: Post) -> None:
        super().__init__(HTTPStatus.CONFLICT, "not-as-it-stands", detail, state=post.state.value)


@contextmanager
def _as_problems(possible: str = "") -> Iterator[None]:
    """Refused decisions as problems. `possible` says which posts the decision is for."""
    try:
        yield
    except NoSuchPost:
        raise PostNotFound from None
    except WrongState as exc:
        raise PostStateConflict(f"The post is {exc.post.state.value}; {possible}.", exc.post) from None
    except StillPaused as exc:
        raise PostStateConflict("The desk is still paused. Resume it first.", exc.post) from None
    except PostTooLate as exc:
        raise PostStateConflict("The post has expired. Send it as a new post.", exc.post) from None


class PostRoutes(NamedTuple):
    """The routes. `authorize` returns the name of the caller's token; it raises HttpProblem if that lacks the right."""

    submitter: PostSubmitter
    decisions: PostDecisions
    performances: PerformanceStore
    pictures: WebPictures
    promises: Promises
    brand: Brand
    authorize: Callable[[TokenRight], str]
    fetch_exceptions: Collection[str] = ()

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

    def create(self, body: PostBody, idempotency_key: Key = None) -> Response[AcceptedPost]:
        """Accept a post: 202 with the text as it will appear. 200 is the post that has this `external_id` already.

        `warnings` are what the check before sending found in the text. They stop nothing.
        """
        new = new_post(
            body,
            by=self.authorize(TokenRight.POST),
            key=idempotency_key,
            zone=ZoneInfo(self.brand.timezone),
            fetch_exceptions=self.fetch_exceptions,
        )
        wanted = web_pictures(body, new, self.decisions.clock())
        try:
            submitted = self.submitter.submit(new, (lambda _: self.pictures.request(wanted)) if wanted else None)
        except MentionNotAllowed as exc:
            raise MentionNotAllowed(exc.handles, "text" if body.title is None else "title") from None
        if submitted.already_known:
            known = accepted_post(submitted.post, self._beside([submitted.post]), self.brand)
            return json_response(HTTPStatus.OK, known)
        # Not read again: the first answer to a request is also the answer to its repetitions.
        beside = Beside({each.id: each for each in wanted}, {}, submitted.post.accepted_at)
        accepted = accepted_post(submitted.post, beside, self.brand)
        return json_response(HTTPStatus.ACCEPTED, accepted)

    def page(self, state: State, cursor: From = None, limit: Limit = 20) -> Response[PostList]:
        """Posts in this state, the latest change first. A change may take some seconds to show up."""
        self.authorize(TokenRight.POST)
        page = self.decisions.posts.page(state, limit=limit, cursor=cursor)
        return json_response(HTTPStatus.OK, self._list(page))

    def show(self, post_id: str) -> Response[MeasuredPost]:
        """The post with its present state, and how it performs on X."""
        self.authorize(TokenRight.POST)
        with _as_problems():
            post = self.decisions.get(post_id)
        performance = self.performances.get_many([post.x_id]).get(post.x_id) if post.x_id else None
        return json_response(HTTPStatus.OK, measured_post(post, self._beside([post]), performance))

    def cancel(self, post_id: str) -> Response[PostResponse]:
        """Cancel a post that was not sent to X yet; 409 when it is too late. Cancelling it again changes nothing."""
        decider = Decider(self.authorize(TokenRight.POST))
        with _as_problems("only a post that was not sent to X yet can be cancelled"):
            post = self.decisions.perform(CancelPost(post_id, decider, among=CANCELLABLE))
        return json_response(HTTPStatus.OK, self._answer(post))

    def release(self, post_id: str) -> Response[PostResponse]:
        """Publish a post that a pause held. Needs the right `pause`."""
        decider = Decider(self.authorize(TokenRight.PAUSE))
        with _as_problems("only a held post can be released"):
            post = self.decisions.perform(ReleasePost(post_id, decider))
        return json_response(HTTPStatus.OK, self._answer(post))

    def current(self) -> Response[PauseResponse]:
        """The present pause, if there is one."""
        self.authorize(TokenRight.POST)
        return json_response(HTTPStatus.OK, pause_response(self.decisions.switch.current()))

    def pause(self, body: PauseBody) -> Response[PausedResponse]:
        """Hold posts, greetings and automatic replies that are not being published, or only scheduled posts.

        A present pause stays, but one of everything takes the place of one of scheduled posts.
        """
        name = self.authorize(TokenRight.PAUSE)
        asked = Pause(body.reason, body.who or name, self.decisions.clock(), scope=body.scope)
        pause = self.decisions.switch.pause(asked)
        publishing = self.decisions.posts.page(PostState.PUBLISHING, limit=_LISTED_POSTS).posts
        answer = PausedResponse(being_published=len(publishing), **dict(pause_response(pause)))
        return json_response(HTTPStatus.OK, answer)

    def resume(self, who: Who = None) -> Response[ResumedResponse]:
        """End the pause. Held posts stay held until each is released or cancelled; the answer lists them."""
        name = self.authorize(TokenRight.PAUSE)
        ended = self.decisions.switch.resume(by=who or name, at=self.decisions.clock())
        held = self.decisions.posts.page(PostState.HELD, limit=_LISTED_POSTS)
        answer = ResumedResponse(
            ended=pause_response(ended) if ended else None, held=self._list(held)
        )  # fmt: skip
        return json_response(HTTPStatus.OK, answer)

    def _answer(self, post: Post) -> PostResponse:
        return post_response(post, self._beside([post]))

    def _list(self, page: PostPage) -> PostList:
        return post_list(page.posts, page.next_cursor, self._beside(page.posts))

    def _beside(self, posts: Sequence[Post]) -> Beside:
        ids = [attached.id for post in posts for attached in post.pictures]
        keys = [post.promise.key for post in posts if post.promise]
        return Beside(
            self.pictures.store.get_many(ids) if ids else {},
            self.promises.get_many(keys) if keys else {},
            self.decisions.clock(),
        )
