"""GET and POST keep…: keep the post of a row, a case or a mention among the favourites, with a note, or take that back.

What X's app shares with the console on a phone comes to `keep`, too: a person sees it, and keeps it or does not.
Nothing is liked on X: its API has no like for us.
"""

import re
from datetime import datetime
from http import HTTPStatus

from desk.favourites.store import FavouriteNote, KeptFavourite, keep_of, notes_by_key
from desk.replies.forms import signed_name
from desk.text import one_line
from desk.web.request import Request
from desk.web.response import Response, html
from desk.x.model import XPost, time_of
from operator_console.app import PublicRoute, Refused, Right, Route, Visit, redirect, with_undo
from operator_console.items.stores import ItemsStores
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

LONGEST_NOTE = 500
"""Letters."""
_LINK = re.compile(r"(?:x|twitter)\.com/[A-Za-z0-9_/]{1,40}/status(?:es)?/([0-9]{1,20})(?![0-9])", re.ASCII)
"""The address of a post, as X's app and website share it."""


def kept_favourite(post: XPost, now: datetime, case_id: str) -> KeptFavourite:
    """The post as it is kept by people, whether or not the account likes it."""
    return KeptFavourite(
        post_id=post.id,
        author_id=post.author_id,
        author=post.author,
        created_at=post.created_at,
        noted_at=now,
        checked_at=now,
        settled=False,
        post=post,
        is_liked=False,
        case_id=case_id,
    )


def _of_link(post_id: str, now: datetime) -> KeptFavourite:
    """A post that the desk never had, kept as a link: its author and words are not known."""
    made_at = min(time_of(post_id), now)
    return KeptFavourite(post_id, "", None, made_at, now, now, settled=False, is_liked=False)


class KeepingView:
    """Keeps posts for the person who asks. Several people may keep one; each takes back their own."""

    def __init__(self, stores: ItemsStores, renderer: Renderer) -> None:
        self._favourites = stores.favourites
        self._mentions = stores.mentions
        self._visible = VisibleItems(stores.cases, stores.mentions)
        self._renderer = renderer

    def routes(self) -> list[Route | PublicRoute]:
        """The routes of this module."""
        return [
            PublicRoute("GET", "keep", self._shared),
            Route("GET", "keep/{key}", self._ask, Right.ACT),
            Route("POST", "keep/{key}", self._keep, Right.ACT),
            Route("POST", "keep/{key}/take_back", self._take_back, Right.ACT),
        ]

    def _shared(self, request: Request) -> Response:
        """Lead what was shared to the page that asks; only the post's id goes on, also through a sign-in."""
        for name in ("url", "text", "title"):
            if found := _LINK.search(request.query.get(name, "")):
                return redirect(f"keep/m{found[1]}")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.no_shared_post")

    def _ask(self, visit: Visit) -> Response:
        """The page on which a person keeps a post that was shared; it shows the words that the desk has."""
        named = MENTION_KEY.fullmatch(visit.params["key"])
        if not named:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        stored = self._mentions.get_many([named[1]]).get(named[1])
        page = self._renderer.page(
            "items/keep.html.j2",
            visit,
            post_id=named[1],
            post=stored.mention.post if stored else None,
            x_site=self._renderer.brand.x_site,
            longest_note=LONGEST_NOTE,
        )
        return html(page)

    def _keep(self, visit: Visit) -> Response:
        """Keep the post of a mention, or the newest of a case; who keeps it already changes the note."""
        key, text = visit.params["key"], one_line(visit.request.field("note"))
        if len(text) > LONGEST_NOTE:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.favourites.note.long", most=LONGEST_NOTE)
        favourite = self._favourite(visit, key)
        note = FavouriteNote(text, signed_name(visit.person), visit.now, keep_of(visit.person.id))
        if not self._favourites.keep(favourite, note):
            raise Refused(HTTPStatus.CONFLICT, "console.keep.problem")
        return self._changed(visit, "noted" if text else "kept", f"keep/{key}/take_back", {})

    def _take_back(self, visit: Visit) -> Response:
        """Take back what the person keeps of this item; nothing is no error."""
        key, mine = visit.params["key"], keep_of(visit.person.id)
        marks = [mark for mark in self._favourites.marks() if key in mark.keys]
        removed = [self._favourites.remove_note(mark.post_id, mine) for mark in marks]
        text = next((each.text for each in removed if each), "")
        return self._changed(visit, "taken_back", f"keep/{key}", {"note": text} if text else {})

    def _favourite(self, visit: Visit, key: str) -> KeptFavourite:
        """What is kept of this item. Raises Refused if the person must not see it, or its words are gone."""
        named = MENTION_KEY.fullmatch(key)
        if named and visit.request.field("shared") and not self._mentions.get_many([named[1]]):
            return _of_link(named[1], visit.now)
        if named:
            stored = self._visible.mention(visit, key)
            return kept_favourite(stored.mention.post, visit.now, (stored.outcome and stored.outcome.case_id) or "")
        file = self._visible.file(visit, key)
        if not file.mentions:
            raise Refused(HTTPStatus.CONFLICT, "console.keep.problem")
        return kept_favourite(file.mentions[-1].mention.post, visit.now, key)

    def _changed(self, visit: Visit, done: str, undo: str, fields: dict[str, str]) -> Response:
        """The mark as it is now, with how the step is taken back."""
        key = visit.params["key"]
        if not visit.request.is_fragment:
            return redirect("favourites")
        notes = notes_by_key(self._favourites.marks()).get(key, ())
        part = self._renderer.part("items/_kept_by.html.j2", visit, key=key, notes=notes)
        return with_undo(html(part), self._renderer.formatter.phrase(f"console.keep.{done}"), undo, fields)
