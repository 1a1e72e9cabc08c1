"""Answer pages for people who are signed in, where desk.yaml demands that."""

from datetime import datetime

from desk.links import is_link_id
from desk.replies.open import CaseOpener
from desk.staff.model import Person, Role
from desk.staff.sessions import SessionStore, session_of
from desk.web.request import Request


class SignedInPeople:
    """Finds the person of a request by the session that the console began."""

    def __init__(self, sessions: SessionStore, open_case: CaseOpener) -> None:
        self._sessions = sessions
        self._open = open_case

    def find(self, request: Request) -> Person | None:
        """The person; None without a session. Raises StoreBusy."""
        session = session_of(request, self._sessions)
        return session.person if session else None

    def may_open(self, person: Person, link_id: str, now: datetime) -> bool:
        """Whether the person may open the case of this link: operators, and people of the link's department.

        A link that opens nothing needs no sign-in: its page says so. Raises StoreBusy.
        """
        link = self._open.link_of(link_id, now)
        return link is None or person.role is Role.OPERATOR or link.department in person.departments


def sign_in_path(link_id: str) -> str:
    """The console's sign-in, which leads back to the answer page; without a link it leads to the console."""
    return f"/console/sign-in?to=/answer/{link_id}" if is_link_id(link_id) else "/console/sign-in"
