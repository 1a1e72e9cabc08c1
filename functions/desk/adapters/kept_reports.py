"""The reports of the last 90 days, in their bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.store_errors import code_of
from desk.errors import ReportsUnavailable
from desk.redaction import Marks, redacted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PREFIX = "reports/"
_MOVED = frozenset({"NoSuchKey", "PreconditionFailed", "ConditionalRequestConflict"})


class _File(NamedTuple):
    content: bytes
    type: str
    etag: str


class KeptReports:
    """Every file that is kept, one at a time. Raises ReportsUnavailable; doing it again is safe."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def redact(self, marks: Marks) -> int:
        """Take out the entries with a mark; a file that has one elsewhere goes as a whole. From how many files."""
        return self._through(marks, erase=True)

    def count(self, marks: Marks) -> int:
        """How many files have a mark."""
        return self._through(marks, erase=False)

    def _through(self, marks: Marks, *, erase: bool) -> int:
        count = 0
        with _ill():
            for key in self._keys():
                file = self._file(key)
                if file is None:
                    continue
                after = redacted(key.rpartition(".")[2], file.content, marks)
                count += bool(after.entries)
                if erase and after.entries:
                    self._write(key, after.content, file)
        return count

    def _file(self, key: str) -> "_File | None":
        """The file; None when its 90 days have just ended."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as exc:
            if code_of(exc) == "NoSuchKey":
                return None
            raise
        return _File(answer["Body"].read(), answer["ContentType"], answer["ETag"])

    def _keys(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_PREFIX)
        return (each["Key"] for page in pages for each in page.get("Contents", []))

    def _write(self, key: str, content: bytes | None, before: "_File") -> None:
        """In place of what was read, and only of that: what a digest writes meanwhile is found by the next search."""
        if content is None:
            self._client.delete_object(Bucket=self._bucket, Key=key)
            return
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, ContentType=before.type, IfMatch=before.etag
            )
        except ClientError as exc:
            if code_of(exc) not in _MOVED:
                raise


@contextmanager
def _ill() -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        raise ReportsUnavailable(code_of(exc)) from exc
    except BotoCoreError as exc:
        raise ReportsUnavailable(type(exc).__name__) from exc
