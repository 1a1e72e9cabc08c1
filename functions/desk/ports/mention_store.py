"""Where polled mentions go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from desk.mention import Mention
from desk.x_post import XPost


class MentionStore(Protocol):
    """The mentions as received. Every method raises StoreBusy when the store gives up after bounded retries."""

    def erased_authors(self) -> frozenset[str]:
        """Ids of the authors of whom nothing is stored any more, as they are now."""
        ...

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are stored already or were erased."""
        ...

    def posts(self, ids: Collection[str]) -> Mapping[str, XPost | None]:
        """The stored posts among these ids; None for one whose words were erased or forgotten."""
        ...

    def from_id(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        """The `count` lowest ids of stored mentions from `post_id` on, lowest first, none of a post after `until`.

        One that was stored a moment ago may be missing. Of posts of one second any may stand for the nearest.
        """
        ...

    def before_id(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        """The `count` highest ids of stored mentions below `post_id`, highest first, none of a post before `since`.

        Of posts of one second any may stand for the nearest.
        """
        ...

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """Store mentions and count them on their days, exactly once each; the ids that were new.

        A mention that is stored already, read or erased, stays as it is. One of an erased author is not stored, and the
        words of an erased author that a mention answers are left out, whenever that author was erased. After an error
        some of the mentions may be stored, and just those are counted: storing the same ones again is safe.
        """
        ...
