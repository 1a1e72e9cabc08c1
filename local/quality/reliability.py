"""Whether confidence means what it says: of what is read with 0.8, eight in ten should be right."""

from typing import NamedTuple

_BINS = 10


class Bin(NamedTuple):
    """Readings whose confidence is from `low` to `high`: their mean confidence beside the share that is right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


class Tally(NamedTuple):
    """How many of how many."""

    hits: int = 0
    n: int = 0

    @property
    def share(self) -> float | None:
        """Hits of all; None of none."""
        return self.hits / self.n if self.n else None

    def with_one(self, *, hit: bool) -> "Tally":
        """One more, a hit or not."""
        return Tally(self.hits + hit, self.n + 1)


class Reliability:
    """Sums by confidence, in constant memory."""

    def __init__(self) -> None:
        self._right = [Tally()] * _BINS
        self._confidence = [0.0] * _BINS

    def add(self, confidence: float, *, right: bool) -> None:
        """Count one reading of this confidence, 0 to 1."""
        place = min(int(confidence * _BINS), _BINS - 1)
        self._right[place] = self._right[place].with_one(hit=right)
        self._confidence[place] += confidence

    def bins(self) -> list[Bin]:
        """The bins that hold a reading, from the least confident on."""
        return [
            Bin(place / _BINS, (place + 1) / _BINS, tally.n, self._confidence[place] / tally.n, tally.hits / tally.n)
            for place, tally in enumerate(self._right)
            if tally.n
        ]

    def error(self) -> float | None:
        """The expected calibration error: how far confidence and truth are apart, on average over readings."""
        n = sum(tally.n for tally in self._right)
        return sum(entry.n * abs(entry.confidence - entry.right) for entry in self.bins()) / n if n else None
