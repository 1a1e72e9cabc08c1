"""Labelled texts: the corpus beside this file, and a brand's own."""

import csv
import difflib
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from desk.reading import Kind, Need, Urgency

CORPUS = Path(__file__).with_name("corpus")
FEWEST_EXAMPLES = 8
"""Of a department; with fewer nothing can be learned of it."""
NOBODY = "-"
"""In the place of a department: chat and junk have none."""
COLUMNS = ("kind", "need", "department", "urgency", "lang", "safety", "text")
"""Of a line of the corpus, between tabs."""
SAFE, CHECK, DANGER = "-", "check", "danger"
UNJUDGED = "?"
"""In the place of safety: urgent, and nobody said whether it is danger."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel, Numbers and LibreOffice begin, and those of old Excel."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Labelled(NamedTuple):
    """A text with what it means. None is what its source does not say; `writer` is whose it is."""

    text: str
    writer: str
    kind: str | None = None
    need: str | None = None
    department: str | None = None
    urgency: str | None = None
    lang: str | None = None
    safety: str | None = None
    """Whether somebody is in danger (DANGER), perhaps (CHECK), or not (SAFE)."""


class OwnTexts(NamedTuple):
    """A brand's own texts, and the lines of those without a department, which teach nothing."""

    texts: list[Labelled]
    without_department: list[int]


class CorpusError(Exception):
    """A file of labelled texts is not as it must be; the message says where."""


def load_part(part: str) -> list[Labelled]:
    """All texts of a folder such as `train` or `held_out/calm`, writer by writer. Raises CorpusError."""
    return [each for path in sorted((CORPUS / part).glob("*.tsv")) for each in load_tsv(path)]


def load_tsv(path: Path, departments: Collection[str] | None = None) -> list[Labelled]:
    r"""A file of the corpus: a text a line with its COLUMNS; `\n` in a text stands for a line break.

    Raises CorpusError, also for a department that is not in `departments`, if these are given.
    """
    found = []
    for number, line in enumerate(_content(path).removesuffix("\n").split("\n"), 1):
        place = f"{path.name}, line {number}"
        each = _labelled(line.split("\t"), place, path.stem)
        if departments is not None:
            _check_department(str(each.department), departments, place)
        found.append(each)
    return found


def load_csv(path: Path, departments: Collection[str]) -> OwnTexts:
    """A brand's own texts: a CSV with the columns `text` and `department` (or -), in UTF-8. Raises CorpusError."""
    rows = csv.DictReader(StringIO(_content(path), newline=""), strict=True)
    try:
        if not {"text", "department"} <= set(rows.fieldnames or ()):
            wanted = "that names the columns text and department, with commas between"
            raise CorpusError(f"{path.name} needs a first line {wanted}")
        found = dict(_of_rows(rows, path, departments))
    except csv.Error as exc:
        message = f"{path.name}, after line {rows.line_num}: {exc}; perhaps a quotation mark is not closed"
        raise CorpusError(message) from exc
    if not found:
        raise CorpusError(f"{path.name} has no texts")
    without = [line for line, each in found.items() if not each.department]
    return OwnTexts([each for each in found.values() if each.department], without)


def wrong_file_type(raw: bytes) -> str:
    """What a file with these bytes is, as the end of a sentence, where it is no text at all; else ""."""
    if raw.startswith(_WORKBOOKS):
        return "is a spreadsheet program's own file; save it as “CSV UTF-8”"
    return "is not a text file" if b"\0" in raw and not raw.startswith(_UTF_16) else ""


def _content(path: Path) -> str:
    raw = path.read_bytes()
    wrong = wrong_file_type(raw)
    if wrong:
        raise CorpusError(f"{path.name} {wrong}")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as exc:
        raise CorpusError(f"{path.name} is not in UTF-8; save it as “CSV UTF-8”") from exc


def _labelled(columns: Sequence[str], place: str, writer: str) -> Labelled:
    if len(columns) != len(COLUMNS):
        raise CorpusError(f"{place}: {len(columns)} columns instead of {len(COLUMNS)}")
    row = dict(zip(COLUMNS, columns, strict=True))
    text, kind, safety = row.pop("text"), row["kind"], row["safety"]
    known = kind in tuple(Kind) and row["need"] in tuple(Need) and row["urgency"] in tuple(Urgency)
    known &= safety in (SAFE, CHECK, DANGER, UNJUDGED)
    if not known or (row["department"] == NOBODY) != (kind in (Kind.CHAT, Kind.JUNK)):
        raise CorpusError(f"{place}: {', '.join(row[part] for part in row if part != 'lang')} do not fit together")
    judged = None if safety == UNJUDGED else safety
    return Labelled(text.replace("\\n", "\n"), writer, **{**row, "safety": judged})


def _of_rows(rows: csv.DictReader[str], path: Path, departments: Collection[str]) -> Iterator[tuple[int, Labelled]]:
    """The rows, with the line that each ends on, but for those without a text: spreadsheets leave some at the end."""
    for row in rows:
        text, department = row["text"] or "", (row["department"] or "").strip()
        place = f"{path.name}, line {rows.line_num}"
        if any(row.get(None) or ()):  # cells beyond the columns
            raise CorpusError(f"{place}: more cells than columns; a text with a comma must stand in quotation marks")
        if not text.strip():
            continue
        if department:
            _check_department(department, departments, place)
        yield rows.line_num, Labelled(text, path.stem, department=department or None)


def _check_department(name: str, departments: Collection[str], place: str) -> None:
    if name in (*departments, NOBODY):
        return
    near = difflib.get_close_matches(name, departments, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(departments)}"
    raise CorpusError(f"{place}: desk.yaml has no department {name!r}; {hint}")
