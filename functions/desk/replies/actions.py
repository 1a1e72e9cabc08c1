"""The edge of forms: a form of a case's page becomes a command, and what came of it a result that the page shows."""

import hmac
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256

from desk.brand import Brand
from desk.cases.commands import CaseCommand, SendReply
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.checks.model import CheckResult, Severity
from desk.errors import StoreBusy
from desk.posts.errors import RequestReused
from desk.posts.model import Post
from desk.reading import OPERATOR
from desk.replies.decide import decide
from desk.replies.errors import (
    CaseChanged,
    CaseNotOpened,
    CheckNotPassed,
    CommandRefused,
    Confirmation,
    DangerLeftAlone,
    InvalidField,
    NotConfirmed,
    ReplyNotPosted,
    ReplyRefused,
)
from desk.replies.forms import Action, FormRequest
from desk.replies.messages import Message, Tone, message_of
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.replies.perform import CaseCommands, CommandDone, Edge, Handed
from desk.replies.reply import EVERY_FINDING, WITHOUT_WARNINGS, CaseChange

NOT_NOTIFIED = "not_notified"
"""The action is done, but the people to notify couldn't be reached."""

TAKEN_BACK_NOT_NOTIFIED = "taken_back_not_notified"
"""A hand-over is taken back of which the department was not notified yet, and never will be."""

UNSURE = "unsure"
"""The reply is saved, but it is unknown whether it is queued."""

_BUSY = Message("answer.problem.busy", tone=Tone.PROBLEM)
_STALE = Message("answer.problem.stale", tone=Tone.PROBLEM)


class ActionOutcome(StrEnum):
    """How an action ended."""

    DONE = "done"
    SHOWN = "shown"
    """Nothing was changed. The page is shown again, for example with a confirmation."""
    INVALID = "invalid"
    MOVED = "moved"
    """The page is older than the case, or not one of ours. Nothing was changed."""
    CLOSED = "closed"
    LEFT_ALONE = "left_alone"
    """Somebody may be at risk, and the action was one on several cases. Nothing was changed."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ActionResult:
    """How an action ended, with the case as it is now and a message for the person.

    `checked` is the pre-send check that a reply did not pass. `done` is what was done: a key below `answer.done.`.
    `is_gone`: the link no longer opens the case, since it was handed over. `unmasked`: the next page shows private
    numbers. `post` is the reply that is queued, `case` the case of an action that is done. `reason` is for the log.
    """

    outcome: ActionOutcome
    opened: OpenedCase
    message: Message | None = None
    confirmation: Confirmation | None = None
    done: str = ""
    is_gone: bool = False
    unmasked: bool = False
    reason: str = ""
    checked: CheckResult | None = None
    post: Post | None = None
    case: Case | None = None


def page_token(link_id: str, version: int | str) -> str:
    """The token in the forms of this link's page for this version of the case. Only the link's holder can make it."""
    return sha256(f"{link_id}/{version}".encode()).hexdigest()


class CaseActions:
    """Does what the forms of the department's page and of the console ask for."""

    def __init__(self, open_case: CaseOpener, commands: CaseCommands, brand: Brand) -> None:
        self._open = open_case
        self._commands = commands
        self._brand = brand

    def perform(
        self,
        form: FormRequest,
        later: list[Handed] | None = None,
        before_saving: Callable[[CaseChange], None] | None = None,
    ) -> ActionResult:
        """Do the action of this form, if the case is still at the version that the form's page showed.

        With `later`, a department that gets the case is not notified, but added to that list. `before_saving` is as in
        `Edge`. Never raises for invalid requests and failing stores. If a store fails, the same form may be sent again.
        """
        open_case = self._opener(form)
        opened, command = open_case(), None
        edge = Edge(form.now, _accepts(form), form.api_url, later, before_saving, form.looked_up)
        try:
            if form.field("action") == Action.EDIT:
                return _shown(opened)
            command = self._command(form)
            if command is None:
                return _stale(opened)
            done = self._commands.perform(command, opened, edge, open_case)
        except (CaseChanged, ReplyNotPosted, RequestReused):
            return _moved(open_case())
        except CommandRefused as exc:
            return self._refused(exc, form, opened)
        except StoreBusy as exc:
            confirmation = self._confirmation(command, opened, edge)
            return ActionResult(ActionOutcome.UNAVAILABLE, opened, _BUSY, confirmation, reason=f"StoreBusy: {exc}")
        return _result_of(done, form.field("action"))

    def refusal(self, form: FormRequest, opened: OpenedCase) -> ActionResult | None:
        """Why the action of this form would be rejected on a case that is not stored yet; None if it would be done."""
        try:
            command = self._command(form)
            if opened.file is None or command is None:
                return _stale(opened)
            edge = Edge(form.now, _accepts(form), looked_up=form.looked_up)
            decide(command, opened.file, self._commands.facts(opened, edge))
        except CommandRefused as exc:
            return self._refused(exc, form, opened)
        return None

    def _opener(self, form: FormRequest) -> Callable[[], OpenedCase]:
        if form.person:
            return partial(self._open.for_person, form.case_id, form.person)
        return partial(self._open.by_link, form.link_id, form.now)

    def _command(self, form: FormRequest) -> CaseCommand | None:
        """What the form asks for; None for a form that is not from our page. Raises CommandRefused."""
        is_ours = form.person is not None or _is_token(form.field("token"), form.link_id, form.field("version"))
        return form.command(self._brand) if is_ours else None

    def _refused(self, error: CommandRefused, form: FormRequest, opened: OpenedCase) -> ActionResult:
        opened = error.opened if isinstance(error, CaseNotOpened) else opened
        if opened.file is None or not _is_open(opened):
            return _not_opened(opened)
        message = message_of(error, self._brand.language)
        match error:
            case NotConfirmed():
                return ActionResult(ActionOutcome.SHOWN, opened, confirmation=error.confirmation)
            case DangerLeftAlone():
                return ActionResult(ActionOutcome.LEFT_ALONE, opened, message, reason="danger")
            case ReplyRefused():
                now = replace(opened, file=error.file)
                return ActionResult(ActionOutcome.INVALID, now, message, reason=error.problem)
            case InvalidField() if form.field("version") != str(opened.file.case.version):
                return _moved(opened)
            case _:
                checked = error.checked if isinstance(error, CheckNotPassed) else None
                return ActionResult(ActionOutcome.INVALID, opened, message, checked=checked)

    def _confirmation(self, command: CaseCommand | None, opened: OpenedCase, edge: Edge) -> Confirmation | None:
        """What a person confirmed, so that they need only press again after a failure."""
        if not isinstance(command, SendReply) or opened.file is None or not command.is_confirmed:
            return None
        try:
            decide(replace(command, is_confirmed=False), opened.file, self._commands.facts(opened, edge))
        except NotConfirmed as exc:
            return exc.confirmation
        except CommandRefused:
            return None
        return None


def _accepts(form: FormRequest) -> frozenset[Severity]:
    """The console says what the pre-send check finds, so its warnings need a reason; the link's page confirms it."""
    return WITHOUT_WARNINGS if form.person else EVERY_FINDING


def _result_of(done: CommandDone, action: str) -> ActionResult:
    if done.is_view_only:
        return _unmasked(done)
    key, reason = _done_key(done.event, action), done.unsure or done.not_notified
    if done.unsure:
        key = UNSURE
    elif done.not_notified:
        key = NOT_NOTIFIED
    elif done.is_unknown_to_department:
        key = TAKEN_BACK_NOT_NOTIFIED
    is_gone = done.opened.viewer not in (done.case.department, OPERATOR)
    return ActionResult(
        ActionOutcome.DONE, done.opened, done=key, is_gone=is_gone, reason=reason, post=done.post, case=done.case
    )


def _done_key(event: CaseEvent, action: str) -> str:
    """The key below `answer.done.` for the event of an action."""
    if action == Action.FACT_CHECK:
        return "fact_check"
    return "misread_closed" if event.what is CaseEventKind.MISREAD and not event.department else event.what.value


def _not_opened(opened: OpenedCase) -> ActionResult:
    is_unavailable = opened.outcome is OpenOutcome.UNAVAILABLE
    return ActionResult(
        ActionOutcome.UNAVAILABLE if is_unavailable else ActionOutcome.CLOSED, opened, reason=opened.reason
    )


def _shown(opened: OpenedCase) -> ActionResult:
    return ActionResult(ActionOutcome.SHOWN, opened) if _is_open(opened) else _not_opened(opened)


def _stale(opened: OpenedCase) -> ActionResult:
    """The form is not from a page of this link."""
    return replace(_moved(opened), message=_STALE, reason="stale") if _is_open(opened) else _not_opened(opened)


def _moved(opened: OpenedCase) -> ActionResult:
    """Somebody else was faster. The page says who; see `moved_message` of the view."""
    return ActionResult(ActionOutcome.MOVED, opened, reason="moved") if _is_open(opened) else _not_opened(opened)


def _is_open(opened: OpenedCase) -> bool:
    return opened.outcome is OpenOutcome.OPENED


def _unmasked(done: CommandDone) -> ActionResult:
    opened = done.opened
    if not _is_open(opened) or opened.file is None:
        return _not_opened(opened)
    events = opened.file.events if done.event in opened.file.events else [*opened.file.events, done.event]
    now = replace(opened, file=opened.file._replace(events=events))
    return ActionResult(ActionOutcome.SHOWN, now, Message("answer.unmasked"), unmasked=True)


def _is_token(token: str, link_id: str, version: str) -> bool:
    """Whether the token is the page's; compared in constant time."""
    return hmac.compare_digest(token.encode(), page_token(link_id, version).encode())
