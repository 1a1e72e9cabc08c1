"""Who else has the case of a link open: people of departments and of the console see each other."""

from collections.abc import Sequence
from zlib import crc32

from desk.brand import Brand
from desk.cases.links import CaseLink
from desk.formatting.formatter import DeskFormatter
from desk.links import hash_of
from desk.staff.presence import Presence, PresenceStore
from desk.staff.sessions import SessionStore, session_of
from desk.web.request import Request

FIELD = "presence"
"""The field of the page's script: `opened`, `typing` or `left`."""

_PLACES = 16
"""People who share a link and have it open at once; each name has one of the places, so that nobody fills the item."""


class LinkPresence:
    """Records presences of people who have a link, by the name that they gave; by their account's if it is known."""

    def __init__(self, store: PresenceStore, sessions: SessionStore, brand: Brand) -> None:
        self._store = store
        self._sessions = sessions
        self._formatter = DeskFormatter(brand)

    def mark(self, request: Request, link: CaseLink, name: str) -> str:
        """Record the state of the person, and return the others who are there as sentences. Raises StoreBusy.

        A person who is signed in to the console in the same browser is there by that name.
        """
        session = session_of(request, self._sessions)
        name, state, now = session.person.name if session else name, request.field(FIELD), request.now
        person_id = f"link:{hash_of(request.params['link'])[:12]}:{crc32(name.encode()) % _PLACES}"
        if state == "left":
            self._store.leave(link.case_id, person_id)
            return ""
        shown = name or self._formatter.phrase(
            "answer.presence.unnamed", department=self._formatter.department(link.department)
        )
        return self._sentences(self._store.mark(link.case_id, person_id, shown, now, is_typing=state == "typing"))

    def _sentences(self, others: Sequence[Presence]) -> str:
        keys = {True: "answer.presence.typing", False: "answer.presence.opened"}
        sentences = (self._formatter.phrase(keys[one.is_typing], by=self._formatter.person(one.name)) for one in others)
        return " · ".join(sentences)
