"""POST keep/{key}…: keep the post of a row, a case or a mention among the favourites, with a note, or take that back.

Nothing is liked on X: its API has no like for us.
"""

from datetime import datetime
from http import HTTPStatus

from desk.favourites.store import FavouriteNote, KeptFavourite, keep_of, notes_by_key
from desk.replies.forms import signed_name
from desk.text import one_line
from desk.web.response import Response, html
from desk.x.model import XPost
from operator_console.app import Refused, Right, Route, Visit, redirect, with_undo
from operator_console.items.stores import ItemsStores
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

LONGEST_NOTE = 500
"""Letters."""


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


class KeepingView:
    """Keeps posts for the person who asks. Several people may keep one; each takes back their own."""

    def __init__(self, stores: ItemsStores, renderer: Renderer) -> None:
        self._favourites = stores.favourites
        self._visible = VisibleItems(stores.cases, stores.mentions)
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "keep/{key}", self._keep, Right.ACT),
            Route("POST", "keep/{key}/take_back", self._take_back, Right.ACT),
        ]

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
        if MENTION_KEY.fullmatch(key):
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
