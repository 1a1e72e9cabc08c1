"""Every five minutes: what was lost, and what nobody was told. Once a day, `{"task": "forget"}`: words not needed."""

import os
from datetime import timedelta
from typing import Any, Protocol

from aws_lambda_powertools.metrics import MetricUnit

from desk.clock import scheduled_time
from desk.errors import StoreBusy
from sweep.posts import PostsReport
from sweep.replies import RepliesReport, UntoldReport
from sweep.sweep import SweepReport
from sweep.wiring import Wired, wire


def figures_of(report: SweepReport, posts: PostsReport, replies: RepliesReport, untold: UntoldReport) -> dict[str, int]:
    """What was found and done, by the names of the metrics."""
    return {
        "SweptUnread": report.unread,
        "SweptUnpublished": report.unpublished,
        "SummariesSent": report.summaries,
        "SweptPosts": posts.woken,
        "PostMailsSent": posts.mails,
        "SweptReplies": replies.heard,
        "RepliesNotStored": replies.not_stored,
        "CasesTold": untold.told,
    }


def measure(wired: Wired, figures: dict[str, int], *, mentions: timedelta, posts: timedelta, news: timedelta) -> None:
    """The figures, and how long the oldest waiting mention, the oldest waiting post and the oldest news have waited."""
    for name, value in figures.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    waits = {"WaitingOldestSeconds": mentions, "PostsWaitingOldestSeconds": posts, "UntoldOldestSeconds": news}
    for name, oldest in waits.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=oldest.total_seconds())
    wired.metrics.flush_metrics()


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
