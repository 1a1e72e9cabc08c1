"""GET costs: what the desk has spent on X, and what has stopped."""

import sys
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from desk.brand import Purpose
from desk.web.response import Response, html
from desk.x.budget import Limit, ceilings
from desk.x.sentences import sentence_of
from desk.x.stops import SpendView, purposes_of
from operator_console.app import Refused, Route, Visit
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer


class Spent(NamedTuple):
    """What was spent in a day or month, and its budget, in micro-dollars."""

    name: str
    micro_usd: int
    budget: int


class PurposeRow(NamedTuple):
    """A purpose: its spend, what it may spend in a day (None: no limit of its own), and at how many percent it stops.

    `stops_at` is None if it never stops. `is_stopped` says whether it has stopped.
    """

    purpose: Purpose
    today: int
    month: int
    at_most: int | None
    stops_at: int | None
    is_stopped: bool


class CostsView:
    """Shows the page to people who see the whole desk."""

    def __init__(self, spend: SpendView, renderer: Renderer) -> None:
        self._spend = spend
        self._renderer = renderer
        self._brand = renderer.brand

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "costs", self._show)]

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        summary, budget = self._spend.at(visit.now), self._brand.x_budget
        stopped = {each.purpose for each in summary.stopped}
        rows = [
            PurposeRow(
                purpose,
                summary.today.by_purpose.get(purpose, 0),
                summary.month_of(purpose),
                ceilings(budget, purpose).get(Limit.PURPOSE),
                None if purpose is Purpose.PUBLISHING else budget.stops_at.get(purpose, 100),
                purpose in stopped,
            )
            for purpose in purposes_of(self._brand)
        ]
        values = {
            "stopped": [(each.purpose, sentence_of(each, self._brand)) for each in summary.stopped],
            "sums": self._sums(summary.today.usage.micro_usd, summary.month_micro_usd),
            "pace": summary.month_at_this_pace(),
            "budget": budget,
            "calls": summary.today.usage.calls,
            "rows": sorted(rows, key=_stops),
            "usd": usd,
        }
        return html(self._renderer.page("costs/costs.html.j2", visit, **values))

    def _sums(self, today: int, month: int) -> Sequence[Spent]:
        budget = self._brand.x_budget
        return Spent("today", today, budget.day), Spent("month", month, budget.month)


def _stops(row: PurposeRow) -> int:
    """What stops first comes first, and what never stops last."""
    return row.stops_at if row.stops_at is not None else sys.maxsize


def usd(micro_usd: int) -> str:
    """Dollars and cents, rounded up to a cent."""
    return f"{-(-micro_usd // 10_000) / 100:,.2f}"
