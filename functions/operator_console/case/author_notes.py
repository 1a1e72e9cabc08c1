"""POST case/{key}/author_note…: notes about the author of a case or mention, for the person who answers them next."""

import json
from http import HTTPStatus

from desk.cases.author_notes import LONGEST_NOTE, AuthorNote, AuthorNotes
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.case.stores import CasePageStores
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer


class AuthorNotesView:
    """Adds and removes notes: both can be taken back. Their writers and operators remove them."""

    def __init__(self, stores: CasePageStores, renderer: Renderer) -> None:
        self._notes: AuthorNotes = stores.author_notes
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [
            Route("POST", "case/{key}/author_note", self._add, Right.DRAFT),
            Route("POST", "case/{key}/author_note/{note}/remove", self._remove, Right.DRAFT),
            Route("POST", "case/{key}/author_note/{note}/restore", self._restore, Right.DRAFT),
        ]

    def _add(self, visit: Visit) -> Response:
        author_id, person = self._author_of(visit), visit.person
        text = visit.request.field("note").strip().replace("\r\n", "\n")
        note_id = visit.request.field("request")
        if not text or not note_id or len(text) > LONGEST_NOTE:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.author_note.problem", most=LONGEST_NOTE)
        if not self._notes.add(author_id, AuthorNote(note_id, text, person.name, person.id, visit.now)):
            raise Refused(HTTPStatus.CONFLICT, "console.author_note.problem.erased")
        return self._done(visit, author_id, "added", note_id, "remove")

    def _remove(self, visit: Visit) -> Response:
        author_id, note_id = self._author_of(visit), visit.params["note"]
        known = next((each for each in self._notes.of_author(author_id, visit.now) if each.id == note_id), None)
        if known and not (may(visit.person, Right.ACT) or known.by_id == visit.person.id):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        self._notes.remove(author_id, note_id, visit.now)
        return self._done(visit, author_id, "removed", note_id, "restore")

    def _restore(self, visit: Visit) -> Response:
        author_id, note_id = self._author_of(visit), visit.params["note"]
        if not self._notes.restore(author_id, note_id, visit.now):
            raise Refused(HTTPStatus.CONFLICT, "console.author_note.problem.gone")
        return self._done(visit, author_id, "restored", note_id, "remove")

    def _done(self, visit: Visit, author_id: str, done: str, note_id: str, undo: str) -> Response:
        """The notes as they are now; for a script with the sentence to show, and how the step is taken back."""
        key = visit.params["key"]
        if not visit.request.is_fragment:
            return redirect(f"case/{key}")
        about = {
            "key": key,
            "text": self._renderer.formatter.phrase(f"console.author_note.{done}"),
            "undo": f"{ROOT}/case/{key}/author_note/{note_id}/{undo}",
            "seconds": 0,
        }
        notes = self._notes.of_author(author_id, visit.now)
        part = self._renderer.part("items/_author_notes.html.j2", visit, key=key, notes=notes, may_note=True)
        return html(part, hx_trigger=json.dumps({"done": about}))

    def _author_of(self, visit: Visit) -> str:
        """The author's id. Raises Refused (404) for a case or mention that the person must not see."""
        key = visit.params["key"]
        if MENTION_KEY.fullmatch(key):
            return self._visible.mention(visit, key).mention.post.author_id
        return self._visible.case(visit, key).author_id
