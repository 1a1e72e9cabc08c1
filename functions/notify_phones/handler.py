"""News for the devices of people, from its topic."""

from collections.abc import Mapping
from typing import Any

from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from notify_phones.wiring import wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> None:
    """Notify devices. Lambda repeats what raises once, a minute later; then the event lies in a queue."""
    _wired().notify([record["Sns"]["Message"] for record in event["Records"]])
