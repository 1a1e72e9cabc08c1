"""What one person sees of an opened case or mention."""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import WAITING, Case, CaseEvent, CaseState
from desk.cases.store import MAX_MENTIONS, CaseMention
from desk.mentions.model import StoredMention
from desk.people.drafts import PersonalDraft
from desk.people.presence import Presence
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reader.explain import danger_note
from desk.reading import OPERATOR, Kind
from desk.replies.actions import ActionOutcome, ActionResult
from desk.replies.compose import signature_of
from desk.replies.formatter import Formatter
from desk.replies.open import OpenedCase
from desk.replies.operator_actions import removable_replies
from desk.replies.policy import BlockReason
from desk.replies.timeline import TimelineEntry, timeline_entries
from desk.replies.view import View, Viewer, last_change, new_request_id, view_of
from operator_console.app import Right, may
from operator_console.conversation import NEWEST, Conversation, Entry
from operator_console.http import Visit
from operator_console.possible import actions_on_mention, colleagues_of, possible_actions


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """A case, or a mention without one, for one person.

    `key` names it in addresses, and `queue` is the list from which it was opened. `version` is that of the case which
    the person sees, 0 for a mention: every action carries it. `view` is the case's view model, None for a mention.
    `entries` is the conversation, oldest first; `earlier_count` counts the author's posts before
    `earlier_than`, which are not loaded.
    `history` is everything that happened, `reasons` say why the newest mention was read so, and `related` are the
    author's other cases. `no_reply` is the sentence that says why no reply can be written; "" if one can. `typed` is
    what the person typed before and did not send, `last_change` what happened last, and `others` are the people who
    have it open, too. `request` makes a form's id. `actions` are those
    that the person may take now, and `colleagues` are people to whom the case is likely assigned.
    `removable` are replies of ours that can be deleted on X.
    """

    key: str
    queue: str
    version: int
    entries: Sequence[Entry]
    newest: CaseMention | None
    case: Case | None = None
    view: View | None = None
    danger: Sequence[str] = ()
    reasons: Sequence[str] = ()
    history: Sequence[TimelineEntry] = ()
    related: Sequence[AuthorCase] = ()
    earlier_count: int = 0
    earlier_than: str = ""
    is_late: bool = False
    has_private_numbers: bool = False
    unmasked: bool = False
    signature: str = ""
    no_reply: str = ""
    last_change: str = ""
    typed: PersonalDraft | None = None
    others: Sequence[Presence] = ()
    request: str = ""
    may_act: bool = False
    may_draft: bool = False
    actions: frozenset[str] = frozenset()
    colleagues: Sequence[str] = ()
    removable: Sequence[CaseEvent] = ()

    @property
    def reply_text(self) -> str:
        """The text with which the reply box begins: the person's own, else the draft of the case."""
        if self.typed:
            return self.typed.text
        draft = self.case.draft if self.case and self.case.state is not CaseState.QUEUED else None
        return draft.text if draft else ""

    @property
    def is_changed(self) -> bool:
        """Whether the case changed after the person typed."""
        return self.typed is not None and self.typed.version < self.version

    @property
    def folded(self) -> int:
        """How many of the first entries are folded."""
        return max(0, len(self.entries) - NEWEST)

    @property
    def kind(self) -> Kind | None:
        """The kind of the case, or of the mention if it was read."""
        if self.case:
            return self.case.kind
        return self.newest.reading.kind if self.newest and self.newest.reading else None

    @property
    def is_private(self) -> bool:
        """Whether the case goes on in a private conversation."""
        return self.case is not None and self.case.state is CaseState.MOVED


def case_item(  # noqa: PLR0913 - the case with what was read for it, each named
    visit: Visit, opened: OpenedCase, post: Post | None, brand: Brand, *, queue: str, unmasked: bool
) -> OpenedItem:
    """A case for the person. `post` is the reply that is on its way, if any. The case must have been opened."""
    formatter, file = Formatter(brand), opened.file
    assert file  # noqa: S101 - said above
    case = file.case
    result = ActionResult(ActionOutcome.SHOWN, opened, unmasked=unmasked)
    view = view_of(result, file, Viewer("", visit.person.name, visit.now), brand)
    history = timeline_entries(case, file.events, formatter)
    return OpenedItem(
        key=case.id,
        queue=queue,
        version=case.version,
        entries=Conversation(brand, formatter, unmasked=unmasked).of_case(file, post),
        newest=file.mentions[-1] if file.mentions else None,
        case=case,
        view=view,
        danger=formatter.danger_lines(view.danger_note) if view.danger_note else (),
        reasons=formatter.reasons(file.mentions),
        history=[each if unmasked else each._replace(text=masked(each.text)) for each in history],
        related=[each for each in file.earlier if visit.person.sees(each.department)],
        earlier_count=max(0, len(case.mention_ids) - MAX_MENTIONS),
        earlier_than=case.mention_ids[-MAX_MENTIONS:][0],
        is_late=_is_late(case, visit),
        has_private_numbers=view.has_private_numbers,
        unmasked=unmasked,
        signature=view.signature,
        no_reply=_refusal(view, formatter),
        last_change=last_change(file, brand),
        request=view.request,
        may_act=may(visit.person, Right.ACT),
        may_draft=may(visit.person, Right.DRAFT),
        actions=possible_actions(view, visit.person, visit.now),
        colleagues=colleagues_of(view),
        removable=removable_replies(file.events),
    )


def mention_item(visit: Visit, stored: StoredMention, brand: Brand, *, queue: str) -> OpenedItem:
    """A mention without a case for the person."""
    formatter = Formatter(brand)
    mention, outcome = stored.mention, stored.outcome
    one = CaseMention(mention, outcome.reading if outcome else None)
    note = danger_note([mention], danger=bool(one.reading and one.reading.danger))
    return OpenedItem(
        key=f"m{mention.id}",
        queue=queue,
        version=0,
        entries=sorted(Conversation(brand, formatter).of_mentions([one], None), key=lambda entry: entry.at),
        newest=one,
        danger=formatter.danger_lines(note) if note else (),
        reasons=formatter.reasons([one]),
        signature=signature_of(department_of(stored), brand),
        request=new_request_id(),
        may_act=may(visit.person, Right.ACT),
        may_draft=may(visit.person, Right.DRAFT),
        actions=actions_on_mention(visit.person),
    )


def department_of(stored: StoredMention) -> str:
    """The department whose people see the mention; the operator's for one that no department gets."""
    return (stored.outcome.reading.department if stored.outcome else None) or OPERATOR


def _is_late(case: Case, visit: Visit) -> bool:
    until = case.promised_until if case.state is CaseState.PROMISED else None
    return case.state in WAITING and (until or case.due_at) < visit.now


def _refusal(view: View, formatter: Formatter) -> str:
    """Why no reply can be written; "" if one can, also once more to an answered case."""
    if view.case.state is CaseState.MOVED:
        return formatter.phrase("console.reopen_to_reply")
    if not view.blocked_by or view.blocked_by == BlockReason.ANSWERED_ALREADY:
        return ""
    return formatter.phrase(f"answer.refusal.{view.blocked_by}")
