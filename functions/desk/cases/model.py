"""A case: one author's matter in one conversation, held by one department until it is answered or closed.

```
         ┌── draft ──► drafted ──┐
open ────┴──────── send ─────────┴──► queued ──► answered | moved ──► closed
 ▲                                      │ ▲          │
 ├──── X or the policy refuses it ──┘ │          │ the author comes back with an inquiry or a fault
 └────────────────────────────────────────┼──────────┘
                    promised ◄── a promise ─┘   (its clock runs on; it is answered like an open one)
```

An answer that somebody gives on X itself does the same without `queued`.
"""

import re
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from desk.mentions.model import Mention
from desk.pictures.model import AttachedPicture
from desk.promises.model import Promise
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency, label_of, open_safety
from desk.x.model import Author, XPost

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is mistaken on the phone
_ID_LENGTH = 10
_CASE_ID = re.compile(f"[{_ALPHABET}]{{5}}-[{_ALPHABET}]{{5}}")


class CaseState(StrEnum):
    """The state of a case."""

    OPEN = "open"
    DRAFTED = "drafted"
    """A department has written an answer, which the operator has yet to send."""
    QUEUED = "queued"
    """A reply is queued for X."""
    PROMISED = "promised"
    """A reply on X leaves the answer open, and says by when it comes; the answer is still due."""
    ANSWERED = "answered"
    MOVED = "moved"
    """A reply on X asked the author into a private conversation, which the desk does not see: a person closes it."""
    CLOSED = "closed"


WAITING = frozenset({CaseState.OPEN, CaseState.DRAFTED, CaseState.QUEUED, CaseState.PROMISED})
"""States in which the person who asked has no answer yet."""


class Review(StrEnum):
    """What has to be reviewed of a case, by the operator or, of feedback, by its department."""

    CHAT = Kind.CHAT.value
    JUNK = Kind.JUNK.value
    FEEDBACK = Kind.FEEDBACK.value
    """A mention of it is probably one of these, but not surely."""
    REPLY = "reply"
    """Its reply wasn't posted to X."""


class Doubt(NamedTuple):
    """A mention that was to review: what it probably is, and from a person's decision on what it counts as."""

    mention_id: str
    kind: Kind
    is_decided: bool = False


OF_READING = frozenset({Review.CHAT, Review.JUNK, Review.FEEDBACK})
"""A person has to decide what a mention is."""


def case_label(kind: str, review: str | None) -> str:
    """The name of a case's kind below `kind.` in the catalogue, or of what its mention to review probably is."""
    return label_of(review, review=True) if review and review in OF_READING else label_of(kind, review=False)


class Queue(StrEnum):
    """The queues of the operator's inbox."""

    TO_ANSWER = "to_answer"
    """The operator has to answer, or to send a department's draft."""
    TO_REVIEW = "to_review"
    """The operator has to look at what went wrong, or may have."""
    AT_DEPARTMENT = "at_department"
    """A department has to answer."""
    PRIVATE = "private"
    """It goes on in a private conversation, until a person closes it."""
    SNOOZED = "snoozed"
    """A person put it off; its deadline runs on."""
    TRIAL = "trial"
    """It waits in a trial: a person releases it to its department, or corrects that."""


def inbox_queue(  # noqa: PLR0913 - what a queue depends on, each named
    state: CaseState,
    department: str,
    review: Review | None,
    *,
    is_snoozed: bool = False,
    awaits_release: bool = False,
    is_at_risk: bool = False,
) -> Queue | None:
    """The queue of a case; None for one that is answered or closed, or whose reply is on its way to X.

    A case in which somebody may be at risk waits for the operator in a trial, too.
    """
    if state is CaseState.MOVED:
        return Queue.PRIVATE
    if state in (CaseState.QUEUED, CaseState.ANSWERED, CaseState.CLOSED):
        return None
    if is_snoozed:
        return Queue.SNOOZED
    if awaits_release and state is not CaseState.DRAFTED and review is not Review.REPLY:
        return Queue.TO_ANSWER if is_at_risk else Queue.TRIAL
    if department != OPERATOR and review in (None, Review.FEEDBACK):
        return Queue.TO_ANSWER if state is CaseState.DRAFTED else Queue.AT_DEPARTMENT
    return Queue.TO_REVIEW if review else Queue.TO_ANSWER


class ReplyAs(StrEnum):
    """What a reply means for its case."""

    ANSWER = "answer"
    HOLDING = "holding"
    """It only promises an answer, or leaves the promise open that the author has."""
    PRIVATE = "private"
    """It asks the author into a private conversation."""


class Reminded(NamedTuple):
    """Who last had the department reminded of the case, and when."""

    by: str
    at: datetime


class Draft(NamedTuple):
    """A reply that somebody wrote: its meaning for the case, and until when it promises an answer, in which words.

    `comment` is what the operator said when the draft went back to its department; "" for one that didn't. `pictures`
    go with the reply.
    """

    text: str
    by: str
    at: datetime
    reply_as: ReplyAs = ReplyAs.ANSWER
    promised_until: datetime | None = None
    comment: str = ""
    pictures: tuple[AttachedPicture, ...] = ()
    promise_words: str = ""


class Case(NamedTuple):
    """A case. `mention_ids` are in the order in which they joined; `version` counts the changes.

    `asked_at` is since when the author waits, `first_due_at` by when an answer was due by that first clock: neither is
    changed by a hand-over, which sets `due_at` again. `wakes` says that on-call is called for it, and
    `safety` how it is handled because somebody may be at risk, by any of its mentions: nothing automatic is ever said
    to such a case. `unseen_since` is since when a mention whose safety is to be checked waits for any person to open
    the case or act on it; None once somebody has.
    `asks` is how many posts of the author ask for an answer since our last reply, and `asked_again_at` when the second
    of them came in. `labels` are keys of the team's own labels.
    `alarmed_at` is when it became alarming while its author waited already. `holder` is who took it on. `post_id` is
    the reply that is on its way or was given last, and `reply_as` what it is to the case. `promises` are the open ones,
    the newest last: two while the reply that moves one is on its way. `promised_until` is until when the deadline waits
    for the newest; None once the case became urgent, which no promise for the calmer matter delays. `answered_at` is
    when the author last got an answer or an invitation to a private message; it stays when they come back. `review` is
    what the operator has to review, until somebody acts on it, `doubts` are its mentions that were to review, and
    `not_posted` why its last reply wasn't posted, as its event has it. `snoozed_until` is when a case comes back that a
    person put off; a draft, a mention or an action brings it back earlier, and its deadline runs on.
    `wrote_privately_at` is when the author last wrote in the private conversation into which a reply asked them.
    `awaits_release`: its department was in trial and was not notified; a person decides whether it gets the case.
    `reminded` is the last time that a person had the department reminded of it.
    """

    id: str
    conversation_id: str
    author_id: str
    author: Author | None
    department: str
    kind: Kind
    need: Need
    urgency: Urgency
    lang: str
    state: CaseState
    opened_at: datetime
    asked_at: datetime
    first_due_at: datetime
    due_at: datetime
    mention_ids: tuple[str, ...]
    version: int = 1
    wakes: bool = False
    safety: Safety | None = None
    unseen_since: datetime | None = None
    asks: int = 1
    asked_again_at: datetime | None = None
    alarmed_at: datetime | None = None
    holder: str | None = None
    draft: Draft | None = None
    post_id: str | None = None
    reply_as: ReplyAs = ReplyAs.ANSWER
    promised_until: datetime | None = None
    answered_at: datetime | None = None
    review: Review | None = None
    snoozed_until: datetime | None = None
    not_posted: str | None = None
    wrote_privately_at: datetime | None = None
    awaits_release: bool = False
    doubts: tuple[Doubt, ...] = ()
    labels: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    reminded: Reminded | None = None

    @property
    def is_doubted(self) -> bool:
        """Whether the operator has yet to decide what a mention of it is."""
        return self.review in OF_READING

    @property
    def label(self) -> str:
        """See `case_label`."""
        return case_label(self.kind, self.review)

    @property
    def open_safety(self) -> Safety | None:
        """How it is still to be handled because somebody may be at risk."""
        return open_safety(self.safety, self.urgency)

    @property
    def calls_since(self) -> datetime:
        """Since when the people on call are to be called: a call before that was about something calmer."""
        return max(self.asked_at, self.alarmed_at or self.asked_at)

    def draft_for(self, name: str) -> Draft | None:
        """The draft with which this person goes on: one that waits for the operator, or that came back with a comment.

        A reply that was taken back is its writer's own.
        """
        if self.draft is None or self.state is CaseState.QUEUED:
            return None
        is_shared = self.state is CaseState.DRAFTED or bool(self.draft.comment)
        return self.draft if is_shared or self.draft.by == name else None


def queue_of(case: Case) -> Queue | None:
    """The queue of this case; see `inbox_queue`."""
    return inbox_queue(
        case.state,
        case.department,
        case.review,
        is_snoozed=case.snoozed_until is not None,
        awaits_release=case.awaits_release,
        is_at_risk=case.safety is not None,
    )


def conversation_of(post: XPost) -> str:
    """The conversation that a post belongs to, the same for all its versions.

    An edit of a conversation's first post may carry its own new id as the conversation's.
    """
    return post.first_id if post.conversation_id in post.edit_ids else post.conversation_id


def case_id_of(conversation_id: str, author_id: str) -> str:
    """The number of this author's case in this conversation, such as `7Q2M4-XD93K`: 50 bits, always the same."""
    digest = int.from_bytes(blake2b(f"{conversation_id}/{author_id}".encode(), digest_size=8).digest())
    letters = "".join(_ALPHABET[(digest >> (5 * place)) & 31] for place in range(_ID_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def is_case_id(text: str) -> bool:
    """Whether the text has the form of a case number."""
    return _CASE_ID.fullmatch(text) is not None


class CaseEventKind(StrEnum):
    """The kinds of events of a case; the catalogue's key is `case.event.<value>`."""

    TAKEN = "taken"
    DRAFTED = "drafted"
    QUEUED = "queued"
    ANSWERED = "answered"
    PROMISED = "promised"
    MOVED = "moved"
    """A reply asked the author into a private conversation."""
    WROTE_PRIVATELY = "wrote_privately"
    """The author wrote in the private conversation."""
    NOT_SAID = "not_said"
    """The reply wasn't posted to X: the case waits again."""
    UNDONE = "undone"
    """Somebody took the reply back before it was sent to X: its text is a draft again."""
    NOTED = "noted"
    """Somebody left an internal note."""
    ASSIGNED = "assigned"
    """Somebody made another person the holder."""
    LABELLED = "labelled"
    """Somebody changed the labels."""
    SNOOZED = "snoozed"
    WOKEN = "woken"
    """A snoozed case came back: a person called it back, or its time has come."""
    RETURNED = "returned"
    """The operator sent a draft back to its department, with a comment."""
    REMINDED_BY_PERSON = "reminded_by_person"
    """A person had the department mailed once more that the case waits for its answer."""
    REOPENED = "reopened"
    """A person opened an answered or closed case again."""
    TAKING_DOWN = "taking_down"
    """A person asked to delete the reply on X."""
    TAKEN_DOWN = "taken_down"
    NOT_TAKEN_DOWN = "not_taken_down"
    HANDED = "handed"
    TAKEN_BACK = "taken_back"
    """A person took a hand-over back: the case is where it was before."""
    RESTORED = "restored"
    """A person took a step back that did not hand the case over: it is as it was before."""
    RELEASED = "released"
    """A person released a case of a trial to the department that the desk had proposed."""
    WITHHELD = "withheld"
    """The case's department is in trial by now: the notification that it had yet to get was not sent."""
    MISREAD = "misread"
    RAISED = "raised"
    """A person said that it is urgent, although it was not read so."""
    LOWERED = "lowered"
    """A person said that it is not urgent, although it was read so."""
    CLEARED = "cleared"
    """A person said that nobody's safety is to be checked, although it was read so."""
    CLOSED = "closed"
    UNMASKED = "unmasked"
    """Somebody looked at the masked private numbers."""
    ACKNOWLEDGED = "acknowledged"
    """The desk sent the automatic acknowledgement."""
    REMINDED = "reminded"
    """The department was reminded before the answer was due."""
    DUE = "due"
    """The department was reminded when it was due."""
    ESCALATED = "escalated"
    """The operator was notified that it is overdue."""
    CALLED = "called"
    """The people on call were called."""
    UNSEEN = "unseen"
    """The operator was notified that nobody had opened a case whose safety is to be checked."""


NO_CHANGE = frozenset(
    {
        CaseEventKind.UNMASKED,
        CaseEventKind.ACKNOWLEDGED,
        CaseEventKind.REMINDED,
        CaseEventKind.DUE,
        CaseEventKind.ESCALATED,
        CaseEventKind.CALLED,
        CaseEventKind.UNSEEN,
    }
)
"""Events that do not change the case, so that pages stay valid."""


class Place(NamedTuple):
    """How a case was before a step that a person can take back: all that taking it back has to restore.

    `state` is None in a hand-over of release 0.1.0, which recorded nothing of what follows it.
    """

    department: str
    due_at: datetime
    kind: Kind
    need: Need
    holder: str | None = None
    review: Review | None = None
    doubts: tuple[Doubt, ...] = ()
    state: CaseState | None = None
    snoozed_until: datetime | None = None
    promised_until: datetime | None = None
    first_due_at: datetime | None = None
    urgency: Urgency = Urgency.NORMAL
    wakes: bool = False
    safety: Safety | None = None
    labels: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    """Without their words, so that these are kept in one place."""


class CaseEvent(NamedTuple):
    """One thing that happened: when (aware), by whom (a name that a person gave; "" is the desk itself), and more.

    `text` is the answer, the reason for closing, the note or comment, or why a reply failed. `department` is where the
    case went, or whose answer it was; `kind` what the mention really was, `was_kind` and `was_department` what it had
    been taken for. `post_id` is the reply, and `x_id` its id on X; one that somebody gave on X itself has no `post_id`.
    `asked_at` is since when the author had waited, where this ended the waiting. `assignee` is whom a person made the
    holder, and `until` when a snoozed case comes back. `overridden` are the rules of the pre-send check whose findings
    the person overrode, and `override_reason` says why. `labels` are those that the case has since. `was_at` is how the
    case was before a step that can be taken back. `pictures` go with the reply.
    """

    what: CaseEventKind
    at: datetime
    by: str
    text: str = ""
    department: str | None = None
    kind: str | None = None
    post_id: str | None = None
    request: str = ""
    """Names the form that was sent, so that sending it twice is seen."""
    x_id: str | None = None
    asked_at: datetime | None = None
    was_kind: str | None = None
    was_department: str | None = None
    assignee: str | None = None
    until: datetime | None = None
    overridden: tuple[str, ...] = ()
    override_reason: str = ""
    was_at: Place | None = None
    labels: tuple[str, ...] = ()
    pictures: tuple[AttachedPicture, ...] = ()

    @property
    def is_external_reply(self) -> bool:
        """Whether somebody replied on X itself."""
        return self.x_id is not None and self.post_id is None


class Event(StrEnum):
    """What happened."""

    CASE_OPENED = "case_opened"
    CASE_JOINED = "case_joined"
    CASE_EDITED = "case_edited"
    FEEDBACK = "feedback"
    HEARD = "heard"
    """A fault or a rumour was found by listening: nobody addressed the brand, and there is no case."""
    CASE_HANDED = "case_handed"
    """A colleague of another department handed the case over."""
    CASE_DRAFTED = "case_drafted"
    """A department wrote an answer, which the operator has yet to send."""
    CASE_UNSAID = "case_unsaid"
    """A queued reply was not posted to X."""
    CASE_RETURNED = "case_returned"
    """The operator sent a draft back to its department, with a comment."""
    CASE_REMINDED = "case_reminded"
    """A person asks a department once more for its answer."""
    CASE_UNSEEN = "case_unseen"
    """Nobody has opened a case whose safety is to be checked."""


BY_COLLEAGUES = frozenset(
    {Event.CASE_HANDED, Event.CASE_DRAFTED, Event.CASE_UNSAID, Event.CASE_RETURNED, Event.CASE_REMINDED}
)
"""Events that follow from colleagues' actions, not from the author's posts."""


BY_MAIL_ONLY = (BY_COLLEAGUES - {Event.CASE_HANDED}) | {Event.CASE_UNSEEN}
"""Events that machines do not get."""


class Word(NamedTuple):
    """What a colleague wrote, who (a name as given) and when (aware)."""

    text: str
    by: str
    at: datetime
    promised_until: datetime | None = None
    """Until when the draft promises an answer."""


class RoutedMention(NamedTuple):
    """A mention with its reading; `case` as it is after it; `recipient` is the department to be notified, if one is."""

    mention: Mention
    reading: Reading
    event: Event | None
    case: Case | None
    recipient: str | None = None


class Step(NamedTuple):
    """Entries that are stored together: of one case that was `before`, or one entry without a case."""

    entries: tuple[RoutedMention, ...]
    before: Case | None

    @property
    def after(self) -> Case | None:
        """The case as it is after the last entry."""
        return self.entries[-1].case
