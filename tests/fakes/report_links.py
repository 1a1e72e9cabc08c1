"""The port ReportLinks in memory."""

from collections.abc import Sequence
from datetime import datetime

from desk.ports.report_links import ReportLink
from desk.ports.reports import ReportName
from desk.report_link import LASTS
from desk.short_link import hash_of, new_link_id
from tests.fakes.links import FakeLinks


class FakeReportLinks(FakeLinks[ReportLink]):
    """Links that open reports."""

    def make(self, report: ReportName, now: datetime) -> str:
        self._check()
        link_id = new_link_id()
        hash_ = hash_of(link_id)
        self.links[hash_] = ReportLink(hash_, report, made_at=now, expires_at=now + LASTS)
        return link_id

    def all(self) -> Sequence[ReportLink]:
        self._check()
        return sorted(self.links.values(), key=lambda link: link.made_at, reverse=True)
