"""What a poll did as metrics and as one line in the log."""

from aws_lambda_powertools import Logger, Metrics

from desk.invocation import emit_metrics
from poll_mentions.external_replies import OwnRepliesReport
from poll_mentions.poll import PollReport


def tell(report: PollReport, *, breakers_open: int, metrics: Metrics, logger: Logger) -> None:
    """Emit what alarms and the dashboard look at."""
    counts = {
        "PollSucceeded": int(report.succeeded),
        "MentionsPolled": report.polled,
        "GapsOpen": report.gaps_open,
        "RangesUnreachable": report.unreachable,
        "XCalls": report.usage.calls,
        "XSpendMicroUsd": report.usage.micro_usd,
        "BreakersOpen": breakers_open,
    }
    durations = {"GapStalledSeconds": report.gap_stalled}
    if report.newest_lag is not None:
        durations["NewestLagSeconds"] = report.newest_lag
    emit_metrics(metrics, counts, durations)
    ends = {
        "stop": report.stop.value,
        "detail": report.detail,
        "refused": sorted(report.refused),
        "lag_seconds": report.newest_lag.total_seconds() if report.newest_lag is not None else None,
        "gap_stalled_seconds": report.gap_stalled.total_seconds(),
    }
    logger.info("polled", extra={**ends, **counts})


def tell_of_own_replies(report: OwnRepliesReport, *, metrics: Metrics, logger: Logger) -> None:
    """Emit how many answers by hand cases learned of, and log what was put off."""
    counts = {
        "AnswersByHand": report.told,
        "AnswersByHandPutOff": report.put_off,
        "XCalls": report.usage.calls,
        "XSpendMicroUsd": report.usage.micro_usd,
    }
    emit_metrics(metrics, counts)
    logger.info("own replies seen", extra={"stop": report.stop.value, "detail": report.detail, **counts})
    if report.failures:
        logger.error("some cases could not be told of their answers", extra={"failures": report.failures})


def tell_of_unseen_replies(metrics: Metrics) -> None:
    """Emit that nobody could look for answers by hand."""
    emit_metrics(metrics, {"OwnRepliesUnseen": 1})
