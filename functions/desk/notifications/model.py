"""What a department is told: one mention, its reading and its case."""

from typing import NamedTuple

from desk.cases.author_cases import AuthorCase
from desk.cases.model import BY_COLLEAGUES, WAITING, Case, Event, Word
from desk.mentions.model import Mention
from desk.reader.explain import DangerNote, danger_note, danger_note_of
from desk.reader.phrases import opts_out
from desk.reading import OPERATOR, Kind, Reading, Urgency


class Notification(NamedTuple):
    """One thing to tell a department; `case` is None for feedback outside any case.

    `thread` are the case's earlier mentions, oldest first. `word` is the note that came with a case handed over, the
    draft, or the reply that was not said; nobody but colleagues has one. `failure` is why it was not said, as the
    case's event tells it. `earlier` are the author's other cases, the newest first, of a case that the department hears
    of for the first time.
    """

    event: Event
    mention: Mention
    reading: Reading
    department: str
    case: Case | None = None
    thread: tuple[Mention, ...] = ()
    word: Word | None = None
    failure: str = ""
    earlier: tuple[AuthorCase, ...] = ()

    @property
    def urgency(self) -> Urgency:
        """The case's, where there is one: whatever joins an urgent case is as urgent."""
        return (self.case or self.reading).urgency

    @property
    def kind(self) -> Kind:
        """What it is: as colleagues have the case, where it is told of what they did."""
        return self.case.kind if self.case and self.event in BY_COLLEAGUES else self.reading.kind

    @property
    def danger_note(self) -> DangerNote | None:
        """What to know of it before anything else, by the posts that it shows."""
        shown = (*self.thread, self.mention)
        return danger_note_of(self.case, shown) if self.case else danger_note(shown, danger=self.reading.danger)

    @property
    def allows_reply(self) -> bool:
        """Whether a reply may be written: not to a mention that asks for none. Its case is closed without one."""
        return not opts_out(self.mention.post.text)

    def asks(self, department: str) -> bool:
        """Whether the people of this department, or the operator, are to act in its case; feedback asks nobody."""
        if self.case is None or self.event is Event.FEEDBACK or department not in (self.department, OPERATOR):
            return False
        return self.reading.opens_case or self.case.state in WAITING
