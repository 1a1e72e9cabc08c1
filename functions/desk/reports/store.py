"""Where a digest's pages are kept."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple, Protocol, override

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.errors import ReportsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ReportKind(StrEnum):
    """Which file of a report; the value ends its name."""

    PAGE = "html"
    TABLE = "csv"


class ReportName(NamedTuple):
    """Which report: that of an edition on a desk's day. Writing it again replaces it."""

    edition: str
    day: date

    @property
    def text(self) -> str:
        """The name as it stands in keys and file names, as in `evening-2026-11-24`."""
        return f"{self.edition}-{self.day.isoformat()}"


class Reports(Protocol):
    """The reports of the last months, reached only through links. Every method raises ReportsUnavailable."""

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        """Keep one file of a report, in place of the one that was there."""
        ...

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        """The file as it was put; None when there is none (any more)."""
        ...


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


_ENTRIES = frozenset({"li", "tr"})
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_BOM = "\ufeff"


class Redacted(NamedTuple):
    """The file without the entries, and how many were taken out.

    `content` None: a mark lies outside any entry, so that the file as a whole has to go.
    """

    content: bytes | None
    entries: int


def named_by(handles: Collection[str]) -> re.Pattern[str]:
    """Where a text names somebody by one of these handles with its @; of no handles it matches nowhere."""
    any_of = "|".join(map(re.escape, sorted(handles))) or r"(?!)"
    return re.compile(rf"(?i)[@＠](?:{any_of})(?![A-Za-z0-9_])")


class Marks:
    """By what entries are found: handles (in lower case), numbers of posts or cases."""

    def __init__(self, *, handles: Collection[str] = (), ids: Collection[str]) -> None:
        self.handles = frozenset(handles)
        self._named = named_by(self.handles)
        self._ids = frozenset(ids)

    def places(self, text: str) -> Iterator[int]:
        """Where they begin, in no order."""
        if self.handles:
            yield from (found.start() for found in self._named.finditer(text))
        yield from (found.start() for found in _TOKEN.finditer(text) if found[0] in self._ids)

    def are_in(self, text: str) -> bool:
        """Whether there is any."""
        return next(self.places(text), None) is not None


def redacted(kind: str, content: bytes, marks: Marks) -> Redacted:
    """The file of this kind (`html` or `csv`) without the entries that have a mark."""
    text = content.decode("utf-8", "replace")
    rest, entries = _of_table(text, marks) if kind == "csv" else _of_page(text, marks)
    if not entries and not marks.are_in(text):
        return Redacted(content, 0)
    return Redacted(None if marks.are_in(rest) else rest.encode(), max(entries, 1))


def _of_table(text: str, marks: Marks) -> tuple[str, int]:
    """Rows with one of the marks go, and those with a cell that is a handle: the table has handles without @."""
    rows = list(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")))
    kept = [row for row in rows if not any(cell.lower() in marks.handles or marks.are_in(cell) for cell in row)]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(kept)
    return (_BOM if text.startswith(_BOM) else "") + written.getvalue(), len(rows) - len(kept)


def _of_page(text: str, marks: Marks) -> tuple[str, int]:
    """The smallest list entries and table rows around the marks go."""
    entries = _Entries(text)
    spans = sorted({span for place in marks.places(text) if (span := entries.around(place))})
    rest, end = list[str](), 0
    for start, stop in spans:
        rest.append(text[end : max(start, end)])
        end = max(end, stop)
    return "".join([*rest, text[end:]]), len(spans)


class _Entries(HTMLParser):
    """Where the list entries and table rows of a page begin and end."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._open: list[tuple[str, int]] = []
        self._spans: list[tuple[int, int]] = []
        self.feed(text)
        self.close()

    def around(self, place: int) -> tuple[int, int] | None:
        """The smallest entry that has this place in it."""
        holding = (span for span in self._spans if span[0] <= place < span[1])
        return min(holding, key=lambda span: span[1] - span[0], default=None)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENTRIES:
            self._open.append((tag, self._place()))

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, start = self._open.pop()
            self._spans.append((start, self._place() + len(f"</{tag}>")))

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


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
