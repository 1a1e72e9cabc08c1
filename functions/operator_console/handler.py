"""GET and POST /console/…: the screen of the people who run the account."""

from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from operator_console.wiring import wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    console = _wired()
    return console.respond(event, utc_now())
