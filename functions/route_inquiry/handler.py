"""Mentions stream → reading, case, department topic. `{"mention_ids": […]}` drives chosen ones again."""

import os
from dataclasses import asdict
from typing import Any

from route_inquiry.measure import measure
from route_inquiry.records import pointers_of
from route_inquiry.wiring import wire

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
