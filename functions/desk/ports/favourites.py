"""Posts that the account liked, as the desk keeps them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from desk.x_post import Author


class KeptFavourite(NamedTuple):
    """A liked post: who wrote it and when, since when the desk knows it, and when X last showed it.

    `settled`: the walk that found it went on down to what was known before, so that later walks may end here.
    """

    post_id: str
    author_id: str
    author: Author | None
    created_at: datetime
    noted_at: datetime
    checked_at: datetime
    settled: bool


class FavouriteProgress(NamedTuple):
    """Whether a walk was ever done, and the desk's day on which the kept ones were last looked up again."""

    begun: bool = False
    checked_on: date | None = None


class FavouriteStore(Protocol):
    """The liked posts. Every method raises StoreBusy; what is not kept again within a year is forgotten."""

    def progress(self) -> FavouriteProgress:
        """How far the reading has come, read consistently."""
        ...

    def note(self, progress: FavouriteProgress) -> None:
        """Remember it, in place of what was remembered."""
        ...

    def all(self) -> Sequence[KeptFavourite]:
        """Every one, read consistently, in no order."""
        ...

    def keep(self, favourites: Iterable[KeptFavourite]) -> None:
        """Keep them, in place of what was kept of the same posts. After an error some may be kept: do it again."""
        ...

    def remove(self, post_ids: Iterable[str]) -> None:
        """Forget them; one that is gone already is no error."""
        ...

    def erased(self, author_ids: Collection[str]) -> frozenset[str]:
        """Which of these authors must not be kept."""
        ...
