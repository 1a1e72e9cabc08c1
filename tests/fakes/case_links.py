"""The port CaseLinks in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desk.case_link import LASTS
from desk.errors import StoreBusy
from desk.ports.case_links import CaseLink
from desk.short_link import hash_of, new_link_id


@dataclass
class FakeCaseLinks:
    """Links by hash; `busy` makes every call fail."""

    links: dict[str, CaseLink] = field(default_factory=dict)
    busy: bool = False

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        self._check()
        ids = {case_id: new_link_id() for case_id in case_ids}
        for case_id, link_id in ids.items():
            hash_ = hash_of(link_id)
            self.links[hash_] = CaseLink(hash_, case_id, department, made_at=now, expires_at=now + LASTS)
        return ids

    def find(self, link_id: str) -> CaseLink | None:
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
