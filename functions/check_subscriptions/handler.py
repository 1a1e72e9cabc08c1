"""On a schedule: does everybody in desk.yaml receive the mails of their department?"""

import os
from typing import Any

from check_subscriptions.compare import ON_CALL
from check_subscriptions.wiring import wire
from desk.errors import TopicsUnavailable
from desk.invocation import emit_metrics

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Notes and measures who is missing; raises TopicsUnavailable when a department could not be looked at."""
    wired = _WIRED or wire(os.environ)
    report = wired.compare.run()
    if report.missing:
        wired.logger.warning("addresses without a confirmed subscription", departments=sorted(report.missing))
    missing = sum(len(emails) for emails in report.missing.values())
    counts = {"SubscriptionsMissing": missing}
    if ON_CALL not in report.failures:
        counts["NobodyOnCall"] = int(report.nobody_on_call)
    emit_metrics(wired.metrics, counts)
    if report.failures:  # what could be measured was; the rest must not pass for well
        raise TopicsUnavailable(f"departments could not be looked at: {report.failures}")
    return {"missing": missing}
