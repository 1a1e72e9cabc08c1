"""Lines of text or JSON as mentions to read, and their readings as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.mention import Mention
from desk.reading import Reading
from desk.x_post import Media, XPost

_ANY_ID = "1"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_UNDETERMINED = "und"


class BadLine(Exception):
    """A line that is no text to read; the message is the sentence to show, without the line's number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One text to read and whatever else its line said."""

    mention: Mention
    extra: dict[str, Any]


def asked_text(text: str) -> Asked:
    """A bare text, of which nothing else is known."""
    return Asked(_mention(text, _UNDETERMINED, ()), {"text": text})


def asked_line(raw: bytes) -> Asked | None:
    """What a line asks for: JSON when it begins with a brace, else text; None when it is blank. Raises BadLine."""
    try:
        line = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as exc:
        raise BadLine("is not UTF-8 text") from exc
    if not line:
        return None
    return _asked_json(line) if line.startswith("{") else asked_text(line)


def answer_line(asked: Asked, reading: Reading) -> str:
    """The reading as one line of JSON; the line's own keys follow, save those that the reading answers."""
    answer = {
        "kind": reading.kind,
        "need": reading.need,
        "department": reading.department,
        "urgency": reading.urgency,
        "lang": reading.lang,
        "confidence": round(reading.confidence, 4),
        "why": [{"rule": why.rule, "evidence": why.evidence} for why in reading.why],
    }
    whole = json.dumps(asked.extra | answer, ensure_ascii=False)
    # A half of a surrogate pair, which JSON can escape but UTF-8 cannot hold, is passed on as it came.
    return whole if whole.isascii() or _is_utf8(whole) else json.dumps(asked.extra | answer)


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= mark <= "\udfff" for mark in text)


def _asked_json(line: str) -> Asked:
    try:
        entry = json.loads(line, parse_constant=_no_constant)
    except RecursionError as exc:
        raise BadLine("is nested too deeply") from exc
    except json.JSONDecodeError as exc:
        raise BadLine(f"is not JSON: {exc.msg[:1].lower()}{exc.msg[1:]} at column {exc.colno}") from exc
    except ValueError as exc:
        raise BadLine(f"is not JSON: {exc}") from exc
    text, lang = entry.get("text"), entry.get("lang", _UNDETERMINED)
    if not isinstance(text, str):
        raise BadLine('needs a key "text" with a text')
    if not isinstance(lang, str):
        raise BadLine('has a "lang" that is not a text')
    return Asked(_mention(text, lang, tuple(_media(entry.get("media", [])))), entry)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _media(listed: Any) -> Iterator[Media]:
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise BadLine('has a "media" that is not a list of objects')
    for entry in listed:
        yield Media(str(entry.get("type", "photo")), _text_or_none(entry.get("alt_text")), None)


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _mention(text: str, lang: str, media: tuple[Media, ...]) -> Mention:
    post = XPost(
        id=_ANY_ID,
        text=text,
        author_id=_ANY_ID,
        created_at=_ANY_TIME,
        conversation_id=_ANY_ID,
        lang=lang,
        edit_ids=(_ANY_ID,),
        media=media,
    )
    return Mention(post=post, received_at=_ANY_TIME)
