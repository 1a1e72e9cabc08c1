"""GET and POST /console/…: the screen of the people who run the account."""

import os
from collections.abc import Mapping
from typing import Any

from desk.clock import utc_now
from operator_console.wiring import wire

_CONSOLE = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    console = _CONSOLE or wire(os.environ)
    return console.respond(event, utc_now())
