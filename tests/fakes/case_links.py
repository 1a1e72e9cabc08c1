"""The port CaseLinks in memory."""

from collections.abc import Collection, Mapping
from datetime import datetime

from desk.case_link import LASTS
from desk.ports.case_links import CaseLink
from desk.short_link import hash_of, new_link_id
from tests.fakes.links import FakeLinks


class FakeCaseLinks(FakeLinks[CaseLink]):
    """Links that open cases."""

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        self._check()
        ids = {case_id: new_link_id() for case_id in case_ids}
        for case_id, link_id in ids.items():
            hash_ = hash_of(link_id)
            self.links[hash_] = CaseLink(hash_, case_id, department, made_at=now, expires_at=now + LASTS)
        return ids
