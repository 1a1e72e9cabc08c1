"""GET case/{key}/suggestions: texts that a person may insert into the reply to a case or mention."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from desk.cases.model import is_case_id
from desk.cases.store import CaseStore
from desk.mentions.store import MentionStore
from desk.people.saved_replies import SavedReply, SavedReplyStore
from desk.reading import OPERATOR
from desk.replies.placeholders import author_values, case_values, filled
from operator_console.app import Refused, Route
from operator_console.http import Response, Visit, html
from operator_console.render import Renderer
from operator_console.saved_replies import has_words

LETTERS = 5
"""Texts that have a key of their own: Alt+1 to Alt+5."""
_LISTED = 8
_MENTION_KEY = re.compile(r"m([0-9]{1,20})", re.ASCII)


class Matter(NamedTuple):
    """What a reply is to answer: department, kind ("" before it was read), and what fills the places of a text."""

    department: str
    kind: str
    values: Mapping[str, str]


class SuggestionsView:
    """Shows the saved replies that fit a case or a mention."""

    def __init__(self, cases: CaseStore, mentions: MentionStore, replies: SavedReplyStore, renderer: Renderer) -> None:
        self._cases = cases
        self._mentions = mentions
        self._replies = replies
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [Route("GET", "case/{key}/suggestions", self._show)]

    def _show(self, visit: Visit) -> Response:
        """Both lists, in place of the section that asked for them; without a script a page of their own."""
        key = visit.params["key"]
        matter, words = self._matter(visit, key), visit.request.query.get("q", "").strip()
        today = visit.now.astimezone(self._renderer.formatter.zone).date()
        offered = [reply for reply in self._replies.all() if reply.is_offered(today)]
        found = by_fit([reply for reply in offered if has_words(reply, words)], matter, only_fitting=not words)
        values = {
            "key": key,
            "words": words,
            "replies": [(reply, filled(reply.text, matter.values)) for reply in found[:_LISTED]],
            "more": max(0, len(found) - _LISTED),
            "first": 1,
            "letters": LETTERS,
        }
        if visit.request.is_fragment:
            return html(self._renderer.part("suggestions.html.j2", visit, **values), hx_reswap="outerHTML")
        return html(self._renderer.page("suggestions_page.html.j2", visit, **values))

    def _matter(self, visit: Visit, key: str) -> Matter:
        """Raises Refused (404) if there is no such case or mention, or if the person must not see it."""
        found = self._of_case(visit, key) if is_case_id(key) else self._of_mention(key)
        if found is None or not visit.person.sees(found.department):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        return found

    def _of_case(self, visit: Visit, case_id: str) -> Matter | None:
        case = self._cases.get(case_id)
        if case is None:
            return None
        return Matter(case.department, case.kind, case_values(case, self._renderer.brand, visit.now))

    def _of_mention(self, key: str) -> Matter | None:
        named = _MENTION_KEY.fullmatch(key)
        stored = self._mentions.get_many([named[1]]).get(named[1]) if named else None
        if stored is None:
            return None
        reading = stored.outcome.reading if stored.outcome else None
        department = (reading.department if reading else None) or OPERATOR
        values = author_values(stored.mention.post.author, department, self._renderer.brand)
        return Matter(department, reading.kind if reading else "", values)


def by_fit(replies: Sequence[SavedReply], matter: Matter, *, only_fitting: bool) -> list[SavedReply]:
    """The replies, those of the matter's department and kind first; `only_fitting` leaves out those of others."""
    fitting = [reply for reply in replies if _fits(reply, matter)]
    others = [] if only_fitting else [reply for reply in replies if not _fits(reply, matter)]
    return sorted(fitting, key=lambda reply: -bool(reply.department) * 2 - bool(reply.kind)) + others


def _fits(reply: SavedReply, matter: Matter) -> bool:
    return reply.department in {"", matter.department} and reply.kind in {"", matter.kind}
