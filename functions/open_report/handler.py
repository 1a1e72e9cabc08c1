"""GET /reports/{link} and GET /reports/{link}/csv: a report for anyone with its link."""

from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from desk.reports.store import ReportKind
from desk.start import at_start
from desk.web import link_id_of
from open_report.open import answer
from open_report.wiring import wire

_wired = at_start(wire)

_UNAVAILABLE = 503


def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures. The log never has the link's ID, since that opens the report."""
    wired = _wired()
    kind = ReportKind.TABLE if event["routeKey"].endswith("/csv") else ReportKind.PAGE
    opened = wired.open_report.open(link_id_of(event), kind, utc_now())
    answered = answer(opened, kind, wired.brand, accepts=event.get("headers", {}).get("accept-encoding", ""))
    log = wired.logger.error if answered["statusCode"] == _UNAVAILABLE else wired.logger.info
    log(
        "report asked for",
        outcome=opened.outcome,
        reason=opened.reason,
        report=opened.report and opened.report.text,
        file=kind,
        status=answered["statusCode"],
    )
    return answered
