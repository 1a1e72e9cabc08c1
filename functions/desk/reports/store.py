"""The files of reports, and the short links that open them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of, from_item, parts_of, store_errors, to_item
from desk.cases.links import link_key, revoke_link
from desk.errors import ReportsUnavailable
from desk.links import REPORT_LINK_LASTS, hash_of, new_link_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class ReportKind(StrEnum):
    """A file of a report; the value is the extension of its name."""

    PAGE = "html"
    TABLE = "csv"


class ReportName(NamedTuple):
    """The report of an edition on one of the desk's days. Writing it again replaces it."""

    edition: str
    day: date

    @property
    def text(self) -> str:
        """The name in keys and file names: `evening-2026-11-24`."""
        return f"{self.edition}-{self.day.isoformat()}"


class Reports(Protocol):
    """The files of reports, which are opened only through links. Every method raises ReportsUnavailable."""

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        """Store a file of a report in place of the one that was there."""
        ...

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        """Return the file as it was stored; None when there is none (any more)."""
        ...


_TYPES = {ReportKind.PAGE: "text/html; charset=utf-8", ReportKind.TABLE: "text/csv; charset=utf-8"}
_ABSENT = frozenset({"NoSuchKey", "404"})
"""S3 answers so only to those who may list the bucket, and AccessDenied to others."""


class ReportFiles:
    """Reports on S3: `reports/<edition>-<date>.<kind>`. The bucket's lifecycle rule removes them."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        """See Reports."""
        with report_errors():
            self._client.put_object(Bucket=self._bucket, Key=_key(name, kind), Body=content, ContentType=_TYPES[kind])

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        """See Reports. A file that breaks off half-way raises ReportsUnavailable."""
        with report_errors():
            try:
                return self._client.get_object(Bucket=self._bucket, Key=_key(name, kind))["Body"].read()
            except ClientError as exc:
                if code_of(exc) in _ABSENT:
                    return None
                raise


def _key(name: ReportName, kind: ReportKind) -> str:
    return f"reports/{name.text}.{kind}"


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn errors of S3 into ReportsUnavailable."""
    try:
        yield
    except ClientError as exc:
        raise ReportsUnavailable(code_of(exc)) from exc
    except BotoCoreError as exc:
        raise ReportsUnavailable(type(exc).__name__) from exc


class ReportLink(NamedTuple):
    """A link as it is stored: by the hash of its id, so that reading the table is not enough to open it."""

    hash: str
    report: ReportName
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether the link opens its report at this time."""
        return self.revoked_at is None and now < self.expires_at


class ReportLinks(Protocol):
    """The short links that open reports. Every method raises StoreBusy."""

    def make(self, report: ReportName, now: datetime) -> str:
        """Create a link to the report for 90 days and return its id, which is never stored."""
        ...

    def find(self, link_id: str) -> ReportLink | None:
        """Return the link of this id, also a revoked or expired one; None when there is none (any more)."""
        ...

    def revoke(self, hash_: str, now: datetime) -> bool:
        """Close the link of this hash at once; False when there is none. Revoking it again changes nothing."""
        ...

    def all(self) -> Sequence[ReportLink]:
        """Return every stored link, the newest first."""
        ...


_LINK = "report_link"


class ReportLinkItems:
    """ReportLinks on DynamoDB. `expires_at` is the table's TTL: DynamoDB removes expired links within days."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def make(self, report: ReportName, now: datetime) -> str:
        """See ReportLinks. Written without a condition, so that botocore may repeat a request that was not answered."""
        link_id = new_link_id()
        plain = {
            "item": _LINK,
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
        """See ReportLinks. Reads consistently, so that a link that was just revoked is closed."""
        with store_errors():
            answer = self._client.get_item(
                TableName=self._desk, Key=link_key(_LINK, hash_of(link_id)), ConsistentRead=True
            )
        return _link_of(from_item(answer["Item"])) if "Item" in answer else None

    def revoke(self, hash_: str, now: datetime) -> bool:
        """See ReportLinks."""
        return revoke_link(self._client, self._desk, link_key(_LINK, hash_), now)

    def all(self) -> Sequence[ReportLink]:
        """See ReportLinks."""
        links = [_link_of(plain) for plain in parts_of(self._client, self._desk, _LINK)]
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
