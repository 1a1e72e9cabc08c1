"""A form as a browser sends it, before anything in it is believed."""

import base64
import binascii
from collections.abc import Mapping
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

LARGEST = 100_000
"""Bytes of a body. The longest fields, percent-encoded, are about half of it."""
_FIELDS = 40
_FORM = "application/x-www-form-urlencoded"


class Unreadable(Exception):
    """The body is no form that the page sends; `status` is what is answered."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def fields_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields; raises Unreadable for one that is too large (413) or no form in UTF-8 (400)."""
    raw, is_base64 = event.get("body") or "", bool(event.get("isBase64Encoded"))
    # Four characters of base64 are three bytes; what is larger in its shortest reading need not be decoded.
    shortest = len(raw) * 3 // 4 - 2 if is_base64 else len(raw)
    if shortest > LARGEST:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = _bytes_of(raw, is_base64=is_base64)
    if len(body) > LARGEST:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    _must_be_a_form(event)
    return _parsed(body)


def _bytes_of(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise Unreadable(HTTPStatus.BAD_REQUEST) from None


def _must_be_a_form(event: Mapping[str, Any]) -> None:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    stated = Message()
    stated["content-type"] = headers.get("content-type", "")
    charset = str(stated.get_param("charset", "utf-8")).lower()
    if stated.get_content_type() != _FORM or charset not in {"utf-8", "utf8"}:
        raise Unreadable(HTTPStatus.BAD_REQUEST)


def _parsed(body: bytes) -> dict[str, str]:
    """Which of two values of one field is meant, nobody can tell."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:
        raise Unreadable(HTTPStatus.BAD_REQUEST) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable(HTTPStatus.BAD_REQUEST)
    return fields
