"""GET search: finds cases and mentions by number, address, handle or words, and says how far it has looked."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, is_case_id
from desk.formatting.formatter import clean_lines
from desk.mentions.heard import is_over
from desk.mentions.model import Source, StoredMention
from desk.private_numbers import masked
from desk.text import cut
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Route, Visit, redirect
from operator_console.inbox.stores import InboxStores
from operator_console.items.visible import department_of
from operator_console.shell.phrases import handle_of, near_moment
from operator_console.shell.render import Renderer

_SHOWN = 50
_LONGEST = 200
_MOST_WORDS = 5
_FARTHEST = 365  # days
_AUTHORS = 3
_TEXT = 600  # bytes
_STATUS = re.compile(r"/status(?:es)?/([0-9]{1,20})(?![0-9])", re.ASCII)
_POST_ID = re.compile(r"([0-9]{8,20})", re.ASCII)
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?(?:x|twitter)\.com/([A-Za-z0-9_]{1,15})/?", re.ASCII)
_HANDLE = re.compile(r"(@?)([A-Za-z0-9_]{1,15})", re.ASCII)
_LOOKS_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


class SearchResult(NamedTuple):
    """A mention that was found; it opens with its case if it has one. `is_heard`: listening found it."""

    key: str
    handle: str
    text: str
    lang: str
    at: str
    at_iso: str
    place: str
    is_heard: bool


class SearchView:
    """The search page, and its part for one day more."""

    def __init__(self, stores: InboxStores, renderer: Renderer) -> None:
        self._search = stores.search
        self._mentions = stores.mentions
        self._cases = stores.cases
        self._renderer = renderer
        self._formatter = renderer.formatter

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "search", self._show)]

    def _show(self, visit: Visit) -> Response:
        """A number or an address opens what it names; a handle or words are looked for in one day, today at first."""
        typed = " ".join(visit.request.query.get("q", "").split())[:_LONGEST]
        key = self._named(visit, typed)
        if key:
            return redirect(f"inbox/all/{key}")
        days = number_in(visit.request.query.get("days", ""), _FARTHEST) or 0
        day = visit.now.astimezone(self._formatter.zone).date() - timedelta(days=days)
        words, handle = _words_and_handle(typed)
        found = self._search.in_day(day, words=words, handle=handle, most=_SHOWN)
        hits = self._visible(visit, [each.mention_id for each in found])
        values = {
            "typed": typed,
            "day": day,
            "hits": hits,
            "cases": self._cases_of(visit, {each.author_id for each in found}) if handle else [],
            "is_cut": len(found) == _SHOWN,
            "days": days + 1 if typed and days < _FARTHEST else None,
            "earlier_day": day - timedelta(days=1),
        }
        if visit.request.is_fragment:
            return html(self._renderer.part("inbox/_search_day.html.j2", visit, **values))
        return html(self._renderer.page("inbox/search.html.j2", visit, **values))

    def _named(self, visit: Visit, typed: str) -> str | None:
        """The key of the case or mention that a number or an address names, if the person may see it."""
        number = re.sub(r"[\s-]", "", typed).upper().translate(_LOOKS_ALIKE)
        case_id = f"{number[:5]}-{number[5:]}"
        if is_case_id(case_id):
            case = self._cases.get(case_id)
            if case and visit.person.sees(case.department):
                return case.id
        post = _STATUS.search(typed) or _POST_ID.fullmatch(typed)
        hits = self._visible(visit, [post[1]]) if post else []
        return hits[0].key if hits else None

    def _cases_of(self, visit: Visit, authors: Collection[str]) -> list[AuthorCase]:
        """The recent cases of the author that the handle names; of several authors, handles have changed hands."""
        since = visit.now - timedelta(days=_FARTHEST)
        cases = [case for author in sorted(authors)[:_AUTHORS] for case in self._cases.author_cases(author, since)]
        return [case for case in cases if visit.person.sees(case.department)]

    def _visible(self, visit: Visit, mention_ids: Sequence[str]) -> list[SearchResult]:
        """Those of the mentions that have words and that the person may see, in this order."""
        stored = self._mentions.get_many(mention_ids) if mention_ids else {}
        case_ids = {each.outcome.case_id for each in stored.values() if each.outcome and each.outcome.case_id}
        cases = self._cases.get_many(case_ids) if case_ids else {}
        shown = (stored[each] for each in mention_ids if each in stored and not is_over(stored[each], visit.now))
        hits = (self._hit(visit, each, cases) for each in shown)
        return [hit for hit in hits if hit]

    def _hit(self, visit: Visit, stored: StoredMention, cases: Mapping[str, Case]) -> SearchResult | None:
        """A mention belongs to its case's department, wherever that was handed over to."""
        outcome, post = stored.outcome, stored.mention.post
        case = cases.get(outcome.case_id) if outcome and outcome.case_id else None
        department = case.department if case else department_of(stored)
        if not visit.person.sees(department):
            return None
        say = self._formatter.phrase
        state = say(f"case.state.{case.state}") if case else say("console.search.no_case")
        return SearchResult(
            key=case.id if case else f"m{post.id}",
            handle=handle_of(post.author, self._formatter),
            text=masked(cut(clean_lines(post.text), _TEXT)),
            lang=post.lang,
            at=near_moment(post.created_at, visit.now, self._formatter),
            at_iso=self._formatter.iso(post.created_at),
            place=f"{self._formatter.department(department)} · {state}",
            is_heard=stored.mention.source is Source.LISTENING,
        )


def _words_and_handle(typed: str) -> tuple[list[str], str | None]:
    """What to look for: an address of a profile or @handle is a handle, one Latin word may be, others are words."""
    profile, handle = _PROFILE.fullmatch(typed), _HANDLE.fullmatch(typed)
    if profile:
        return [], profile[1]
    if handle and handle[1]:
        return [], handle[2]
    return typed.split()[:_MOST_WORDS], handle[2] if handle else None
