"""The short links that open a report."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.ports.reports import ReportName


class ReportLink(NamedTuple):
    """A link as it is kept: by the hash of its id, so that whoever reads the table can open nothing."""

    hash: str
    report: ReportName
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it still opens its report."""
        return self.revoked_at is None and now < self.expires_at


class ReportLinks(Protocol):
    """The links. Every method raises StoreBusy."""

    def make(self, report: ReportName, now: datetime) -> str:
        """A new link to the report that lasts 90 days: its id, which is told here once and never kept."""
        ...

    def find(self, link_id: str) -> ReportLink | None:
        """What was made with this id, revoked and expired ones too; None when there is none (any more)."""
        ...

    def revoke(self, hash_: str, now: datetime) -> bool:
        """Close the link of this hash at once; False when there is none. Closing it again changes nothing."""
        ...

    def all(self) -> Sequence[ReportLink]:
        """Every link that is not forgotten, the newest first."""
        ...
