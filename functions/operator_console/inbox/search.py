"""GET search: finds cases and mentions by number, address, handle or words, and says how far it has looked."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from desk.cases.author_cases import AuthorCase
from desk.cases.model import is_case_id
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Route, Visit, redirect
from operator_console.inbox.mention_rows import MentionRow, MentionRows
from operator_console.inbox.stores import InboxStores
from operator_console.shell.render import Renderer

_SHOWN = 50
_LONGEST = 200
_MOST_WORDS = 5
_FEW = 3
_FARTHEST = 365  # days
_DAY = timedelta(days=1)
_AUTHORS = 3
_OPEN_FOR = 30
"""Days. The words of a case are kept for `words_days` after it is closed; a search looks back this much farther."""
_STATUS = re.compile(r"/status(?:es)?/([0-9]{1,20})(?![0-9])", re.ASCII)
_POST_ID = re.compile(r"([0-9]{8,20})", re.ASCII)
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?(?:x|twitter)\.com/([A-Za-z0-9_]{1,15})/?", re.ASCII)
_HANDLE = re.compile(r"(@?)([A-Za-z0-9_]{1,15})", re.ASCII)
_LOOKS_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


class DayOfResults(NamedTuple):
    """The mentions of one day that were found, the newest first."""

    day: date
    rows: list[MentionRow]


class SearchView:
    """The search page, and its part for what is earlier."""

    def __init__(self, stores: InboxStores, renderer: Renderer) -> None:
        self._search = stores.search
        self._rows = MentionRows(stores, renderer)
        self._kept_days = min(renderer.brand.words_days + _OPEN_FOR, _FARTHEST)
        self._cases = stores.cases
        self._renderer = renderer
        self._formatter = renderer.formatter

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "search", self._show), Route("GET", "search/few", self._few)]

    def _few(self, visit: Visit) -> Response:
        """The newest posts of a day back that have the words, to be shown beside something else."""
        words = visit.request.query.get("q", "").split()[:_MOST_WORDS]
        today = self._day(visit.now)
        found = self._search.back_from(today, days=2, words=words, handle=None, most=_FEW) if words else None
        rows = self._rows.visible(visit, [each.mention_id for each in found.mentions]) if found else []
        return html(self._renderer.part("inbox/_few.html.j2", visit, rows=rows))

    def _show(self, visit: Visit) -> Response:
        """A number or an address opens what it names; a handle or words are looked for in all days that are kept."""
        typed = " ".join(visit.request.query.get("q", "").split())[:_LONGEST]
        key = self._named(visit, typed)
        if key:
            return redirect(f"inbox/all/{key}")
        today = visit.now.astimezone(self._formatter.zone).date()
        begin = number_in(visit.request.query.get("days", ""), _FARTHEST) or 0
        words, handle = _words_and_handle(typed)
        days = min(self._kept_days, _FARTHEST - begin + 1)
        found = self._search.back_from(today - begin * _DAY, days=days, words=words, handle=handle, most=_SHOWN)
        rows = self._rows.visible(visit, [each.mention_id for each in found.mentions])
        is_cut = len(found.mentions) == _SHOWN
        last_day = self._day(found.mentions[-1].created_at) if is_cut else found.last_day
        further = (today - last_day).days + 1
        values = {
            "typed": typed,
            "found": [
                DayOfResults(day, list(of_day)) for day, of_day in groupby(rows, lambda row: self._day(row.created_at))
            ],
            "cases": self._cases_of(visit, {each.author_id for each in found.mentions}) if handle and not begin else [],
            "is_cut": is_cut,
            "count": len(rows),
            "last_day": last_day,
            "days": further if typed and further <= _FARTHEST else None,
        }
        if visit.request.is_fragment:
            return html(self._renderer.part("inbox/_found.html.j2", visit, **values))
        return html(self._renderer.page("inbox/search.html.j2", visit, **values))

    def _day_of_row(self, row: MentionRow) -> date:
        return self._day(row.created_at)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._formatter.zone).date()

    def _named(self, visit: Visit, typed: str) -> str | None:
        """The key of the case or mention that a number or an address names, if the person may see it."""
        number = re.sub(r"[\s-]", "", typed).upper().translate(_LOOKS_ALIKE)
        case_id = f"{number[:5]}-{number[5:]}"
        if is_case_id(case_id):
            case = self._cases.get(case_id)
            if case and visit.person.sees(case.department):
                return case.id
        post = _STATUS.search(typed) or _POST_ID.fullmatch(typed)
        rows = self._rows.visible(visit, [post[1]]) if post else []
        return rows[0].key if rows else None

    def _cases_of(self, visit: Visit, authors: Collection[str]) -> list[AuthorCase]:
        """The recent cases of the author that the handle names; of several authors, handles have changed hands."""
        since = visit.now - timedelta(days=_FARTHEST)
        cases = [case for author in sorted(authors)[:_AUTHORS] for case in self._cases.author_cases(author, since)]
        return [case for case in cases if visit.person.sees(case.department)]


def _words_and_handle(typed: str) -> tuple[list[str], str | None]:
    """What to look for: an address of a profile or @handle is a handle, one Latin word may be, others are words."""
    profile, handle = _PROFILE.fullmatch(typed), _HANDLE.fullmatch(typed)
    if profile:
        return [], profile[1]
    if handle and handle[1]:
        return [], handle[2]
    return typed.split()[:_MOST_WORDS], handle[2] if handle else None
