"""The port OptOuts in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import StoreBusy


@dataclass
class FakeOptOuts:
    """When each author opted out; `busy` makes every method fail, `fail` that many calls."""

    at: dict[str, datetime] = field(default_factory=dict)
    busy: bool = False
    fail: int = 0

    def note(self, author_id: str, mention_id: str, at: datetime) -> None:
        self._check()
        self.at[author_id] = max(at, self.at.get(author_id, at))

    def since(self, author_id: str) -> datetime | None:
        self._check()
        return self.at.get(author_id)

    def _check(self) -> None:
        self.fail -= 1
        if self.busy or self.fail >= 0:
            raise StoreBusy("opt-outs")
