"""Promises in memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.promises.model import Ending, Promise, still_open
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakePromises(InTrouble):
    """Implements Promises in memory: the open ones and those that ended, by key."""

    standing: dict[str, Promise] = field(default_factory=dict)
    over: dict[str, Promise] = field(default_factory=dict)

    def write(self, before: Iterable[Promise], after: Iterable[Promise], at: datetime, by: str) -> None:
        """Write what the transaction of a change writes; see `promise_actions`."""
        known = {promise.key for promise in still_open(before)}
        for promise in after:
            if promise.ending is not None:
                self.standing.pop(promise.key, None)
                end = promise._replace(ended_at=promise.ended_at or at, ended_by=by, words="")
                self.over.setdefault(promise.key, end)
            elif promise.key not in known:
                self.standing[promise.key] = promise
                if promise.made_at < at:
                    self.over.pop(promise.key, None)

    def open(self, until: datetime | None = None) -> Sequence[Promise]:
        self._begin("open")
        return [each for _, each in sorted(self.standing.items()) if until is None or each.due_at <= until]

    def due_between(self, since: datetime, until: datetime) -> Sequence[Promise]:
        self._begin("due_between")
        found = self.standing | self.over
        return [each for _, each in sorted(found.items()) if since <= each.due_at < until]

    def get_many(self, keys: Collection[str]) -> Mapping[str, Promise]:
        self._begin("get_many")
        found = self.standing | self.over
        return {key: found[key] for key in keys if key in found}

    def withdraw(self, subject: str, now: datetime) -> int:
        self._begin("withdraw")
        theirs = [each for each in self.standing.values() if each.subject == subject]
        self.write((), [each._replace(ending=Ending.ERASED) for each in theirs], now, "")
        return len(theirs)
