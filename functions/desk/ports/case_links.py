"""The short links under which a department opens a case."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol


class CaseLink(NamedTuple):
    """A link as it is kept: by the hash of its id, so that whoever reads the table can open nothing.

    It is for the people of `department`: once they have handed the case over, it opens nothing any more.
    """

    hash: str
    case_id: str
    department: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


class CaseLinks(Protocol):
    """The links. Every method raises StoreBusy."""

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        """A new link to each of the cases for this department: their ids by case, told here once and never kept."""
        ...

    def find(self, link_id: str) -> CaseLink | None:
        """What was made with this id, revoked and expired ones too; None when there is none (any more)."""
        ...

    def revoke(self, hash_: str, now: datetime) -> bool:
        """Close the link of this hash at once; False when there is none. Closing it again changes nothing."""
        ...
