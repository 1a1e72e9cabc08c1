"""GET and POST /console/…: the screen of the people who run the account."""

import os
from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from desk.start import at_start
from operator_console.wiring import wire

_CONSOLE = at_start(wire)


def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    console = _CONSOLE or wire(os.environ)
    return console.respond(event, utc_now())
