"""The links to reports as items of the Desk table: `report_link` / the SHA-256 of the id."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.desk_parts import parts_of
from desk.adapters.link_items import link_key, revoke_link
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.ports.report_links import ReportLink
from desk.ports.reports import ReportName
from desk.report_link import LASTS
from desk.short_link import hash_of, new_link_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "report_link"


class ReportLinkItems:
    """The port ReportLinks on DynamoDB. `expires_at` is the table's TTL: an expired link is forgotten within days."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def make(self, report: ReportName, now: datetime) -> str:
        """See ReportLinks. Written without a condition, so that botocore may repeat what was not answered."""
        link_id = new_link_id()
        plain = {
            "item": _ITEM,
            "part": hash_of(link_id),
            "edition": report.edition,
            "day": report.day.isoformat(),
            "made_at": now.isoformat(),
            "expires_at": int((now + LASTS).timestamp()),
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=to_item(plain))
        return link_id

    def find(self, link_id: str) -> ReportLink | None:
        """See ReportLinks. Read consistently: a link that was just revoked is closed."""
        with store_errors():
            answer = self._client.get_item(
                TableName=self._desk, Key=link_key(_ITEM, hash_of(link_id)), ConsistentRead=True
            )
        return _link_of(from_item(answer["Item"])) if "Item" in answer else None

    def revoke(self, hash_: str, now: datetime) -> bool:
        """See ReportLinks."""
        return revoke_link(self._client, self._desk, link_key(_ITEM, hash_), now)

    def all(self) -> Sequence[ReportLink]:
        """See ReportLinks."""
        links = [_link_of(plain) for plain in parts_of(self._client, self._desk, _ITEM)]
        return sorted(links, key=lambda link: link.made_at, reverse=True)


def _link_of(plain: dict[str, Any]) -> ReportLink:
    revoked_at = plain.get("revoked_at")
    return ReportLink(
        hash=plain["part"],
        report=ReportName(plain["edition"], date.fromisoformat(plain["day"])),
        made_at=datetime.fromisoformat(plain["made_at"]),
        expires_at=datetime.fromtimestamp(int(plain["expires_at"]), UTC),
        revoked_at=datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
