"""What people do with a case: one function for each action, and the use case that saves its change."""

import hmac
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import replace
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Protocol

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind
from desk.cases.outbox import gets_case
from desk.cases.store import CaseFile, CaseStore
from desk.checks.model import CheckResult
from desk.errors import CaseMoved, StoreBusy, TopicsUnavailable
from desk.posts.model import NewPost
from desk.reader.explain import case_safety_note
from desk.reading import ANSWERED, OPERATOR, Safety, Urgency
from desk.replies.forms import (
    Action,
    ActionRequest,
    CaseChange,
    CheckNotPassed,
    Confirmation,
    FormRequest,
    InvalidField,
    Message,
    NotConfirmed,
    Tone,
    department_in,
    invalid_field,
    kind_in,
    reason_in,
    request_id_in,
)
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.replies.operator_actions import OPERATOR_ACTIONS, last_step, release_change
from desk.replies.send import (
    RESEND_WITHIN,
    SendReply,
    SendResult,
    SubmitsPosts,
    answer_change,
    done_event,
    goes_through_pause,
    queued_post,
    waits_for,
)
from desk.working_time import due_at


def _take(request: ActionRequest) -> CaseChange:
    event = request.event(CaseEventKind.TAKEN)
    return CaseChange(case_steps.taken(_answerable(request), event.by), event)


def _close(request: ActionRequest) -> CaseChange:
    """Close a case that needs no answer, or whose conversation has ended."""
    if request.case.state not in case_steps.CLOSABLE:
        raise InvalidField("answer.problem.not_now")
    if not (reason := reason_in(request.fields)):
        is_over = request.case.state in case_steps.OVER
        raise InvalidField("answer.problem.end" if is_over else "answer.problem.reason", "reason")
    event = request.event(CaseEventKind.CLOSED, text=reason)
    return CaseChange(case_steps.closed(request.case), _with_wait(request, event))


def _hand(request: ActionRequest) -> CaseChange:
    return _hand_to(request, department_in(request.fields, request.brand))


def _fact_check(request: ActionRequest) -> CaseChange:
    if request.brand.fact_checkers == OPERATOR:
        raise InvalidField("answer.problem.not_now")
    return _hand_to(request, request.brand.fact_checkers)


def _hand_to(request: ActionRequest, department: str) -> CaseChange:
    case = _answerable(request)
    if department == case.department and case.awaits_release:
        return release_change(request)
    if department == case.department:
        raise InvalidField("answer.problem.department", "department")
    after = case_steps.handed(case, department, due_at(request.now, case.kind, case.urgency, request.brand))
    event = request.event(CaseEventKind.HANDED, text=reason_in(request.fields))
    return CaseChange(after, event._replace(department=department, was_at=case_steps.place_of(case)))


def _misread(request: ActionRequest) -> CaseChange:
    """Move the case to the right department and kind. Close it if that kind needs no answer."""
    case, kind = _answerable(request), kind_in(request.fields)
    if kind not in ANSWERED and kind is not case.kind:
        after = case_steps.closed(case, kind)
        return CaseChange(after, _with_wait(request, request.misreading(kind, None)))
    department = department_in(request.fields, request.brand) if kind in ANSWERED else case.department
    if (kind, department) == (case.kind, case.department):
        raise InvalidField("answer.problem.same", "kind")
    after = case_steps.misread(case, kind, department, due_at(request.now, kind, case.urgency, request.brand))
    return CaseChange(after, request.misreading(kind, department))


def _raise(request: ActionRequest) -> CaseChange:
    """Mark the case as urgent; what is to be checked becomes danger."""
    case = _answerable(request)
    if case.urgency is Urgency.HIGH and case.open_safety is not Safety.CHECK:
        raise InvalidField("answer.problem.not_now")
    after = case_steps.raised(case, _deadline(Urgency.HIGH, request), request.now)
    return CaseChange(after, request.urgency_correction(CaseEventKind.RAISED))


def _lower(request: ActionRequest) -> CaseChange:
    case = _answerable(request)
    if case.urgency is not Urgency.HIGH:
        raise InvalidField("answer.problem.not_now")
    after = case_steps.lowered(case, _deadline(Urgency.NORMAL, request))
    return CaseChange(after, request.urgency_correction(CaseEventKind.LOWERED))


def _clear(request: ActionRequest) -> CaseChange:
    """Say that nobody's safety is to be checked. The urgency stays."""
    case = _answerable(request)
    if case.open_safety is not Safety.CHECK:
        raise InvalidField("answer.problem.not_now")
    return CaseChange(case_steps.cleared(case), request.urgency_correction(CaseEventKind.CLEARED))


def _deadline(urgency: Urgency, request: ActionRequest) -> datetime:
    """The deadline that the case would have if it had had this urgency from the beginning."""
    return due_at(request.case.asked_at, request.case.kind, urgency, request.brand)


def _unmask(request: ActionRequest) -> CaseChange:
    return CaseChange(request.case, request.event(CaseEventKind.UNMASKED), is_view_only=True)


def _edit(_request: ActionRequest) -> CaseChange:
    raise NotConfirmed


def _with_wait(request: ActionRequest, event: CaseEvent) -> CaseEvent:
    """The event with the time since which the author has waited, if the author waits."""
    return event._replace(asked_at=request.case.asked_at) if request.case.state in WAITING else event


def _answerable(request: ActionRequest) -> Case:
    """The case, whose author waits and has no reply on its way. Raises InvalidField for any other case."""
    if request.case.state not in case_steps.ANSWERABLE:
        raise InvalidField("answer.problem.not_now")
    return request.case


ACTIONS: Mapping[str, Callable[[ActionRequest], CaseChange]] = {
    Action.TAKE: _take,
    Action.ANSWER: answer_change,
    Action.PRIVATE: answer_change,
    Action.CONFIRM: answer_change,
    Action.EDIT: _edit,
    Action.HAND: _hand,
    Action.FACT_CHECK: _fact_check,
    Action.CLOSE: _close,
    Action.MISREAD: _misread,
    Action.RAISE: _raise,
    Action.LOWER: _lower,
    Action.CLEAR: _clear,
    Action.UNMASK: _unmask,
}
"""The change that each action makes. Each function raises InvalidField or NotConfirmed if nothing is to be saved."""

_SIGNED_IN_ACTIONS = {**ACTIONS, **OPERATOR_ACTIONS}

NOT_NOTIFIED = "not_notified"
"""The action is done, but the people to notify couldn't be reached."""

TAKEN_BACK_NOT_NOTIFIED = "taken_back_not_notified"
"""A hand-over is taken back of which the department was not notified yet, and never will be."""

UNSURE = "unsure"
"""The reply is saved, but it is unknown whether it is queued."""

_BUSY = Message("answer.problem.busy", tone=Tone.PROBLEM)
_ALONE = Message("answer.problem.danger_alone", tone=Tone.PROBLEM)


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
    numbers. `reason` is for the log.
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


class Handed(NamedTuple):
    """A case that a department now has, and the event by which it got it."""

    file: CaseFile
    event: CaseEvent


class NotifiesColleagues(Protocol):
    """Notifies colleagues of a person's action, as `desk.notifications.colleagues` does."""

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Notify the department that has the case now. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def handed_together(self, handed: Sequence[Handed]) -> None:
        """Notify one department of several cases by one mail. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def drafted(self, file: CaseFile) -> None:
        """Notify the operator of the draft. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def returned(self, file: CaseFile, event: CaseEvent) -> None:
        """Notify the department of the draft that came back. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...


def page_token(link_id: str, version: int | str) -> str:
    """The token in the forms of this link's page for this version of the case. Only the link's holder can make it."""
    return sha256(f"{link_id}/{version}".encode()).hexdigest()


class CaseActions:
    """The use case: does one action of a person on a case, once, however often it is sent.

    `colleagues` takes the API's address, which the links in its mails begin with.
    """

    def __init__(
        self,
        open_case: CaseOpener,
        cases: CaseStore,
        submitter: SubmitsPosts,
        colleagues: Callable[[str], NotifiesColleagues],
        brand: Brand,
    ) -> None:
        self._open = open_case
        self._cases = cases
        self._send = SendReply(cases, submitter, brand.language)
        self._colleagues = colleagues
        self._brand = brand

    def perform(self, form: FormRequest, later: list[Handed] | None = None) -> ActionResult:
        """Do the action of this form, if the case is still at the version that the form's page showed.

        With `later`, a department that gets the case is not notified, but added to that list, for `notify_together`.
        Never raises for invalid requests and failing stores. If a store fails, the same form may be sent again.
        """
        opened = self._opened(form)
        if opened.file is None:
            return _not_opened(opened)
        try:
            return self._without_change(form, opened, opened.file) or self._change(form, opened, opened.file, later)
        except InvalidField as exc:
            return ActionResult(ActionOutcome.INVALID, opened, exc.message, checked=_checked_in(exc))
        except NotConfirmed as exc:
            return ActionResult(ActionOutcome.SHOWN, opened, confirmation=exc.confirmation)
        except CaseMoved:
            return self._overtaken(form)
        except StoreBusy as exc:
            return ActionResult(ActionOutcome.UNAVAILABLE, opened, _BUSY, reason=f"StoreBusy: {exc}")

    def notify_together(self, handed: Sequence[Handed], api_url: str) -> Mapping[str, str]:
        """Notify each department of its cases by one mail; the error's name by case, where the sweep tries again."""
        failures: dict[str, str] = {}
        by_department: dict[str, list[Handed]] = defaultdict(list)
        for one in handed:
            by_department[one.file.case.department].append(one)
        for theirs in by_department.values():
            try:
                self._colleagues(api_url).handed_together(theirs)
            except (TopicsUnavailable, StoreBusy, ValueError) as exc:
                failures |= {one.file.case.id: type(exc).__name__ for one in theirs}
                continue
            for one in theirs:
                with suppress(StoreBusy):  # then the sweep notifies them once more
                    self._cases.mark_sent(one.file.case, one.event)
        return failures

    def refusal(self, form: FormRequest, opened: OpenedCase) -> ActionResult | None:
        """Why the action of this form would be rejected on a case that is not stored yet; None if it would be done."""
        if opened.file is None or not request_id_in(form.fields):
            return _stale(opened)
        try:
            _actions_of(form)[form.field("action")](self._request(form, opened, opened.file))
        except InvalidField as exc:
            return ActionResult(ActionOutcome.INVALID, opened, exc.message, checked=_checked_in(exc))
        return None

    def check(self, form: FormRequest) -> ActionResult | None:
        """What `perform` would return for an action that sends nothing, without doing it; None if it would do it."""
        opened = self._opened(form)
        if opened.file is None:
            return _not_opened(opened)
        try:
            return self._without_change(form, opened, opened.file) or self.refusal(form, opened)
        except CaseMoved:
            return _moved(opened)
        except StoreBusy as exc:
            return ActionResult(ActionOutcome.UNAVAILABLE, opened, _BUSY, reason=f"StoreBusy: {exc}")

    def _opened(self, form: FormRequest) -> OpenedCase:
        if form.person:
            return self._open.for_person(form.case_id, form.person)
        return self._open.by_link(form.link_id, form.now)

    def _without_change(self, form: FormRequest, opened: OpenedCase, file: CaseFile) -> ActionResult | None:
        """The result of a form that is repeated, stale or too late; None for a form whose action is to be done."""
        version, request_id = form.field("version"), request_id_in(form.fields)
        is_ours = form.person is not None or _is_token(form.field("token"), form.link_id, version)
        if not is_ours or form.field("action") not in _actions_of(form) or not request_id:
            return _stale(opened)
        if event := done_event(file, request_id):
            return self._repeated(form, opened, file, event)
        if opened.outcome is not OpenOutcome.OPENED:
            return _not_opened(opened)
        if form.is_of_several and case_safety_note(file.case, [each.mention for each in file.mentions]):
            return ActionResult(ActionOutcome.LEFT_ALONE, opened, _ALONE, reason="danger")
        return _moved(opened) if version != str(file.case.version) else None

    def _change(
        self, form: FormRequest, opened: OpenedCase, file: CaseFile, later: list[Handed] | None
    ) -> ActionResult:
        """Save the action's change, then send its reply or notify colleagues."""
        change = _actions_of(form)[form.field("action")](self._request(form, opened, file))
        if change.is_view_only:
            self._cases.record(file.case, change.event)
            return _unmasked(_with_events(opened, file.case, change.event))
        try:
            saved = self._cases.save(case_steps.seen(change.after), file.case, change.event)
            if change.post:
                return _sent(opened, change.event, self._send.send(saved, change.event, _after_undo(change.post, form)))
        except StoreBusy as exc:
            reason = f"StoreBusy: {exc}"
            return ActionResult(ActionOutcome.UNAVAILABLE, opened, _BUSY, change.confirmation, reason=reason)
        if later is not None and gets_case(saved, file.case, change.event):
            later.append(Handed(file._replace(case=saved), change.event))
            return _done(opened, saved, _done_key(change.event, form.field("action")))
        if change.event.what is CaseEventKind.TAKEN_BACK and not self._was_told(file):
            return _done(opened, saved, TAKEN_BACK_NOT_NOTIFIED)
        failure = self._notify(change.event, file._replace(case=saved), file.case, form.api_url)
        done = NOT_NOTIFIED if failure else _done_key(change.event, form.field("action"))
        return _done(opened, saved, done, reason=failure)

    def _request(self, form: FormRequest, opened: OpenedCase, file: CaseFile) -> ActionRequest:
        seen, request_id = (file, opened.viewer, opened.is_paused), request_id_in(form.fields)
        is_checked = form.person is not None
        return ActionRequest(
            *seen, form.fields, request_id, form.now, self._brand, opened.opted_out_at, is_checked=is_checked
        )

    def _notify(self, event: CaseEvent, file: CaseFile, before: Case, api_url: str) -> str:
        """Notify the people concerned, if any. Returns the error's name if that failed: the sweep tries again."""
        try:
            if event.what is CaseEventKind.DRAFTED:
                self._colleagues(api_url).drafted(file)
            elif event.what is CaseEventKind.RETURNED:
                self._colleagues(api_url).returned(file, event)
            elif gets_case(file.case, before, event):
                self._colleagues(api_url).handed(file, event)
            else:
                return ""
        except (TopicsUnavailable, StoreBusy, ValueError) as exc:
            return type(exc).__name__
        with suppress(StoreBusy):  # then the sweep notifies them once more
            self._cases.mark_sent(file.case, event)
        return ""

    def _repeated(self, form: FormRequest, opened: OpenedCase, file: CaseFile, event: CaseEvent) -> ActionResult:
        """The result of the first time. A reply that was saved but not queued is queued now."""
        if event.what is CaseEventKind.UNMASKED:
            return _unmasked(opened)
        if not waits_for(event, file.case):
            is_unsent = self._cases.is_unsent(file.case._replace(version=int(form.field("version")) + 1), event)
            done = NOT_NOTIFIED if is_unsent else _done_key(event, form.field("action"))
            return _done(opened, file.case, done)
        is_unchanged = form.field("version") == str(file.case.version - 1)
        post = queued_post(file, event, self._brand) if is_unchanged and form.now - event.at < RESEND_WITHIN else None
        if post is None:
            return _done(opened, file.case, UNSURE)
        post = post._replace(through_pause=goes_through_pause(form.fields, opened.viewer))
        return _sent(opened, event, self._send.send(file.case, event, _after_undo(post, form)))

    def _was_told(self, file: CaseFile) -> bool:
        """Whether the department was notified that it has the case; it is told again where nobody knows."""
        handed = last_step(file)
        try:
            return handed is None or not self._cases.is_unsent(file.case, handed)
        except StoreBusy:
            return True

    def _overtaken(self, form: FormRequest) -> ActionResult:
        """The case changed meanwhile, perhaps by this very form, sent twice."""
        opened = self._opened(form)
        event = done_event(opened.file, request_id_in(form.fields)) if opened.file else None
        if opened.file and event:
            return _done(opened, opened.file.case, _done_key(event, form.field("action")))
        return _moved(opened)


def _checked_in(error: InvalidField) -> CheckResult | None:
    return error.checked if isinstance(error, CheckNotPassed) else None


def _actions_of(form: FormRequest) -> Mapping[str, Callable[[ActionRequest], CaseChange]]:
    return _SIGNED_IN_ACTIONS if form.person else ACTIONS


def _after_undo(post: NewPost, form: FormRequest) -> NewPost:
    """The post, to be sent once the time to undo it is over."""
    return post._replace(publish_at=form.now + form.undo_for) if form.undo_for else post


def _not_opened(opened: OpenedCase) -> ActionResult:
    is_unavailable = opened.outcome is OpenOutcome.UNAVAILABLE
    return ActionResult(
        ActionOutcome.UNAVAILABLE if is_unavailable else ActionOutcome.CLOSED, opened, reason=opened.reason
    )


def _stale(opened: OpenedCase) -> ActionResult:
    """The form is not from a page of this link."""
    if opened.outcome is not OpenOutcome.OPENED:
        return _not_opened(opened)
    return ActionResult(ActionOutcome.MOVED, opened, Message("answer.problem.stale", tone=Tone.PROBLEM), reason="stale")


def _moved(opened: OpenedCase) -> ActionResult:
    """Somebody else was faster. The page says who; see `moved_message` of the view."""
    if opened.outcome is not OpenOutcome.OPENED:
        return _not_opened(opened)
    return ActionResult(ActionOutcome.MOVED, opened, reason="moved")


def _done(opened: OpenedCase, case: Case, done: str, *, reason: str = "") -> ActionResult:
    is_gone = opened.viewer not in (case.department, OPERATOR)
    return ActionResult(ActionOutcome.DONE, opened, done=done, is_gone=is_gone, reason=reason)


def _done_key(event: CaseEvent, action: str) -> str:
    """The key below `answer.done.` for the event of an action."""
    if action == Action.FACT_CHECK:
        return "fact_check"
    return "misread_closed" if event.what is CaseEventKind.MISREAD and not event.department else event.what.value


def _sent(opened: OpenedCase, event: CaseEvent, sent: SendResult) -> ActionResult:
    if sent.error and sent.not_said:
        now = _with_events(opened, sent.case, event, sent.not_said)
        message = invalid_field(sent.error, "text").message
        return ActionResult(ActionOutcome.INVALID, now, message, reason=sent.error.code)
    return _done(opened, sent.case, UNSURE if sent.unsure else event.what, reason=sent.unsure)


def _unmasked(opened: OpenedCase) -> ActionResult:
    if opened.outcome is not OpenOutcome.OPENED:
        return _not_opened(opened)
    return ActionResult(ActionOutcome.SHOWN, opened, Message("answer.unmasked"), unmasked=True)


def _with_events(opened: OpenedCase, case: Case, *events: CaseEvent) -> OpenedCase:
    """The opened case after these events, without another read."""
    if opened.file is None:
        return opened
    return replace(opened, file=opened.file._replace(case=case, events=[*opened.file.events, *events]))


def _is_token(token: str, link_id: str, version: str) -> bool:
    """Whether the token is the page's; compared in constant time."""
    return hmac.compare_digest(token.encode(), page_token(link_id, version).encode())
