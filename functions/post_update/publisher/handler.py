"""Queue → X: posts that are due, each at most once."""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.invocation import Context, emit_metrics
from desk.posts.settle import PublishOutcome, PublishReport
from desk.x.breakers import BreakerReason
from post_update.publisher.wiring import Wired, wire


@dataclass(frozen=True, slots=True)
class WakeUps:
    """The posts that messages name, each with the ids of its messages; `malformed` are ids of messages without one."""

    message_ids: dict[str, list[str]]
    malformed: list[str]

    def failures(self, post_ids: Collection[str]) -> dict[str, Any]:
        """The answer that has SQS bring back these posts' messages, and the malformed until they are set aside."""
        failed = [message for post_id in post_ids for message in self.message_ids.get(post_id, [])]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in [*failed, *self.malformed]]}


def wake_ups_of(records: Sequence[Mapping[str, Any]]) -> WakeUps:
    """What the records of one SQS event name, from the API, the scheduler or the sweep."""
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
        told = json.loads(body)
    except ValueError:
        return None
    post_id = told.get("post_id") if isinstance(told, dict) else None
    return post_id if isinstance(post_id, str) and post_id else None


_METRICS = {
    PublishOutcome.PUBLISHED: "PostsPublished",
    PublishOutcome.REFUSED: "PostsRefused",
    PublishOutcome.IN_DOUBT: "PostsUncertain",
    PublishOutcome.HELD: "PostsHeld",
    PublishOutcome.WAITING: "PostsWaiting",
    PublishOutcome.EXPIRED: "PostsExpired",
}


def measure(wired: Wired, report: PublishReport) -> None:
    """Metrics that alarms and the dashboard look at, and one line in the log."""
    need_someone = [one for one in wired.x.open_breakers() if one.reason is not BreakerReason.RATE_LIMITED]
    figures = {name: report.outcomes[outcome] for outcome, name in _METRICS.items()} | {
        "XCalls": report.usage.calls,
        "XSpendMicroUsd": report.usage.micro_usd,
        "BreakersOpen": len(need_someone),
    }
    emit_metrics(wired.metrics, figures)
    wired.logger.info("published", extra={**figures, "failures": report.failures})


_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answers the queue with the messages that must come again."""
    wired = _WIRED or wire(os.environ)
    wired.deadline.follow(context.get_remaining_time_in_millis)
    wake_ups = wake_ups_of(event["Records"])
    report = wired.publisher.publish_due(list(wake_ups.message_ids))
    measure(wired, report)
    return wake_ups.failures(report.failures)
