"""GET /reports/{link} and GET /reports/{link}/csv: a report for anyone with its link."""

from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from desk.start import at_start, logged
from open_report.wiring import wire

_wired = at_start(wire)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    report = _wired()
    return report.respond(event, utc_now())
