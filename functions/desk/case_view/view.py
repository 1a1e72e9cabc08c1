"""The view model of a case: what one person sees of it, and the actions that this person may take."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import NO_CHANGE, WAITING, Case, CaseEvent, CaseState
from desk.cases.store import CaseFile, CaseMention
from desk.cases.transitions import ANSWERABLE, CLOSABLE, OVER
from desk.formatting.formatter import DeskFormatter
from desk.private_numbers import masked
from desk.reader.explain import SafetyNote, case_safety_note
from desk.reading import OPERATOR, Safety, Urgency
from desk.replies.actions import ActionOutcome, ActionResult, page_token
from desk.replies.compose import signature_of
from desk.replies.errors import Confirmation
from desk.replies.forms import Action
from desk.replies.messages import Message, Tone
from desk.replies.policy import BlockReason, blocked_by, newest_mention
from desk.replies.reply import sends_to_x

_REQUEST_BYTES = 12


class Viewer(NamedTuple):
    """The person who opens the page, through which link and when, and the fields of the form that they sent.

    `name` is the name that was last used on this device, "" while unknown; or that of the account that `is_signed_in`.
    """

    link_id: str
    name: str
    now: datetime
    fields: Mapping[str, str] = {}
    is_signed_in: bool = False


class View(NamedTuple):
    """A case for one person.

    `viewer` is the department of the link, `name` the person's. `may_answer` is whether an answer may be written here
    at all; `blocked_by` is the reply policy's reason if not. `sends_to_x` is whether the answer goes to X after a
    confirmation, or first to the operator; `case_sends_to_x` is the same of the department that has the case.
    `departments` are all of them, as (key, name), and `fact_checkers` is the one that checks facts. `filled` holds the
    fields of the form that was sent, so that nothing typed is lost. `has_private_numbers`: the mentions or notes have
    some, and `unmasked`: these are shown. `earlier` are the author's other cases; `is_related`: this is one of them,
    opened from the case of the link, and read-only.
    `safety_note` is to be read first, if somebody may be at risk.
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
    fact_checkers: str = OPERATOR
    message: Message | None = None
    confirmation: Confirmation | None = None
    filled: Mapping[str, str] = {}
    blocked_by: str = ""
    case_sends_to_x: bool = False
    has_private_numbers: bool = False
    unmasked: bool = False
    earlier: Sequence[AuthorCase] = ()
    is_related: bool = False
    safety_note: SafetyNote | None = None
    is_signed_in: bool = False
    """The name is that of an account."""


def view_of(result: ActionResult, file: CaseFile, viewer: Viewer, brand: Brand) -> View:
    """The view of an opened case after an action, or without one.

    A pause does not block writing. It is reported when a reply is to be sent.
    """
    opened, case = result.opened, file.case
    reason = blocked_by(case, newest_mention(file), brand, again=True, paused=False, opted_out_at=opened.opted_out_at)
    same_request = viewer.fields.get("request", "") if result.outcome is ActionOutcome.UNAVAILABLE else ""
    is_moved = result.outcome is ActionOutcome.MOVED and result.message is None
    return View(
        case=case,
        mentions=file.mentions,
        events=file.events,
        viewer=opened.viewer,
        name=viewer.name,
        is_signed_in=viewer.is_signed_in,
        token=page_token(viewer.link_id, case.version),
        request=same_request or new_request_id(),
        version=case.version,
        may_answer=reason is None,
        sends_to_x=sends_to_x(opened.viewer, brand),
        signature=signature_of(case.department, brand),
        departments=[(key, brand.department_name(key)) for key in brand.departments],
        fact_checkers=brand.fact_checkers,
        message=moved_message(file, brand) if is_moved else result.message,
        confirmation=result.confirmation,
        filled=viewer.fields,
        blocked_by=reason or "",
        case_sends_to_x=sends_to_x(case.department, brand),
        has_private_numbers=_has_private_numbers(file),
        unmasked=result.unmasked,
        earlier=file.earlier,
        is_related=opened.is_related,
        safety_note=None if opened.is_related else case_safety_note(case, [each.mention for each in file.mentions]),
    )


def new_request_id() -> str:
    """A new id of a form."""
    return secrets.token_urlsafe(_REQUEST_BYTES)


def last_change(file: CaseFile, brand: Brand) -> str:
    """Who changed the case last, as a sentence: a person, the desk, or the author with another mention."""
    formatter = DeskFormatter(brand)
    mentioned = max((one.mention.received_at for one in file.mentions), default=None)
    changes = [event for event in file.events if event.what not in NO_CHANGE]
    is_event = changes and (mentioned is None or changes[-1].at >= mentioned)
    return formatter.event_sentence(changes[-1]) if is_event else formatter.phrase("answer.moved.mention")


def moved_message(file: CaseFile, brand: Brand) -> Message:
    """Says that somebody was faster, and who."""
    return Message("answer.moved", {"what": last_change(file, brand)}, Tone.PROBLEM)


def _has_private_numbers(file: CaseFile) -> bool:
    """Whether a mention, its parent, a description of a picture, or a note has private numbers in it."""
    mentions = [each.mention for each in file.mentions]
    parents = [each.parent.post for each in mentions if each.parent and each.parent.post]
    posts = [*(each.post for each in mentions), *parents]
    texts = [text for post in posts for text in (post.text, *(medium.alt_text or "" for medium in post.media))]
    notes = [event.text for event in file.events]
    return any(masked(text) != text for text in (*texts, *notes))


def has_case(view: View) -> bool:
    """Whether the viewer's department has the case. The operator has them all."""
    return view.viewer in (view.case.department, OPERATOR)


def wants_no_reply(view: View) -> bool:
    """Whether the author opted out of replies, so that the case can only be closed or moved."""
    return view.blocked_by == BlockReason.OPTED_OUT and view.case.state in WAITING


def primary_action(view: View) -> Action | None:
    """The action that the viewer most likely wants: the one prominent button."""
    if view.confirmation:
        return Action.CONFIRM
    allowed, is_over = allowed_actions(view), view.case.state in OVER
    order = (Action.CLOSE,) if is_over or wants_no_reply(view) else (Action.ANSWER, Action.TAKE, Action.CLOSE)
    return next((action for action in order if action in allowed), None)


def allowed_actions(view: View) -> frozenset[Action]:
    """The actions that the viewer may take now."""
    if view.is_related or not has_case(view):
        return frozenset()
    may_close = view.case.state in CLOSABLE
    may_answer = view.may_answer and may_close
    allowed = {
        Action.UNMASK: view.has_private_numbers and not view.unmasked,
        Action.ANSWER: may_answer,
        Action.PRIVATE: may_answer and view.sends_to_x and view.case.state is not CaseState.MOVED,
        Action.CLOSE: may_close,
    }
    if view.case.state in ANSWERABLE:
        allowed |= _allowed_while_waiting(view)
    return frozenset(action for action, is_allowed in allowed.items() if is_allowed)


def _allowed_while_waiting(view: View) -> dict[Action, bool]:
    """Further actions while the author waits and no reply is on its way."""
    case, others = view.case, {key for key, _ in view.departments} - {view.case.department}
    is_to_check = case.open_safety is Safety.CHECK
    if wants_no_reply(view):
        return {Action.HAND: bool(others), Action.MISREAD: True, Action.RAISE: is_to_check, Action.CLEAR: is_to_check}
    return {
        Action.HAND: bool(others),
        Action.MISREAD: True,
        Action.TAKE: not view.name or case.holder != view.name,
        Action.FACT_CHECK: view.fact_checkers in others - {OPERATOR},
        Action.LOWER: case.urgency is Urgency.HIGH,
        Action.CLEAR: is_to_check,
        Action.RAISE: case.urgency is not Urgency.HIGH or is_to_check,
    }
