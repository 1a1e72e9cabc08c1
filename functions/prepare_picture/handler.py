"""Pictures of posts from their queue: each is encoded anew before anybody sees it."""

from collections.abc import Mapping
from typing import Any

from desk.start import at_start, logged
from prepare_picture.wiring import wire

_wired = at_start(wire)


@logged
def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Prepare the pictures that the queue's messages name. SQS delivers again what the answer lists."""
    wired = _wired()
    return {"batchItemFailures": [{"itemIdentifier": each} for each in wired.prepare(event["Records"])]}
