"""What one person sees of an opened case or mention, and what they may do with it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.case_view.content import CaseContent, Fact, content_of, content_of_mention
from desk.case_view.conversation import Conversation, ConversationEntry
from desk.case_view.forms import CaseForms, ReplyFields, reply_fields
from desk.case_view.view import View, Viewer, allowed_actions, last_change, new_request_id, view_of, wants_no_reply
from desk.cases.author_cases import AuthorCase
from desk.cases.author_notes import AuthorNote
from desk.cases.model import WAITING, Case, CaseEvent, CaseState, Draft, ReplyAs, conversation_of
from desk.cases.private_messages import PrivateMessage
from desk.cases.store import MAX_MENTIONS, CaseMention
from desk.cases.transitions import ANSWERABLE, waits_at_department
from desk.formatting.formatter import DeskFormatter, short_name
from desk.mentions.model import Source, StoredMention
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reading import OPERATOR
from desk.replies.actions import ActionOutcome, ActionResult
from desk.replies.compose import signature_of
from desk.replies.decide import REOPENABLE, may_release, may_snooze, removable_replies
from desk.replies.forms import Action, attached_field, signed_name
from desk.replies.open import OpenedCase
from desk.replies.policy import BlockReason
from desk.staff.drafts import PersonalDraft
from desk.staff.model import Person
from desk.staff.presence import Presence
from desk.x.look_ups import LookUp, LookUpState
from desk.x.model import Author
from operator_console.app import ROOT, Right, Visit, may
from operator_console.items.look_ups import THREAD_PRICE, LookedUp
from operator_console.items.visible import department_of
from operator_console.shell.phrases import due_words


class DueLine(NamedTuple):
    """By when the author is to be answered (aware), in short words too; whether it was promised, and is late."""

    at: datetime
    words: str
    is_promise: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """A case, or a mention without one, for one person of the console.

    `key` names it in addresses, and `queue` is the list from which it was opened. `version` is that of the case which
    the person sees, 0 for a mention: every action carries it. `content` is what every page shows of it, and `view` the
    case's view model, None for a mention. `earlier_count` counts the author's posts before `earlier_than`, which are
    not loaded. `no_reply` is the sentence that says why no reply can be written; "" if one can.
    `is_unsummoned`: no post in it mentions us, as listening found it. `typed` is what the person typed before and did
    not send, and `draft` the one of the case with which they go on. `last_change` is what happened last, and `others`
    are the people who have it open, too. `request` makes a form's id. `actions` are those
    that the person may take now, and `colleagues` are people to whom the case is likely assigned.
    `removable` are replies of ours that can be deleted on X. `due` is None where nobody waits, `customer` says what
    the desk knows of the author, and `notes` are what colleagues noted about them.
    """

    key: str
    queue: str
    version: int
    content: CaseContent
    newest: CaseMention | None
    view: View | None = None
    earlier_count: int = 0
    earlier_than: str = ""
    private_messages: Sequence[ConversationEntry] = ()
    private_conversation: str = ""
    thread: LookUp | None = None
    has_unknown_authors: bool = False
    may_have_earlier: bool = False
    unmasked: bool = False
    signature: str = ""
    no_reply: str = ""
    is_unsummoned: bool = False
    last_change: str = ""
    typed: PersonalDraft | None = None
    draft: Draft | None = None
    others: Sequence[Presence] = ()
    request: str = ""
    may_act: bool = False
    may_draft: bool = False
    actions: frozenset[str] = frozenset()
    colleagues: Sequence[str] = ()
    removable: Sequence[CaseEvent] = ()
    due: DueLine | None = None
    customer: Sequence[Fact] = ()
    notes: Sequence[AuthorNote] = ()

    @property
    def case(self) -> Case | None:
        """The case; None for a mention without one."""
        return self.content.case

    @property
    def thread_price(self) -> str:
        """The highest price of looking up earlier posts of the thread."""
        return THREAD_PRICE

    @property
    def is_looking_up(self) -> bool:
        """Whether earlier posts of the thread are on their way."""
        return self.thread is not None and self.thread.state is LookUpState.REQUESTED

    def reply(self, formatter: DeskFormatter) -> ReplyFields:
        """What the reply box begins with: the person's own text, else the draft of the case."""
        typed = {**self.typed.options, "text": self.typed.text} if self.typed else None
        return reply_fields(typed, self.draft, formatter)

    @property
    def reply_options(self) -> Mapping[str, str]:
        """The other fields of the reply box that the person filled; of a reply that was not posted, its pictures."""
        if self.typed:
            return self.typed.options
        pictures = attached_field(self.draft.pictures) if self.draft else ""
        return {"pictures": pictures} if pictures else {}

    def head(self, formatter: DeskFormatter) -> str:
        """What is written in the reply box, and to whom."""
        if self.view and not self.view.sends_to_x:
            return formatter.phrase("console.reply_head.draft")
        author = self.content.author
        who = short_name(f"@{author.username}") if author else formatter.phrase("answer.author_unknown")
        return formatter.phrase("console.reply_head", who=who)

    def forms(self, address: str, csrf: str) -> CaseForms:
        """The forms of the item, which are sent below this address."""
        about = {"csrf": csrf, "version": self.version, "request": self.request, "queue": self.queue}
        return CaseForms(about, f"{address}/{self.key}")

    @property
    def is_changed(self) -> bool:
        """Whether the case changed after the person typed."""
        return self.typed is not None and self.typed.version < self.version

    @property
    def is_private(self) -> bool:
        """Whether the case goes on in a private conversation."""
        return self.case is not None and self.case.state is CaseState.MOVED


class Facts(NamedTuple):
    """What is read beside a case or mention: the post on its way, what was looked up on X, and private messages.

    `promised` are the author's other cases in which an answer is promised.
    """

    post: Post | None = None
    looked_up: LookedUp = LookedUp()
    private: Sequence[PrivateMessage] = ()
    promised: Sequence[Case] = ()


def case_item(  # noqa: PLR0913 - the case with what was read beside it, each named
    visit: Visit, opened: OpenedCase, facts: Facts, brand: Brand, *, queue: str, unmasked: bool
) -> OpenedItem:
    """A case for the person. The case must have been opened."""
    formatter, file, person = DeskFormatter(brand), opened.file, visit.person
    assert file  # noqa: S101 - said above
    case, looked_up = file.case, facts.looked_up
    file = file._replace(earlier=tuple(each for each in file.earlier if person.sees(each.department)))
    result = ActionResult(ActionOutcome.SHOWN, opened, unmasked=unmasked)
    view = view_of(result, file, Viewer("", person.name, visit.now), brand)
    if any(masked(each.text) != each.text for each in facts.private):
        view = view._replace(has_private_numbers=True)
    conversation = Conversation(formatter, looked_up.authors, unmasked=unmasked, picture=own_picture)
    entries = conversation.of_case(file, facts.post, looked_up.posts)
    author = case.author or looked_up.authors.get(case.author_id)
    return OpenedItem(
        key=case.id,
        queue=queue,
        version=case.version,
        content=content_of(view, entries, visit.now, formatter, lambda each: person.sees(each.department)),
        newest=file.mentions[-1] if file.mentions else None,
        view=view,
        earlier_count=max(0, len(case.mention_ids) - MAX_MENTIONS),
        earlier_than=case.mention_ids[-MAX_MENTIONS:][0],
        private_messages=conversation.of_private_messages(facts.private, author),
        private_conversation=facts.private[-1].conversation_id if facts.private else "",
        thread=looked_up.thread,
        has_unknown_authors=_has_unknown(looked_up, author, brand),
        may_have_earlier=_may_have_earlier(case.conversation_id, entries, looked_up),
        unmasked=unmasked,
        signature=view.signature,
        no_reply=_refusal(view, formatter),
        is_unsummoned=bool(file.mentions) and all(one.mention.source is Source.LISTENING for one in file.mentions),
        last_change=last_change(file, brand),
        request=view.request,
        draft=case.draft_for(signed_name(person)),
        may_act=may(person, Right.ACT),
        may_draft=may(person, Right.DRAFT),
        actions=_available_actions(view, person, visit.now, has_labels=bool(brand.labels)),
        colleagues=_colleagues_of(view),
        removable=removable_replies(file.events),
        due=_due(view, visit.now, formatter),
        customer=_customer(view, facts.promised, visit.now, formatter),
    )


def own_picture(picture_id: str) -> str:
    """The address of a picture of our own on a page of the console."""
    return f"{ROOT}/pictures/{picture_id}/file"


def mention_item(visit: Visit, stored: StoredMention, facts: Facts, brand: Brand, *, queue: str) -> OpenedItem:
    """A mention without a case for the person."""
    formatter, looked_up, mention = DeskFormatter(brand), facts.looked_up, stored.mention
    one = CaseMention(mention, stored.outcome.reading if stored.outcome else None)
    entries = Conversation(formatter, looked_up.authors).of_mention(one, looked_up.posts)
    may_act = may(visit.person, Right.ACT)
    return OpenedItem(
        key=f"m{mention.id}",
        queue=queue,
        version=0,
        content=content_of_mention(one, entries, formatter),
        newest=one,
        thread=looked_up.thread,
        has_unknown_authors=_has_unknown(looked_up, mention.post.author, brand),
        may_have_earlier=_may_have_earlier(conversation_of(mention.post), entries, looked_up),
        signature=signature_of(department_of(stored), brand),
        no_reply=formatter.phrase("answer.refusal.not_summoned") if mention.source is Source.LISTENING else "",
        is_unsummoned=mention.source is Source.LISTENING,
        request=new_request_id(),
        may_act=may_act,
        may_draft=may(visit.person, Right.DRAFT),
        actions=_ON_MENTIONS if may_act else frozenset(),
    )


def _due(view: View, now: datetime, formatter: DeskFormatter) -> DueLine | None:
    case = view.case
    if case.state not in WAITING or wants_no_reply(view):
        return None
    promised = case.promised_until if case.state is CaseState.PROMISED else None
    until = promised or case.due_at
    return DueLine(until, due_words(until, now, formatter), is_promise=promised is not None, is_late=until <= now)


def _customer(view: View, promised: Sequence[Case], now: datetime, formatter: DeskFormatter) -> list[Fact]:
    """Which case of the author this is, and what was promised to them in others."""
    say, earlier = formatter.phrase, [each for each in view.earlier if each.opened_at < view.case.opened_at]
    last = say("console.case.contact_before", day=formatter.day(_day_of(earlier[0], formatter))) if earlier else ""
    count = say("console.case.contact", count=len(earlier) + 1)
    return [
        Fact(say("console.case.contacts"), f"{count} · {last}" if last else count),
        *(
            Fact(say("console.case.promise"), f"{due_words(each.promised_until, now, formatter)} · {each.id}")
            for each in promised
            if each.promised_until
        ),
    ]


def _day_of(case: AuthorCase, formatter: DeskFormatter) -> date:
    return case.opened_at.astimezone(formatter.zone).date()


_UNDO = "undo"
_ON_MENTIONS = frozenset(action.value for action in (Action.NOTE, Action.TAKE, Action.ASSIGN, Action.HAND))
"""The actions on a mention without a case: each of them opens one first."""


def _available_actions(view: View, person: Person, now: datetime, *, has_labels: bool) -> frozenset[str]:
    """The names of the actions on a case, as in the addresses of their forms."""
    case = view.case
    if not may(person, Right.DRAFT):
        return frozenset()
    mine = {action.value for action in allowed_actions(view)} - {Action.ANSWER.value, Action.PRIVATE.value}
    drafts = {
        Action.NOTE.value: True,
        Action.UNMASK.value: view.has_private_numbers and not view.unmasked,
        _UNDO: case.state is CaseState.QUEUED,
    }
    is_operator = may(person, Right.ACT)
    possible = drafts | _of_operator(case, view.events, now) if is_operator else drafts
    if is_operator:
        possible[Action.LABEL.value] = has_labels or bool(case.labels)
    return frozenset((mine if is_operator else set()) | {name for name, is_possible in possible.items() if is_possible})


def _of_operator(case: Case, events: Sequence[CaseEvent], now: datetime) -> dict[str, bool]:
    return {
        Action.ASSIGN.value: case.state in WAITING,
        Action.SNOOZE.value: case.state in ANSWERABLE and may_snooze(case, now) and not case.snoozed_until,
        Action.WAKE.value: case.snoozed_until is not None,
        Action.RETURN_DRAFT.value: (
            case.state is CaseState.DRAFTED and case.draft is not None and case.department != OPERATOR
        ),
        Action.REMIND.value: waits_at_department(case),
        Action.RELEASE.value: may_release(case),
        Action.REOPEN.value: case.state in REOPENABLE,
        Action.TAKE_DOWN.value: bool(removable_replies(events)),
    }


def _colleagues_of(view: View) -> list[str]:
    """Names of people who had to do with the case, whom it can be assigned to with few keys."""
    names = {event.by for event in view.events if event.by}
    return sorted(names | ({view.case.holder} if view.case.holder else set()))


def _has_unknown(looked_up: LookedUp, author: Author | None, brand: Brand) -> bool:
    """Whether an account is still to be looked up: not our own, nor one that is known by another post."""
    return bool({*looked_up.unknown} - {brand.user_id, author.id if author else ""})


def _may_have_earlier(conversation_id: str, entries: Sequence[ConversationEntry], looked_up: LookedUp) -> bool:
    """Whether X may have earlier posts of the conversation: its first post has the conversation's id."""
    if looked_up.thread and looked_up.thread.complete:
        return False
    return conversation_id not in {entry.x_id for entry in entries}


def is_over_private(case: Case) -> bool:
    """Whether the case is or was continued in private, and no public reply can be written beside the messages."""
    return case.state is CaseState.MOVED or (case.state is CaseState.CLOSED and case.reply_as is ReplyAs.PRIVATE)


def _refusal(view: View, formatter: DeskFormatter) -> str:
    """Why no reply can be written; "" if one can, also once more to an answered case."""
    if view.case.state is CaseState.MOVED:
        return formatter.phrase("console.reopen_to_reply")
    if not view.blocked_by or view.blocked_by == BlockReason.ANSWERED_ALREADY:
        return ""
    return formatter.phrase(f"answer.refusal.{view.blocked_by}")
