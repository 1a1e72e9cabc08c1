"""Mentions stream → reading, case, department topic. `{"mention_ids": […]}` drives chosen ones again."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from desk.invocation import emit_metrics
from desk.routing.route import RouteReport
from route_inquiry.wiring import Wired, wire


@dataclass(slots=True)
class Pointers:
    """Sequence numbers by mention id; `malformed` counts records that point at nothing.

    A malformed record gets no better by being tried again, and its mention, if there is one, waits in the table.
    """

    sequence_numbers: dict[str, list[str]] = field(default_factory=dict)
    malformed: int = 0

    def failures(self, mention_ids: Collection[str]) -> dict[str, Any]:
        """Lambda's partial batch response for the mentions that must be tried again."""
        numbers = [number for key, numbers in self.sequence_numbers.items() if key in mention_ids for number in numbers]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


def pointers_of(records: Sequence[Mapping[str, Any]]) -> Pointers:
    """The mentions that the records point at, each once."""
    pointers = Pointers()
    for record in records:
        try:
            about = record["dynamodb"]
            mention_id, number = about["Keys"]["mention_id"]["S"], about["SequenceNumber"]
            pointers.sequence_numbers.setdefault(mention_id, []).append(number)
        except (KeyError, TypeError):
            pointers.malformed += 1
    return pointers


def measure(wired: Wired, report: RouteReport, malformed: int = 0) -> None:
    """Record metrics, and log the reasons of failures."""
    if report.failures or malformed:
        wired.logger.error("some were not routed", failures=report.failures, malformed_records=malformed)
    counts = {
        "MentionsRead": report.read,
        "CasesOpened": report.opened,
        "CasesJoined": report.joined,
        "Published": report.published,
        "MailsSent": report.mails,
        "MailsDeferred": report.put_off,
        "RouteFailures": len(report.failures) + malformed,
    }
    emit_metrics(wired.metrics, counts)


_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers a stream with its partial batch failures, a replay with the report."""
    wired = _WIRED or wire(os.environ)
    if "mention_ids" in event:
        report = wired.route.run(event["mention_ids"])
        measure(wired, report)
        return asdict(report)
    pointers = pointers_of(event.get("Records", ()))
    report = wired.route.run(list(pointers.sequence_numbers))
    measure(wired, report, pointers.malformed)
    return pointers.failures(report.failures.keys() - set(report.left_to_sweep))
