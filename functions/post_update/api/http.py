"""What the API answers when it does not do what was asked: problems as RFC 9457 tells them."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from email.message import Message
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Response

from desk.posts.errors import NOT_UTF_8
from desk.posts.text import REPLACEMENT

CONTENT_TYPE = "application/problem+json"
TYPES = "urn:dorothy:problem:"
"""How the `type` of a problem begins that a program may want to tell from others of the same status."""

RETRY_SECONDS = 5
"""After how long a caller may ask again what could not be done now."""


class BadField(NamedTuple):
    """A field of the request that is not as it must be, and why, as a sentence."""

    field: str
    detail: str


class Problem(NamedTuple):
    """One refusal. `code` None: the status says all there is to say. `more` are members besides RFC 9457's own."""

    status: HTTPStatus
    code: str | None = None
    detail: str | None = None
    errors: Sequence[BadField] = ()
    more: Mapping[str, str | int] = {}
    headers: Mapping[str, str] = {}

    def members(self) -> dict[str, Any]:
        """The members of the JSON object; those that have nothing to say are absent."""
        members: dict[str, Any] = {
            "type": f"{TYPES}{self.code}" if self.code else "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "errors": [error._asdict() for error in self.errors],
        }
        return {name: value for name, value in (members | dict(self.more)).items() if value}

    def response(self) -> Response[str]:
        """The answer as the resolver takes it."""
        body = json.dumps(self.members(), ensure_ascii=False)
        return Response(int(self.status), CONTENT_TYPE, body, headers={**self.headers, "Cache-Control": "no-store"})

    def answer(self) -> dict[str, Any]:
        """The answer as API Gateway takes it (payload 2.0)."""
        response = self.response()
        return {
            "statusCode": response.status_code,
            "body": response.body,
            "isBase64Encoded": False,
            "headers": response.headers,
            "cookies": [],
        }


class Refused(Exception):
    """The request is answered with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code or problem.status.phrase)
        self.problem = problem


def not_now(detail: str) -> Problem:
    """Nothing is wrong with the request; the same one may be sent again soon."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "not-now", detail, headers={"Retry-After": str(RETRY_SECONDS)}
    )  # fmt: skip


def bad_fields(errors: Sequence[BadField]) -> Problem:
    """All that is wrong with the fields of a request."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-fields", "Correct the fields listed in errors.", errors)


INTERNAL = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail="The fault is ours and was logged; trying again may help.")


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


_SENTENCES = {
    "missing": "is needed",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "string_unicode": "holds half a character",
    "list_type": "must be a list",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}
"""By pydantic's type of error; for any other its own words do."""


def problem_in(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """All of them in one answer. A body that is not there at all is no JSON."""
    if any(error["type"] == "missing" and tuple(error["loc"]) == ("body",) for error in errors):
        return no_json("The body is empty.")
    return bad_fields([BadField(_field(error["loc"]), _sentence(error)) for error in errors])


def _field(place: Sequence[str | int]) -> str:
    """`body.hashtags.0` is told as the caller wrote it: `hashtags.0`; a header as its standard writes it."""
    if place[0] == "header":
        return str(place[1]).title()
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _sentence(error: Mapping[str, Any]) -> str:
    if any(isinstance(part, str) and REPLACEMENT in part for part in (error["input"], error["loc"][-1])):
        return NOT_UTF_8  # whatever else is wrong with it follows from that
    if error["type"] == "string_pattern_mismatch":
        return "holds characters that can't stand there"
    said = _SENTENCES.get(error["type"]) or str(error["msg"])
    return said[:1].lower() + said[1:]


def response[Shape](status: HTTPStatus, shape: Shape) -> Response[Shape]:
    """This shape as JSON; nobody on the way may keep it, since posts move."""
    return Response(int(status), "application/json", shape, headers={"Cache-Control": "no-store"})
