"""The most used words of a stream without remembering the stream.

Source: the space-saving algorithm of Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k
Elements in Data Streams" (2005): a word without a counter takes over the smallest one, and remembers its count as the
most that it may be too high.
"""

from collections.abc import Iterable
from heapq import heapify, heapreplace


class HeavyHitters:
    """Counts words with at most `capacity` counters; exact as long as they suffice."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._counts: dict[str, int] = {}
        self._over: dict[str, int] = {}
        """By how much a word's count may be too high, where it took over a counter."""
        self._smallest: list[tuple[int, str]] = []
        """A heap of every counter with a count that it had once: never too high, perhaps too low."""

    def add(self, words: Iterable[str]) -> None:
        """Count each of these once."""
        for word in words:
            if word in self._counts:
                self._counts[word] += 1
            elif len(self._counts) < self._capacity:
                self._counts[word] = 1
            else:
                self._take_over(word)

    def most(self, number: int) -> tuple[tuple[str, int], ...]:
        """The words counted most with how often they came at least, most first, then by the alphabet."""
        sure = ((word, count - self._over.get(word, 0)) for word, count in self._counts.items())
        return tuple(sorted(sure, key=lambda pair: (-pair[1], pair[0]))[:number])

    def _take_over(self, word: str) -> None:
        if not self._smallest:
            self._smallest = [(count, known) for known, count in self._counts.items()]
            heapify(self._smallest)
        while True:
            count, known = self._smallest[0]
            now = self._counts[known]
            if now == count:
                break
            heapreplace(self._smallest, (now, known))
        heapreplace(self._smallest, (count + 1, word))
        del self._counts[known]
        self._over.pop(known, None)
        self._counts[word], self._over[word] = count + 1, count
