"""What the desk keeps of the walk over the account's own posts."""

from collections.abc import Collection, Mapping
from typing import Protocol


class OwnReplyState(Protocol):
    """How far the walk has come, and whose matters are answered. Every method raises StoreBusy."""

    def seen_up_to(self) -> str | None:
        """The id of the newest own post that needs no further look; None before the first walk."""
        ...

    def move(self, newest_id: str) -> None:
        """Need no further look up to this id."""
        ...

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """The cases of those mentions that belong to one, by mention."""
        ...
