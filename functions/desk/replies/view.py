"""What the page of a case shows, and what it lets its reader do."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from desk.cases.author_cases import AuthorCase
from desk.cases.model import WAITING, Case, CaseEvent, CaseState
from desk.cases.store import CaseMention
from desk.cases.transitions import ANSWERABLE, CLOSABLE, OVER
from desk.reader.explain import DangerNote
from desk.reading import OPERATOR, Urgency
from desk.replies.policy import BlockReason

FACT_CHECKERS = "pr"
"""The department that says whether what is said of the brand is true; a desk.yaml may have none."""


class Action(StrEnum):
    """What a form of the page asks for, in its field `action`."""

    TAKE = "take"
    ANSWER = "answer"
    CONFIRM = "confirm"
    """Send what the confirmation showed."""
    EDIT = "edit"
    """Back from the confirmation to the form: nothing happens but that the page comes with what was typed."""
    HAND = "hand"
    FACT_CHECK = "fact_check"
    CLOSE = "close"
    MISREAD = "misread"
    RAISE = "raise"
    """It is urgent, whatever the desk read."""
    LOWER = "lower"
    """It is not urgent, whatever the desk read."""
    PRIVATE = "private"
    """Show the reply that asks the author into a private conversation, as it would stand."""
    UNMASK = "unmask"
    """Show the private numbers: nothing happens but that it stands in the history who looked."""


class Tone(StrEnum):
    """Whether a message reports something done or something to correct."""

    OK = "ok"
    PROBLEM = "problem"


class Message(NamedTuple):
    """What the last form led to: the catalogue's key with its values.

    `field` names the form's field that has to be mended, such as `promised_until`; "" where it is none of them.
    """

    key: str
    values: Mapping[str, object] = {}
    tone: Tone = Tone.OK
    field: str = ""


class Part(NamedTuple):
    """One post as it would stand on X, what X counts for it, and its price as it is shown: "0.01"."""

    text: str
    weighted_length: int
    usd: str


class Confirm(NamedTuple):
    """What would be posted: one post, or a first one and what follows it. `usd` is the price of all, without the sign.

    `is_private`: X's button for a private message stands below it.
    """

    parts: Sequence[Part]
    usd: str
    is_private: bool = False


class View(NamedTuple):
    """A case for one reader.

    `viewer` is the department of the link, `name` who used it last ("" while unknown). `may_answer` is whether an
    answer may be written here at all; where not, `refusal` is the gate's reason. `sends_to_x` is whether the answer
    goes to X after a confirmation, or first to the operator; `case_sends_to_x` is the same of the department that has
    the case. `departments` are all, as (key, name). `filled` is what the form held that brought the reader here, by
    field, its `action` too, so that nothing typed is lost. `hides` is whether the mentions have private numbers in
    them, and `unmasked` whether these are shown. `earlier` are the author's other cases;
    `is_beside`: this is itself one of them, opened from the case of the link, and only to be read. `note` is what to
    know before anything else where somebody may be in danger.
    """

    case: Case
    mentions: Sequence[CaseMention]
    events: Sequence[CaseEvent]
    viewer: str
    name: str
    token: str
    request: str
    version: int
    may_answer: bool
    sends_to_x: bool
    signature: str
    departments: Sequence[tuple[str, str]]
    message: Message | None = None
    confirm: Confirm | None = None
    filled: Mapping[str, str] = {}
    blocked_by: str = ""
    case_sends_to_x: bool = False
    hides: bool = False
    unmasked: bool = False
    earlier: Sequence[AuthorCase] = ()
    is_beside: bool = False
    note: DangerNote | None = None


def is_theirs(view: View) -> bool:
    """Whether the reader's department has the case: the operator has them all."""
    return view.viewer in (view.case.department, OPERATOR)


def wants_no_reply(view: View) -> bool:
    """Whether the author wants no reply, so that all there is to do is to close the case."""
    return view.blocked_by == BlockReason.OPTED_OUT and view.case.state in WAITING


def primary(view: View) -> Action | None:
    """What the reader most likely came for: the one button of the page that stands out."""
    if view.confirm:
        return Action.CONFIRM
    can, is_over = offered(view), view.case.state in OVER
    wanted = (Action.CLOSE,) if is_over or wants_no_reply(view) else (Action.ANSWER, Action.TAKE, Action.CLOSE)
    return next((action for action in wanted if action in can), None)


def offered(view: View) -> frozenset[Action]:
    """What the reader can do as things stand."""
    if view.is_beside or not is_theirs(view):
        return frozenset()
    look = {Action.UNMASK} if view.hides and not view.unmasked else set[Action]()
    may_answer = view.may_answer and view.case.state in CLOSABLE
    answer = {Action.ANSWER} if may_answer else set[Action]()
    asks_into_private = may_answer and view.sends_to_x and view.case.state is not CaseState.MOVED
    private = {Action.PRIVATE} if asks_into_private else set[Action]()
    close = {Action.CLOSE} if view.case.state in CLOSABLE else set[Action]()
    return frozenset(look | answer | private | close | _of_the_waiting(view))


def _of_the_waiting(view: View) -> set[Action]:
    """What can be done besides while the author waits and no reply is on its way."""
    if view.case.state not in ANSWERABLE:
        return set()
    others = {key for key, _ in view.departments} - {view.case.department}
    hand = {Action.HAND} if others else set[Action]()
    if wants_no_reply(view):
        return hand | {Action.MISREAD}
    take = set[Action]() if view.name and view.case.holder == view.name else {Action.TAKE}
    check = {Action.FACT_CHECK} if FACT_CHECKERS in others else set[Action]()
    urgency = Action.LOWER if view.case.urgency is Urgency.HIGH else Action.RAISE
    return take | hand | check | {Action.MISREAD, urgency}
