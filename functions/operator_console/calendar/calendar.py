"""GET calendar: what is planned, held, published, failed or in doubt; and decisions about it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.checks.model import CheckContext, Rule, Severity
from desk.checks.rules import findings_in
from desk.checks.sentences import rule_names, sentence_of
from desk.errors import PicturesUnavailable, StoreBusy
from desk.i18n import short_weekday, spoken_date, spoken_month
from desk.pictures.model import PictureState
from desk.posts.commands import (
    ApprovePost,
    CancelPost,
    Decider,
    MovePost,
    PostCommand,
    RefuseApproval,
    ReleasePost,
    RewordGreeting,
)
from desk.posts.decisions import DecisionRefused
from desk.posts.errors import PostNotAccepted
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import WRITTEN, Post, PostKind, PostState
from desk.posts.performance import COMPARED_WITH
from desk.posts.performance_words import ShownPerformance, shown_performance
from desk.posts.submit import is_post_id, parse_moment
from desk.posts.transitions import is_movable
from desk.private_numbers import masked
from desk.spikes.model import Spike
from desk.spikes.store import earliest_first
from desk.staff.model import Role
from desk.text import cut
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.calendar.agenda import AgendaReader, block_of
from operator_console.calendar.grid import Block, Placed, days_of
from operator_console.calendar.page import CalendarPage, CalendarViewer, Tried
from operator_console.calendar.post_decisions import PostDecisionViews
from operator_console.calendar.span import CalendarSpan, span_in
from operator_console.calendar.stores import CalendarStores
from operator_console.shell.render import Renderer

_REASON_BYTES = 1_000


class _NoReason(Exception):
    """A post is not approved without a reason, which its author reads."""


class _CheckRefuses(Exception):
    """The check before sending finds in the text what is never posted; the message is its sentence."""


class _Typed(NamedTuple):
    """What a person typed for a decision. Its values raise what is wrong with them."""

    fields: Mapping[str, str]
    zone: ZoneInfo

    @property
    def publish_at(self) -> datetime:
        """The time. Raises a PostNotAccepted."""
        return parse_moment(self.fields.get("publish_at", ""), self.zone)

    @property
    def why(self) -> str:
        """The reason, in one line. Raises _NoReason."""
        why = cut(" ".join(self.fields.get("why", "").split()), _REASON_BYTES)
        if not why:
            raise _NoReason
        return why


type _Parse = Callable[[str, Decider, _Typed], PostCommand]

_COMMANDS: Mapping[str, _Parse] = {
    "approve": lambda post_id, by, _: ApprovePost(post_id, by),
    "approve_now": lambda post_id, by, _: ApprovePost(post_id, by, at_once=True),
    "approve_at": lambda post_id, by, typed: ApprovePost(post_id, by, publish_at=typed.publish_at),
    "refuse": lambda post_id, by, typed: RefuseApproval(post_id, by, typed.why),
    "move": lambda post_id, by, typed: MovePost(post_id, by, typed.publish_at),
    "release": lambda post_id, by, _: ReleasePost(post_id, by),
    "reword": lambda post_id, by, typed: RewordGreeting(post_id, by, typed.fields.get("text", "")),
    "drop": lambda post_id, by, _: CancelPost(post_id, by),
    # Nobody writes replies and greetings in the composer.
    "rewrite": lambda post_id, by, _: CancelPost(post_id, by, kinds=WRITTEN),
}
"""By the action's name in the address. `rewrite` gives the post up and opens its text in the composer."""


_NAMES = {"approve_now": "approve", "approve_at": "approve", "rewrite": "drop"}
"""Actions for which the page says the same as for another one."""


class Done(NamedTuple):
    """A decision that was taken, and the post as it is after it."""

    action: str
    post: Post


_ABOUT_TIME = frozenset(
    {Rule.DATE_AND_WEEKDAY, Rule.NO_SUCH_DATE, Rule.OTHER_TIME, Rule.EXPIRED_FACT, Rule.UNANNOUNCED_FACT}
)


class CalendarView:
    """Shows the calendar, moves posts and approves them."""

    def __init__(self, stores: CalendarStores, renderer: Renderer, deciding: PostDecisionViews) -> None:
        self._stores = stores
        self._posts = stores.posts
        self._renderer = renderer
        self._deciding = deciding
        self._formatter = renderer.formatter
        self._agendas = AgendaReader(stores.posts, renderer.formatter.zone)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "calendar", self._show),
            Route("POST", "calendar/by_hand", self._take_greeting, Right.ACT),
            Route("GET", "calendar/{post_id}", self._choose),
            Route("POST", "calendar/{post_id}/{action}", self._decide, Right.ACT),
        ]

    # The page

    def _show(self, visit: Visit) -> Response:
        query = visit.request.query
        action, post_id = query.get("done", ""), query.get("post", "")
        post = self._post(post_id) if action in _COMMANDS else None
        return self._page(visit, span_in(query, self._today(visit)), done=Done(action, post) if post else None)

    def _page(
        self,
        visit: Visit,
        span: CalendarSpan,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        done: Done | None = None,
        tried: Tried | None = None,
        **headers: str,
    ) -> Response:
        """The page, or its part for a script, which replaces the calendar whichever form was sent."""
        _refuse_departments(visit)
        agenda = self._agendas.read(span.days, visit.person.id, visit.now)
        bounds = self._agendas.bounds(span.days)
        performances, by_hand = self._performances(agenda.blocks, *bounds, visit.now)
        placed = Placed([*agenda.blocks, *by_hand], self._spikes(*bounds, visit.now), visit.now)
        decided = self._post(tried.post_id) if tried else done.post if done else None
        viewer = self._viewer(visit)
        chosen = decided or next((post for post in agenda.awaiting if viewer.may_approve(post)), None)
        shown = [
            *(block.post for block in agenda.blocks if block.post),
            *agenda.awaiting,
            *([chosen] if chosen else []),
        ]
        page = CalendarPage(
            span,
            days_of(span.days, placed, self._renderer.brand),
            agenda,
            today=self._today(visit),
            viewer=viewer,
            tried=tried,
            chosen=block_of(chosen) if chosen and span.is_grid else None,
            previews=self._previews(shown),
            performances=performances,
        )
        is_said = visit.request.is_fragment and done and done.post.id in page.ids  # by the script, see _about
        message = self._message(done) if done and not is_said else ""
        values = {"message": message, "decided": done.post if done else None}
        if visit.request.is_fragment:
            retarget = {"HX_Retarget": "#calendar", "HX_Reswap": "outerHTML", **headers}
            return html(self._part("_calendar", visit, page, **values), status, **retarget)
        whole = {**self._shared_values(visit, page), **values}
        return html(self._renderer.page("calendar/calendar.html.j2", visit, **whole), status)

    def _choose(self, visit: Visit) -> Response:
        """One post, for the place beside the grid; without scripts, the post on its day."""
        _refuse_departments(visit)
        post, today = self._post(visit.params["post_id"]), self._today(visit)
        if post is None or post.kind is PostKind.REPLY:
            raise Refused(HTTPStatus.NOT_FOUND, "console.stop.gone")
        block = block_of(post)
        day = block.at.astimezone(self._formatter.zone).date()
        if not visit.request.is_fragment:
            return redirect(f"calendar?day={day}#post-{post.id}")
        performances, _ = self._performances([block], *self._agendas.bounds([day]), visit.now)
        page = CalendarPage(
            span_in(visit.request.query, today),
            days=[],
            agenda=None,
            today=today,
            viewer=self._viewer(visit),
            chosen=block,
            previews=self._previews([post]),
            performances=performances,
        )
        return html(self._part("_chosen", visit, page))

    def _part(self, name: str, visit: Visit, page: CalendarPage, **values: Any) -> str:
        return self._renderer.part(f"calendar/{name}.html.j2", visit, **self._shared_values(visit, page), **values)

    def _shared_values(self, visit: Visit, page: CalendarPage) -> Mapping[str, Any]:
        return {
            "page": page,
            "masked": masked,
            "rule_names": rule_names,
            "date": lambda day: spoken_date(day, self._renderer.brand.language),
            "month": lambda day: spoken_month(day, self._renderer.brand.language),
            "weekday": lambda day: short_weekday(day.weekday(), self._renderer.brand.language),
            "wrong_times": partial(self._wrong_times, now=visit.now),
        }

    def _viewer(self, visit: Visit) -> CalendarViewer:
        person = visit.person
        return CalendarViewer(
            Decider(person.name, person_id=person.id), may(person, Right.ACT), self._stores.switch.current()
        )

    def _post(self, post_id: str) -> Post | None:
        return self._posts.get(post_id) if is_post_id(post_id) else None

    def _previews(self, posts: Sequence[Post]) -> Mapping[str, str]:
        """Addresses of the posts' pictures that are ready; without one, the page shows a picture's description."""
        ids = [picture.id for post in posts for picture in post.pictures]
        try:
            found = self._stores.pictures.get_many(ids) if ids else {}
            ready = [picture.id for picture in found.values() if picture.state is PictureState.READY]
            return {picture_id: self._stores.picture_files.preview_url(picture_id) for picture_id in ready}
        except (PicturesUnavailable, StoreBusy):
            return {}

    def _performances(
        self, blocks: Sequence[Block], since: datetime, until: datetime, now: datetime
    ) -> tuple[Mapping[str, ShownPerformance], Sequence[Block]]:
        """How the posts of these days perform, beside those before them; and those that people wrote on X itself.

        Nothing if that can't be read now.
        """
        if since > now:
            return {}, []
        try:
            known = self._stores.performances.between(since - COMPARED_WITH, until)
        except StoreBusy:
            return {}, []
        ours = {block.x_id for block in blocks}
        by_hand = [
            Block(each.published_at, by_hand=each)
            for each in known
            if each.kind is None and each.text and each.x_id not in ours and each.published_at >= since
        ]
        shown, language = ours | {block.x_id for block in by_hand}, self._renderer.brand.language
        return {each.x_id: shown_performance(each, known, language) for each in known if each.x_id in shown}, by_hand

    def _spikes(self, since: datetime, until: datetime, now: datetime) -> Sequence[Spike]:
        """The spikes that were open in this time, the earliest first; none if they can't be read now."""
        try:
            found = self._stores.spikes.recent(since) if since <= now else []
        except StoreBusy:
            return []
        return earliest_first(each for each in found if each.started_at < until)

    def _wrong_times(self, post: Post, now: datetime) -> Sequence[str]:
        """What the text says about days and times that is wrong when the post appears, and facts that have ended then.

        That is another time than it was checked for once it was moved, or was held or not approved until now.
        """
        if not is_movable(post):
            return []
        brand, written_for = self._renderer.brand, post.written_for or post.publish_at
        replies, at = self._stores.replies.known(now), max(post.publish_at, now)
        context = CheckContext(brand, post.kind, at, written_for=written_for, saved_replies=replies)
        found = (each for each in findings_in(post.text, context) if each.rule in _ABOUT_TIME)
        return [sentence_of(each, brand.language) for each in found if each.rule not in post.overridden]

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self._formatter.zone).date()

    # Decisions

    def _decide(self, visit: Visit) -> Response:
        post_id, action = visit.params["post_id"], visit.params["action"]
        fields = visit.request.fields
        if action not in _COMMANDS or not is_post_id(post_id):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        span = span_in(fields, self._today(visit))
        before = self._post(post_id) if action == "move" else None
        decider = self._deciding.decider(visit, fields.get("version", ""))
        try:
            command = _COMMANDS[action](post_id, decider, _Typed(fields, self._formatter.zone))
            if isinstance(command, RewordGreeting):
                self._require_checked(command.text, visit)
            post = self._deciding.decisions(visit).perform(command)
        except (PostNotAccepted, DecisionRefused, _NoReason, _CheckRefuses) as exc:
            status, tried = self._refused(exc, post_id, action, fields)
            return self._page(visit, span, status, tried=tried)
        if action == "rewrite":
            anew = f"write?from={post_id}"
            is_fragment = visit.request.is_fragment
            return Response(HTTPStatus.OK, headers={"hx-redirect": f"{ROOT}/{anew}"}) if is_fragment else redirect(anew)
        if visit.request.is_fragment:
            about = self._about(Done(action, post), before, span)
            return self._page(visit, span, done=Done(action, post), hx_trigger=json.dumps({"done": about}))
        if fields.get("back") == "today":
            return redirect("today")
        return redirect(f"calendar?{span.query}&done={action}&post={post_id}#post-{post_id}")

    def _require_checked(self, text: str, visit: Visit) -> None:
        """Raise _CheckRefuses for what is never posted, such as a private number. A person sees warnings beside it."""
        brand = self._renderer.brand
        found = findings_in(text, CheckContext(brand, PostKind.GREETING, visit.now))
        if found and found[0].severity is Severity.REFUSED:
            raise _CheckRefuses(sentence_of(found[0], brand.language))

    def _take_greeting(self, visit: Visit) -> Response:
        """A person says that a post that somebody wrote on X itself is the greeting of its day."""
        _refuse_departments(visit)
        x_id = visit.request.field("x_id")
        is_id = x_id.isascii() and x_id.isdecimal()
        shown = self._stores.performances.get_many([x_id]).get(x_id) if is_id else None
        if shown is None or shown.kind is not None or not shown.text:
            raise Refused(HTTPStatus.NOT_FOUND, "console.stop.gone")
        greetings = GreetingsByHand(self._posts, self._stores.performances, self._renderer.brand)
        if greetings.take(x_id, shown.text, by=visit.person.name, by_id=visit.person.id) is None:
            raise Refused(HTTPStatus.CONFLICT, "console.greeting.already")
        return redirect("today" if visit.request.field("back") == "today" else "people")

    def _refused(
        self,
        exc: PostNotAccepted | DecisionRefused | _NoReason | _CheckRefuses,
        post_id: str,
        action: str,
        fields: Mapping[str, str],
    ) -> tuple[HTTPStatus, Tried]:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(exc, DecisionRefused):
            status, sentence = self._deciding.status(exc), self._deciding.sentence(exc)
        elif isinstance(exc, PostNotAccepted):
            part = "write" if action == "reword" else "calendar"
            sentence = self._formatter.phrase(f"console.{part}.problem.{exc.code}", **exc.values)
        elif isinstance(exc, _CheckRefuses):
            sentence = str(exc)
        else:
            sentence = self._formatter.phrase("console.calendar.no_reason")
        why = cut(fields.get("why", ""), _REASON_BYTES)
        return status, Tried(post_id, action, sentence, fields.get("publish_at", ""), why, fields.get("text", ""))

    def _about(self, done: Done, before: Post | None, span: CalendarSpan) -> Mapping[str, Any]:
        """What a script says of the decision, and how it is taken back: a post that was moved moves back."""
        about: dict[str, Any] = {"text": self._message(done)}
        if before and before.state is done.post.state:
            fields = {"version": done.post.version, "publish_at": before.publish_at.isoformat(), span.name: span.value}
            about |= {"undo": f"calendar/{before.id}/move", "fields": fields}
        elif done.action == "drop":
            about["no_undo"] = self._formatter.phrase("console.calendar.dropped")
        return about

    def _message(self, done: Done) -> str:
        """What the person's decision led to."""
        action, post = _NAMES.get(done.action, done.action), done.post
        variant = ".now" if action == "approve" and post.state is not PostState.SCHEDULED else ""
        at = self._formatter.moment(post.publish_at)
        return self._formatter.phrase(f"console.calendar.done.{action}{variant}", at=at)


def _refuse_departments(visit: Visit) -> None:
    if visit.person.role is Role.DEPARTMENT:
        raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
