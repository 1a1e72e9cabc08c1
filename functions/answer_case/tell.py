"""Telling colleagues what one of them did with a case."""

from collections.abc import Callable
from datetime import datetime

from desk.brand import Brand
from desk.delivery import Delivery, Event, Word
from desk.ports.cases import CaseFile
from desk.reading import OPERATOR
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
        department = file.case.department if file.case.department in self._brand.departments else OPERATOR
        word = Word(note, by, self._clock())
        self._publisher.tell(_delivery(file, Event.CASE_HANDED, department, word))

    def drafted(self, file: CaseFile) -> None:
        """Mail the operator the answer that a department wrote; a case without one is a ValueError."""
        draft = file.case.draft
        if draft is None:
            raise ValueError(f"case {file.case.id} has no draft")
        word = Word(draft.text, draft.by, draft.at)
        self._publisher.tell(_delivery(file, Event.CASE_DRAFTED, OPERATOR, word))


def _delivery(file: CaseFile, event: Event, department: str, word: Word) -> Delivery:
    """What is told: the case's last mention that was read, after all that came before it."""
    read = [(one.mention, one.reading) for one in file.mentions if one.reading]
    if not read:
        raise ValueError(f"no mention of case {file.case.id} has its words any more")
    mention, reading = read[-1]
    thread = tuple(earlier for earlier, _ in read[:-1])
    return Delivery(event, mention, reading, department, file.case, thread, word)
