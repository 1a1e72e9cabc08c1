"""Answers as API Gateway's HTTP API takes them from a function (payload 2.0)."""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from desk.brand import Brand
from desk.catalogue import phrase
from desk.ports.reports import ReportKind, ReportName
from open_report.notice import notice
from open_report.open import Opened, Outcome

_LAMBDA_BYTES = 6 * 1024 * 1024
"""What an answer may have at most, as JSON. Source: Lambda quotas, "invocation payload"."""
_ENVELOPE = 4_096  # the rest of the JSON: status and headers
_RETRY_SECONDS = "60"

_STRICT = {
    "cache-control": "private, no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
_PAGE = {"content-type": "text/html; charset=utf-8"}


def answer(opened: Opened, kind: ReportKind, brand: Brand, *, accepts: str) -> dict[str, Any]:
    """The answer to whoever asked; `accepts` is their Accept-Encoding. A body above Lambda's limit becomes a 503."""
    if opened.outcome is Outcome.OPENED and opened.report:
        answered = _packed(200, _headers(opened.report, kind, brand), opened.content, accepts)
        if len(answered["body"]) + _ENVELOPE <= _LAMBDA_BYTES:
            return answered
    if opened.outcome is Outcome.CLOSED:
        return _packed(404, _PAGE, notice("closed", brand).encode(), accepts)
    return _packed(503, {**_PAGE, "retry-after": _RETRY_SECONDS}, notice("unavailable", brand).encode(), accepts)


def _headers(report: ReportName, kind: ReportKind, brand: Brand) -> Mapping[str, str]:
    if kind is ReportKind.PAGE:
        return _PAGE
    spoken = f"{brand.name()} {phrase(brand.language, f'digest.{report.edition}')} {report.day.isoformat()}.csv"
    plain = f"{report.text}.csv"
    return {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spoken, safe='')}",
    }


def _packed(status: int, headers: Mapping[str, str], body: bytes, accepts: str) -> dict[str, Any]:
    """Always as base64: as a JSON string a body could grow by any factor."""
    sent = dict(_STRICT) | dict(headers) | {"vary": "accept-encoding"}
    if _takes_gzip(accepts):
        body = gzip.compress(body, mtime=0)
        sent["content-encoding"] = "gzip"
    return {
        "statusCode": status,
        "headers": sent,
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _takes_gzip(accepts: str) -> bool:
    for choice in accepts.lower().split(","):
        name, _, quality = choice.replace(" ", "").partition(";q=")
        if name in ("gzip", "*"):
            return quality.strip("0.") != "" or quality == ""
    return False
