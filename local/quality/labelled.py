"""Mentions with the labels that people gave them: from JSON lines, from a CSV, or from the corpus' columns."""

import csv
import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from desk.reading import Kind, Need, Urgency
from training.corpus import CHECK, COLUMNS, DANGER, NOBODY, SAFE, UNJUDGED, wrong_file_type

_LANGUAGES = ("ko", "en", "ja", "zh", "other")
_A_LANGUAGE = re.compile(r"[a-z]{2}")
_NO_LANGUAGES = ("und", "zxx", "art", "qam", "qct", "qht", "qme", "qst")
"""What X writes where it could not tell, or where there are no words."""
_MOST_PROBLEMS = 20
_SNIFFED = 8_192
"""How many first bytes are read to find a file's type."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class LabelsError(Exception):
    """A file cannot be used; the message has one sentence a line."""


class Labelled(NamedTuple):
    """A text and its labels; a part is None where nobody judged it, and the department NOBODY where none fits.

    The safety is DANGER, CHECK (somebody may be at risk) or SAFE.
    """

    text: str
    kind: str | None
    need: str | None
    department: str | None
    urgency: str | None
    lang: str | None
    safety: str | None = None


class _BadLine(Exception):
    """What is wrong with one line, as the end of a sentence."""


def labelled_mentions(path: Path, departments: Collection[str]) -> list[Labelled]:
    """Everything in a file; raises LabelsError with the first problems and their lines, or OSError."""
    known: dict[str, list[str]] = {
        "kind": [str(kind) for kind in Kind],
        "need": [str(need) for need in Need],
        "department": [*departments, NOBODY],
        "urgency": [str(urgency) for urgency in Urgency],
        "lang": list(_LANGUAGES),
        "safety": [UNJUDGED, SAFE, CHECK, DANGER],
    }
    with path.open("rb") as file:
        wrong = wrong_file_type(file.read(_SNIFFED))
    if wrong:
        raise LabelsError(f"{path.name} {wrong}.")
    mentions, problems = [], []
    for number, entry in _rows(path, known) if path.suffix.lower() == ".csv" else _lines(path):
        try:
            mentions.append(_labelled(entry, known))
        except _BadLine as exc:
            problems.append(f"{path.name}:{number} {exc}.".replace("?.", "?"))
        if len(problems) == _MOST_PROBLEMS:
            problems.append("That is enough; what follows was not looked at.")
            break
    if problems:
        raise LabelsError("\n".join(problems))
    if not mentions:
        raise LabelsError(f"{path.name} has no labelled mention.")
    return mentions


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if number == 1 and raw.startswith(_UTF_16):
                raise LabelsError(f"{path.name} is UTF-16; save it as UTF-8.")
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as exc:
                place = f"{path.name}:{number}"
                raise LabelsError(f"{place} is not UTF-8 from its byte {exc.start + 1} on; save it as UTF-8.") from exc
            if line.strip():
                yield number, line


def _rows(path: Path, known: Collection[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a CSV with the numbers of the lines that they end on; an empty cell is no label."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if "text" not in (rows.fieldnames or ()):
                wanted = f"text and one or more of {', '.join(known)}"
                raise LabelsError(f"{path.name} needs a first line that names its columns: {wanted}.")
            for row in rows:
                yield rows.line_num, {name: cell for name, cell in row.items() if name and cell}
    except UnicodeDecodeError as exc:
        raise LabelsError(f"{path.name} is not UTF-8; save it as CSV UTF-8.") from exc
    except csv.Error as exc:
        raise LabelsError(f"{path.name}:{rows.line_num} is no CSV: {exc}.") from exc


def _labelled(entry: str | dict[str, Any], known: Mapping[str, list[str]]) -> Labelled:
    if isinstance(entry, dict):
        record = entry
    else:
        record = _of_json(entry) if entry.lstrip().startswith("{") else _of_columns(entry)
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _BadLine("has no text")
    record = _in_our_languages(record)
    if record.get("safety") == UNJUDGED:
        record = {part: value for part, value in record.items() if part != "safety"}
    labels = {part: _label(part, record[part], among) for part, among in known.items() if part in record}
    if not labels:
        raise _BadLine(f"has no label; known: {', '.join(known)}")
    return Labelled(text, *(labels.get(part) for part in known))


def _of_json(line: str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(line)
    except RecursionError as exc:
        raise _BadLine("is nested too deeply") from exc
    except json.JSONDecodeError as exc:
        raise _BadLine(f"is not JSON: {exc.msg[:1].lower()}{exc.msg[1:]} at column {exc.colno}") from exc
    except ValueError as exc:
        raise _BadLine("is not JSON: a number is too long") from exc
    is_nobodys = record.get("department", NOBODY) in (None, "")
    return {**record, "department": NOBODY} if is_nobodys else record


def _of_columns(line: str) -> dict[str, Any]:
    r"""Columns between tabs, the text last; `\n` in it means a line break."""
    columns = line.split("\t", len(COLUMNS) - 1)
    if len(columns) != len(COLUMNS):
        wanted = ", ".join(COLUMNS)
        raise _BadLine(f"is neither JSON nor {len(COLUMNS)} columns between tabs ({wanted}): it has {len(columns)}")
    record = dict(zip(COLUMNS, columns, strict=True))
    return {**record, "text": record["text"].replace("\\n", "\n")}


def _in_our_languages(record: dict[str, Any]) -> dict[str, Any]:
    """With the code of another language as `other`, and without what X writes for none."""
    lang = record.get("lang")
    if lang in _NO_LANGUAGES:
        return {part: value for part, value in record.items() if part != "lang"}
    is_other = isinstance(lang, str) and _A_LANGUAGE.fullmatch(lang) and lang not in _LANGUAGES
    return {**record, "lang": "other"} if is_other else record


def _label(part: str, value: Any, among: list[str]) -> str:
    if isinstance(value, str) and value in among:
        return str(value)
    near = difflib.get_close_matches(value, among, n=1) if isinstance(value, str) else []
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(among)}"
    shown = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    raise _BadLine(f"has the {part} {shown}, which is not known; {hint}")
