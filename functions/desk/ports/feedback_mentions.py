"""The mentions behind a list of feedback."""

from collections.abc import Collection, Mapping
from typing import Protocol

from desk.mention import Mention


class FeedbackMentions(Protocol):
    """Mentions as they are stored now."""

    def mentions(self, mention_ids: Collection[str]) -> Mapping[str, Mention]:
        """Those of the mentions that still have their words and whose authors were not erased. Raises StoreBusy."""
        ...
