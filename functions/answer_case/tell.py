"""Telling colleagues what one of them did with a case."""

from desk.brand import Brand
from desk.case_event import CaseEvent
from desk.delivery import Word
from desk.ports.cases import CaseFile
from route_inquiry import colleagues
from route_inquiry.publish import Publisher


class Teller:
    """Tells each thing once, at once.

    Every method raises TopicsUnavailable when nobody could be told, and ValueError when no mention of the case has its
    words any more, so that there is nothing to tell. The case is as it is whether they are told or not.
    """

    def __init__(self, publisher: Publisher, brand: Brand) -> None:
        self._publisher = publisher
        self._brand = brand

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Tell the department that has the case now, people and machines; the event's text is the note for them.

        Its moment is in what machines get: by it they know the message again when the sweep repeats it.
        """
        self._publisher.tell([colleagues.handed(file, Word(event.text, event.by, event.at), self._brand)])

    def drafted(self, file: CaseFile) -> None:
        """Mail the operator the answer that a department wrote; a case without one is a ValueError."""
        self._publisher.tell([colleagues.drafted(file)])
