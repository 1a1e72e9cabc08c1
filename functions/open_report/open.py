"""Opening a report by its link."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desk.errors import ReportsUnavailable, StoreBusy
from desk.ports.report_links import ReportLinks
from desk.ports.reports import ReportKind, ReportName, Reports
from desk.report_link import TABLE_HREF
from desk.short_link import is_link_id


class Outcome(StrEnum):
    """What came of it."""

    OPENED = "opened"
    CLOSED = "closed"
    """Unknown, expired, revoked, or its report is gone: whoever asks is told the same of all four."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome with what belongs to it; `reason` is for the log, never for whoever asked."""

    outcome: Outcome
    report: ReportName | None = None
    content: bytes = b""
    reason: str = ""


class OpenReport:
    """The use case: from what only the link's holder knows to one file of the report. Opening changes nothing."""

    def __init__(self, links: ReportLinks, reports: Reports) -> None:
        self._links = links
        self._reports = reports

    def run(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        """Never raises, whatever is asked and whatever fails; nothing it returns but the page has the id."""
        if not is_link_id(link_id):
            return Opened(Outcome.CLOSED, reason="no id")
        try:
            return self._open(link_id, kind, now)
        except (StoreBusy, ReportsUnavailable) as exc:
            return Opened(Outcome.UNAVAILABLE, reason=f"{type(exc).__name__}: {exc}")

    def _open(self, link_id: str, kind: ReportKind, now: datetime) -> Opened:
        link = self._links.find(link_id)
        if link is None:
            return Opened(Outcome.CLOSED, reason="unknown")
        if not link.opens(now):
            return Opened(Outcome.CLOSED, link.report, reason="revoked" if link.revoked_at else "expired")
        content = self._reports.get(link.report, kind)
        if content is None:
            return Opened(Outcome.CLOSED, link.report, reason="gone")
        if kind is ReportKind.PAGE:
            content = content.replace(_href(TABLE_HREF), _href(f"{link_id}/csv"), 1)
        return Opened(Outcome.OPENED, link.report, content)


def _href(address: str) -> bytes:
    return f'href="{address}"'.encode()
