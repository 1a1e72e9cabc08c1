"""GET and POST /answer/{link}: a case for anyone with its link, and their actions on it."""

import os
from collections.abc import Mapping
from typing import Any

from answer_case.wiring import wire
from desk.clock import utc_now
from desk.start import at_start

_PAGE = at_start(wire)


def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Respond to any request, also after failures."""
    page = _PAGE or wire(os.environ)
    return page.respond(event, utc_now())
