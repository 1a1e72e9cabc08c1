"""From what happened to a case in the desk to what its people are told of it."""

from desk.brand import Brand
from desk.cases.model import CaseEvent, Event, Word
from desk.cases.store import CaseFile
from desk.notifications.model import Notification
from desk.notifications.notifier import Notifier
from desk.reading import OPERATOR


def handed(file: CaseFile, word: Word, brand: Brand) -> Notification:
    """The case for the department that has it now, with the note that came with it.

    Here as in the others: raises ValueError when no mention of the case has its words any more.
    """
    return _delivery(file, Event.CASE_HANDED, holder_of(file, brand), word)._replace(earlier=file.earlier)


def drafted(file: CaseFile) -> Notification:
    """The answer that a department wrote, for the operator; a case without one is a ValueError."""
    draft = file.case.draft
    if draft is None:
        raise ValueError(f"case {file.case.id} has no draft")
    return _delivery(file, Event.CASE_DRAFTED, OPERATOR, Word(draft.text, draft.by, draft.at, draft.promised_until))


def unsaid(file: CaseFile, department: str, failure: str) -> Notification:
    """A reply that does not stand on X, for the people of `department`: why, and what was written, if it is kept."""
    draft = file.case.draft
    word = Word(draft.text, draft.by, draft.at) if draft else None
    return _delivery(file, Event.CASE_UNSAID, department, word)._replace(failure=failure)


def holder_of(file: CaseFile, brand: Brand) -> str:
    """The department that has the case; the operator where desk.yaml no longer has it."""
    return file.case.department if file.case.department in brand.departments else OPERATOR


def has_words(file: CaseFile) -> bool:
    """Whether there is anything to tell of it."""
    return any(one.reading for one in file.mentions)


def _delivery(file: CaseFile, event: Event, department: str, word: Word | None) -> Notification:
    """What is told: the case's last mention that was read, after all that came before it."""
    read = [(one.mention, one.reading) for one in file.mentions if one.reading]
    if not read:
        raise ValueError(f"no mention of case {file.case.id} has its words any more")
    mention, reading = read[-1]
    thread = tuple(earlier for earlier, _ in read[:-1])
    return Notification(event, mention, reading, department, file.case, thread, word)


class Teller:
    """Tells each thing once, at once.

    Every method raises TopicsUnavailable when nobody could be told, and ValueError when no mention of the case has its
    words any more, so that there is nothing to tell. The case is as it is whether they are told or not.
    """

    def __init__(self, notifier: Notifier, brand: Brand) -> None:
        self._notifier = notifier
        self._brand = brand

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Tell the department that has the case now, people and machines; the event's text is the note for them.

        Its moment is in what machines get: by it they know the message again when the sweep repeats it.
        """
        self._notifier.tell([handed(file, Word(event.text, event.by, event.at), self._brand)])

    def drafted(self, file: CaseFile) -> None:
        """Mail the operator the answer that a department wrote; a case without one is a ValueError."""
        self._notifier.tell([drafted(file)])
