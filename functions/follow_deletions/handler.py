"""Every quarter of an hour: X is asked, once a day, which of the posts that are kept here it no longer shows."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.clock import scheduled_time
from follow_deletions.wiring import Wired, wire

_wired: Wired | None = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> None:
    """Take the round as far as X lets it. What it raises, Lambda counts as an error."""
    wired = _wired or wire(os.environ)
    wired.run(scheduled_time(event), context)
