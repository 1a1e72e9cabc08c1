"""Sessions of people who signed in to the console."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, store_errors, to_item
from desk.links import hash_of, new_link_id
from desk.staff.model import Person, Role
from desk.web.request import Request

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Session(NamedTuple):
    """A person's session. The browser has its id in a cookie; the table has only the hash of the id.

    `csrf` is the token that every form of the session carries. `id_token` is the hint with which the person is signed
    out at the issuer, too.
    """

    hash: str
    person: Person
    csrf: str
    expires_at: datetime
    id_token: str = ""


class SessionStore(Protocol):
    """The sessions. Every method raises StoreBusy."""

    def begin(self, person: Person, now: datetime, *, id_token: str) -> str:
        """Begin a session and return its id, which is never stored."""
        ...

    def find(self, session_id: str, now: datetime) -> Session | None:
        """The session with this id, read consistently; None if there is none, or if it ended or expired."""
        ...

    def end(self, session_id: str) -> None:
        """End the session; does nothing if there is none."""
        ...


SESSION_COOKIE = "__Host-console"
"""The cookie with the session's id."""

SESSION_LASTS = timedelta(hours=12)
"""A working day. After it, people sign in again, which usually takes them no typing."""


def session_of(request: Request, sessions: SessionStore) -> Session | None:
    """The session of the browser that sent the request; None without one. Raises StoreBusy."""
    session_id = request.cookies.get(SESSION_COOKIE, "")
    return sessions.find(session_id, request.now) if session_id else None


_ITEM = "console_session"


class SessionItems:
    """Implements SessionStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def begin(self, person: Person, now: datetime, *, id_token: str) -> str:
        """See SessionStore."""
        session_id = new_link_id()
        plain = {
            "person": person.id,
            "name": person.name,
            "role": person.role.value,
            "departments": sorted(person.departments),
            "email": person.email,
            "csrf": new_link_id(),
            "expires_at": int((now + SESSION_LASTS).timestamp()),
            "id_token": id_token,
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_key(session_id) | to_item(plain))
        return session_id

    def find(self, session_id: str, now: datetime) -> Session | None:
        """See SessionStore. TTL deletes an item within days, so the time decides."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(session_id), ConsistentRead=True)
        session = _session_of(from_item(answer["Item"])) if "Item" in answer else None
        return session if session and now < session.expires_at else None

    def end(self, session_id: str) -> None:
        """See SessionStore."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=_key(session_id))


def _key(session_id: str) -> Any:
    return to_item({"item": _ITEM, "part": hash_of(session_id)})


def _session_of(plain: dict[str, Any]) -> Session:
    person = Person(
        id=plain["person"],
        name=plain["name"],
        role=Role(plain["role"]),
        departments=frozenset(plain["departments"]),
        email=plain["email"],
    )
    expires_at = datetime.fromtimestamp(int(plain["expires_at"]), UTC)
    return Session(plain["part"], person, plain["csrf"], expires_at, plain["id_token"])
