"""What one person sees of an opened case or mention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import WAITING, Case, CaseEvent, CaseState, Draft, ReplyAs, conversation_of
from desk.cases.private_messages import PrivateMessage
from desk.cases.store import MAX_MENTIONS, CaseMention
from desk.formatting.formatter import DeskFormatter
from desk.mentions.model import Source, StoredMention
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reader.explain import safety_note
from desk.replies.actions import ActionOutcome, ActionResult
from desk.replies.compose import signature_of
from desk.replies.decide import removable_replies
from desk.replies.forms import signed_name
from desk.replies.open import OpenedCase
from desk.replies.policy import BlockReason
from desk.replies.timeline import TimelineEntry, timeline_entries
from desk.replies.view import View, Viewer, last_change, new_request_id, view_of
from desk.staff.drafts import PersonalDraft
from desk.staff.presence import Presence
from desk.x.look_ups import LookUp, LookUpState
from desk.x.model import Author
from operator_console.app import Right, may
from operator_console.http import Visit
from operator_console.items.available_actions import actions_on_mention, available_actions, colleagues_of
from operator_console.items.conversation import NEWEST, Conversation, ConversationEntry
from operator_console.items.look_ups import THREAD_PRICE, LookedUp
from operator_console.items.visible import department_of


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """A case, or a mention without one, for one person.

    `key` names it in addresses, and `queue` is the list from which it was opened. `version` is that of the case which
    the person sees, 0 for a mention: every action carries it. `view` is the case's view model, None for a mention.
    `entries` is the conversation, oldest first; `earlier_count` counts the author's posts before
    `earlier_than`, which are not loaded.
    `history` is everything that happened, `reasons` say why the newest mention was read so, and `related` are the
    author's other cases. `no_reply` is the sentence that says why no reply can be written; "" if one can.
    `is_unsummoned`: no post in it mentions us, as listening found it. `typed` is what the person typed before and did
    not send, and `draft` the one of the case with which they go on. `last_change` is what happened last, and `others`
    are the people who have it open, too. `request` makes a form's id. `actions` are those
    that the person may take now, and `colleagues` are people to whom the case is likely assigned.
    `removable` are replies of ours that can be deleted on X.
    """

    key: str
    queue: str
    version: int
    entries: Sequence[ConversationEntry]
    newest: CaseMention | None
    case: Case | None = None
    view: View | None = None
    danger: Sequence[str] = ()
    reasons: Sequence[str] = ()
    history: Sequence[TimelineEntry] = ()
    related: Sequence[AuthorCase] = ()
    earlier_count: int = 0
    earlier_than: str = ""
    private_messages: Sequence[ConversationEntry] = ()
    private_conversation: str = ""
    thread: LookUp | None = None
    has_unknown_authors: bool = False
    may_have_earlier: bool = False
    is_late: bool = False
    has_private_numbers: bool = False
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

    @property
    def thread_price(self) -> str:
        """The highest price of looking up earlier posts of the thread."""
        return THREAD_PRICE

    @property
    def is_looking_up(self) -> bool:
        """Whether earlier posts of the thread are on their way."""
        return self.thread is not None and self.thread.state is LookUpState.REQUESTED

    @property
    def reply_text(self) -> str:
        """The text with which the reply box begins: the person's own, else the draft of the case."""
        begun = self.typed or self.draft
        return begun.text if begun else ""

    @property
    def is_changed(self) -> bool:
        """Whether the case changed after the person typed."""
        return self.typed is not None and self.typed.version < self.version

    @property
    def folded(self) -> int:
        """How many of the first entries are folded."""
        return max(0, len(self.entries) - NEWEST)

    @property
    def label(self) -> str | None:
        """The name of the kind of the case, or of the mention if it was read, below `kind.` in the catalogue."""
        if self.case:
            return self.case.label
        return self.newest.reading.label if self.newest and self.newest.reading else None

    @property
    def is_private(self) -> bool:
        """Whether the case goes on in a private conversation."""
        return self.case is not None and self.case.state is CaseState.MOVED


class Facts(NamedTuple):
    """What is read beside a case or mention: the post on its way, what was looked up on X, and private messages."""

    post: Post | None = None
    looked_up: LookedUp = LookedUp()
    private: Sequence[PrivateMessage] = ()


def case_item(  # noqa: PLR0913 - the case with what was read beside it, each named
    visit: Visit, opened: OpenedCase, facts: Facts, brand: Brand, *, queue: str, unmasked: bool
) -> OpenedItem:
    """A case for the person. The case must have been opened."""
    formatter, file = DeskFormatter(brand), opened.file
    assert file  # noqa: S101 - said above
    case, looked_up = file.case, facts.looked_up
    result = ActionResult(ActionOutcome.SHOWN, opened, unmasked=unmasked)
    view = view_of(result, file, Viewer("", visit.person.name, visit.now), brand)
    history = timeline_entries(case, file.events, formatter)
    conversation = Conversation(brand, formatter, looked_up.authors, unmasked=unmasked)
    entries = conversation.of_case(file, facts.post, looked_up.posts)
    author = case.author or looked_up.authors.get(case.author_id)
    return OpenedItem(
        key=case.id,
        queue=queue,
        version=case.version,
        entries=entries,
        newest=file.mentions[-1] if file.mentions else None,
        case=case,
        view=view,
        danger=formatter.safety_lines(view.safety_note) if view.safety_note else (),
        reasons=formatter.reasons(file.mentions),
        history=[each if unmasked else each._replace(text=masked(each.text)) for each in history],
        related=[each for each in file.earlier if visit.person.sees(each.department)],
        earlier_count=max(0, len(case.mention_ids) - MAX_MENTIONS),
        earlier_than=case.mention_ids[-MAX_MENTIONS:][0],
        private_messages=conversation.of_private_messages(facts.private, author),
        private_conversation=facts.private[-1].conversation_id if facts.private else "",
        thread=looked_up.thread,
        has_unknown_authors=_has_unknown(looked_up, author, brand),
        may_have_earlier=_may_have_earlier(case.conversation_id, entries, looked_up),
        is_late=_is_late(case, visit),
        has_private_numbers=view.has_private_numbers or any(masked(each.text) != each.text for each in facts.private),
        unmasked=unmasked,
        signature=view.signature,
        no_reply=_refusal(view, formatter),
        is_unsummoned=bool(file.mentions) and all(one.mention.source is Source.LISTENING for one in file.mentions),
        last_change=last_change(file, brand),
        request=view.request,
        draft=case.draft_for(signed_name(visit.person)),
        may_act=may(visit.person, Right.ACT),
        may_draft=may(visit.person, Right.DRAFT),
        actions=available_actions(view, visit.person, visit.now),
        colleagues=colleagues_of(view),
        removable=removable_replies(file.events),
    )


def mention_item(visit: Visit, stored: StoredMention, facts: Facts, brand: Brand, *, queue: str) -> OpenedItem:
    """A mention without a case for the person."""
    formatter, looked_up = DeskFormatter(brand), facts.looked_up
    mention, outcome = stored.mention, stored.outcome
    one = CaseMention(mention, outcome.reading if outcome else None)
    note = safety_note([mention], one.reading.safety if one.reading else None)
    entries = Conversation(brand, formatter, looked_up.authors).of_mention(one, looked_up.posts)
    return OpenedItem(
        key=f"m{mention.id}",
        queue=queue,
        version=0,
        entries=entries,
        newest=one,
        danger=formatter.safety_lines(note) if note else (),
        reasons=formatter.reasons([one]),
        thread=looked_up.thread,
        has_unknown_authors=_has_unknown(looked_up, mention.post.author, brand),
        may_have_earlier=_may_have_earlier(conversation_of(mention.post), entries, looked_up),
        signature=signature_of(department_of(stored), brand),
        no_reply=formatter.phrase("answer.refusal.not_summoned") if mention.source is Source.LISTENING else "",
        is_unsummoned=mention.source is Source.LISTENING,
        request=new_request_id(),
        may_act=may(visit.person, Right.ACT),
        may_draft=may(visit.person, Right.DRAFT),
        actions=actions_on_mention(visit.person),
    )


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


def _is_late(case: Case, visit: Visit) -> bool:
    until = case.promised_until if case.state is CaseState.PROMISED else None
    return case.state in WAITING and (until or case.due_at) < visit.now


def _refusal(view: View, formatter: DeskFormatter) -> str:
    """Why no reply can be written; "" if one can, also once more to an answered case."""
    if view.case.state is CaseState.MOVED:
        return formatter.phrase("console.reopen_to_reply")
    if not view.blocked_by or view.blocked_by == BlockReason.ANSWERED_ALREADY:
        return ""
    return formatter.phrase(f"answer.refusal.{view.blocked_by}")
