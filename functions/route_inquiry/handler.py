"""Routes the mentions of the stream; `{"mention_ids": […]}` routes chosen ones again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from desk.invocation import Metric, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.routing.route import RouteReport
from desk.start import at_start, logged
from route_inquiry.wiring import Wired, wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a partial batch response to a stream, and the report to a replay."""
    wired = _wired()
    if "mention_ids" in event:
        report = wired.router.route(event["mention_ids"])
        measure(wired, report)
        return asdict(report)
    numbers, malformed = sequence_numbers(event.get("Records", ()))
    report = wired.router.route(list(numbers))
    measure(wired, report, malformed)
    return batch_response(numbers, report.failures.keys())


def sequence_numbers(records: Sequence[Mapping[str, Any]]) -> tuple[dict[str, list[str]], int]:
    """The sequence numbers of the records by mention id, and how many records are malformed.

    A malformed record stays malformed when it is tried again; its mention, if there is one, waits in the table.
    """
    numbers: dict[str, list[str]] = {}
    malformed = 0
    for record in records:
        try:
            image = record["dynamodb"]
            numbers.setdefault(image["Keys"]["mention_id"]["S"], []).append(image["SequenceNumber"])
        except (KeyError, TypeError):
            malformed += 1
    return numbers, malformed


def batch_response(numbers: Mapping[str, Sequence[str]], failed: Collection[str]) -> dict[str, Any]:
    """Lambda's partial batch response, which has the records of the failed mentions tried again."""
    again = [number for mention_id, of_mention in numbers.items() if mention_id in failed for number in of_mention]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in again]}


def measure(wired: Wired, report: RouteReport, malformed: int = 0) -> None:
    """Emit what the dashboard shows, and log what was done and why mentions failed."""
    if report.failures or malformed:
        wired.logger.error("some were not routed", failures=report.failures, malformed_records=malformed)
    if report.unsent:
        wired.logger.error("some stay in the outbox, for the sweep", unsent=report.unsent)
    emit_metrics(wired.metrics, {Metric.MENTIONS_READ: report.read, Metric.CASES_OPENED: report.opened})
    counts = {
        "read": report.read,
        "opened": report.opened,
        "joined": report.joined,
        "published": report.published,
        "mails": report.mails,
        "mails_put_off": report.put_off,
        "spikes": report.spikes,
        "faults_unwatched": report.unwatched,
        "failed": len(report.failures) + len(report.unsent) + malformed,
    }
    wired.logger.info("routed", extra=counts)
