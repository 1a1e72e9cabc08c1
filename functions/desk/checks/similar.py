"""Whether two texts say the same, apart from spaces, signs and links."""

import re
import unicodedata

from desk.text import without_links

ALIKE = 0.65
"""The share of common parts from which on two texts are nearly the same."""

_RUN = 3
_SHORTEST = 12
"""Letters of a text that can be nearly the same as another; shorter ones are the same or not."""
_SIGNS = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """The letters and figures of a text without its links, in one case."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", without_links(text, " "))).casefold()


def likeness(one: str, other: str) -> float:
    """How much two normalised texts have in common, from 0 to 1: the Jaccard index of their runs of three letters."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORTEST:
        return 0.0
    some, others = runs(one), runs(other)
    return len(some & others) / len(some | others)


def runs(text: str) -> set[str]:
    """The runs of three letters of a normalised text."""
    return {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}
