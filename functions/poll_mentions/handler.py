"""Every minute: new mentions from X into the Mentions table."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.clock import scheduled_time
from poll_mentions.wiring import PollMentions, wire

_wired: PollMentions | None = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> None:
    """One poll for the minute that the schedule names. What it raises, Lambda counts as an error."""
    wired = _wired or wire(os.environ)
    wired.run(scheduled_time(event), context)
