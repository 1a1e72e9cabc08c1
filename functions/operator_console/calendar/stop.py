"""Stopping: the pause switch on every page, and the page with posts that a person decides about."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from desk.posts.commands import CancelPost, Decider, PostCommand, ReleasePost, SendAgain, SettlePost
from desk.posts.decisions import DecisionRefused, x_id_in
from desk.posts.model import Post, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.submit import is_post_id
from desk.reader.explain import case_safety_note
from desk.staff.model import Role
from desk.text import cut, one_line
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, redirect, with_undo
from operator_console.calendar.agenda import BUSY_WITH_X, waits_for_x
from operator_console.calendar.post_decisions import PostDecisionViews
from operator_console.calendar.stores import CalendarStores
from operator_console.shell.phrases import near_moment
from operator_console.shell.render import Renderer

PRESETS = ("outage", "disaster", "wording", "maintenance")
"""Reasons for a pause at one click. The catalogue's key is `console.pause.reason.<preset>`."""

_REASON_BYTES = 500
_LISTED = 100
"""Posts of one state on the page."""
_SOON = timedelta(hours=24)
"""What goes out within this time after a pause is said before it ends."""

type _Parse = Callable[[str, Decider, str], PostCommand]

_COMMANDS: Mapping[str, _Parse] = {
    "release": lambda post_id, decider, _: ReleasePost(post_id, decider),
    "drop": lambda post_id, decider, _: CancelPost(post_id, decider),
    "again": lambda post_id, decider, _: SendAgain(post_id, decider),
    "published": lambda post_id, decider, x_id: SettlePost(post_id, decider, x_id_in(x_id)),
}
"""By the action's name in the address: the command about a post, with what was typed as its address on X."""
_BULK = frozenset({"release", "drop"})


class StopPage(NamedTuple):
    """The posts that wait for a person or for X, the first due first. `pause` is the running pause."""

    pause: Pause | None
    in_doubt: Sequence[Post]
    held: Sequence[Post]
    waiting: Sequence[Post]
    scheduled: Sequence[Post]

    def may_release(self, post: Post) -> bool:
        """Whether the running pause, if there is one, would let the post out."""
        return self.pause is None or not self.pause.stops(post)

    @property
    def releasable(self) -> Sequence[Post]:
        """The held posts that may be released now."""
        return [post for post in self.held if self.may_release(post)]


class StopViews:
    """Pauses and resumes, and lets operators decide about held posts and those in doubt."""

    def __init__(self, stores: CalendarStores, renderer: Renderer, deciding: PostDecisionViews) -> None:
        self._stores = stores
        self._renderer = renderer
        self._deciding = deciding

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "stop", self._show),
            Route("POST", "pause", self._pause, Right.ACT),
            Route("GET", "resume", self._goes_out, Right.ACT),
            Route("POST", "resume", self._resume, Right.ACT),
            Route("POST", "post/{post_id}/{action}", self._decide, Right.ACT),
            Route("POST", "posts/{action}", self._decide_all, Right.ACT),
        ]

    # The switch

    def _pause(self, visit: Visit) -> Response:
        """Pause for the typed reason, or for that of the button; a running pause stays unless this one is wider."""
        request = visit.request
        scope, _, preset = (request.field("choice") or request.field("scope")).partition(".")
        reason = cut(one_line(request.field("reason")), _REASON_BYTES)
        if not reason and preset in PRESETS:
            reason = self._phrase(f"console.pause.reason.{preset}")
        if scope not in tuple(PauseScope):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        if not reason:
            return self._problem_of_switch(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "console.pause.no_reason")
        asked = Pause(reason, visit.person.name, visit.now, scope=PauseScope(scope))
        before = self._stores.switch.current()
        running = self._stores.switch.pause(asked)
        undo = {"began_at": running.began_at.isoformat()} if before is None else {}
        return self._switched(visit, running, undo)

    def _goes_out(self, visit: Visit) -> Response:
        """The sentences that say what goes out by itself after the pause, and what does not. A part of pages."""
        if not visit.request.is_fragment:
            return redirect("stop")
        planned = [post for post in self._listed(PostState.SCHEDULED) if post.publish_at < visit.now + _SOON]
        held = self._listed(PostState.HELD)
        said = [self._phrase("console.resume.nothing")]
        if planned:
            first = near_moment(planned[0].publish_at, visit.now, self._renderer.formatter)
            said = [self._phrase("console.resume.goes_out", count=len(planned), moment=first)]
        if held:
            said.append(self._phrase("console.resume.stays", count=len(held)))
        return html(" ".join(said))

    def _resume(self, visit: Visit) -> Response:
        """End the pause that the person saw; one that ended already stays so."""
        try:
            began_at = datetime.fromisoformat(visit.request.field("began_at"))
        except ValueError:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable") from None
        before = self._stores.switch.current()
        ended = self._stores.switch.resume(by=visit.person.name, at=visit.now, began_at=began_at)
        running = None if ended else self._stores.switch.current()
        if running:
            return self._problem_of_switch(visit, HTTPStatus.CONFLICT, "console.pause.another")
        undo = {"scope": before.scope.value, "reason": before.reason} if ended and before else {}
        return self._switched(visit, None, undo)

    def _switched(self, visit: Visit, pause: Pause | None, undo: Mapping[str, str]) -> Response:
        """The pause control and the banner as they are now; without scripts, the page on which the person was.

        `undo` has the fields of the form that takes it back. A wider pause can't be made narrow again.
        """
        if not visit.request.is_fragment:
            return redirect(_page_before(visit))
        if _page_before(visit) == "stop":
            return Response(HTTPStatus.OK, headers={"hx-refresh": "true"})
        has_held = pause is None and bool(self._stores.posts.page(PostState.HELD, limit=1).posts)
        part = self._renderer.part("calendar/_pause_and_banner.html.j2", visit, pause=pause, has_held=has_held)
        path, done = ("resume", "paused") if pause else ("pause", "resumed")
        return with_undo(html(part), self._phrase(f"console.pause.{done}"), path if undo else "", undo)

    def _problem_of_switch(self, visit: Visit, status: HTTPStatus, key: str) -> Response:
        if not visit.request.is_fragment:
            raise Refused(status, key)
        retarget = {"HX_Retarget": "#pause-problem", "HX_Reswap": "innerHTML"}
        return html(self._renderer.problem(key, is_fragment=True), status, **retarget)

    # The page

    def _show(self, visit: Visit) -> Response:
        if visit.person.role is Role.DEPARTMENT:
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        done = visit.request.query.get("done", "")
        return self._page(visit, done=done if done in _COMMANDS else "")

    def _page(
        self,
        visit: Visit,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        done: str = "",
        problems: Mapping[str, str] | None = None,
        typed: str = "",
    ) -> Response:
        """The page, or its part. `problems` are sentences by the id of the post that they are about."""
        pause = self._stores.switch.current()
        by_state = {state: self._listed(state) for state in BUSY_WITH_X | {PostState.SCHEDULED}}
        stop = StopPage(
            pause,
            in_doubt=self._listed(PostState.IN_DOUBT),
            held=self._listed(PostState.HELD),
            waiting=_in_order(
                post for state in BUSY_WITH_X for post in by_state[state] if waits_for_x(post, visit.now)
            ),
            scheduled=by_state[PostState.SCHEDULED],
        )
        values = {"stop": stop, "done": done, "problems": problems or {}, "typed": typed, "limit": _LISTED}
        if visit.request.is_fragment:
            return html(self._renderer.part("calendar/_stop.html.j2", visit, **values), status)
        return html(self._renderer.page("calendar/stop.html.j2", visit, **values), status)

    def _listed(self, state: PostState) -> Sequence[Post]:
        return _in_order(self._stores.posts.page(state, limit=_LISTED).posts)

    # Decisions

    def _decide(self, visit: Visit) -> Response:
        post_id, action = visit.params["post_id"], visit.params["action"]
        typed = visit.request.field("x_id")
        if action not in _COMMANDS or not is_post_id(post_id):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        try:
            decider = self._deciding.decider(visit, visit.request.field("version"))
            self._deciding.decisions(visit).perform(_COMMANDS[action](post_id, decider, typed))
        except DecisionRefused as exc:
            status, sentence = self._deciding.status(exc), self._deciding.sentence(exc)
            if visit.request.is_fragment:
                retarget = {"HX_Retarget": f"#problem-{post_id}", "HX_Reswap": "innerHTML"}
                return html(self._renderer.part("shell/_problem.html.j2", visit, sentence=sentence), status, **retarget)
            return self._page(visit, status, problems={post_id: sentence}, typed=typed)
        return self._done(visit, action)

    def _decide_all(self, visit: Visit) -> Response:
        """Decide about all posts of the form, named with the version that the person saw; a problem stops no other.

        Replies to people who may be in danger are left for a decision of their own.
        """
        action, problems = visit.params["action"], {}
        if action not in _BULK:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        seen = [named.partition(":") for named in visit.request.lists.get("post", ())]
        to_danger = self._replies_to_danger([post_id for _, _, post_id in seen if is_post_id(post_id)])
        for version, _, post_id in seen:
            if post_id in to_danger:
                problems[post_id] = self._phrase("console.stop.danger")
                continue
            try:
                decider = self._deciding.decider(visit, version)
                self._deciding.decisions(visit).perform(_COMMANDS[action](post_id, decider, ""))
            except DecisionRefused as exc:
                problems[post_id] = self._deciding.sentence(exc)
        if problems:
            return self._page(visit, HTTPStatus.OK, problems=problems)
        return self._done(visit, action)

    def _replies_to_danger(self, post_ids: Collection[str]) -> frozenset[str]:
        """Those of the posts that answer a case in which somebody may be in danger. Raises StoreBusy."""
        replies = {post.id: post.case_id for post in self._stores.posts.get_many(post_ids).values() if post.case_id}
        files = {case_id: self._stores.cases.file(case_id) for case_id in set(replies.values())}
        in_danger = {
            case_id
            for case_id, file in files.items()
            if file and case_safety_note(file.case, [each.mention for each in file.mentions])
        }
        return frozenset(post_id for post_id, case_id in replies.items() if case_id in in_danger)

    def _done(self, visit: Visit, action: str) -> Response:
        return self._page(visit, done=action) if visit.request.is_fragment else redirect(f"stop?done={action}")

    def _phrase(self, key: str, **values: object) -> str:
        return self._renderer.formatter.phrase(key, **values)


def _in_order(posts: Iterable[Post]) -> Sequence[Post]:
    return sorted(posts, key=lambda post: (post.publish_at, post.accepted_at, post.id))


def _page_before(visit: Visit) -> str:
    """The page of the console on which the form was, as a path below ROOT; the page of posts if it is unknown."""
    address = visit.request.headers.get("hx-current-url") or visit.request.headers.get("referer", "")
    try:
        split = urlsplit(address)
    except ValueError:
        return "stop"
    path = split.path.removeprefix(f"{ROOT}/")
    is_ours = split.path.startswith(f"{ROOT}/") and split.netloc == urlsplit(visit.request.base_url).netloc
    return (f"{path}?{split.query}" if split.query else path).rstrip("/") if is_ours else "stop"
