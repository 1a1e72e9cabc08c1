"""Who else has the case of a link open: people of departments and of the console see each other."""

from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

from desk.brand import Brand
from desk.cases.links import CaseLink
from desk.formatting.formatter import DeskFormatter
from desk.links import hash_of
from desk.staff.presence import Presence, PresenceStore
from desk.staff.sessions import SessionStore

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

    def mark(  # noqa: PLR0913, PLR0917 - who does what where
        self, link_id: str, link: CaseLink, name: str, state: str, now: datetime, session_id: str
    ) -> str:
        """Record the state of the person, and return the others who are there as sentences. Raises StoreBusy.

        A person who is signed in to the console in the same browser, as `session_id` says, is there by that name.
        """
        session = self._sessions.find(session_id, now) if session_id else None
        name = session.person.name if session else name
        person_id = f"link:{hash_of(link_id)[:12]}:{crc32(name.encode()) % _PLACES}"
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
