"""GET people/regulars: who replies to the greeting on most mornings, and who used to."""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import NamedTuple

from desk.attendance.rows import is_regular, row_count
from desk.attendance.store import MORNINGS_KEPT, AttendanceRecord
from desk.web.response import Response, html
from desk.x.model import Author
from operator_console.app import Refused, Route, Visit
from operator_console.people.stores import PeopleStores
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

MISSED_AFTER = timedelta(days=7)
"""A regular who has not replied for so long is missed."""

_LISTED = 100


class Regular(NamedTuple):
    """A regular. `mornings` of the last `of` mornings they replied; `in_a_row` is 0 once the row has ended.

    `since_start`: the row is as long as the desk has records.
    """

    author_id: str
    author: Author | None
    mornings: int
    of: int
    in_a_row: int
    last: date
    since_start: bool = False


class Regulars(NamedTuple):
    """The regulars who come, longest row first, and those who are missed, the last seen first; and how many of each."""

    present: Sequence[Regular]
    missed: Sequence[Regular]
    present_count: int
    missed_count: int


def regulars_of(records: Sequence[AttendanceRecord], greeted: Sequence[date], today: date) -> Regulars:
    """The regulars among these records; `greeted` are the mornings with a greeting, oldest first."""
    found = [_regular(each, greeted) for each in records if each.mornings and _was_regular(each, greeted)]
    present = [each for each in found if today - each.last < MISSED_AFTER]
    missed = [each for each in found if today - each.last >= MISSED_AFTER]
    present.sort(key=lambda each: (-each.in_a_row, -each.mornings, each.author_id))
    missed.sort(key=lambda each: (each.last, each.mornings, each.author_id), reverse=True)
    return Regulars(present[:_LISTED], missed[:_LISTED], len(present), len(missed))


def _was_regular(record: AttendanceRecord, greeted: Sequence[date]) -> bool:
    """Whether the person was a regular when they last replied."""
    return is_regular(record.mornings, [each for each in greeted if each <= record.mornings[-1]])


def _regular(record: AttendanceRecord, greeted: Sequence[date]) -> Regular:
    recent = list(greeted)[-MORNINGS_KEPT:]
    last = record.mornings[-1]
    in_a_row = record.in_a_row if greeted and last >= greeted[-1] else 0
    return Regular(
        record.author_id,
        record.author,
        mornings=sum(each in record.mornings for each in recent),
        of=len(recent),
        in_a_row=in_a_row,
        last=last,
        since_start=row_count(in_a_row, last, greeted, ()).since_start,
    )


class RegularsPage:
    """Shows the regulars as the digests recorded them."""

    def __init__(self, stores: PeopleStores, renderer: Renderer) -> None:
        self._attendance = stores.attendance
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The route of this module."""
        return [Route("GET", "people/regulars", self._show)]

    def _show(self, visit: Visit) -> Response:
        """The regulars, and those who are missed."""
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        today = visit.now.astimezone(self._renderer.formatter.zone).date()
        regulars = regulars_of(self._attendance.all_records(), self._attendance.mornings(), today)
        values = {"tab": "regulars", "regulars": regulars, "limit": _LISTED}
        return html(self._renderer.page("people/regulars.html.j2", visit, **values))
