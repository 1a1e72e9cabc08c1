"""GET trial, POST trial/{release|hand|close}: what the desk would do, while a person decides about each case."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from desk.cases.inbox import COUNTED, Count, Inbox, InboxRow
from desk.cases.model import Queue
from desk.cases.store import CaseStore
from desk.cases.trial import TrialFigures, TrialStore
from desk.mentions.model import StoredMention
from desk.mentions.store import MentionStore
from desk.private_numbers import masked
from desk.reading import Safety
from desk.replies.forms import Action
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, redirect
from operator_console.items.personal_actions import PersonalActions
from operator_console.items.rows import CaseRow, case_row
from operator_console.items.several import MOST, BulkResult, NotDone, Several
from operator_console.shell.bar import sees_all
from operator_console.shell.phrases import near_moment, span_text
from operator_console.shell.render import Renderer

if TYPE_CHECKING:
    from desk.replies.perform import Handed

SHOWN = 50
"""Cases that the page shows at once."""

_ACTIONS = (Action.RELEASE, Action.HAND, Action.CLOSE)
_REASONS = 3
_DONE = frozenset(_ACTIONS)


class TrialRow(NamedTuple):
    """A case that waits: its row, the text of its newest mention, why it was read so, and when its author asked."""

    row: CaseRow
    department: str
    kind: str
    text: str
    reasons: Sequence[str]
    asked: str
    safety: Safety | None
    has_ended: bool
    """Whether its department is not in trial any more."""


class DepartmentReport(NamedTuple):
    """What the trial shows of one department. `waiting` cases are still to be decided, `oldest` since when, as text.

    `proposed` is all of its cases: `figures.decided` and those that wait. `mails_a_day` is an average over all days
    since the first.
    """

    department: str
    figures: TrialFigures
    waiting: Count
    oldest: str
    mails_a_day: str

    @property
    def proposed(self) -> str:
        """How many cases were proposed for it."""
        number = self.waiting.number + self.figures.decided
        return f"{number}+" if self.waiting.or_more else str(number)


class TrialPage(NamedTuple):
    """The page: cases that wait, those with danger first, and the reports. `ended` are of departments that are live."""

    rows: Sequence[TrialRow]
    waiting: Count
    has_more: bool
    reports: Sequence[DepartmentReport]
    is_running: bool

    @property
    def ended(self) -> Sequence[TrialRow]:
        """Cases of a trial that is over, about which a person decides."""
        return [row for row in self.rows if row.has_ended]


class TrialPageStores(NamedTuple):
    """What the page reads."""

    inbox: Inbox
    cases: CaseStore
    mentions: MentionStore
    trial: TrialStore


class TrialView:
    """Shows the cases of the trial, releases and corrects them."""

    def __init__(self, stores: TrialPageStores, actions: PersonalActions, renderer: Renderer) -> None:
        self._stores = stores
        self._actions = actions
        self._several = Several(actions, renderer.formatter)
        self._renderer = renderer
        self._formatter = renderer.formatter
        self._brand = renderer.brand

    def routes(self) -> list[Route]:
        """The routes of this module."""
        acts = [Route("POST", f"trial/{action}", partial(self._act, action), Right.ACT) for action in _ACTIONS]
        return [Route("GET", "trial", self._show), Route("GET", "trial/figures", self._figures), *acts]

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        done = visit.request.query.get("done", "")
        number = number_in(visit.request.query.get("count", ""), MOST)
        result = BulkResult(number) if number is not None and done in _DONE else None
        return self._page(visit, result, done)

    def _page(self, visit: Visit, result: BulkResult | None, action: str) -> Response:
        values = {"trial": self._trial(visit), "result": result, "action": action, "most": MOST}
        if visit.request.is_fragment:
            return html(self._renderer.part("trial/_trial.html.j2", visit, **values))
        return html(self._renderer.page("trial/trial.html.j2", visit, **values))

    # Decisions

    def _act(self, action: Action, visit: Visit) -> Response:
        """Act on each case for itself, at the version that its row showed; each department gets one mail about all."""
        handed: list[Handed] = []
        is_one = bool(visit.request.field("row"))
        result = self._several.act(visit, action, later=handed, is_one=is_one)
        failures = self._actions.notify_together(visit, handed) if handed else {}
        not_notified = [NotDone(key, self._formatter.phrase("answer.done.not_notified")) for key in failures]
        result = result._replace(done=result.done - len(not_notified), not_done=[*result.not_done, *not_notified])
        if not visit.request.is_fragment:
            is_whole = not result.not_done and not result.left.total
            return (
                redirect(f"trial?done={action}&count={result.done}") if is_whole else self._page(visit, result, action)
            )
        if is_one:
            return self._row_done(visit, action, result)
        return self._page(visit, result, action)

    def _row_done(self, visit: Visit, action: Action, result: BulkResult) -> Response:
        """One row of a page with scripts: nothing remains of it, and the figures are renewed; or the problem."""
        if result.not_done:
            failed = result.not_done[0]
            part = self._renderer.part("shell/_problem.html.j2", visit, sentence=failed.sentence)
            place = {"hx_retarget": f"#problem-{failed.key}", "hx_reswap": "innerHTML"}
            return html(part, HTTPStatus.CONFLICT, **place)
        say = self._formatter.phrase
        done = {"text": say(f"console.trial.done.{action}", count=1)}
        return html(self._figures_part(visit), hx_trigger=json.dumps({"decided": done}))

    def _figures(self, visit: Visit) -> Response:
        """The figures as they are now, for a page that is left open."""
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        return html(self._figures_part(visit))

    def _figures_part(self, visit: Visit) -> str:
        return self._renderer.part("trial/_figures_alone.html.j2", visit, trial=self._trial(visit, with_rows=False))

    # What the page shows

    def _trial(self, visit: Visit, *, with_rows: bool = True) -> TrialPage:
        waiting = self._stores.inbox.page([Queue.TRIAL], limit=COUNTED)
        at_risk = self._at_risk()
        all_rows = [*at_risk, *waiting.rows]
        shown = all_rows[:SHOWN]
        count = waiting.counts[Queue.TRIAL].plus(len(at_risk))
        return TrialPage(
            rows=self._rows(shown, visit.now) if with_rows else (),
            waiting=count,
            has_more=len(all_rows) > len(shown) or count.or_more,
            reports=list(self._reports(all_rows, visit.now, or_more=count.or_more)),
            is_running=self._brand.has_trial,
        )

    def _at_risk(self) -> Sequence[InboxRow]:
        """Rows of the operator's queue that wait for a release as well: somebody may be at risk."""
        pressing = self._stores.inbox.pressing(limit=COUNTED).rows
        rows = [row for row in pressing if row.open_safety and row.queue is Queue.TO_ANSWER]
        cases = self._stores.cases.get_many([row.case_id for row in rows]) if rows else {}
        return [row for row in rows if row.case_id in cases and cases[row.case_id].awaits_release]

    def _rows(self, rows: Sequence[InboxRow], now: datetime) -> Sequence[TrialRow]:
        newest = self._newest_mentions(rows)
        return [self._row(row, newest.get(row.case_id), now) for row in rows]

    def _newest_mentions(self, rows: Sequence[InboxRow]) -> Mapping[str, StoredMention]:
        """The newest mention of each case, as far as its words are still there; two reads for the whole page."""
        cases = self._stores.cases.get_many([row.case_id for row in rows]) if rows else {}
        newest = {key: case.mention_ids[-1] for key, case in cases.items() if case.mention_ids}
        stored = self._stores.mentions.get_many(list(newest.values())) if newest else {}
        return {key: stored[mention_id] for key, mention_id in newest.items() if mention_id in stored}

    def _row(self, row: InboxRow, newest: StoredMention | None, now: datetime) -> TrialRow:
        shown = case_row(row, now, self._formatter)
        reading = newest.outcome.reading if newest and newest.outcome else None
        return TrialRow(
            row=shown,
            department=row.department,
            kind=self._formatter.kind(row.label),
            text=masked(newest.mention.post.text) if newest else shown.excerpt,
            reasons=self._formatter.reasons_of(reading)[:_REASONS] if reading else (),
            asked=near_moment(row.asked_at, now, self._formatter),
            safety=row.open_safety,
            has_ended=not self._brand.in_trial(row.department),
        )

    def _reports(self, rows: Sequence[InboxRow], now: datetime, *, or_more: bool) -> Iterable[DepartmentReport]:
        """A report for each department that is in trial, or was: the departments of desk.yaml in their order."""
        figures = {each.department: each for each in self._stores.trial.figures()}
        waiting = Counter(row.department for row in rows)
        oldest: dict[str, datetime] = {}
        for row in rows:
            oldest[row.department] = min(row.asked_at, oldest.get(row.department, row.asked_at))
        known = [*self._brand.departments, *sorted({*figures, *waiting} - self._brand.departments.keys())]
        today = self._day(now)
        for department in known:
            if department in figures or department in waiting or self._brand.in_trial(department):
                found = figures.get(department, TrialFigures(department))
                since = oldest.get(department)
                yield DepartmentReport(
                    department=department,
                    figures=found,
                    waiting=Count(waiting[department], or_more=or_more),
                    oldest=span_text(now - since, self._formatter) if since else "",
                    mails_a_day=found.mails_a_day(today, self._day(found.since)) if found.since else "",
                )

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._formatter.zone).date()
