"""Redaction: the entries about a person or a post are removed from stored reports."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple, override

from botocore.exceptions import ClientError

from desk.aws.dynamodb import code_of
from desk.reports.store import report_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_ENTRIES = frozenset({"li", "tr"})
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_BOM = "\ufeff"


class Redacted(NamedTuple):
    """A file without the marked entries, and how many were removed.

    `content` is None when a mark is outside of any entry, so that the whole file has to be deleted.
    """

    content: bytes | None
    entries: int


def named_by(handles: Collection[str]) -> re.Pattern[str]:
    """Return a pattern that finds these handles with their @ in a text. Without handles it matches nothing."""
    any_of = "|".join(map(re.escape, sorted(handles))) or r"(?!)"
    return re.compile(rf"(?i)[@＠](?:{any_of})(?![A-Za-z0-9_])")


class RedactionMarks:
    """What marks an entry that has to be removed: handles (in lower case), and ids of posts or cases."""

    def __init__(self, *, handles: Collection[str] = (), ids: Collection[str]) -> None:
        self.handles = frozenset(handles)
        self._named = named_by(self.handles)
        self._ids = frozenset(ids)

    def places(self, text: str) -> Iterator[int]:
        """Yield the position of each mark in a text, in no order."""
        if self.handles:
            yield from (found.start() for found in self._named.finditer(text))
        yield from (found.start() for found in _TOKEN.finditer(text) if found[0] in self._ids)

    def are_in(self, text: str) -> bool:
        """Return whether the text has a mark."""
        return next(self.places(text), None) is not None


def redacted(kind: str, content: bytes, marks: RedactionMarks) -> Redacted:
    """Return the file of this kind (`html` or `csv`) without the entries that have a mark."""
    text = content.decode("utf-8", "replace")
    rest, entries = _of_table(text, marks) if kind == "csv" else _of_page(text, marks)
    if not entries and not marks.are_in(text):
        return Redacted(content, 0)
    return Redacted(None if marks.are_in(rest) else rest.encode(), max(entries, 1))


def _of_table(text: str, marks: RedactionMarks) -> tuple[str, int]:
    """Drop rows with a mark and rows with a cell that is a handle: in the table, handles have no @."""
    rows = list(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")))
    kept = [row for row in rows if not any(cell.lower() in marks.handles or marks.are_in(cell) for cell in row)]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(kept)
    return (_BOM if text.startswith(_BOM) else "") + written.getvalue(), len(rows) - len(kept)


def _of_page(text: str, marks: RedactionMarks) -> tuple[str, int]:
    """Drop the smallest list entry or table row around each mark."""
    entries = _Entries(text)
    spans = sorted({span for place in marks.places(text) if (span := entries.around(place))})
    rest, end = list[str](), 0
    for start, stop in spans:
        rest.append(text[end : max(start, end)])
        end = max(end, stop)
    return "".join([*rest, text[end:]]), len(spans)


class _Entries(HTMLParser):
    """The positions of the list entries and table rows of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._open: list[tuple[str, int]] = []
        self._spans: list[tuple[int, int]] = []
        self.feed(text)
        self.close()

    def around(self, place: int) -> tuple[int, int] | None:
        """Return the start and end of the smallest entry around this position."""
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
_CHANGED = frozenset({"NoSuchKey", "PreconditionFailed", "ConditionalRequestConflict"})


class _File(NamedTuple):
    content: bytes
    type: str
    etag: str


class KeptReports:
    """Removes marked entries from all stored reports. Raises ReportsUnavailable; repeating a call is safe."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def redact(self, marks: RedactionMarks) -> int:
        """Remove the entries with a mark, and files with a mark elsewhere; return how many files were changed."""
        return self._search(marks, erase=True)

    def count(self, marks: RedactionMarks) -> int:
        """Return how many files have a mark."""
        return self._search(marks, erase=False)

    def _search(self, marks: RedactionMarks, *, erase: bool) -> int:
        count = 0
        with report_errors():
            for key in self._keys():
                file = self._file(key)
                if file is None:
                    continue
                after = redacted(key.rpartition(".")[2], file.content, marks)
                count += bool(after.entries)
                if erase and after.entries:
                    self._write(key, after.content, file)
        return count

    def _file(self, key: str) -> _File | None:
        """Return the file; None when it has just expired."""
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

    def _write(self, key: str, content: bytes | None, before: _File) -> None:
        """Replace the file unless it changed since it was read: the next search finds what a digest wrote meanwhile."""
        if content is None:
            self._client.delete_object(Bucket=self._bucket, Key=key)
            return
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, ContentType=before.type, IfMatch=before.etag
            )
        except ClientError as exc:
            if code_of(exc) not in _CHANGED:
                raise
