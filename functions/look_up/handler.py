"""Requests of the console from their queue, and every few minutes private messages: what the desk asks X for people."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.start import at_start, logged
from look_up.wiring import wire

_wired = at_start(wire)


@logged
def lambda_handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Look up what the queue's messages name, or read private messages if a schedule invokes it.

    SQS delivers again what the answer lists. Lambda counts an exception as an error.
    """
    wired = _wired()
    wired.deadline.follow(context.get_remaining_time_in_millis)
    if "Records" in event:
        return {"batchItemFailures": [{"itemIdentifier": each} for each in wired.look_up(event["Records"])]}
    wired.read_private_messages(event)
    return {}
