"""The port ReportLinks in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import StoreBusy
from desk.ports.report_links import ReportLink
from desk.ports.reports import ReportName
from desk.report_link import LASTS
from desk.short_link import hash_of, new_link_id


@dataclass
class FakeReportLinks:
    """Links by hash; `busy` makes every call fail."""

    links: dict[str, ReportLink] = field(default_factory=dict)
    busy: bool = False

    def make(self, report: ReportName, now: datetime) -> str:
        self._check()
        link_id = new_link_id()
        hash_ = hash_of(link_id)
        self.links[hash_] = ReportLink(hash_, report, made_at=now, expires_at=now + LASTS)
        return link_id

    def find(self, link_id: str) -> ReportLink | None:
        self._check()
        return self.links.get(hash_of(link_id))

    def revoke(self, hash_: str, now: datetime) -> bool:
        self._check()
        link = self.links.get(hash_)
        if link is None:
            return False
        self.links[hash_] = link._replace(revoked_at=link.revoked_at or now)
        return True

    def all(self) -> Sequence[ReportLink]:
        self._check()
        return sorted(self.links.values(), key=lambda link: link.made_at, reverse=True)

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("links")
