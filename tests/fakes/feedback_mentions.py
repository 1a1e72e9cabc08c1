"""The port FeedbackMentions in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field

from desk.errors import StoreBusy
from desk.mention import Mention


@dataclass
class FakeFeedbackMentions:
    """Mentions by id; `erased` are authors, `busy` makes it fail, `most` is the most that was ever asked for."""

    stored: dict[str, Mention] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    busy: bool = False
    most: int = 0

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        if self.busy:
            raise StoreBusy("mentions")
        self.most = max(self.most, len(mention_ids))
        found = {key: self.stored[key] for key in mention_ids if key in self.stored}
        return {key: one for key, one in found.items() if one.post.author_id not in self.erased}
