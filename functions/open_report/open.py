"""Opens a report by its link."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desk.errors import ReportsUnavailable, StoreBusy, failure_of
from desk.links import TABLE_HREF, is_link_id
from desk.reports.store import ReportKind, ReportLinks, ReportName, Reports


class LinkOutcome(StrEnum):
    """The outcome of opening a link."""

    OPENED = "opened"
    CLOSED = "closed"
    """Unknown, expired, revoked, or the report is gone: the answer is the same for all four."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome, with the report and its content; `reason` is only for the log."""

    outcome: LinkOutcome
    report: ReportName | None = None
    content: bytes = b""
    reason: str = ""


class OpenReport:
    """Opens a file of a report by a link's ID. Opening changes nothing."""

    def __init__(self, links: ReportLinks, reports: Reports) -> None:
        self._links = links
        self._reports = reports

    def open(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        """The file, or why it can't be opened. Never raises; only the page itself contains the ID."""
        if not is_link_id(link_id):
            return Opened(LinkOutcome.CLOSED, reason="no id")
        try:
            return self._find(link_id, kind, now)
        except (StoreBusy, ReportsUnavailable) as exc:
            return Opened(LinkOutcome.UNAVAILABLE, reason=failure_of(exc))

    def _find(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        link = self._links.find(link_id)
        if link is None:
            return Opened(LinkOutcome.CLOSED, reason="unknown")
        if not link.opens(now):
            return Opened(LinkOutcome.CLOSED, link.report, reason="revoked" if link.revoked_at else "expired")
        content = self._reports.get(link.report, kind)
        if content is None:
            return Opened(LinkOutcome.CLOSED, link.report, reason="gone")
        if kind is ReportKind.PAGE:
            content = content.replace(_href(TABLE_HREF), _href(f"{link_id}/csv"), 1)
        return Opened(LinkOutcome.OPENED, link.report, content)


def _href(address: str) -> bytes:
    return f'href="{address}"'.encode()
