"""Every five minutes: recovers what streams and queues dropped. Daily, `{"task": "retention"}`: removes old texts."""

from typing import Any

from desk.clock import scheduled_time
from desk.errors import StoreBusy, isolated
from desk.invocation import Context, Metric, MetricValues, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from sweep.wiring import wire

_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 30_000  # of the function's time, for the batch that has begun


@logged
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
        wired.heartbeats.beat(event)
        return {"removed": expired.removed, "whole": expired.whole}
    posts, replies = wired.posts.wake(has_time), wired.replies.sweep(has_time)
    outbox, snoozed = wired.outbox.send(has_time), wired.snoozed.wake(has_time)
    spikes = wired.spikes.sweep(now, has_time)
    report = wired.mentions.sweep(now, has_time)
    heard = wired.retention.remove_heard(now, has_time)
    with isolated(posts.failures, "greeting"):
        wired.greetings.recognise(now)
    health = wired.health.sweep(now, has_time)
    failures = posts.failures | replies.failures | outbox.failures | snoozed.failures
    failures |= spikes.failures | report.failures | heard.failures | health.failures
    if failures:
        wired.logger.error("some were not swept", failures=failures)
    if health.late or health.failed:
        wired.logger.error("the desk needs a look", late=health.late, failed=health.failed_by_source)
    figures = {
        "unread": report.unread,
        "unpublished": outbox.mentions,
        "summaries": outbox.summaries,
        "posts": posts.woken,
        "post_mails": outbox.post_mails,
        "replies": replies.updated,
        "replies_not_stored": replies.not_stored,
        "cases_told": outbox.cases,
        "woken": snoozed.woken,
        "heard_removed": heard.removed,
        "spikes_ended": spikes.ended,
    }
    wired.logger.info("swept", extra=figures)
    values: MetricValues = {
        Metric.WAITING_OLDEST: report.oldest,
        Metric.POSTS_WAITING_OLDEST: posts.oldest,
        Metric.OUTBOX_OLDEST: outbox.oldest,
        Metric.EVENTS_FAILED: len(health.failed),
        Metric.SCHEDULES_LATE: len(health.late),
    }
    emit_metrics(wired.metrics, values)
    wired.health.settle(health)
    return figures | {"failures": failures}
