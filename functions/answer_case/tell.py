"""Telling colleagues what one of them did with a case."""

from collections.abc import Callable
from datetime import datetime

from desk.brand import Brand
from desk.delivery import Word
from desk.ports.cases import CaseFile
from route_inquiry import colleagues
from route_inquiry.publish import Publisher


class Teller:
    """Tells each thing once, at once. `clock` is the machine's.

    Every method raises TopicsUnavailable when nobody could be told, and ValueError when no mention of the case has its
    words any more, so that there is nothing to tell. The case is as it is whether they are told or not.
    """

    def __init__(self, publisher: Publisher, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._publisher = publisher
        self._brand = brand
        self._clock = clock

    def handed(self, file: CaseFile, by: str, note: str) -> None:
        """Tell the department that has the case now, people and machines; `note` is what `by` wrote to them, or ""."""
        self._publisher.tell([colleagues.handed(file, Word(note, by, self._clock()), self._brand)])

    def drafted(self, file: CaseFile) -> None:
        """Mail the operator the answer that a department wrote; a case without one is a ValueError."""
        self._publisher.tell([colleagues.drafted(file)])
