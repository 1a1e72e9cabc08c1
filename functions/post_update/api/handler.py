"""Lambda's entry point of the HTTP API."""

import os
from typing import TYPE_CHECKING, Any

from desk.start import at_start
from post_update.api.wiring import wire

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_WIRED = at_start(wire)


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Answer a request of API Gateway."""
    api = _WIRED or wire(os.environ)
    return api.answer(event, context)
