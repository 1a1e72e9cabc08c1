"""Lambda's entry point of the HTTP API."""

from typing import TYPE_CHECKING, Any

from desk.live_settings.wiring import with_live_settings
from desk.start import at_start
from post_update.api.wiring import wire

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_wired = at_start(wire, with_live_settings)


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Answer a request of API Gateway."""
    api = _wired()
    return api.answer(event, context)
