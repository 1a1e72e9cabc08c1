"""Queue → X: posts that are due, each at most once."""

import os
from collections.abc import Mapping
from typing import Any, Protocol

from post_update.publisher.measure import measure
from post_update.publisher.records import wake_ups_of
from post_update.publisher.wiring import wire

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


class Context(Protocol):
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the function."""
        ...


def lambda_handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answers the queue with the messages that must come again."""
    wired = _WIRED or wire(os.environ)
    wired.deadline.follow(context.get_remaining_time_in_millis)
    wake_ups = wake_ups_of(event["Records"])
    report = wired.publisher.run(list(wake_ups.message_ids))
    measure(wired, report)
    return wake_ups.failures(report.failures)
