"""Responses as values, the headers that keep pages safe, and the way from an event to what API Gateway takes."""

import gzip
import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from desk.web.problems import CONTENT_TYPE, HttpProblem
from desk.web.request import Request, request_of

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

HTML = "text/html; charset=utf-8"


class Response(NamedTuple):
    """A response. Names of headers are in lower case; `cookies` are whole Set-Cookie values."""

    status: HTTPStatus
    body: str | bytes = ""
    headers: Mapping[str, str] = {}
    cookies: tuple[str, ...] = ()


def html(body: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    """A page, or a part of one. Names of headers are given with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, body, {"content-type": HTML, **named})


def redirect(location: str) -> Response:
    """A redirect to another page."""
    return Response(HTTPStatus.SEE_OTHER, headers={"location": location})


def problem_json(problem: HttpProblem) -> Response:
    """The problem as JSON, which no cache may keep."""
    body = json.dumps(problem.problem(), ensure_ascii=False)
    return Response(
        problem.status, body, {**problem.headers, "content-type": CONTENT_TYPE, "cache-control": "no-store"}
    )


def packed(response: Response, accepts: str) -> Response:
    """The response in bytes, compressed if the request's header `accept-encoding` takes that.

    As a string in JSON, a large body could become many times larger.
    """
    body = response.body.encode() if isinstance(response.body, str) else response.body
    headers = {**response.headers, "vary": "accept-encoding"}
    if takes_gzip(accepts):
        body, headers["content-encoding"] = gzip.compress(body, mtime=0), "gzip"
    return response._replace(body=body, headers=headers)


def takes_gzip(accepts: str) -> bool:
    """Whether a header `accept-encoding` takes gzip."""
    for choice in accepts.lower().split(","):
        name, _, quality = choice.replace(" ", "").partition(";q=")
        if name in ("gzip", "*"):
            return quality.strip("0.") != "" or quality == ""
    return False


SAFE_HEADERS: Mapping[str, str] = {"strict-transport-security": "max-age=31536000", "x-content-type-options": "nosniff"}
"""For all responses, whether they are pages or not."""


def page_headers(*, referrer: str = "no-referrer", form_action: str = "'none'", **sources: str) -> dict[str, str]:
    """Headers that keep a page out of caches, search engines, frames and other windows, and its address to itself.

    `sources` are those of the content policy by directive, with `_` for `-`. A page loads and sends nothing else.
    """
    own = {name.replace("_", "-"): source for name, source in sources.items() if source}
    last = {"base-uri": "'none'", "form-action": form_action, "frame-ancestors": "'none'"}
    policy = {"default-src": "'none'", **own, **last}
    return {
        **SAFE_HEADERS,
        "cache-control": "private, no-store",
        "content-security-policy": "; ".join(f"{name} {source}" for name, source in policy.items()),
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": referrer,
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
    }


def link_page_headers(*, script: str = "", form_action: str = "'none'", image_sources: str = "") -> dict[str, str]:
    """Headers of a page that has its style within it, and perhaps a script, of which `script` is the hash.

    The script may send to the page's own origin. `image_sources` are those of others from which it shows pictures. The
    page's address, which may open it, goes to no other site, also not with these.
    """
    own = {
        "style_src": "'unsafe-inline'",
        "img_src": f"data: {image_sources}".strip(),
        "script_src": script,
        "connect_src": script and "'self'",
    }
    return {"content-type": HTML, **page_headers(form_action=form_action, **own)}


class HttpEdge(ABC):
    """Where requests come in and responses go out.

    Args:
        logger: Gets the type of an unexpected error and the places in our code: its message may quote people.
        headers: What every response carries, unless it has its own.
        api_url: See `request_of`.
        retry_seconds: When a request may be repeated that failed for a moment.
    """

    def __init__(
        self, logger: "Logger", headers: Mapping[str, str], *, api_url: str = "", retry_seconds: int = 5
    ) -> None:
        self._logger = logger
        self._headers = headers
        self._api_url = api_url
        self._retry = {"retry-after": str(retry_seconds)}

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """The response to a request. May raise any error."""

    @abstractmethod
    def problem(self, request: Request, error: Exception) -> Response:
        """The response to an error of `answer`. A status of 500 says that the error is a defect."""

    def respond(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """What API Gateway takes as the response to any event."""
        request = request_of(event, now, api_url=self._api_url)
        try:
            response = self.answer(request)
        except Exception as exc:
            response = self.problem(request, exc)
            if response.status is HTTPStatus.INTERNAL_SERVER_ERROR:
                self._logger.exception("a request met a defect")
        retry = self._retry if response.status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        return api_response(response._replace(headers={**self._headers, **retry, **response.headers}))


def api_response(response: Response) -> dict[str, Any]:
    """The response as API Gateway takes it."""
    body = response.body
    return {
        "statusCode": int(response.status),
        "headers": dict(response.headers),
        "cookies": list(response.cookies),
        "body": b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }
