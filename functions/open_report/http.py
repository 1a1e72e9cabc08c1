"""HTTP of a report: reads the request, opens the report by its link, and writes the response or a notice."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from aws_lambda_powertools import Logger

from desk.brand import Brand
from desk.i18n import phrase
from desk.reports.store import ReportKind, ReportName
from desk.web.request import Request
from desk.web.response import HTML, HttpEdge, Response, html, link_page_headers, packed
from open_report.open import LinkOutcome, Opened, OpenReport


class ReportPage(HttpEdge):
    """Responds to API Gateway's events (payload 2.0). Its log never has the link's ID, since that opens the report."""

    def __init__(self, reports: OpenReport, brand: Brand, logger: Logger) -> None:
        super().__init__(logger, link_page_headers(), retry_seconds=60)
        self._reports = reports
        self._brand = brand

    def answer(self, request: Request) -> Response:
        """The report, or why it can't be opened."""
        kind = ReportKind.TABLE if request.path.endswith("/csv") else ReportKind.PAGE
        opened = self._reports.open(request.params.get("link", ""), kind, request.now)
        response = response_of(opened, kind, self._brand, accepts=request.headers.get("accept-encoding", ""))
        log = self._logger.error if response.status is HTTPStatus.SERVICE_UNAVAILABLE else self._logger.info
        log(
            "report asked for",
            outcome=opened.outcome,
            reason=opened.reason,
            report=opened.report and opened.report.text,
            file=kind,
            status=int(response.status),
        )
        return response

    def problem(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - nothing depends on them
        """The same notice after any error."""
        return html(notice("unavailable", self._brand), HTTPStatus.INTERNAL_SERVER_ERROR)


_LAMBDA_BYTES = 6 * 1024 * 1024
"""The largest response as JSON. Source: Lambda quotas, "invocation payload"."""
_ENVELOPE = 4_096  # the rest of the JSON: status and headers


def response_of(opened: Opened, kind: ReportKind, brand: Brand, *, accepts: str) -> Response:
    """The response; `accepts` is the Accept-Encoding header. A body above Lambda's limit becomes a 503."""
    if opened.outcome is LinkOutcome.OPENED and opened.report:
        response = packed(Response(HTTPStatus.OK, opened.content, _headers(opened.report, kind, brand)), accepts)
        if -(-len(response.body) // 3) * 4 + _ENVELOPE <= _LAMBDA_BYTES:  # four characters of base64 are three bytes
            return response
    if opened.outcome is LinkOutcome.CLOSED:
        return packed(html(notice("closed", brand), HTTPStatus.NOT_FOUND), accepts)
    return packed(html(notice("unavailable", brand), HTTPStatus.SERVICE_UNAVAILABLE), accepts)


def _headers(report: ReportName, kind: ReportKind, brand: Brand) -> Mapping[str, str]:
    if kind is ReportKind.PAGE:
        return {"content-type": HTML}
    spoken = f"{brand.name()} {phrase(brand.language, f'digest.{report.edition}')} {report.day.isoformat()}.csv"
    plain = f"{report.text}.csv"
    return {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(spoken, safe='')}",
    }


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
