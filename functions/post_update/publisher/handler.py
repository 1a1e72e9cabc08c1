"""Queue → X: publish the posts that are due, each at most once."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.invocation import Context, Metric, MetricValues, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.posts.settle import PublishOutcome, PublishReport
from desk.start import at_start, logged
from desk.x.breakers import BreakerReason
from post_update.publisher.wiring import Wired, wire


@dataclass(frozen=True, slots=True)
class WakeUps:
    """The wake-ups of one batch: message ids by post id, and the ids of messages that name no post."""

    message_ids: dict[str, list[str]]
    malformed: list[str]

    def failures(self, post_ids: Collection[str]) -> dict[str, Any]:
        """Lambda's partial batch response: the messages of these posts, and malformed ones, which end in the DLQ."""
        failed = [message for post_id in post_ids for message in self.message_ids.get(post_id, [])]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in [*failed, *self.malformed]]}


def wake_ups_of(records: Sequence[Mapping[str, Any]]) -> WakeUps:
    """The wake-ups in the records of one SQS event, sent by the API, the scheduler or the sweep."""
    message_ids: dict[str, list[str]] = {}
    malformed = []
    for record in records:
        post_id = _post_id(record["body"])
        if post_id:
            message_ids.setdefault(post_id, []).append(record["messageId"])
        else:
            malformed.append(record["messageId"])
    return WakeUps(message_ids, malformed)


def _post_id(body: str) -> str | None:
    try:
        message = json.loads(body)
    except ValueError:
        return None
    post_id = message.get("post_id") if isinstance(message, dict) else None
    return post_id if isinstance(post_id, str) and post_id else None


def report_outcomes(wired: Wired, report: PublishReport) -> None:
    """Emit what alarms watch and the dashboard shows, and log one line."""
    need_a_person = [one for one in wired.x.open_breakers() if one.reason is not BreakerReason.RATE_LIMITED]
    figures: MetricValues = {
        Metric.POSTS_PUBLISHED: report.outcomes[PublishOutcome.PUBLISHED],
        Metric.POSTS_IN_DOUBT: report.outcomes[PublishOutcome.IN_DOUBT],
        Metric.BREAKERS_OPEN: len(need_a_person),
    }
    emit_metrics(wired.metrics, figures)
    end = {
        "outcomes": {outcome.value: count for outcome, count in report.outcomes.items()},
        "breakers_open": len(need_a_person),
        "failures": report.failures,
        "x_calls": report.usage.calls,
        "x_micro_usd": report.usage.micro_usd,
    }
    wired.logger.info("published", extra=end)


_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Publish the posts that the messages name, and return the messages that must be delivered again."""
    wired = _wired()
    wired.deadline.follow(context.get_remaining_time_in_millis)
    wake_ups = wake_ups_of(event["Records"])
    report = wired.publisher.publish_due(list(wake_ups.message_ids))
    report_outcomes(wired, report)
    return wake_ups.failures(report.failures)
