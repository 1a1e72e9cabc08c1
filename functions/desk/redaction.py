"""Entries taken out of reports that are kept: pure functions from a file to what is left of it."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import NamedTuple, override

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
