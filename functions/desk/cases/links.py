"""The short links under which a department opens a case."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import batch_write, from_item, is_refused, store_errors, to_item
from desk.links import CASE_LINK_LASTS, hash_of, new_link_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class CaseLink(NamedTuple):
    """A stored link. It has only the hash of its id, so that nobody who reads the table can open a case.

    It is for `department`: once that department has handed the case over, the link opens nothing.
    """

    hash: str
    case_id: str
    department: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


class CaseLinks(Protocol):
    """The links. Every method raises StoreBusy."""

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        """Make a link to each of the cases for this department; returns their ids by case, which are never stored."""
        ...

    def find(self, link_id: str) -> CaseLink | None:
        """The link with this id, also if it is revoked or expired; None when there is none (any more)."""
        ...

    def revoke(self, hash_: str, now: datetime) -> bool:
        """Revoke the link with this hash; False when there is none. Revoking it again changes nothing."""
        ...


def link_key(item: str, hash_: str) -> Any:
    """The key of a link (typed form)."""
    return to_item({"item": item, "part": hash_})


def revoke_link(client: "DynamoDBClient", desk_table: str, key: Any, now: datetime) -> bool:
    """Close the link under this key; False when there is none. Raises StoreBusy."""
    try:
        with store_errors():
            client.update_item(
                TableName=desk_table,
                Key=key,
                UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
                ConditionExpression="attribute_exists(made_at)",
                ExpressionAttributeValues={":now": {"S": now.isoformat()}},
            )
    except ClientError as exc:
        if not is_refused(exc):
            raise
        return False
    return True


_ITEM = "case_link"


class CaseLinkItems:
    """Implements CaseLinks on DynamoDB. `expires_at` is the table's TTL: an expired link is deleted within days."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, pause: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._desk = desk_table
        self._pause = pause

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        """See CaseLinks. After StoreBusy some links may be stored whose ids nobody has."""
        ids = {case_id: new_link_id() for case_id in case_ids}
        about = {
            "department": department,
            "made_at": now.isoformat(),
            "expires_at": int((now + CASE_LINK_LASTS).timestamp()),
        }
        items = (link_key(_ITEM, hash_of(ids[case_id])) | to_item(about | {"case_id": case_id}) for case_id in ids)
        batch_write(self._client, self._desk, puts=items, pause=self._pause)
        return ids

    def find(self, link_id: str) -> CaseLink | None:
        """See CaseLinks. Read consistently, so that a link that was just revoked is seen as revoked."""
        key = link_key(_ITEM, hash_of(link_id))
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=key, ConsistentRead=True)
        return _link_of(from_item(answer["Item"])) if "Item" in answer else None

    def revoke(self, hash_: str, now: datetime) -> bool:
        """See CaseLinks."""
        return revoke_link(self._client, self._desk, link_key(_ITEM, hash_), now)


def _link_of(plain: dict[str, Any]) -> CaseLink:
    revoked_at = plain.get("revoked_at")
    return CaseLink(
        hash=plain["part"],
        case_id=plain["case_id"],
        department=plain["department"],
        made_at=datetime.fromisoformat(plain["made_at"]),
        expires_at=datetime.fromtimestamp(int(plain["expires_at"]), UTC),
        revoked_at=datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
