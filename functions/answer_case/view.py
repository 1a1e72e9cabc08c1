"""What the page of a case shows, and what it lets its reader do."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from desk.case import Case, CaseState
from desk.case_event import CaseEvent
from desk.case_steps import ANSWERABLE
from desk.ports.cases import CaseMention
from desk.reading import OPERATOR

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


class Tone(StrEnum):
    """Whether a message tells of something done or of something to mend."""

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
    """One post as it would stand on X, and what X counts for it."""

    text: str
    weighted_length: int


class Confirm(NamedTuple):
    """What would be posted. `usd` is the price as it is shown, without the sign: "0.01"."""

    parts: Sequence[Part]
    usd: str


class View(NamedTuple):
    """A case for one reader.

    `viewer` is the department of the link, `name` who used it last ("" while unknown). `may_answer` is whether an
    answer may be written here at all; where not, `refusal` is the gate's reason. `sends_to_x` is whether the answer
    goes to X after a confirmation, or first to the operator. `departments` are all, as (key, name). `filled` is what
    the form held that brought the reader here, by field, its `action` too, so that nothing typed is lost.
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
    refusal: str = ""


def is_theirs(view: View) -> bool:
    """Whether the reader's department has the case: the operator has them all."""
    return view.viewer in (view.case.department, OPERATOR)


def offered(view: View) -> frozenset[Action]:
    """What the reader can do as things stand."""
    if not is_theirs(view):
        return frozenset()
    answer = {Action.ANSWER} if view.may_answer else set[Action]()
    if view.case.state is CaseState.ANSWERED:
        return frozenset(answer)
    if view.case.state not in ANSWERABLE:
        return frozenset()
    take = set[Action]() if view.name and view.case.holder == view.name else {Action.TAKE}
    others = {key for key, _ in view.departments} - {view.case.department}
    hand = {Action.HAND} if others else set[Action]()
    check = {Action.FACT_CHECK} if FACT_CHECKERS in others else set[Action]()
    return frozenset(answer | take | hand | check | {Action.CLOSE, Action.MISREAD})
