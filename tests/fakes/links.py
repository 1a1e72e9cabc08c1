"""What the two kinds of links have alike in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import StoreBusy
from desk.ports.case_links import CaseLink
from desk.ports.report_links import ReportLink
from desk.short_link import hash_of


@dataclass
class FakeLinks[L: (CaseLink, ReportLink)]:
    """Links by hash; `busy` makes every call fail."""

    links: dict[str, L] = field(default_factory=dict)
    busy: bool = False

    def find(self, link_id: str) -> L | None:
        self._check()
        return self.links.get(hash_of(link_id))

    def revoke(self, hash_: str, now: datetime) -> bool:
        self._check()
        link = self.links.get(hash_)
        if link is None:
            return False
        self.links[hash_] = link._replace(revoked_at=link.revoked_at or now)
        return True

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("links")
