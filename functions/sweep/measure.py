"""What a sweep leaves for whoever watches."""

from datetime import timedelta

from aws_lambda_powertools.metrics import MetricUnit

from sweep.posts import PostsReport
from sweep.replies import RepliesReport
from sweep.sweep import SweepReport
from sweep.wiring import Wired


def figures_of(report: SweepReport, posts: PostsReport, replies: RepliesReport) -> dict[str, int]:
    """What was found and done, by the names of the metrics."""
    return {
        "SweptUnread": report.unread,
        "SweptUnpublished": report.unpublished,
        "SummariesSent": report.summaries,
        "SweptPosts": posts.woken,
        "PostMailsSent": posts.mails,
        "SweptReplies": replies.heard,
        "RepliesNotStored": replies.not_stored,
    }


def measure(wired: Wired, figures: dict[str, int], *, mentions: timedelta, posts: timedelta) -> None:
    """The figures, and how long the oldest waiting mention and the oldest waiting post have waited."""
    for name, value in figures.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    for name, oldest in (("WaitingOldestSeconds", mentions), ("PostsWaitingOldestSeconds", posts)):
        wired.metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=oldest.total_seconds())
    wired.metrics.flush_metrics()
