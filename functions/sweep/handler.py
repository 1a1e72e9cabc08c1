"""Every five minutes: recovers what streams and queues dropped. Daily, `{"task": "retention"}`: removes old texts."""

from typing import Any

from desk.clock import scheduled_time
from desk.errors import StoreBusy, isolated
from desk.invocation import Context, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.notifications.outbox_sender import OutboxReport
from desk.start import at_start
from sweep.posts import PostsReport
from sweep.replies import RepliesReport
from sweep.sweep import SweepReport
from sweep.wiring import wire


def figures_of(report: SweepReport, posts: PostsReport, replies: RepliesReport, outbox: OutboxReport) -> dict[str, int]:
    """The counts of a run, by the names of the metrics."""
    return {
        "SweptUnread": report.unread,
        "SweptUnpublished": outbox.mentions,
        "SummariesSent": outbox.summaries,
        "SweptPosts": posts.woken,
        "PostMailsSent": outbox.post_mails,
        "SweptReplies": replies.updated,
        "RepliesNotStored": replies.not_stored,
        "CasesTold": outbox.cases,
    }


_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 30_000  # of the function's time, for the batch that has begun


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Sweep, or remove old texts, while there is time; the next run goes on.

    Raises StoreBusy when texts could not be removed.
    """
    wired = _wired()
    now = scheduled_time(event)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _MARGIN_MS

    if event.get("task") == "retention":
        expired = wired.retention.remove_old(now, has_time)
        wired.logger.info("old texts were removed", mentions=expired.removed, whole=expired.whole)
        if expired.failures:  # Lambda tries again, and an alarm counts it
            wired.logger.error("some old texts could not be removed", failures=expired.failures)
            raise StoreBusy(f"some old texts could not be removed: {', '.join(expired.failures)}")
        return {"removed": expired.removed, "whole": expired.whole}
    posts, replies = wired.posts.wake(has_time), wired.replies.sweep(has_time)
    outbox, snoozed = wired.outbox.send(has_time), wired.snoozed.wake(has_time)
    spikes = wired.spikes.sweep(now, has_time)
    report = wired.mentions.sweep(now, has_time)
    heard = wired.retention.remove_heard(now, has_time)
    with isolated(posts.failures, "greeting"):
        wired.greetings.recognise(now)
    failures = posts.failures | replies.failures | outbox.failures | snoozed.failures
    failures |= spikes.failures | report.failures | heard.failures
    if failures:
        wired.logger.error("some were not swept", failures=failures)
    figures = figures_of(report, posts, replies, outbox) | {
        "CasesWoken": snoozed.woken,
        "HeardRemoved": heard.removed,
        "SpikesEnded": spikes.ended,
    }
    oldest = {
        "WaitingOldestSeconds": report.oldest,
        "PostsWaitingOldestSeconds": posts.oldest,
        "OutboxOldestSeconds": outbox.oldest,
    }
    emit_metrics(wired.metrics, figures, oldest)
    return figures | {"failures": failures}
