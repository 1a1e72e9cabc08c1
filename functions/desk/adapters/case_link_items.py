"""The links to cases as items of the Desk table: `case_link` / the SHA-256 of the id."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_write import batch_write
from desk.adapters.link_items import link_key, revoke_link
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.case_link import LASTS
from desk.ports.case_links import CaseLink
from desk.short_link import hash_of, new_link_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "case_link"


class CaseLinkItems:
    """The port CaseLinks on DynamoDB. `expires_at` is the table's TTL: an expired link is forgotten within days."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, pause: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._desk = desk_table
        self._pause = pause

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        """See CaseLinks. When the store was busy, some may lie there whose ids nobody was told: they open nothing."""
        ids = {case_id: new_link_id() for case_id in case_ids}
        about = {"department": department, "made_at": now.isoformat(), "expires_at": int((now + LASTS).timestamp())}
        items = (link_key(_ITEM, hash_of(ids[case_id])) | to_item(about | {"case_id": case_id}) for case_id in ids)
        batch_write(self._client, self._desk, puts=items, pause=self._pause)
        return ids

    def find(self, link_id: str) -> CaseLink | None:
        """See CaseLinks. Read consistently: a link that was just revoked is closed."""
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
