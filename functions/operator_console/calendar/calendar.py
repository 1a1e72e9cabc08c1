"""GET calendar: what is planned, held, published, failed or in doubt, by day and week; and decisions about it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.checks.model import CheckContext, Rule
from desk.checks.rules import findings_in
from desk.checks.sentences import rule_names, sentence_of
from desk.errors import PicturesUnavailable, StoreBusy
from desk.pictures.model import PictureState
from desk.posts.commands import ApprovePost, CancelPost, Decider, MovePost, PostCommand, RefuseApproval, ReleasePost
from desk.posts.decisions import DecisionRefused, is_author
from desk.posts.errors import PostNotAccepted
from desk.posts.model import WRITTEN, Post, PostKind, PostState
from desk.posts.pause import Pause
from desk.posts.performance import COMPARED_WITH, comparisons
from desk.posts.performance_words import MeasurementWords, measurement_words
from desk.posts.submit import is_post_id, parse_moment
from desk.posts.transitions import is_movable
from desk.private_numbers import masked
from desk.staff.model import Role
from desk.text import cut
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.calendar.agenda import Agenda, AgendaReader, days_of_week
from operator_console.calendar.post_decisions import PostDecisionViews
from operator_console.calendar.stores import CalendarStores
from operator_console.shell.render import Renderer

_REASON_BYTES = 1_000
_MICRO = 1_000_000


class _NoReason(Exception):
    """A post is not approved without a reason, which its author reads."""


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


class CalendarSpan(NamedTuple):
    """The days that the page shows: one day, or the week of a day."""

    day: date
    is_week: bool

    @property
    def days(self) -> Sequence[date]:
        """The days in their order."""
        return days_of_week(self.day) if self.is_week else [self.day]

    @property
    def query(self) -> str:
        """The span as the query of the page's address."""
        return self._query_of(self.day)

    @property
    def before(self) -> str:
        """The query of the span before this one."""
        return self._query_of(self.day - self._length)

    @property
    def after(self) -> str:
        """The query of the span after this one."""
        return self._query_of(self.day + self._length)

    def of(self, day: date) -> str:
        """The query of the span of the same length with this day."""
        return self._query_of(day)

    @property
    def _length(self) -> timedelta:
        return timedelta(days=7 if self.is_week else 1)

    def _query_of(self, day: date) -> str:
        return f"{'week' if self.is_week else 'day'}={day.isoformat()}"


class Tried(NamedTuple):
    """A decision that was not taken: why, as a sentence, and what the person had typed."""

    post_id: str
    action: str
    sentence: str
    publish_at: str = ""
    why: str = ""


class ShownPerformance(NamedTuple):
    """How a post performs, in words, the latest measurement first; and when X did not show it any more."""

    measurements: Sequence[MeasurementWords]
    gone_at: datetime | None


class CalendarPage(NamedTuple):
    """What the template shows.

    `previews` are addresses of pictures by their ids, as far as they are ready; `performances` are by ids on X.
    """

    span: CalendarSpan
    agenda: Agenda
    today: date
    person: Decider
    may_act: bool
    pause: Pause | None
    tried: Tried | None
    previews: Mapping[str, str] = {}
    performances: Mapping[str, ShownPerformance] = {}
    written: Collection[PostKind] = WRITTEN

    def may_move(self, post: Post, now: datetime) -> bool:
        """Whether the person may choose another time; the second person does so while approving a post that is late."""
        approves_late = self.may_approve(post) and post.publish_at <= now
        return self.may_act and is_movable(post) and not approves_late

    def may_release(self, post: Post) -> bool:
        """Whether the person may let a held post out now."""
        return self.may_act and post.state is PostState.HELD and not (self.pause and self.pause.stops(post))

    def may_approve(self, post: Post) -> bool:
        """Whether the person can be the second one."""
        return self.may_act and post.state is PostState.AWAITING_APPROVAL and not is_author(post, self.person)

    def is_own(self, post: Post) -> bool:
        """Whether the person wrote it."""
        return is_author(post, self.person)

    def price(self, post: Post) -> str:
        """What it cost or will cost by X's list, in dollars, such as `0.015` or `0.20`."""
        micro = post.estimated_micro_usd if post.spent_micro_usd is None else post.spent_micro_usd
        return f"{micro / _MICRO:.3f}".removesuffix("0")

    @property
    def compares(self) -> bool:
        """Whether it says of a post how it compares with others."""
        return any(each.usual for shown in self.performances.values() for each in shown.measurements)

    def typed(self, post: Post, action: str) -> Tried | None:
        """What the person typed for this action on this post, if it was refused."""
        return self.tried if self.tried and (self.tried.post_id, self.tried.action) == (post.id, action) else None


_ABOUT_TIME = frozenset({Rule.DATE_AND_WEEKDAY, Rule.NO_SUCH_DATE, Rule.OTHER_TIME})


class CalendarView:
    """Shows the agenda, moves posts and approves them."""

    def __init__(self, stores: CalendarStores, renderer: Renderer, deciding: PostDecisionViews) -> None:
        self._posts = stores.posts
        self._performances = stores.performances
        self._switch = stores.switch
        self._pictures = stores.pictures
        self._picture_files = stores.picture_files
        self._renderer = renderer
        self._deciding = deciding
        self._formatter = renderer.formatter
        self._agendas = AgendaReader(stores.posts, renderer.formatter.zone)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "calendar", self._show),
            Route("POST", "calendar/{post_id}/{action}", self._decide, Right.ACT),
        ]

    # The page

    def _show(self, visit: Visit) -> Response:
        query = visit.request.query
        action, post_id = query.get("done", ""), query.get("post", "")
        post = self._posts.get(post_id) if action in _COMMANDS and is_post_id(post_id) else None
        return self._page(visit, self._span(visit, query), done=Done(action, post) if post else None)

    def _page(
        self,
        visit: Visit,
        span: CalendarSpan,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        done: Done | None = None,
        tried: Tried | None = None,
    ) -> Response:
        """The page, or its part for a script, which replaces the calendar whichever form was sent."""
        person = visit.person
        if person.role is Role.DEPARTMENT:
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        agenda = self._agendas.read(span.days, person.id, visit.now)
        page = CalendarPage(
            span,
            agenda,
            today=self._today(visit),
            person=Decider(person.name, person_id=person.id),
            may_act=may(person, Right.ACT),
            pause=self._switch.current(),
            tried=tried,
            previews=self._previews(agenda.posts),
            performances=self._performances_of(agenda.posts, span),
        )
        values = {
            "page": page,
            "message": self._message(done) if done else "",
            "decided": done.post if done else None,
            "masked": masked,
            "rule_names": rule_names,
            "wrong_times": partial(self._wrong_times, now=visit.now),
        }
        if visit.request.is_fragment:
            retarget = {"HX_Retarget": "#calendar", "HX_Reswap": "outerHTML"}
            return html(self._renderer.part("calendar/_calendar.html.j2", visit, **values), status, **retarget)
        return html(self._renderer.page("calendar/calendar.html.j2", visit, **values), status)

    def _previews(self, posts: Sequence[Post]) -> Mapping[str, str]:
        """Addresses of the posts' pictures that are ready; without one, the page shows a picture's description."""
        ids = [picture.id for post in posts for picture in post.pictures]
        try:
            found = self._pictures.get_many(ids) if ids else {}
            ready = [picture.id for picture in found.values() if picture.state is PictureState.READY]
            return {picture_id: self._picture_files.preview_url(picture_id) for picture_id in ready}
        except (PicturesUnavailable, StoreBusy):
            return {}

    def _performances_of(self, posts: Sequence[Post], span: CalendarSpan) -> Mapping[str, ShownPerformance]:
        """How the posts perform, beside those before them; nothing if that can't be read now."""
        shown = {post.x_id for post in posts if post.state is PostState.PUBLISHED and post.x_id}
        if not shown:
            return {}
        since, until = (
            datetime.combine(day, time(), self._formatter.zone).astimezone(UTC)
            for day in (span.days[0], span.days[-1] + timedelta(days=1))
        )
        try:
            known = self._performances.between(since - COMPARED_WITH, until)
        except StoreBusy:
            return {}
        language = self._renderer.brand.language
        return {
            each.x_id: ShownPerformance(measurement_words(each, comparisons(each, known), language), each.gone_at)
            for each in known
            if each.x_id in shown
        }

    def _wrong_times(self, post: Post, now: datetime) -> Sequence[str]:
        """What the text says about days and times that is wrong when the post appears.

        That is another time than it was checked for once it was moved, or was held or not approved until now.
        """
        if not is_movable(post):
            return []
        brand, written_for = self._renderer.brand, post.written_for or post.publish_at
        context = CheckContext(brand, post.kind, max(post.publish_at, now), written_for=written_for)
        found = (each for each in findings_in(post.text, context) if each.rule in _ABOUT_TIME)
        return [sentence_of(each, brand.language) for each in found if each.rule not in post.overridden]

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self._formatter.zone).date()

    def _span(self, visit: Visit, values: Mapping[str, str]) -> CalendarSpan:
        """The days that are asked for; today if they are none that people have."""
        is_week = not values.get("day")
        try:
            day = date.fromisoformat(values.get("day") or values.get("week") or "")
        except ValueError:
            day = self._today(visit)
        is_possible = abs(day - self._today(visit)) < timedelta(days=10_000)
        return CalendarSpan(day if is_possible else self._today(visit), is_week)

    # Decisions

    def _decide(self, visit: Visit) -> Response:
        post_id, action = visit.params["post_id"], visit.params["action"]
        fields = visit.request.fields
        if action not in _COMMANDS or not is_post_id(post_id):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        span = self._span(visit, fields)
        decider = self._deciding.decider(visit, fields.get("version", ""))
        try:
            command = _COMMANDS[action](post_id, decider, _Typed(fields, self._formatter.zone))
            post = self._deciding.decisions(visit).perform(command)
        except (PostNotAccepted, DecisionRefused, _NoReason) as exc:
            status, tried = self._refused(exc, post_id, action, fields)
            return self._page(visit, span, status, tried=tried)
        if action == "rewrite":
            anew = f"write?from={post_id}"
            is_fragment = visit.request.is_fragment
            return Response(HTTPStatus.OK, headers={"hx-redirect": f"{ROOT}/{anew}"}) if is_fragment else redirect(anew)
        if visit.request.is_fragment:
            return self._page(visit, span, done=Done(action, post))
        return redirect(f"calendar?{span.query}&done={action}&post={post_id}#post-{post_id}")

    def _refused(
        self, exc: PostNotAccepted | DecisionRefused | _NoReason, post_id: str, action: str, fields: Mapping[str, str]
    ) -> tuple[HTTPStatus, Tried]:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(exc, DecisionRefused):
            status, sentence = self._deciding.status(exc), self._deciding.sentence(exc)
        elif isinstance(exc, PostNotAccepted):
            sentence = self._formatter.phrase(f"console.calendar.problem.{exc.code}", **exc.values)
        else:
            sentence = self._formatter.phrase("console.calendar.no_reason")
        why = cut(fields.get("why", ""), _REASON_BYTES)
        return status, Tried(post_id, action, sentence, fields.get("publish_at", ""), why)

    def _message(self, done: Done) -> str:
        """What the person's decision led to."""
        action, post = _NAMES.get(done.action, done.action), done.post
        variant = ".now" if action == "approve" and post.state is not PostState.SCHEDULED else ""
        at = self._formatter.moment(post.publish_at)
        return self._formatter.phrase(f"console.calendar.done.{action}{variant}", at=at)
