"""Cases of mentions that needed no answer until a person decided to answer: chat, greetings, feedback."""

from datetime import datetime

from desk.brand import Brand
from desk.cases.model import Case, RoutedMention
from desk.mentions.model import Mention, StoredMention
from desk.reading import Reading
from desk.routing.decide import new_case
from desk.routing.unit_of_work import UnitOfWork


class CannotOpen(Exception):
    """No case can be opened for the mention: it isn't read yet, or its author has one in this conversation already."""

    def __init__(self, case_id: str = "") -> None:
        super().__init__(case_id or "not read yet")
        self.case_id = case_id


def case_for(mention: Mention, reading: Reading, now: datetime, brand: Brand) -> Case:
    """The case with which a person answers the mention. Its clock begins now, and nobody is called for it."""
    return new_case(mention, reading, brand, at=now)._replace(wakes=False, review=None, awaits_release=False)


class AnsweredMentions:
    """Opens cases for mentions. Of several people who do so at once all get the same case."""

    def __init__(self, work: UnitOfWork, brand: Brand) -> None:
        self._work = work
        self._brand = brand

    def new_case(self, stored: StoredMention, now: datetime) -> Case:
        """The case that would be opened. Raises CannotOpen where none can, and StoreBusy."""
        if stored.outcome is None:
            raise CannotOpen
        case = case_for(stored.mention, stored.outcome.reading, now, self._brand)
        if self._work.cases.get(case.id):
            raise CannotOpen(case.id)
        return case

    def open(self, stored: StoredMention, case: Case) -> None:
        """Store the case; does nothing if somebody just opened the same. Raises CannotOpen and StoreBusy."""
        if stored.outcome is None:
            raise CannotOpen
        entry = RoutedMention(stored.mention, stored.outcome.reading, None, case)
        if not self._work.open_case(entry):
            raise CannotOpen(case.id)
