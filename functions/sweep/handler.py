"""Every five minutes: what was lost, and what nobody was told. Once a day, `{"task": "forget"}`: words not needed."""

import os
from typing import Any, Protocol

from desk.clock import scheduled_time
from desk.errors import StoreBusy
from sweep.measure import figures_of, measure
from sweep.wiring import wire

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None
_MARGIN_MS = 30_000  # of the function's time, for the batch that has begun


class Context(Protocol):
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the function."""
        ...


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Sweep or forget, as long as there is time; the next run goes on. Raises StoreBusy when words were kept."""
    wired = _WIRED or wire(os.environ)
    now = scheduled_time(event)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _MARGIN_MS

    if event.get("task") == "forget":
        forgotten = wired.forget.run(now, has_time)
        wired.logger.info("forgot", mentions=forgotten.forgotten, whole=forgotten.whole)
        if forgotten.failures:  # Lambda tries again, and an alarm counts it
            wired.logger.error("some kept their words", failures=forgotten.failures)
            raise StoreBusy(f"some kept their words: {', '.join(forgotten.failures)}")
        return {"forgotten": forgotten.forgotten, "whole": forgotten.whole}
    posts, replies = wired.posts.run(has_time), wired.replies.run(has_time)
    untold = wired.untold.run(has_time)
    report = wired.sweep.run(now, has_time)
    failures = posts.failures | replies.failures | untold.failures | report.failures
    if failures:
        wired.logger.error("some were not swept", failures=failures)
    figures = figures_of(report, posts, replies, untold)
    measure(wired, figures, mentions=report.oldest, posts=posts.oldest, news=untold.oldest)
    return figures | {"failures": failures}
