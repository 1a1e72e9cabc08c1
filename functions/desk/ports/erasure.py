"""Taking back what the desk keeps of posts, for good."""

from collections.abc import Collection
from typing import Protocol


class Erasure(Protocol):
    """Words, names and whatever repeats them. Every method raises StoreBusy; doing it again is safe."""

    def erase_mentions(self, mention_ids: Collection[str]) -> int:
        """Leave only tombstones of these mentions: ids, times and how they were counted; how many had more.

        Nothing happens to them any more, and none of them is stored again.
        """
        ...

    def erase_case(self, case_id: str) -> int:
        """Close the case of an erased author for good and remove its words and names; how many of its items had some.

        Whatever was being done to it meanwhile is refused. For tools and pages there is no such case any more.
        """
        ...

    def forget_case_without_words(self, case_id: str) -> None:
        """Remove name, draft and texts of a case of which no mention has words any more; others stay as they are.

        It stays where it is: whoever holds it sees that there is nothing left to answer, and closes it.
        """
        ...
