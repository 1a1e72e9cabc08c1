"""GET and POST /answer/{link}: a case for anyone with its link, and their actions on it."""

from collections.abc import Mapping
from typing import Any

from answer_case.wiring import wire
from desk.clock import utc_now
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    page = _wired()
    return page.respond(event, utc_now())
