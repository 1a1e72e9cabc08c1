"""The port FavouriteStore in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from desk.errors import StoreBusy
from desk.ports.favourites import FavouriteProgress, KeptFavourite


@dataclass
class FakeFavouriteStore:
    """The liked posts by id. `fail_half` makes the next calls of `keep` fail after half was kept."""

    kept: dict[str, KeptFavourite] = field(default_factory=dict)
    noted: FavouriteProgress = field(default_factory=FavouriteProgress)
    erased_authors: set[str] = field(default_factory=set)
    fail_half: int = 0
    busy: bool = False

    def progress(self) -> FavouriteProgress:
        self._answer()
        return self.noted

    def note(self, progress: FavouriteProgress) -> None:
        self._answer()
        self.noted = progress

    def all(self) -> Sequence[KeptFavourite]:
        self._answer()
        return list(self.kept.values())

    def keep(self, favourites: Iterable[KeptFavourite]) -> None:
        self._answer()
        new = {each.post_id: each for each in favourites}
        if self.fail_half and new:
            self.fail_half -= 1
            self.kept |= dict(list(new.items())[: len(new) // 2])
            raise StoreBusy("keep")
        self.kept |= new

    def remove(self, post_ids: Iterable[str]) -> None:
        self._answer()
        for post_id in post_ids:
            self.kept.pop(post_id, None)

    def erased(self, author_ids: Collection[str]) -> frozenset[str]:
        self._answer()
        return frozenset(self.erased_authors.intersection(author_ids))

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("favourites")
