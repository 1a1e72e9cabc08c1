"""The reports as files of a private bucket."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.store_errors import code_of
from desk.errors import ReportsUnavailable
from desk.ports.reports import ReportKind, ReportName

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TYPES = {ReportKind.PAGE: "text/html; charset=utf-8", ReportKind.TABLE: "text/csv; charset=utf-8"}
_ABSENT = frozenset({"NoSuchKey", "404"})
"""S3 says so only to whom it lets list the bucket; anybody else hears AccessDenied."""


class ReportFiles:
    """The port Reports on S3: `reports/<edition>-<date>.<kind>`. The bucket's own lifecycle forgets them."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        """See Reports."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=_key(name, kind), Body=content, ContentType=_TYPES[kind])
        except (ClientError, BotoCoreError) as exc:
            raise ReportsUnavailable(_reason(exc)) from exc

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        """See Reports. What breaks off half-way is read no further: the caller is told that S3 is ill."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=_key(name, kind))["Body"].read()
        except ClientError as exc:
            if code_of(exc) in _ABSENT:
                return None
            raise ReportsUnavailable(_reason(exc)) from exc
        except BotoCoreError as exc:
            raise ReportsUnavailable(_reason(exc)) from exc


def _key(name: ReportName, kind: ReportKind) -> str:
    return f"reports/{name.text}.{kind}"


def _reason(error: Exception) -> str:
    return code_of(error) if isinstance(error, ClientError) else type(error).__name__
