"""Which of many words a text has, found in one pass over the text's pairs of characters."""

from collections.abc import Iterable
from operator import add

from desk.reader.signs import bears


class WordIndex:
    """Finds words in `spoken` texts: only those are looked for of which the text has one pair of characters.

    That leaves about five in a hundred; the others cost nothing.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        self._single: list[str] = []
        for word in dict.fromkeys(words):
            if len(word) > 1:
                self._by_pair.setdefault(_pair(word), []).append(word)
            else:
                self._single.append(word)
        self._pairs = frozenset(self._by_pair)

    def found_in(self, said: str) -> list[str]:
        """The words that the text bears, each once, in no particular order."""
        pairs = self._pairs.intersection(map(add, said, said[1:]))
        found = [word for pair in pairs for word in self._by_pair[pair] if word in said]
        return [word for word in (*found, *self._single) if bears(said, word)]


def _pair(word: str) -> str:
    """The first two characters after a blank, which tell more than those with it."""
    bare = word.lstrip()
    return bare[:2] if len(bare) > 1 else word[:2]
