"""Sessions in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.links import hash_of, new_link_id
from desk.people.model import Person
from desk.people.sessions import SESSION_LASTS, Session
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeSessions(InTrouble):
    """Implements SessionStore in memory."""

    sessions: dict[str, Session] = field(default_factory=dict)

    def begin(self, person: Person, now: datetime, *, id_token: str) -> str:
        self._begin("begin")
        session_id = new_link_id()
        hash_, expires_at = hash_of(session_id), (now + SESSION_LASTS).replace(microsecond=0)
        self.sessions[hash_] = Session(hash_, person, new_link_id(), expires_at, id_token)
        return session_id

    def find(self, session_id: str, now: datetime) -> Session | None:
        self._begin("find")
        session = self.sessions.get(hash_of(session_id))
        return session if session and now < session.expires_at else None

    def end(self, session_id: str) -> None:
        self._begin("end")
        self.sessions.pop(hash_of(session_id), None)
