"""GET today/review: the day is reviewed, and something is left for the next report and the next shift."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import NamedTuple

from desk.cases.inbox import InboxRow
from desk.cases.model import Queue
from desk.day_reviews.store import BEFORE_CLOSING, LONGEST_LINE, LONGEST_NOTE, DayReview, DayReviews
from desk.posts.model import Post, PostState
from desk.promises.model import Promise
from desk.replies.forms import signed_name
from desk.staff.drafts import PersonalDraft
from desk.text import one_line
from desk.web.response import Response, html
from desk.working_time import span_of
from operator_console.app import Refused, Right, Route, Visit, redirect
from operator_console.items.personal_actions import sequence_in
from operator_console.shell.bar import visible_to
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.card import TodayStores, check, words_of
from operator_console.today.day import KeptCard, KeptPost
from operator_console.today.work import awaiting


class HandoverNotes(NamedTuple):
    """Notes that nobody has read, the oldest first."""

    notes: Sequence[DayReview]


class HandoverCard:
    """Notes of others: who wrote one knows it. Without one, the card is not there."""

    name = "handover"

    def __init__(self, reviews: DayReviews, snapshots: Snapshots) -> None:
        self._reviews = reviews
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> HandoverNotes | None:
        """See Card."""
        mine = signed_name(visit.person)
        recent = self._snapshots.part("day reviews", visit.now, lambda: self._reviews.recent(visit.now))
        notes = tuple(each for each in recent if each.is_unread and each.by != mine)
        return HandoverNotes(notes) if notes else None


_QUEUES = (Queue.TO_ANSWER, Queue.AT_DEPARTMENT)
_LOOKS_AHEAD = 14
"""Days in which the next working day is looked for."""
_PLANNED = 20
_TOO_LONG, _MOST = "console.review.problem.long", {"line": LONGEST_LINE, "note": LONGEST_NOTE}
_REQUEST = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class DayEnd(NamedTuple):
    """When the desk closes today, None on a day off, and from when on a review makes the evening digest."""

    closes_at: datetime | None
    reviewable_from: datetime | None

    def is_near(self, now: datetime) -> bool:
        """Whether the day ends soon, or has."""
        return self.reviewable_from is not None and now >= self.reviewable_from


class DayToReview(NamedTuple):
    """What the page lists. `next_day` is the next working day; `left` is what people left today."""

    kept: Sequence[KeptPost]
    promises: Sequence[Promise]
    late: Sequence[InboxRow]
    next_day: date
    planned: Sequence[Post]
    approvals: Sequence[Post]
    next_promises: Sequence[Promise]
    left: Sequence[DayReview]


class ReviewOfToday(NamedTuple):
    """What the card says: when the desk closes, and the last review of today, if there is one."""

    closes_at: datetime | None
    done: DayReview | None


class ReviewCard:
    """Leads to the review in the last hour, and says who has made it."""

    name = "day_review"

    def __init__(self, stores: TodayStores, snapshots: Snapshots, renderer: Renderer) -> None:
        self._reviews = stores.reviews
        self._snapshots = snapshots
        self._renderer = renderer

    def read(self, visit: Visit, _bar: Snapshot) -> ReviewOfToday | None:
        """See Card."""
        end, today = day_end(visit, self._renderer), _today(visit, self._renderer)
        if not end.is_near(visit.now):
            return None
        recent = self._snapshots.part("day reviews", visit.now, lambda: self._reviews.recent(visit.now))
        return ReviewOfToday(end.closes_at, next((each for each in reversed(recent) if each.day == today), None))


class ReviewView:
    """The page, its draft, and what is read of the notes."""

    def __init__(self, stores: TodayStores, snapshots: Snapshots, renderer: Renderer, kept: KeptCard) -> None:
        self._stores = stores
        self._reviews = stores.reviews
        self._drafts = stores.drafts
        self._snapshots = snapshots
        self._renderer = renderer
        self._kept = kept
        self._zone = renderer.formatter.zone

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "today/review", self._page),
            Route("POST", "today/review", self._finish, Right.ACT),
            Route("POST", "today/review/draft", self._save_draft, Right.ACT, changes=False),
            Route("POST", "today/handover/{review_id}/read", self._mark_read, Right.ACT),
        ]

    def _page(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> Response:
        check(visit)
        bar = self._snapshots.of_page(visit)
        draft = self._drafts.find(visit.person.id, self._draft_key(visit), visit.now)
        fields = visit.request.fields if problem else {}
        values = {
            "bar": bar,
            "day": self._day(visit, bar),
            "end": day_end(visit, self._renderer),
            "line": fields.get("line", draft.options.get("line", "") if draft else ""),
            "note": fields.get("note", draft.text.strip() if draft else ""),
            "sequence": draft.sequence if draft else 0,
            "longest_line": LONGEST_LINE,
            "longest_note": LONGEST_NOTE,
            "problem": problem,
            **words_of(visit, self._renderer),
        }
        return html(self._renderer.page("today/review.html.j2", visit, **values), status)

    def _day(self, visit: Visit, bar: Snapshot) -> DayToReview:
        """Read all of it; each list is short."""
        now, today = visit.now, _today(visit, self._renderer)
        tomorrow = datetime.combine(today + timedelta(days=1), time(), self._zone)
        next_day = self._next_working_day(today)
        until = datetime.combine(next_day + timedelta(days=1), time(), self._zone)
        promises = self._stores.promises.open(until)
        pages = [self._snapshots.rows((queue,), visible_to(visit.person), now) for queue in _QUEUES]
        planned = self._stores.posts.due(PostState.SCHEDULED, until=until, limit=_PLANNED)
        return DayToReview(
            kept=self._kept.all_of_today(visit),
            promises=[each for each in promises if each.due_at < tomorrow],
            late=sorted((row for page in pages for row in page.rows if row.due_at <= now), key=lambda row: row.due_at),
            next_day=next_day,
            planned=sorted((each for each in planned if each.publish_at >= tomorrow), key=lambda post: post.publish_at),
            approvals=awaiting(self._stores.posts, self._snapshots, bar, visit),
            next_promises=[each for each in promises if each.due_at >= tomorrow],
            left=[each for each in self._reviews.recent(now) if each.day == today],
        )

    def _next_working_day(self, today: date) -> date:
        days = (today + timedelta(days=ahead) for ahead in range(1, _LOOKS_AHEAD + 1))
        return next((day for day in days if span_of(day, self._renderer.brand)), today + timedelta(days=1))

    def _finish(self, visit: Visit) -> Response:
        """Store what is left, once however often the form is sent. Empty fields only say that the day was reviewed."""
        request = visit.request.field("request")
        line, note = one_line(visit.request.field("line")), _text_in(visit)
        if not _REQUEST.fullmatch(request):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        if len(line) > LONGEST_LINE or len(note) > LONGEST_NOTE:
            sentence = self._renderer.formatter.phrase(_TOO_LONG, **_MOST)
            return self._page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, sentence)
        today, by = _today(visit, self._renderer), signed_name(visit.person)
        self._reviews.add(DayReview(request, today, line, note, by, visit.now))
        self._drafts.discard(visit.person.id, self._draft_key(visit), sequence_in(visit.request.fields), visit.now)
        return redirect("today/review")

    def _save_draft(self, visit: Visit) -> Response:
        """Save what the person has typed so far."""
        line, note = one_line(visit.request.field("line")), _text_in(visit)
        if len(line) > LONGEST_LINE or len(note) > LONGEST_NOTE:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, _TOO_LONG, **_MOST)
        text = note or (" " if line else "")  # a draft without a text is none
        draft = PersonalDraft(text, {"line": line}, 0, sequence_in(visit.request.fields), visit.now)
        self._drafts.save(visit.person.id, self._draft_key(visit), draft)
        return Response(HTTPStatus.NO_CONTENT)

    def _mark_read(self, visit: Visit) -> Response:
        """Say that the person has read a note; one that is gone or was read before is no error."""
        for each in self._reviews.recent(visit.now):
            if each.id == visit.params["review_id"]:
                self._reviews.mark_read(each, signed_name(visit.person), visit.now)
        return redirect("today")

    def _draft_key(self, visit: Visit) -> str:
        return f"review-{_today(visit, self._renderer)}"


def day_end(visit: Visit, renderer: Renderer) -> DayEnd:
    """When the desk closes on the day of the visit."""
    span = span_of(_today(visit, renderer), renderer.brand)
    return DayEnd(span[1], span[1] - BEFORE_CLOSING) if span else DayEnd(None, None)


def _today(visit: Visit, renderer: Renderer) -> date:
    return visit.now.astimezone(renderer.formatter.zone).date()


def _text_in(visit: Visit) -> str:
    return visit.request.field("note").replace("\r\n", "\n").strip()
