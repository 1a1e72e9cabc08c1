"""POST case/{key}/…: what people do with a case. Each action is done once, and only to the version that was seen."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools import Logger

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile, CaseMention
from desk.errors import CaseMoved, StoreBusy
from desk.posts.model import Post, PostState
from desk.posts.pause import stops_replies
from desk.posts.undo import UndoOutcome
from desk.reading import OPERATOR
from desk.replies.actions import ActionOutcome, ActionResult, CaseActions
from desk.replies.decide import last_step
from desk.replies.forms import Action, FormRequest, signed_name
from desk.replies.messages import Message
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.replies.outcome import ReplyOutcomes
from desk.replies.perform import CaseCommands, Handed
from desk.replies.take_down import MarkedReplies
from desk.replies.undo import PendingReplies
from desk.replies.view import moved_message, new_request_id
from desk.routing.answered_mentions import AnsweredMentions, CannotOpen
from desk.staff.drafts import PersonalDraft
from operator_console.app import Refused, Right, Route, may
from operator_console.case_page import MENTION_KEY, CaseView
from operator_console.drafts_and_presence import sequence_in
from operator_console.http import ROOT, Response, Visit, html, redirect
from operator_console.opened_item import OpenedItem
from operator_console.render import Renderer
from operator_console.stores import Stores

_FIELDS = (
    "version",
    "request",
    "text",
    "holding",
    "promised_until",
    "private",
    "again",
    "through_pause",
    "override_reason",
    "department",
    "kind",
    "reason",
    "note",
    "holder",
    "snooze",
    "snooze_until",
    "comment",
    "post",
    "sure",
)
"""Fields of the forms. All others, such as the session's token, do not belong to what the person asks for."""

_OPERATORS: tuple[Action, ...] = (
    Action.TAKE,
    Action.ASSIGN,
    Action.HAND,
    Action.RELEASE,
    Action.FACT_CHECK,
    Action.SNOOZE,
    Action.WAKE,
    Action.TAKE_BACK,
    Action.CLOSE,
    Action.REOPEN,
    Action.RETURN_DRAFT,
    Action.MISREAD,
    Action.RAISE,
    Action.LOWER,
    Action.CLEAR,
    Action.TAKE_DOWN,
)
"""Actions of operators that have a form of their own; the address ends with their value."""

_REPLIES: Mapping[str, Mapping[str, str]] = {"send": {}, "private": {"private": "1"}, "promise": {"holding": "1"}}
"""The addresses to which the reply box is sent, with the fields that each of them adds."""

_UNDONE_BY: Mapping[CaseEventKind, Action] = {
    CaseEventKind.HANDED: Action.TAKE_BACK,
    CaseEventKind.SNOOZED: Action.WAKE,
}
"""Steps that another action undoes."""

_WORDS = frozenset({"text", "note", "reason", "comment"})
"""Fields with text that somebody typed."""

_WINNERS = frozenset(
    {
        CaseEventKind.QUEUED,
        CaseEventKind.ANSWERED,
        CaseEventKind.PROMISED,
        CaseEventKind.MOVED,
        CaseEventKind.DRAFTED,
    }
)
"""Events whose text is a reply that somebody else was faster with."""


class Problem(NamedTuple):
    """Why an action was not done: a sentence, and the reply of a colleague who was faster, if it was one."""

    status: HTTPStatus
    sentence: str
    winner: str = ""


class Performed(NamedTuple):
    """The result of an action, and the number of the case on which it was done."""

    case_id: str
    result: ActionResult


class CaseActionsView:
    """The routes of all actions on one case."""

    def __init__(self, stores: Stores, renderer: Renderer, page: CaseView, logger: Logger, *, api_url: str) -> None:
        self._stores = stores
        self._renderer = renderer
        self._page = page
        self._logger = logger
        self._api_url = api_url
        open_case = CaseOpener(None, stores.cases, stores.switch, stores.opt_outs)
        self._commands = CaseCommands(stores.cases, stores.submitter, stores.colleagues, renderer.brand)
        self._actions = CaseActions(open_case, self._commands, renderer.brand)
        self._marked = MarkedReplies(stores.posts, stores.queue)
        self._answered = AnsweredMentions(stores.work, renderer.brand)
        self._pending = PendingReplies(stores.posts, stores.queue, ReplyOutcomes(stores.cases, renderer.brand))

    def routes(self) -> list[Route]:
        """The routes of this module."""
        replies = [Route("POST", f"case/{{key}}/{name}", partial(self._reply, name), Right.DRAFT) for name in _REPLIES]
        others = [
            Route("POST", f"case/{{key}}/{action}", partial(self._act, action), Right.ACT) for action in _OPERATORS
        ]
        return [
            *replies,
            *others,
            Route("POST", "case/{key}/note", partial(self._act, Action.NOTE), Right.DRAFT),
            Route("POST", "case/{key}/unmask", partial(self._act, Action.UNMASK), Right.DRAFT),
            Route("POST", "case/{key}/undo", self._undo, Right.DRAFT),
            Route("POST", "case/{key}/send_now", self._send_now, Right.DRAFT),
        ]

    def perform(  # noqa: PLR0913 - the action with what it depends on, each named
        self,
        visit: Visit,
        key: str,
        action: Action,
        fields: Mapping[str, str],
        later: list[Handed] | None = None,
        *,
        is_of_several: bool = False,
    ) -> Performed:
        """Do the action on the case or mention. `fields` are those of its form.

        With `later`, departments that get a case are notified by `notify_together`. An action that `is_of_several`
        cases leaves alone those in danger.
        Raises Refused (404) for what the person must not see, and StoreBusy.
        """
        form = FormRequest(
            "",
            {**fields, "action": action.value, "name": signed_name(visit.person)},
            visit.now,
            self._api_url or visit.request.base_url,
            person=visit.person,
            case_id=key,
            undo_for=self._undo_for(visit, action),
            is_of_several=is_of_several,
        )
        if MENTION_KEY.fullmatch(key):
            # The form of a mention that has no case yet acts on the case as it was opened.
            form = form._replace(fields={**form.fields, "version": "1"})
            opened = self._case_of_mention(visit, key, form)
            if isinstance(opened, ActionResult):
                return Performed(key, opened)
            form = form._replace(case_id=opened)
        mark = self._marked.mark if action is Action.TAKE_DOWN else None
        result = self._actions.perform(form, later, before_saving=mark)
        about = {"case": form.case_id, "action": action.value, "outcome": result.outcome.value, "reason": result.reason}
        self._logger.info("an action on a case", extra=about)
        return Performed(form.case_id, result)

    def notify_together(self, visit: Visit, handed: Sequence[Handed]) -> Mapping[str, str]:
        """Notify each department of its cases by one mail; the error's name by case, where the sweep tries again."""
        return self._commands.notify_together(handed, self._api_url or visit.request.base_url)

    def _case_of_mention(self, visit: Visit, key: str, form: FormRequest) -> str | ActionResult:
        """The mention's case, opened unless the action would be rejected anyway: then its result."""
        if not may(visit.person, Right.ACT):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        stored = self._page.mention(visit, key)
        if stored.outcome and stored.outcome.case_id:
            return stored.outcome.case_id
        try:
            case = self._answered.new_case(stored, visit.now)
            reading = stored.outcome.reading if stored.outcome else None
            opened = OpenedCase(
                OpenOutcome.OPENED,
                CaseFile(case, [CaseMention(stored.mention, reading)], []),
                OPERATOR,
                stops_replies(self._stores.switch.current()),
                self._stores.opt_outs.opted_out_at(case.author_id),
            )
            if refused := self._actions.refusal(form, opened):
                return refused
            self._answered.open(stored, case)
        except CannotOpen as exc:
            message = Message("console.has_case" if exc.case_id else "console.not_read", {"case": exc.case_id})
            return ActionResult(ActionOutcome.MOVED, OpenedCase(OpenOutcome.OPENED), message, reason="no new case")
        return case.id

    def _undo_for(self, visit: Visit, action: Action) -> timedelta:
        is_reply = action is Action.CONFIRM
        return timedelta(seconds=self._stores.settings.find(visit.person.id).undo_seconds if is_reply else 0)

    def problem_of(self, result: ActionResult) -> Problem | None:
        """Why the action was not done; None if it was."""
        say, file = self._renderer.formatter.phrase, result.opened.file
        match result.outcome:
            case ActionOutcome.DONE | ActionOutcome.SHOWN:
                return None
            case ActionOutcome.CLOSED:
                raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
            case ActionOutcome.UNAVAILABLE:
                return Problem(HTTPStatus.SERVICE_UNAVAILABLE, say("console.problem.busy"))
            case ActionOutcome.MOVED if file and result.message is None:
                moved = self._sentence(moved_message(file, self._renderer.brand))
                return Problem(HTTPStatus.CONFLICT, moved, _winner(file))
            case _:
                sentence = self._sentence(result.message) if result.message else say("answer.problem.not_now")
                is_moved = result.outcome is ActionOutcome.MOVED
                return Problem(HTTPStatus.CONFLICT if is_moved else HTTPStatus.UNPROCESSABLE_ENTITY, sentence)

    def _sentence(self, message: Message) -> str:
        return self._renderer.formatter.phrase(message.key, **message.values)

    def _reply(self, name: str, visit: Visit) -> Response:
        """Send a reply. The script that sent it shows only what the header says; other browsers get the case."""
        fields = {**fields_of(visit), **_REPLIES[name]}
        key, result = self.perform(visit, visit.params["key"], Action.CONFIRM, fields)
        if problem := self.problem_of(result):
            return self._problem(visit, name, problem, fields, result)
        with suppress(StoreBusy):  # the reply is saved; what was typed only stays in the box
            sequence = sequence_in(visit.request.fields)
            self._stores.drafts.discard(visit.person.id, visit.params["key"], sequence, visit.now)
        if not visit.request.is_fragment:
            return redirect(_address_of(visit, key))
        about = {"key": visit.params["key"], **self._about_reply(key, result)}
        return Response(HTTPStatus.NO_CONTENT, headers={"hx-trigger": json.dumps({"done": about})})

    def _act(self, action: Action, visit: Visit) -> Response:
        return self._respond(visit, action.value, action, fields_of(visit))

    def _respond(self, visit: Visit, name: str, action: Action, fields: Mapping[str, str]) -> Response:
        key, result = self.perform(visit, visit.params["key"], action, fields)
        if problem := self.problem_of(result):
            return self._problem(visit, name, problem, fields, result)
        if result.unmasked:
            return self._unmasked(visit, key)
        return self._done(visit, key, result.done)

    def _done(self, visit: Visit, key: str, done: str) -> Response:
        """The case as it is now; for a script with the sentence to show, and how the action can be undone."""
        if not visit.request.is_fragment:
            return redirect(_address_of(visit, key))
        item = self._page.open(visit, key, _queue_of(visit))
        about = {"key": visit.params["key"], "undo": None, "seconds": 0, **self._undo_of(item)}
        about["text"] = self._renderer.formatter.phrase(f"answer.done.{done}")
        return html(self._page.part(visit, item), hx_trigger=json.dumps({"done": about}))

    def _about_reply(self, case_id: str, result: ActionResult) -> dict[str, Any]:
        """What a script shows of a reply that was sent, and where it can be undone."""
        say, post = self._renderer.formatter.phrase, result.post
        seconds = _seconds_left(post, result.case) if post and result.case else 0
        if post is None or not seconds:
            return {"text": say(f"answer.done.{result.done}"), "undo": None, "seconds": 0}
        address = f"{ROOT}/case/{case_id}/{{}}?post={post.id}"
        return {
            "text": say("console.sending", seconds=seconds),
            "seconds": seconds,
            "undo": address.format("undo"),
            "send_now": address.format("send_now"),
        }

    def _undo_of(self, item: OpenedItem) -> dict[str, Any]:
        """How the last step is undone by another action, or the sentence that says why it can't be."""
        view, say = item.view, self._renderer.formatter.phrase
        last = last_step(CaseFile(view.case, view.mentions, view.events)) if view else None
        if view is None or last is None or last.what not in _UNDONE_BY:
            return {}
        if last.what is CaseEventKind.HANDED and last.was_at is None:
            return {"no_undo": say("answer.problem.take_back_lost")}
        fields = {"version": str(view.version), "request": new_request_id()}
        return {"undo": f"{ROOT}/case/{view.case.id}/{_UNDONE_BY[last.what]}", "fields": fields}

    def _unmasked(self, visit: Visit, key: str) -> Response:
        item = self._page.open(visit, key, _queue_of(visit), unmasked=True)
        if visit.request.is_fragment:
            return html(self._page.part(visit, item))
        return html(self._renderer.page("case.html.j2", visit, item=item))

    def _problem(
        self, visit: Visit, name: str, problem: Problem, fields: Mapping[str, str], result: ActionResult | None = None
    ) -> Response:
        """The problem where it happened; without scripts a page with everything that was typed, to send it again."""
        file, checked = (result.opened.file, result.checked) if result else (None, None)
        values = {"problem": problem, "checked": checked}
        retry = {"retry_after": "5"} if problem.status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        if visit.request.is_fragment:
            place = "#reply-problem" if name in _REPLIES else f"#{name}-problem"
            if problem.status is HTTPStatus.CONFLICT and file:
                moved = {"moved": {"key": file.case.id, "version": file.case.version}}
                retry["hx_trigger"] = json.dumps(moved)
            part = self._renderer.part("action_problem_part.html.j2", visit, **values)
            return html(part, problem.status, hx_retarget=place, hx_reswap="innerHTML", **retry)
        typed = {field: fields[field] for field in fields if field not in ("version", "request", "override_reason")}
        page = self._renderer.page(
            "action_problem.html.j2",
            visit,
            **values,
            action=f"{ROOT}/case/{visit.params['key']}/{name}",
            back=f"{ROOT}/{_address_of(visit, visit.params['key'])}",
            queue=_queue_of(visit),
            version=file.case.version if file else fields.get("version", ""),
            request_id=fields.get("request", "") if file is None else new_request_id(),
            typed=typed,
            words=_WORDS,
        )
        return html(page, problem.status, **retry)

    def _undo(self, visit: Visit) -> Response:
        case = self._case(visit)
        post_id = _post_id_of(visit, case)
        try:
            outcome = self._pending.undo(case.id, post_id, signed_name(visit.person), visit.now)
        except CaseMoved:
            outcome = UndoOutcome.UNDONE  # the post is cancelled, and the sweep brings the case up to date
        if outcome is UndoOutcome.UNDONE:
            self._give_back(visit, case)
            return self._done(visit, case.id, "undone")
        sentence = self._renderer.formatter.phrase(f"console.undo.{outcome}")
        return self._problem(visit, "undo", Problem(HTTPStatus.CONFLICT, sentence), {})

    def _give_back(self, visit: Visit, queued: Case) -> None:
        """Put the text into the person's own box again. If that fails, it is in the case's history."""
        if queued.draft is None or queued.state is not CaseState.QUEUED:
            return
        until = self._renderer.formatter.input_value(queued.draft.promised_until) if queued.draft.promised_until else ""
        options = {
            "holding": "1" if queued.draft.reply_as is ReplyAs.HOLDING else "",
            "promised_until": until,
            "private": "1" if queued.draft.reply_as is ReplyAs.PRIVATE else "",
        }
        draft = PersonalDraft(
            text=queued.draft.text,
            options={name: value for name, value in options.items() if value},
            version=queued.version + 1,
            sequence=sequence_in(visit.request.fields) or 1,
            saved_at=visit.now,
        )
        with suppress(StoreBusy):
            self._stores.drafts.save(visit.person.id, queued.id, draft)

    def _send_now(self, visit: Visit) -> Response:
        """End the time to undo. Scripts ask for this when the time is over, also while the page is left."""
        case = self._case(visit)
        self._pending.send_now(case.id, _post_id_of(visit, case), visit.now)
        if visit.request.is_fragment:
            return Response(HTTPStatus.NO_CONTENT)
        return redirect(_address_of(visit, case.id))

    def _case(self, visit: Visit) -> Case:
        case = self._stores.cases.get(visit.params["key"])
        if case is None or not visit.person.sees(case.department):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        return case


def fields_of(visit: Visit) -> dict[str, str]:
    """The fields of the form that belong to an action."""
    return {name: visit.request.field(name) for name in _FIELDS if name in visit.request.fields}


def _queue_of(visit: Visit) -> str:
    queue = visit.request.field("queue")
    return queue if queue.isascii() and queue.replace("_", "").isalpha() else "all"


def _address_of(visit: Visit, key: str) -> str:
    return f"case/{key}?queue={_queue_of(visit)}"


def _post_id_of(visit: Visit, case: Case) -> str:
    return visit.request.query.get("post", "") or visit.request.field("post") or case.post_id or ""


def _seconds_left(post: Post, case: Case) -> int:
    """The seconds that the person was given to undo the reply."""
    queued_at = case.draft.at if case.draft else post.accepted_at
    left = round((post.publish_at - queued_at).total_seconds())
    return max(0, left) if post.state is PostState.SCHEDULED else 0


def _winner(file: CaseFile) -> str:
    """The reply with which somebody else was faster; "" if the last event is none."""
    last: CaseEvent | None = file.events[-1] if file.events else None
    return last.text if last and last.what in _WINNERS else ""
