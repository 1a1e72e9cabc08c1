"""GET favourites: the posts that the account liked or people kept, searchable, with notes for colleagues."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from desk.case_view.conversation import ConversationEntry, EntryKind, linked
from desk.favourites.store import FavouriteNote, FavouriteStore, KeptFavourite, keep_of
from desk.i18n import spoken_month
from desk.private_numbers import masked
from desk.replies.forms import signed_name
from desk.text import one_line
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may, redirect, with_undo
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

ON_A_PAGE = 50

LOOKED_AT = 1_000
"""Favourites that one search looks at; it can be continued behind them."""

LONGEST_NOTE = 500
"""Letters."""

_AT_ONCE = 100
_LONGEST_QUERY = 200
_MOST_WORDS = 5
_REQUEST = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_POST_ID = re.compile(r"[0-9]{1,20}", re.ASCII)


class ShownFavourite(NamedTuple):
    """A favourite with its post as X's rules have it shown; its text is None until X has shown the desk one."""

    favourite: KeptFavourite
    entry: ConversationEntry
    has_text: bool


class FoundFavourites(NamedTuple):
    """Some favourites, the last liked first; `after` is where the list or the search goes on, None at its end."""

    favourites: Sequence[KeptFavourite]
    after: str | None


def found_in(store: FavouriteStore, words: Sequence[str], after: str | None) -> FoundFavourites:
    """A page of favourites that have all the words in text, name, handle or notes. Raises StoreBusy, ValueError."""
    if not words:
        page = store.page(limit=ON_A_PAGE, after=after)
        return FoundFavourites(page.favourites, page.after)
    found: list[KeptFavourite] = []
    for _ in range(LOOKED_AT // _AT_ONCE):
        page = store.page(limit=_AT_ONCE, after=after)
        found += [each for each in page.favourites if _has_words(each, words)]
        after = page.after
        if after is None or len(found) >= ON_A_PAGE:
            break
    return FoundFavourites(found, after)


def _has_words(favourite: KeptFavourite, words: Iterable[str]) -> bool:
    author, post = favourite.author, favourite.post
    parts = [
        post.text if post else "",
        f"{author.name}\n@{author.username}" if author else "",
        *(note.text for note in favourite.notes),
    ]
    text = "\n".join(parts).casefold()
    return all(word in text for word in words)


class FavouritesPage:
    """Lists, searches and annotates liked posts."""

    def __init__(self, favourites: FavouriteStore, renderer: Renderer) -> None:
        self._favourites = favourites
        self._renderer = renderer
        self._zone = renderer.formatter.zone

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "favourites", self._page),
            Route("POST", "favourites/{post_id}/note", self._add_note, Right.ACT),
            Route("POST", "favourites/{post_id}/remove_note", self._remove_note, Right.ACT),
        ]

    def _page(
        self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, *, post_id: str = "", problem: str = "", typed: str = ""
    ) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        query = " ".join(visit.request.query.get("q", "").split())[:_LONGEST_QUERY]
        words = query.casefold().split()[:_MOST_WORDS]
        try:
            found = found_in(self._favourites, words, visit.request.query.get("after") or None)
        except ValueError:  # a place that is none: from the beginning
            found = found_in(self._favourites, words, None)
        more = {name: value for name, value in (("q", query), ("after", found.after)) if value}
        values = {
            "months": self._months(found.favourites),
            "query": query,
            "is_continued": "after" in visit.request.query,
            "more": f"favourites?{urlencode(more)}" if found.after else None,
            "may_act": may(visit.person, Right.ACT),
            "longest_note": LONGEST_NOTE,
            "problem_of": post_id,
            "problem": problem,
            "typed": typed,
        }
        return html(self._renderer.page("people/favourites.html.j2", visit, **values), status)

    def _months(self, favourites: Iterable[KeptFavourite]) -> list[tuple[str, list[ShownFavourite]]]:
        """The favourites under the names of their months."""
        by_month = groupby(favourites, key=lambda each: self._month(each.noted_at))
        language = self._renderer.brand.language
        return [(spoken_month(month, language), [self._shown(each) for each in some]) for month, some in by_month]

    def _month(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date().replace(day=1)

    def _shown(self, favourite: KeptFavourite) -> ShownFavourite:
        post = favourite.post
        text = linked(masked(post.text), self._renderer.brand.x_site) if post else ""
        entry = ConversationEntry(
            EntryKind.POST,
            favourite.created_at,
            text,
            post,
            favourite.author,
            post.media if post else (),
            x_id=favourite.post_id,
        )
        return ShownFavourite(favourite, entry, post is not None)

    def _add_note(self, visit: Visit) -> Response:
        """Store a note, once however often the form is sent. What is wrong is said beside it, with what was typed."""
        post_id, typed = visit.params["post_id"], visit.request.field("note")
        request, text = visit.request.field("request"), one_line(typed)
        if not _REQUEST.fullmatch(request) or not _POST_ID.fullmatch(post_id):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        if not text or len(text) > LONGEST_NOTE:
            key = "console.favourites.note.long" if text else "console.favourites.note.empty"
            return self._problem(visit, HTTPStatus.UNPROCESSABLE_ENTITY, key, typed)
        note = FavouriteNote(text, signed_name(visit.person), visit.now, request)
        found = self._favourites.find(post_id)
        if found is None or not self._favourites.keep(found, note):
            key = "console.favourites.note.full" if found else "console.favourites.gone"
            return self._problem(visit, HTTPStatus.CONFLICT, key, typed)
        return self._changed(visit, "added", undo={"note": request})

    def _remove_note(self, visit: Visit) -> Response:
        """Remove a note; removing it again changes nothing. A post that nobody liked goes with its last note."""
        post_id, request = visit.params["post_id"], visit.request.field("note")
        removed = self._favourites.remove_note(post_id, request)
        if removed is None or self._favourites.find(post_id):
            return self._changed(visit, "removed", undo={})
        if not visit.request.is_fragment:
            return redirect("favourites")
        is_mine = request == keep_of(visit.person.id)
        undo, fields = (f"keep/m{post_id}", {"note": removed.text}) if is_mine else ("", {})
        text = self._renderer.formatter.phrase("console.keep.taken_back")
        return with_undo(html(""), text, undo, fields)

    def _changed(self, visit: Visit, done: str, *, undo: Mapping[str, str]) -> Response:
        post_id = visit.params["post_id"]
        favourite = self._favourites.find(post_id)
        if favourite is None:
            return self._problem(visit, HTTPStatus.CONFLICT, "console.favourites.gone", "")
        if not visit.request.is_fragment:
            return redirect(f"favourites#favourite-{post_id}")
        values = {
            "shown": self._shown(favourite),
            "may_act": True,
            "longest_note": LONGEST_NOTE,
            "is_open": False,
            "problem": "",
            "typed": "",
        }
        text = self._renderer.formatter.phrase(f"console.favourites.note.{done}")
        part = self._renderer.part("people/_notes.html.j2", visit, **values)
        return with_undo(html(part), text, f"favourites/{post_id}/remove_note" if undo else "", undo)

    def _problem(self, visit: Visit, status: HTTPStatus, key: str, typed: str) -> Response:
        sentence = self._renderer.formatter.phrase(key, most=LONGEST_NOTE)
        if visit.request.is_fragment:
            return html(self._renderer.part("shell/_problem.html.j2", visit, sentence=sentence), status)
        return self._page(visit, status, post_id=visit.params["post_id"], problem=sentence, typed=typed)
