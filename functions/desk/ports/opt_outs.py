"""Authors who asked us not to reply to them any more."""

from datetime import datetime
from typing import Protocol


class OptOuts(Protocol):
    """Who opted out, and when. Every method raises StoreBusy."""

    def note(self, author_id: str, mention_id: str, at: datetime) -> None:
        """Keep that this author opted out at that moment (aware) with this mention; the latest such moment stays.

        Noting the same again changes nothing.
        """
        ...

    def since(self, author_id: str) -> datetime | None:
        """When this author last opted out (aware), read consistently; None for one who never did."""
        ...
