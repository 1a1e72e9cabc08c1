"""Praise that was passed on, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from desk.errors import StoreBusy
from desk.praise.store import PassedPraise, entry_of
from tests.fakes.outbox import FakeOutbox


@dataclass
class FakePraise:
    """What was passed on by post and department; `erased` are authors, and `busy` makes every call fail."""

    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    stored: dict[tuple[str, str], PassedPraise] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    busy: bool = False

    def pass_on(self, praise: PassedPraise, grace: timedelta) -> bool:
        self._check()
        key = (praise.post_id, praise.department)
        if key in self.stored or praise.author_id in self.erased:
            return False
        self.stored[key] = praise
        self.outbox.put([entry_of(praise, grace)])
        return True

    def of_post(self, post_id: str) -> Sequence[PassedPraise]:
        self._check()
        found = [each for each in self.stored.values() if each.post_id == post_id]
        return sorted(found, key=lambda praise: (praise.at, praise.department))

    def take_back(self, praise: PassedPraise, grace: timedelta) -> bool:
        self._check()
        stored = self.stored.get((praise.post_id, praise.department))
        if stored and stored.sending:
            return False
        self.stored.pop((praise.post_id, praise.department), None)
        self.outbox.settle([entry_of(praise, grace)])
        return True

    def begin_sending(self, post_id: str, department: str) -> PassedPraise | None:
        self._check()
        found = self.stored.get((post_id, department))
        if found is None:
            return None
        self.stored[post_id, department] = found._replace(sending=True)
        return self.stored[post_id, department]

    def passed_on(self, department: str, post_ids: Collection[str]) -> frozenset[str]:
        self._check()
        return frozenset(post_id for post_id in post_ids if (post_id, department) in self.stored)

    def forget(self, post_ids: Collection[str]) -> int:
        self._check()
        gone = [key for key in self.stored if key[0] in post_ids]
        for key in gone:
            del self.stored[key]
        return len(gone)

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("praise")
