"""GET palette: what the palette finds beyond the open page, as JSON: people and cases by name, and all pages.

People and cases are those with a row in the inbox. They are shared for two seconds, as what pages poll: somebody who
types asks for each letter. What has no row any more is found by the search, to which the palette leads as well.
"""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus

from desk.cases.inbox import Inbox, InboxRow
from desk.cases.model import Queue
from desk.web.response import Response
from operator_console.app import Route, Visit
from operator_console.shell.bar import visible_to
from operator_console.shell.navigation import navigation_of
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshots

_SHOWN = 6
"""Of people, and of cases."""
_LOOKED_AT = 300
"""Rows, those first whose answer is due soonest."""
_LONGEST = 60
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST, _LAST, _PER_INITIAL = ord("가"), ord("힣"), 588


class PaletteView:
    """Answers what somebody types into the palette. Nothing of it is logged."""

    def __init__(self, inbox: Inbox, snapshots: Snapshots, renderer: Renderer) -> None:
        self._inbox = inbox
        self._snapshots = snapshots
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "palette", self._show)]

    def _show(self, visit: Visit) -> Response:
        """Without `q` the pages alone, with it the people and the cases that it names."""
        typed = plain(visit.request.query.get("q", "")[:_LONGEST])
        found = self._found(visit, typed) if typed else {"pages": self._pages(visit)}
        headers = {"content-type": "application/json", "cache-control": "private, no-store"}
        return Response(HTTPStatus.OK, json.dumps(found, ensure_ascii=False), headers)

    def _pages(self, visit: Visit) -> list[dict[str, str]]:
        say = self._renderer.formatter.phrase
        places = navigation_of(visit.person, self._snapshots.at(visit), "", {}).places
        return [
            {"label": say(entry.phrase), "note": say(f"console.place.{place.name}"), "path": entry.path}
            for place in places
            for entry in place.entries
        ]

    def _found(self, visit: Visit, typed: str) -> dict[str, list[dict[str, str]]]:
        say = self._renderer.formatter.phrase
        people: dict[str, list[InboxRow]] = {}
        cases = []
        for row in self._seen(visit):
            if row.author and _names(typed, row.author.name, f"@{row.author.username}"):
                people.setdefault(row.author_id, []).append(row)
                cases.append(row)
            elif plain(row.case_id).startswith(typed):
                cases.append(row)
        of_people = [(rows[0].author, len(rows)) for rows in people.values()]
        return {
            "people": [
                {
                    "label": author.name,
                    "note": f"@{author.username} · {say('console.palette.cases', count=count)}",
                    "path": f"search?q=@{author.username}",
                }
                for author, count in of_people[:_SHOWN]
                if author
            ],
            "cases": [
                {
                    "label": f"{row.author.name if row.author else say('console.row.unknown')} · {row.excerpt}",
                    "note": row.case_id,
                    "path": f"inbox/all/{row.case_id}",
                }
                for row in cases[:_SHOWN]
            ],
        }

    def _seen(self, visit: Visit) -> Sequence[InboxRow]:
        """The rows that the person sees. Raises StoreBusy."""
        chosen = visible_to(visit.person)
        key = f"palette {chosen.departments and sorted(chosen.departments)}"
        read = lambda: self._inbox.page(tuple(Queue), chosen, limit=_LOOKED_AT, most_pages=1).rows  # noqa: E731 - as there
        return self._snapshots.part(key, visit.now, read)


def _names(typed: str, *names: str) -> bool:
    return any(typed in plain(name) or (_is_of_initials(typed) and typed in initials_of(name)) for name in names)


def _is_of_initials(typed: str) -> bool:
    return all(letter in _INITIALS for letter in typed)


def plain(text: str) -> str:
    """The text as it is compared: without capitals, blanks and hyphens."""
    return re.sub(r"[\s-]", "", text).casefold()


def initials_of(text: str) -> str:
    """The initials of its Hangul syllables: ㄱㄷㅎ of 김도현. Other letters are left out."""
    codes = (ord(letter) for letter in text)
    return "".join(_INITIALS[(code - _FIRST) // _PER_INITIAL] for code in codes if _FIRST <= code <= _LAST)
