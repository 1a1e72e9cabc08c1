"""The port Reports in memory."""

from dataclasses import dataclass, field

from desk.errors import ReportsUnavailable
from desk.ports.reports import ReportKind, ReportName


@dataclass
class FakeReports:
    """Files by name and kind; `ill` makes every call fail."""

    files: dict[tuple[ReportName, ReportKind], bytes] = field(default_factory=dict)
    ill: bool = False

    def put(self, name: ReportName, kind: ReportKind, content: bytes) -> None:
        self._check()
        self.files[name, kind] = content

    def get(self, name: ReportName, kind: ReportKind) -> bytes | None:
        self._check()
        return self.files.get((name, kind))

    def _check(self) -> None:
        if self.ill:
            raise ReportsUnavailable("ill")
