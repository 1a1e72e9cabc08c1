"""`/pause`: whether the desk speaks."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.posts.model import PostState
from desk.posts.pause import Pause, PauseSwitch
from desk.posts.store import PostStore
from post_update.api.auth import Right
from post_update.api.http import response
from post_update.api.schemas import Line, PauseAnswer, PauseBody, PausedAnswer, ResumedAnswer, pause_answer, post_list

_SHOWN = 100

Who = Annotated[Line | None, Query(max_length=100, description="Who wants it: the token's name when absent.")]


class PauseRoutes:
    """The routes. `caller` tells whose token the request bears, if it is good for what is needed; else Refused."""

    def __init__(
        self, switch: PauseSwitch, posts: PostStore, clock: Callable[[], datetime], caller: Callable[[Right], str]
    ) -> None:
        self._switch = switch
        self._posts = posts
        self._clock = clock
        self._caller = caller

    def register(self, app: ApiGatewayResolver) -> None:
        """Have the routes in this resolver."""
        app.get("/pause", summary="Is the desk paused?", tags=["Pause"])(self.current)
        app.put("/pause", summary="Pause the desk", tags=["Pause"])(self.pause)
        app.delete("/pause", summary="Resume; nothing fires by itself", tags=["Pause"])(self.resume)

    def current(self) -> Response[PauseAnswer]:
        """The pause that runs, if any."""
        self._caller(Right.POST)
        return response(HTTPStatus.OK, pause_answer(self._switch.current()))

    def pause(self, body: PauseBody) -> Response[PausedAnswer]:
        """Hold all posts, greetings and automatic replies that are not on their way. A running pause stays as it is."""
        name = self._caller(Right.PAUSE)
        pause = self._switch.pause(Pause(body.reason, body.who or name, self._clock()))
        flying = self._posts.page(PostState.PUBLISHING, limit=_SHOWN).posts
        return response(HTTPStatus.OK, PausedAnswer(being_published=len(flying), **dict(pause_answer(pause))))

    def resume(self, who: Who = None) -> Response[ResumedAnswer]:
        """Speak again. What was held stays held until it is released or cancelled: the answer lists it."""
        name = self._caller(Right.PAUSE)
        ended = self._switch.resume(by=who or name, at=self._clock())
        held = self._posts.page(PostState.HELD, limit=_SHOWN)
        return response(
            HTTPStatus.OK,
            ResumedAnswer(
                ended=pause_answer(ended) if ended else None, held=post_list(held.posts, held.next_cursor)
            ),
        )  # fmt: skip
