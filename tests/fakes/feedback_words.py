"""The port FeedbackWords in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field

from desk.errors import StoreBusy


@dataclass
class FakeFeedbackWords:
    """Texts by mention; `busy` makes it fail."""

    words: dict[str, str] = field(default_factory=dict)
    busy: bool = False

    def texts(self, mention_ids: Collection[str]) -> dict[str, str]:
        if self.busy:
            raise StoreBusy("texts")
        return {key: self.words[key] for key in mention_ids if key in self.words}
