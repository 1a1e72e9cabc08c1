"""Lambda's entry point of the HTTP API."""

from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from post_update.api.wiring import wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    api = _wired()
    return api.respond(event, utc_now())
