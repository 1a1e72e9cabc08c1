"""The port OwnReplyState in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from desk.errors import StoreBusy


@dataclass
class FakeOwnReplyState:
    """The checkpoint, and the cases of mentions; `busy` makes every method fail."""

    newest_id: str | None = None
    cases: dict[str, str] = field(default_factory=dict)
    busy: bool = False

    def seen_up_to(self) -> str | None:
        self._answer()
        return self.newest_id

    def move(self, newest_id: str) -> None:
        self._answer()
        self.newest_id = newest_id

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        self._answer()
        return {mention_id: self.cases[mention_id] for mention_id in mention_ids if mention_id in self.cases}

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("own replies")
