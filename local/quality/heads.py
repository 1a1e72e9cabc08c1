"""How well one part of the readings (kind, need, department …) agrees with its labels."""

from collections import Counter
from typing import NamedTuple


class ClassFigures(NamedTuple):
    """One label's figures, 0 to 1; `n` is how many mentions bear it."""

    label: str
    precision: float
    recall: float
    f1: float
    n: int


class Confusion(NamedTuple):
    """`n` mentions of `label` were read as something else: `share` of all that bear the label."""

    label: str
    read: str
    n: int
    share: float


class Head:
    """Counts labels against readings. Figures are over the labels that occur; what is read besides is merely wrong."""

    def __init__(self) -> None:
        self._counts = Counter[tuple[str, str]]()

    def add(self, label: str, read: str) -> None:
        """Count one mention."""
        self._counts[label, read] += 1

    @property
    def n(self) -> int:
        """How many mentions were judged."""
        return self._counts.total()

    @property
    def accuracy(self) -> float:
        """The share that is read as labelled; 0 of none."""
        return _share(sum(count for (label, read), count in self._counts.items() if label == read), self.n)

    @property
    def macro_f1(self) -> float:
        """The mean of the classes' F1, so that a rare class weighs as much as a frequent one; 0 of none."""
        classes = self.classes()
        return _share(sum(figures.f1 for figures in classes), len(classes))

    def classes(self) -> list[ClassFigures]:
        """Figures of every label that occurs, the most frequent first."""
        labelled, read = Counter[str](), Counter[str]()
        for (label, found), count in self._counts.items():
            labelled[label] += count
            read[found] += count
        return [self._class(label, n, read[label]) for label, n in sorted(labelled.items(), key=_most_first)]

    def confusions(self) -> list[Confusion]:
        """Everything misread, the most frequent first."""
        labelled = {figures.label: figures.n for figures in self.classes()}
        wrong = [(cell, count) for cell, count in self._counts.items() if cell[0] != cell[1]]
        return [
            Confusion(label, read, count, count / labelled[label])
            for (label, read), count in sorted(wrong, key=lambda cell: (-cell[1], cell[0]))
        ]

    def matrix(self) -> dict[str, dict[str, int]]:
        """By label, how many were read as what; empty cells are left out."""
        matrix: dict[str, dict[str, int]] = {}
        for (label, read), count in sorted(self._counts.items()):
            matrix.setdefault(label, {})[read] = count
        return matrix

    def read_as(self, read: str) -> int:
        """How many mentions were wrongly read as this."""
        return sum(count for (label, found), count in self._counts.items() if found == read != label)

    def _class(self, label: str, n: int, read: int) -> ClassFigures:
        right = self._counts[label, label]
        return ClassFigures(label, _share(right, read), _share(right, n), _share(2 * right, n + read), n)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _most_first(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
