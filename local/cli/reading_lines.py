"""Lines of text or JSON as mentions to read, and their readings as JSON."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from desk.brand import Brand
from desk.mentions.model import Mention
from desk.reader.explain import reason
from desk.reading import Reading
from desk.x.model import Author, Media, XPost

LONGEST_LINE = 1024 * 1024
"""Bytes of a line; a post has at most 25,000 characters, which leaves room for the other keys."""

_ANY_ID = "1"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_UNDETERMINED = "und"
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class BadLine(Exception):
    """A line that cannot be read; the message is the sentence to show, without the line's number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One text to read, with the other keys of its line."""

    mention: Mention
    extra: dict[str, Any]


def asked_text(text: str) -> Asked:
    """A text alone, without other keys."""
    return Asked(_mention(text, {}), {"text": text})


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream one by one. One that is too long is cut, but `asked_line` still refuses it."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield line


def asked_line(raw: bytes) -> Asked | None:
    """What a line asks for: JSON when it begins with a brace, else text; None when it is blank. Raises BadLine."""
    if len(raw) > LONGEST_LINE:
        raise BadLine(f"is longer than {LONGEST_LINE // 1024} KiB")
    try:
        line = raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as exc:
        raise BadLine(f"is not UTF-8 from its byte {exc.start + 1} on") from exc
    if "\0" in line:
        raise BadLine("has a NUL character, as texts in UTF-16 have; it must be UTF-8")
    text = line.strip()
    if not text:
        return None
    return _asked_json(line) if text.startswith("{") else asked_text(text)


def answer_line(asked: Asked, reading: Reading, brand: Brand) -> str:
    """One line of JSON: the asking line's own keys, save those that the reading answers, and then the reading.

    It can always be written as UTF-8: half a character, which JSON can escape but UTF-8 cannot hold, is escaped again.
    """
    answer = {
        "kind": reading.kind,
        "review": reading.review,
        "need": reading.need,
        "department": reading.department,
        "urgency": reading.urgency,
        "lang": reading.lang,
        "confidence": round(reading.confidence, 4),
        "why": [reason(why, reading, brand) for why in reading.why],
    }
    whole = {key: value for key, value in asked.extra.items() if key not in answer} | answer
    line = json.dumps(whole, ensure_ascii=False)
    return json.dumps(whole) if _HALF_CHARACTER.search(line) else line


def _asked_json(line: str) -> Asked:
    try:
        entry = json.loads(line, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as exc:
        raise BadLine("is nested too deeply") from exc
    except json.JSONDecodeError as exc:
        raise BadLine(f"is not JSON: {exc.msg[:1].lower()}{exc.msg[1:]} at column {exc.colno}") from exc
    except ValueError as exc:
        raise BadLine("has a number that is too long") from exc
    text = entry.get("text")
    if not isinstance(text, str):
        raise BadLine('needs a key "text" with a text')
    if not isinstance(entry.get("lang", ""), str):
        raise BadLine('has a "lang" that is not a text')
    return Asked(_mention(text, entry), entry)


def _no_constant(name: str) -> None:
    raise BadLine(f"is not JSON: {name} is no JSON value")


def _finite(number: str) -> float:
    """The number; one that would become infinity could not be passed on."""
    if math.isinf(value := float(number)):
        raise BadLine("has a number that is too large")
    return value


def _media(listed: Any) -> Iterator[Media]:
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise BadLine('has a "media" that is not a list of objects')
    for entry in listed:
        yield Media(str(entry.get("type", "photo")), _text_or_none(entry.get("alt_text")), None)


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _author(entry: dict[str, Any]) -> Author | None:
    name = _text_or_none(entry.get("author"))
    return Author(_author_id(entry), name.removeprefix("@"), name) if name else None


def _author_id(entry: dict[str, Any]) -> str:
    """X writes its numbers in quotes, others do not."""
    number = entry.get("author_id")
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    return str(number) if is_whole else _text_or_none(number) or _ANY_ID


def _mention(text: str, entry: dict[str, Any]) -> Mention:
    post = XPost(
        id=_ANY_ID,
        text=text,
        author_id=_author_id(entry),
        created_at=_ANY_TIME,
        conversation_id=_ANY_ID,
        lang=entry.get("lang", _UNDETERMINED),
        edit_ids=(_ANY_ID,),
        media=tuple(_media(entry.get("media", []))),
        author=_author(entry),
    )
    return Mention(post=post, received_at=_ANY_TIME)
