"""Runs every quarter of an hour, and asks X once a day which of the kept posts it no longer shows."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.clock import scheduled_time
from desk.start import at_start, logged
from follow_deletions.wiring import wire

_wired = at_start(wire)


@logged
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> None:
    """Continue the round as far as X allows. Lambda counts an exception as an error."""
    wired = _wired()
    wired.run(scheduled_time(event), context)
