"""Sessions and saved replies in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import SavedReplyMoved
from desk.links import hash_of, new_link_id
from desk.people.model import Person
from desk.people.saved_replies import SavedReply, with_seeds
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


@dataclass
class FakeSavedReplies(InTrouble):
    """Implements SavedReplyStore in memory."""

    seeds: dict[str, SavedReply] = field(default_factory=dict)
    stored: dict[str, SavedReply] = field(default_factory=dict)

    def all(self) -> Sequence[SavedReply]:
        self._begin("all")
        return with_seeds(self.stored.values(), self.seeds)

    def find(self, reply_id: str) -> SavedReply | None:
        self._begin("find")
        reply = self.stored.get(reply_id) or self.seeds.get(reply_id)
        return None if reply is None or reply.removed else reply

    def save(self, reply: SavedReply) -> SavedReply:
        self._begin("save")
        stored = self.stored.get(reply.id)
        if (stored.version if stored else 0) != reply.version:
            if stored and stored.request == reply.request:
                return stored
            raise SavedReplyMoved(reply.id)
        self.stored[reply.id] = saved = reply._replace(version=reply.version + 1)
        self._end("save")
        return saved
