"""The request's body, before anything in it is believed."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping
from email.message import Message
from http import HTTPStatus
from typing import Any

from post_update.door.problems import BadField, Problem, Refused, bad_fields

LARGEST = 16_384
"""Bytes of a body. The longest post with the longest link that X takes is a third of it."""


def body_of(event: Mapping[str, Any]) -> str:
    """The body as text; raises Refused when it is too large or not JSON by its own account."""
    raw = event.get("body") or ""
    # Four characters of base64 are three bytes; what is larger in its shortest reading need not be decoded.
    shortest = len(raw) * 3 // 4 - 2 if event.get("isBase64Encoded") else len(raw)
    body = b"" if shortest > LARGEST else _bytes_of(raw, is_base64=bool(event.get("isBase64Encoded")))
    if shortest > LARGEST or len(body) > LARGEST:
        raise Refused(
            Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"A body may have {LARGEST} bytes, not more.")
        )
    if body:
        _must_be_json(event.get("headers") or {})
    return _text_of(body)


def parsed(text: str) -> dict[str, Any]:
    """The JSON object in a body; raises Refused when it is none."""
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as exc:
        place = f" (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
        raise Refused(no_json(f"The body is not JSON{place}.")) from None
    if not isinstance(value, dict):
        raise Refused(bad_fields([BadField("body", "must be a JSON object")]))
    return value


def _bytes_of(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise Refused(no_json("The body is not UTF-8 text.")) from None


def _text_of(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(no_json("The body is not UTF-8 text.")) from None


def _must_be_json(headers: Mapping[str, str]) -> None:
    stated = Message()
    stated["content-type"] = headers.get("content-type", "")
    charset = str(stated.get_param("charset", "utf-8")).lower()
    if stated.get_content_type() != "application/json" or charset not in {"utf-8", "utf8"}:
        raise Refused(
            Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", "Send application/json, in UTF-8.")
        )  # fmt: skip


def no_json(detail: str) -> Problem:
    """What was sent can't be read as JSON."""
    return Problem(HTTPStatus.BAD_REQUEST, "no-json", detail)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; which of two values of one field is meant, nobody can tell."""
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        names = (name.encode(errors="replace").decode() for name in twice)
        raise Refused(bad_fields([BadField(name, "is given twice") for name in names]))
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)
