"""The first few of any number of entries, in order: the memory is that of the few."""

from bisect import insort
from collections.abc import Callable
from typing import Any


class FirstFew[T]:
    """Takes entries in any order; `key` puts them in order, and only the first `room` of them are kept."""

    def __init__(self, room: int, key: Callable[[T], Any]) -> None:
        self._room = room
        self._key = key
        self._kept: list[T] = []

    def add(self, entry: T) -> None:
        """Keep it as long as it is among the first."""
        insort(self._kept, entry, key=self._key)
        del self._kept[self._room :]

    def found(self) -> tuple[T, ...]:
        """The first of all that were added."""
        return tuple(self._kept)
