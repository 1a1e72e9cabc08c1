"""What a run of routing leaves for whoever watches."""

from aws_lambda_powertools.metrics import MetricUnit

from route_inquiry.route import RouteReport
from route_inquiry.wiring import Wired


def measure(wired: Wired, report: RouteReport, malformed: int = 0) -> None:
    """Metrics for whoever watches, reasons for whoever mends."""
    if report.failures or malformed:
        wired.logger.error("some were not routed", failures=report.failures, malformed_records=malformed)
    for name, value in (
        ("MentionsRead", report.read),
        ("CasesOpened", report.opened),
        ("CasesJoined", report.joined),
        ("Published", report.published),
        ("MailsSent", report.mails),
        ("MailsDeferred", report.put_off),
        ("RouteFailures", len(report.failures) + malformed),
    ):
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    wired.metrics.flush_metrics()
