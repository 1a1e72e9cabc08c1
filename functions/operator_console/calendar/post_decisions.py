"""What the pages share on which people decide about posts: the use case, who decides, and its refusals in words."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from desk.errors import QueueUnavailable
from desk.posts.commands import Decider
from desk.posts.decisions import (
    DecisionRefused,
    NoSuchPost,
    NoXId,
    OwnPost,
    PostChanged,
    PostDecisions,
    PostTooLate,
    StillPaused,
    TimePassed,
    WrongState,
)
from desk.posts.model import Post, PostState
from desk.replies.outcome import ReplyOutcomes
from desk.web.request import number_in
from operator_console.app import Refused, Visit
from operator_console.calendar.stores import CalendarStores
from operator_console.shell.render import Renderer

_STATUS: Mapping[type[DecisionRefused], HTTPStatus] = {
    NoSuchPost: HTTPStatus.NOT_FOUND,
    NoXId: HTTPStatus.UNPROCESSABLE_ENTITY,
    TimePassed: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_SENTENCES: Mapping[type[DecisionRefused], str] = {
    NoSuchPost: "console.stop.gone",
    NoXId: "console.stop.no_x_id",
    StillPaused: "console.stop.still_paused",
    PostTooLate: "console.stop.too_late",
    OwnPost: "console.calendar.own_post",
    TimePassed: "console.calendar.time_passed",
}
_WITH_A_TIME = frozenset({PostState.AWAITING_APPROVAL, PostState.SCHEDULED})


class PostDecisionViews:
    """Decisions of people who are signed in. `log` gets failures of queue and timer, which the sweep makes up."""

    def __init__(self, stores: CalendarStores, renderer: Renderer, log: Callable[[QueueUnavailable], None]) -> None:
        self._stores = stores
        self._formatter = renderer.formatter
        self._log = log
        self._outcomes = ReplyOutcomes(stores.cases, renderer.brand)

    def decisions(self, visit: Visit) -> PostDecisions:
        """The use case at the time of the visit."""
        stores = self._stores
        return PostDecisions(
            stores.posts,
            stores.switch,
            stores.queue,
            stores.timer,
            lambda: visit.now,
            self._log,
            self._outcomes.on_finished,
        )

    def decider(self, visit: Visit, version: str) -> Decider:
        """The person, who saw this version. Raises Refused if it is none."""
        seen = number_in(version)
        if seen is None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        return Decider(visit.person.name, seen=seen, person_id=visit.person.id)

    def status(self, refusal: DecisionRefused) -> HTTPStatus:
        """The status of the response."""
        return _STATUS.get(type(refusal), HTTPStatus.CONFLICT)

    def sentence(self, refusal: DecisionRefused) -> str:
        """Why the decision was not taken."""
        if isinstance(refusal, PostChanged | WrongState):
            return self._changed(refusal.post)
        return self._formatter.phrase(_SENTENCES[type(refusal)])

    def _changed(self, post: Post) -> str:
        key = "console.calendar.changed" if post.state in _WITH_A_TIME else "console.stop.changed"
        by = self._formatter.person(post.decided_by) if post.decided_by else ""
        state, at = self._formatter.phrase(f"post.state.{post.state}"), self._formatter.moment(post.publish_at)
        return self._formatter.phrase(f"{key}_by" if by else key, state=state, by=by, at=at)
