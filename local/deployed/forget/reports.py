"""A person's entries taken out of reports that are kept: pure functions from a file to what is left of it."""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple, override

from local.deployed.forget.person import Person

_ENTRIES = frozenset({"li", "tr"})
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_BOM = "\ufeff"


class Redacted(NamedTuple):
    """The file without the person's entries, and how many were taken out.

    `content` None: the person is named outside any entry, so that the file as a whole has to go.
    """

    content: bytes | None
    entries: int


def redacted(kind: str, content: bytes, person: Person) -> Redacted:
    """The file of this kind (`html` or `csv`) without what names the person."""
    text, marks = content.decode("utf-8", "replace"), _Marks(person)
    rest, entries = _of_table(text, person, marks) if kind == "csv" else _of_page(text, marks)
    if not entries and not marks.are_in(text):
        return Redacted(content, 0)
    return Redacted(None if marks.are_in(rest) else rest.encode(), max(entries, 1))


class _Marks:
    """What a report may have of a person: a handle with its @, or the number of a post or case of theirs."""

    def __init__(self, person: Person) -> None:
        self._named = person.named
        self._ids = person.mention_ids | person.case_ids | person.post_ids

    def places(self, text: str) -> Iterator[int]:
        """Where they begin, in no order."""
        yield from (found.start() for found in self._named.finditer(text))
        yield from (found.start() for found in _TOKEN.finditer(text) if found[0] in self._ids)

    def are_in(self, text: str) -> bool:
        """Whether there is any."""
        return next(self.places(text), None) is not None


def _of_table(text: str, person: Person, marks: _Marks) -> tuple[str, int]:
    """Rows with one of the marks go, and those with a cell that is a handle: the table has handles without @."""
    rows = list(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")))
    kept = [row for row in rows if not any(cell.lower() in person.handles or marks.are_in(cell) for cell in row)]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(kept)
    return (_BOM if text.startswith(_BOM) else "") + written.getvalue(), len(rows) - len(kept)


def _of_page(text: str, marks: _Marks) -> tuple[str, int]:
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
