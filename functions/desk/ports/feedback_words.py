"""What people wrote, for the list of feedback."""

from collections.abc import Collection, Mapping
from typing import Protocol


class FeedbackWords(Protocol):
    """The words of mentions. Raises StoreBusy."""

    def texts(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """The texts of those mentions whose words are still there."""
        ...
