"""Commands: what people and tools do with a case, as frozen values.

An edge parses a form or a body into one of these; `desk.replies.perform` does it for every edge. On which case it is
done says how the case is opened: by its number or by a link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.cases.model import ReplyAs
from desk.commands import RequestKey
from desk.pictures.model import AttachedPicture
from desk.reading import Kind, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand:
    """What all commands on a case have in common.

    Attributes:
        by: the name of the person or tool that acts, for the case's history.
        seen: the version that they saw; None for callers that act on any.
        key: identifies the request.
        is_person: `by` is the name of a person.
        is_of_several: one action on several cases, which leaves those alone where somebody may be at risk.
    """

    by: str
    seen: int | None
    key: RequestKey
    is_person: bool = True
    is_of_several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReply(CaseCommand):
    """Answer the author on X; from a department that does not answer on X itself, leave a draft for the operator.

    Attributes:
        author_id: the id of the person who writes it; None where only a name was given.
        text: as `desk.replies.compose.reply_text` returns it, without the signature.
        reply_as: an answer, a holding reply, or one that asks into a private conversation.
        promised_until: until when a holding reply promises an answer.
        promise_words: the sentence that says so; "" for the beginning of the text.
        promise_stays: an answer does not keep the promise that the case has, which stays open.
        again: answer also a case that has an answer.
        through_pause: the operator confirmed that it goes out although publishing is paused.
        is_confirmed: the person has seen the posts as they will appear.
        override_reason: why the warnings of the pre-send check are overridden; "" for no reason.
        undo_for: how long it can be undone before it is sent to X.
        pictures: those that go with it, in the order in which X shows them.
    """

    text: str
    author_id: str | None = None
    reply_as: ReplyAs = ReplyAs.ANSWER
    promised_until: datetime | None = None
    promise_words: str = ""
    promise_stays: bool = False
    again: bool = False
    through_pause: bool = False
    is_confirmed: bool = True
    override_reason: str = ""
    undo_for: timedelta = timedelta(0)
    pictures: tuple[AttachedPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCase(CaseCommand):
    """Become the holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCase(CaseCommand):
    """Make another person the holder."""

    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(CaseCommand):
    """Give the case to another department; at the own one, release a case of a trial."""

    department: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFactCheckers(CaseCommand):
    """Give the case to the department that checks facts, if the brand has one."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(CaseCommand):
    """Take the last step back, if nothing has happened to the case since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(CaseCommand):
    """Close a case that needs no answer, or whose conversation has ended."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReading(CaseCommand):
    """Say what the mention is. `department` is where a kind belongs that needs an answer; else None."""

    kind: Kind
    department: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUrgency(CaseCommand):
    """Mark the case as urgent or not. `is_danger`: what was to be checked is danger."""

    urgency: Urgency
    is_danger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearSafety(CaseCommand):
    """Say that nobody's safety is to be checked. The urgency stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeCase(CaseCommand):
    """Put the case off, at most until its deadline; None: until its department answers, or the deadline comes."""

    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeCase(CaseCommand):
    """Bring a snoozed case back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCase(CaseCommand):
    """Give the case these labels of the team's own, in place of those that it has. It stays as it is otherwise."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(CaseCommand):
    """Leave an internal note."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDraft(CaseCommand):
    """Send a draft back to its department, with a comment."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindDepartment(CaseCommand):
    """Have the department mailed once more that the case waits for its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCase(CaseCommand):
    """Hand a case of a trial to the department that was proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase(CaseCommand):
    """Open an answered or closed case again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownReply(CaseCommand):
    """Have a reply deleted on X."""

    post_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowNumbers(CaseCommand):
    """Show the private numbers. The case records who looked."""
