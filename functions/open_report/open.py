"""Opens a report by its link, and makes the response."""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Any
from urllib.parse import quote

from desk.brand import Brand
from desk.errors import ReportsUnavailable, StoreBusy
from desk.i18n import phrase
from desk.links import TABLE_HREF, is_link_id
from desk.reports.store import ReportKind, ReportLinks, ReportName, Reports
from desk.web import RETRY_SECONDS, page_headers


class LinkOutcome(StrEnum):
    """The outcome of opening a link."""

    OPENED = "opened"
    CLOSED = "closed"
    """Unknown, expired, revoked, or the report is gone: the answer is the same for all four."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome, with the report and its content; `reason` is only for the log."""

    outcome: LinkOutcome
    report: ReportName | None = None
    content: bytes = b""
    reason: str = ""


class OpenReport:
    """Opens a file of a report by a link's ID. Opening changes nothing."""

    def __init__(self, links: ReportLinks, reports: Reports) -> None:
        self._links = links
        self._reports = reports

    def open(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        """The file, or why it can't be opened. Never raises; only the page itself contains the ID."""
        if not is_link_id(link_id):
            return Opened(LinkOutcome.CLOSED, reason="no id")
        try:
            return self._find(link_id, kind, now)
        except (StoreBusy, ReportsUnavailable) as exc:
            return Opened(LinkOutcome.UNAVAILABLE, reason=f"{type(exc).__name__}: {exc}")

    def _find(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        link = self._links.find(link_id)
        if link is None:
            return Opened(LinkOutcome.CLOSED, reason="unknown")
        if not link.opens(now):
            return Opened(LinkOutcome.CLOSED, link.report, reason="revoked" if link.revoked_at else "expired")
        content = self._reports.get(link.report, kind)
        if content is None:
            return Opened(LinkOutcome.CLOSED, link.report, reason="gone")
        if kind is ReportKind.PAGE:
            content = content.replace(_href(TABLE_HREF), _href(f"{link_id}/csv"), 1)
        return Opened(LinkOutcome.OPENED, link.report, content)


def _href(address: str) -> bytes:
    return f'href="{address}"'.encode()


_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 18vh 1.5rem 2rem; max-width: 30rem; color: #1c2523; background: #f6f8f7;
  font: 1.0625rem/1.7 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", NanumGothic, sans-serif;
  word-break: keep-all; overflow-wrap: anywhere }}
h1 {{ font-size: 1.375rem; line-height: 1.4 }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e4ebe8; background: #121917 }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
</body>
</html>
"""


def notice(why: str, brand: Brand) -> str:
    """A page in the brand's language: `closed` (no such report, or no longer) or `unavailable` (for now)."""
    return _PAGE.format(
        language=brand.language,
        title=escape(phrase(brand.language, f"report.{why}.title")),
        text=escape(phrase(brand.language, f"report.{why}.text")),
    )


_LAMBDA_BYTES = 6 * 1024 * 1024
"""The largest response as JSON. Source: Lambda quotas, "invocation payload"."""
_ENVELOPE = 4_096  # the rest of the JSON: status and headers

_STRICT = page_headers()
_PAGE_HEADERS = {"content-type": "text/html; charset=utf-8"}


def answer(opened: Opened, kind: ReportKind, brand: Brand, *, accepts: str) -> dict[str, Any]:
    """The response; `accepts` is the Accept-Encoding header. A body above Lambda's limit becomes a 503."""
    if opened.outcome is LinkOutcome.OPENED and opened.report:
        answered = _packed(200, _headers(opened.report, kind, brand), opened.content, accepts)
        if len(answered["body"]) + _ENVELOPE <= _LAMBDA_BYTES:
            return answered
    if opened.outcome is LinkOutcome.CLOSED:
        return _packed(404, _PAGE_HEADERS, notice("closed", brand).encode(), accepts)
    return _packed(503, {**_PAGE_HEADERS, "retry-after": RETRY_SECONDS}, notice("unavailable", brand).encode(), accepts)


def _headers(report: ReportName, kind: ReportKind, brand: Brand) -> Mapping[str, str]:
    if kind is ReportKind.PAGE:
        return _PAGE_HEADERS
    spoken = f"{brand.name()} {phrase(brand.language, f'digest.{report.edition}')} {report.day.isoformat()}.csv"
    plain = f"{report.text}.csv"
    return {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spoken, safe='')}",
    }


def _packed(status: int, headers: Mapping[str, str], body: bytes, accepts: str) -> dict[str, Any]:
    """The body is always base64: as a JSON string it could become many times larger."""
    sent = _STRICT | dict(headers) | {"vary": "accept-encoding"}
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
