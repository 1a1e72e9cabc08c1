"""Cases of mentions that needed no answer until a person decided to answer: chat, greetings, feedback."""

from datetime import datetime

from desk.brand import Brand
from desk.cases.model import Case, CaseState, Entry, conversation_of
from desk.mentions.model import Mention, StoredMention
from desk.notifications.model import department_or_operator
from desk.reading import Reading
from desk.routing.decide import case_id_for
from desk.routing.unit_of_work import UnitOfWork
from desk.working_time import due_at


class CannotOpen(Exception):
    """No case can be opened for the mention: it isn't read yet, or its author has one in this conversation already."""

    def __init__(self, case_id: str = "") -> None:
        super().__init__(case_id or "not read yet")
        self.case_id = case_id


def case_for(mention: Mention, reading: Reading, now: datetime, brand: Brand) -> Case:
    """The case with which a person answers the mention. Nobody owed an answer before, so its clock begins now."""
    due = due_at(now, reading.kind, reading.urgency, brand)
    return Case(
        id=case_id_for(mention),
        conversation_id=conversation_of(mention.post),
        author_id=mention.post.author_id,
        author=mention.post.author,
        department=department_or_operator(reading.department, brand),
        kind=reading.kind,
        need=reading.need,
        urgency=reading.urgency,
        lang=reading.lang,
        state=CaseState.OPEN,
        opened_at=now,
        asked_at=now,
        first_due_at=due,
        due_at=due,
        mention_ids=(mention.id,),
        danger=reading.danger,
    )


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
        entry = Entry(stored.mention, stored.outcome.reading, None, case, published=False)
        if not self._work.open_case(entry):
            raise CannotOpen(case.id)
