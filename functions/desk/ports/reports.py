"""Where a digest's pages are kept."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol


class ReportKind(StrEnum):
    """Which file of a report; the value ends its name."""

    PAGE = "html"
    TABLE = "csv"


class ReportName(NamedTuple):
    """Which report: that of an edition on a desk's day. Writing it again replaces it."""

    edition: str
    day: date

    @property
    def text(self) -> str:
        """The name as it stands in keys and file names, as in `evening-2026-11-24`."""
        return f"{self.edition}-{self.day.isoformat()}"


class Reports(Protocol):
    """The reports of the last months, reached only through links. Every method raises ReportsUnavailable."""

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        """Keep one file of a report, in place of the one that was there."""
        ...

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        """The file as it was put; None when there is none (any more)."""
        ...
