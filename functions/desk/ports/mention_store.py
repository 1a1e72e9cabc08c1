"""Where polled mentions go."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from desk.mention import Mention
from desk.x_post import XPost


class MentionStore(Protocol):
    """The mentions as received. Every method raises StoreBusy when the store gives up after bounded retries."""

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are stored already or were erased."""
        ...

    def posts(self, ids: Collection[str]) -> Mapping[str, XPost | None]:
        """The stored posts among these ids; None for one whose words were erased or forgotten."""
        ...

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """Store mentions and count them on their days, exactly once each; the ids that were new.

        A mention that is stored already, read or erased, stays as it is. After an error some of the mentions may be
        stored, and just those are counted: storing the same ones again is safe.
        """
        ...
