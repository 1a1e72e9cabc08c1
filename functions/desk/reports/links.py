"""The short links that open a report."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, parts_of, store_errors, to_item
from desk.cases.links import link_key, revoke_link
from desk.links import REPORT_LINK_LASTS, hash_of, new_link_id
from desk.reports.store import ReportName

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ReportLink(NamedTuple):
    """A link as it is kept: by the hash of its id, so that reading the table opens nothing."""

    hash: str
    report: ReportName
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it still opens its report."""
        return self.revoked_at is None and now < self.expires_at


class ReportLinks(Protocol):
    """The links. Every method raises StoreBusy."""

    def make(self, report: ReportName, now: datetime) -> str:
        """A new link to the report that lasts 90 days: its id, which is told here once and never kept."""
        ...

    def find(self, link_id: str) -> ReportLink | None:
        """What was made with this id, revoked and expired ones too; None when there is none (any more)."""
        ...

    def revoke(self, hash_: str, now: datetime) -> bool:
        """Close the link of this hash at once; False when there is none. Closing it again changes nothing."""
        ...

    def all(self) -> Sequence[ReportLink]:
        """Every link that is not forgotten, the newest first."""
        ...


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
            "expires_at": int((now + REPORT_LINK_LASTS).timestamp()),
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
