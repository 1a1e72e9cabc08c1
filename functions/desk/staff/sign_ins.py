"""Sign-ins that were started and have not come back from the issuer yet."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, store_errors, to_item
from desk.links import hash_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class StartedSignIn(NamedTuple):
    """A sign-in. Only the browser whose cookie has this hash may finish it.

    `nonce` must be in the ID token, `verifier` proves to the issuer who asked for the code, and `to` is the
    path of ours at which the person wants to arrive.
    """

    browser: str
    nonce: str
    verifier: str
    to: str


class SignInStore(Protocol):
    """Started sign-ins by their state, which is never stored. Every method raises StoreBusy."""

    def start(self, state: str, started: StartedSignIn, now: datetime) -> None:
        """Remember a sign-in for ten minutes."""
        ...

    def take(self, state: str, now: datetime) -> StartedSignIn | None:
        """Remove and return the sign-in with this state; None if there is none, or if it was taken or expired."""
        ...


SIGN_IN_LASTS = timedelta(minutes=10)
"""Long enough to look for one's telephone, short enough that a link in a browser's history is worth nothing."""

_ITEM = "console_sign_in"


class SignInItems:
    """Implements SignInStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def start(self, state: str, started: StartedSignIn, now: datetime) -> None:
        """See SignInStore."""
        plain = {**started._asdict(), "expires_at": int((now + SIGN_IN_LASTS).timestamp())}
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_key(state) | to_item(plain))

    def take(self, state: str, now: datetime) -> StartedSignIn | None:
        """See SignInStore. One deletion only gets the item, so that no state is used twice."""
        with store_errors():
            answer = self._client.delete_item(TableName=self._desk, Key=_key(state), ReturnValues="ALL_OLD")
        plain = from_item(answer.get("Attributes", {}))
        if not plain or datetime.fromtimestamp(int(plain["expires_at"]), UTC) <= now:
            return None
        return StartedSignIn(plain["browser"], plain["nonce"], plain["verifier"], plain["to"])


def _key(state: str) -> Any:
    return to_item({"item": _ITEM, "part": hash_of(state)})
