"""What a sweep leaves for whoever watches."""

from datetime import timedelta

from aws_lambda_powertools.metrics import MetricUnit

from sweep.posts import PostsReport
from sweep.replies import RepliesReport
from sweep.sweep import SweepReport
from sweep.untold import UntoldReport
from sweep.wiring import Wired


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
