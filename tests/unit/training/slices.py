"""A little of the corpus: enough to train on, and quick."""

from functools import cache

from training.corpus import CORPUS, Labelled, load_tsv

_WRITERS = ("one", "two", "three", "four", "five", "six", "fortyone", "fiftytwo")
_LINES = 60


@cache
def some_texts() -> tuple[Labelled, ...]:
    """The first texts of eight writers."""
    return tuple(each for name in _WRITERS for each in load_tsv(CORPUS / "train" / f"{name}.tsv")[:_LINES])
