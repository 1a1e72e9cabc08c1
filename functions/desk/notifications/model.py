"""A notification: one mention with its reading and its case, for one department; and a case to remind of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import BY_COLLEAGUES, WAITING, Case, CaseEvent, CaseEventKind, Event, RoutedMention, Word
from desk.cases.store import CaseFile, CaseStore
from desk.mentions.model import Mention, Source, StoredMention
from desk.reader.explain import SafetyNote, case_safety_note, safety_note
from desk.reader.phrases import opts_out
from desk.reading import OPERATOR, Kind, Reading, Urgency
from desk.x.model import XPost


@dataclass(slots=True)
class MentionReport:
    """What was sent about mentions.

    Attributes:
        published: How many mentions were sent to the machines of their departments.
        put_off: How many wait for a summary.
        spikes: How many spikes of faults were found; `unwatched` is how many faults could not be watched for one.
        urgent: Cases that were opened or continued and are urgent, except those that the very first poll found.
        unsent: Why an entry stays in the outbox, by mention id.
    """

    published: int = 0
    mails: int = 0
    put_off: int = 0
    spikes: int = 0
    unwatched: int = 0
    urgent: list[str] = field(default_factory=list)
    unsent: dict[str, str] = field(default_factory=dict)


class Notification(NamedTuple):
    """What a department learns about one mention.

    Attributes:
        case: None for feedback outside any case, and for a post that was found by listening.
        thread: The case's earlier mentions, oldest first.
        word: What a colleague wrote: the note of a case handed over, the draft, or the reply that was not published.
        failure: Why the reply was not published, as the case's event records it.
        earlier: The author's other cases, newest first, for a department that sees the case for the first time.
        withheld_from: The department that was not notified because it is in trial; the operator is in its place.
        joins_spike: Whether the mail about an open spike stands for the one about this mention.
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
    withheld_from: str = ""
    joins_spike: bool = False

    @property
    def urgency(self) -> Urgency:
        """The case's urgency where there is a case: a mention that joins an urgent case is as urgent."""
        return (self.case or self.reading).urgency

    @property
    def kind(self) -> Kind:
        """The kind: the case's, which people may have corrected, for events that colleagues caused."""
        return self._named.kind

    @property
    def label(self) -> str:
        """The name of the kind below `kind.` in the catalogue."""
        return self._named.label

    @property
    def is_doubted(self) -> bool:
        """Whether the operator has yet to decide the kind."""
        return self.case.is_doubted if self.case and self.event in BY_COLLEAGUES else self.reading.review

    @property
    def _named(self) -> Case | Reading:
        return self.case if self.case and self.event in BY_COLLEAGUES else self.reading

    @property
    def safety_note(self) -> SafetyNote | None:
        """The warning that comes before everything else, based on the posts that are shown."""
        shown = (*self.thread, self.mention)
        return case_safety_note(self.case, shown) if self.case else safety_note(shown, self.reading.safety)

    @property
    def is_mailed(self) -> bool:
        """Whether people are mailed about it at once.

        Feedback has mails of its own, mentions that the first poll found were posted before the desk started, and what
        joins a spike joins silently.
        """
        return self.event is not Event.FEEDBACK and not self.mention.backlog and not self.joins_spike

    @property
    def is_heard(self) -> bool:
        """Whether the post was found by listening: its author did not mention the brand."""
        return self.mention.source is Source.LISTENING

    @property
    def allows_reply(self) -> bool:
        """False if the mention asks for no reply, or if nothing in its case addresses us: then X takes none.

        A post that was found by listening and joined a case is answered with a reply to the posts before it.
        """
        if self.is_heard:
            return self.case is not None and self.case.mention_ids[:1] != (self.mention.id,)
        return not opts_out(self.mention.post.text)

    def needs_action_by(self, department: str) -> bool:
        """Whether the people of this department, or the operator, have to act on its case; never for feedback."""
        if self.case is None or self.event is Event.FEEDBACK or department not in (self.department, OPERATOR):
            return False
        return (self.reading.opens_case and not self.is_heard) or self.case.state in WAITING


class DueCase(NamedTuple):
    """A case to remind of.

    Attributes:
        overdue: For how long the answer has been due: in working time, for an urgent case by the wall clock.
        post: The post that waits for the answer; None when it no longer exists.
        allows_reply: False when the author wants no reply, and the case is to be closed without one.
        note: The warning that comes before everything else.
        is_heard: Whether no post of the case mentions us, so that X takes no reply through the API.
    """

    case: Case
    stage: CaseEventKind
    due: datetime
    overdue: timedelta
    post: XPost | None
    allows_reply: bool = True
    note: SafetyNote | None = None
    is_heard: bool = False


def mails_of(notifications: Sequence[Notification]) -> list[list[Notification]]:
    """What each mail about these is about: each with a safety note has its own mail, first of all; others share one."""
    others = [one for one in notifications if not one.safety_note]
    return [*([one] for one in notifications if one.safety_note), *([others] if others else [])]


def department_or_operator(department: str | None, brand: Brand) -> str:
    """The department, or the operator when desk.yaml does not have it or no longer has it."""
    return department if department in brand.departments else OPERATOR


def routed(entry: RoutedMention, brand: Brand, thread: Sequence[Mention] = ()) -> Notification:
    """The notification about a mention that was routed. Raises ValueError for an entry without an event."""
    if entry.event is None:
        raise ValueError(f"mention {entry.mention.id} has no event to notify about")
    department = department_or_operator((entry.case or entry.reading).department, brand)
    return Notification(entry.event, entry.mention, entry.reading, department, entry.case, tuple(thread))


def handed_over(file: CaseFile, event: CaseEvent, brand: Brand) -> Notification:
    """The case for the department that now has it; the event's text is the note for that department.

    A case that was released from a trial is new to its department, as if it had just been opened.
    The event's time is part of the JSON, so that machines recognise the message when the sweep repeats it. Raises
    ValueError, like the next three functions, when no mention of the case has a text any more.
    """
    word = Word(event.text, event.by, event.at)
    department = department_or_operator(file.case.department, brand)
    if event.what is CaseEventKind.RELEASED:
        opened = _about_case(file, Event.CASE_OPENED, department, None)
        return opened._replace(earlier=file.earlier, withheld_from=department)
    return _about_case(file, Event.CASE_HANDED, department, word)._replace(earlier=file.earlier)


def drafted(file: CaseFile) -> Notification:
    """A department's draft of an answer, for the operator. Raises ValueError also when the case has no draft."""
    draft = file.case.draft
    if draft is None:
        raise ValueError(f"case {file.case.id} has no draft")
    return _about_case(file, Event.CASE_DRAFTED, OPERATOR, Word(draft.text, draft.by, draft.at, draft.promised_until))


def asked_again(file: CaseFile, event: CaseEvent, brand: Brand) -> Notification:
    """A draft that the operator sent back, with the comment as the event's text, or a reminder, for the department."""
    department = department_or_operator(file.case.department, brand)
    what = Event.CASE_RETURNED if event.what is CaseEventKind.RETURNED else Event.CASE_REMINDED
    return _about_case(file, what, department, Word(event.text, event.by, event.at))


def reply_failed(file: CaseFile, department: str, failure: str) -> Notification:
    """A reply that was not published on X: why, and its text if it is stored."""
    draft = file.case.draft
    word = Word(draft.text, draft.by, draft.at) if draft else None
    return _about_case(file, Event.CASE_UNSAID, department, word)._replace(failure=failure)


def unseen(file: CaseFile) -> Notification:
    """A case whose safety is to be checked and that nobody has opened, for the operator."""
    return _about_case(file, Event.CASE_UNSEEN, OPERATOR, None)


def has_text(file: CaseFile) -> bool:
    """Whether any mention of the case still has its text, without which there is nothing to show."""
    return any(one.reading for one in file.mentions)


def _about_case(file: CaseFile, event: Event, department: str, word: Word | None) -> Notification:
    """The last mention that was read, with the earlier ones as its thread."""
    read = [(one.mention, one.reading) for one in file.mentions if one.reading]
    if not read:
        raise ValueError(f"no mention of case {file.case.id} has a text any more")
    mention, reading = read[-1]
    thread = tuple(earlier for earlier, _ in read[:-1])
    return Notification(event, mention, reading, department, file.case, thread, word)


def stored_entries(stored: Collection[StoredMention], cases: CaseStore) -> list[RoutedMention]:
    """What was decided about mentions that were read; without those whose items do not say. Raises StoreBusy."""
    outcomes = [(one.mention, one.outcome) for one in stored if one.outcome]
    case_ids = {outcome.case_id for _, outcome in outcomes if outcome.case_id}
    found = cases.get_many(case_ids) if case_ids else {}
    return [
        RoutedMention(mention, outcome.reading, Event(outcome.event), found.get(outcome.case_id or ""))
        for mention, outcome in outcomes
        if outcome.event in set(Event)
    ]
