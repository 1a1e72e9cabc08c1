"""POST case/{key}/…: what people do with a case. Each action is done once, and only to the version that was seen."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from desk.case_view.view import new_request_id
from desk.cases.model import Case, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile
from desk.checks.replies import promise_in
from desk.errors import CaseMoved, StoreBusy
from desk.posts.model import Post, PostState
from desk.posts.undo import UndoOutcome
from desk.replies.actions import ActionResult
from desk.replies.decide import TAKEN_BACK, last_step
from desk.replies.forms import Action, attached_field, signed_name
from desk.replies.outcome import ReplyOutcomes
from desk.replies.undo import PendingReplies
from desk.staff.drafts import PersonalDraft
from desk.web.response import Response, html
from operator_console.app import ROOT, Right, Route, Visit, redirect
from operator_console.case.case_page import CaseView
from operator_console.case.stores import CasePageStores
from operator_console.items.opened_item import OpenedItem
from operator_console.items.personal_actions import PersonalActions, Problem, fields_of, sequence_in
from operator_console.items.visible import VisibleItems
from operator_console.shell.render import Renderer

_OPERATORS: tuple[Action, ...] = (
    Action.TAKE,
    Action.ASSIGN,
    Action.LABEL,
    Action.HAND,
    Action.RELEASE,
    Action.FACT_CHECK,
    Action.SNOOZE,
    Action.WAKE,
    Action.TAKE_BACK,
    Action.CLOSE,
    Action.REOPEN,
    Action.RETURN_DRAFT,
    Action.REMIND,
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
    **dict.fromkeys(TAKEN_BACK, Action.TAKE_BACK),
    CaseEventKind.SNOOZED: Action.WAKE,
}
"""Steps that another action undoes."""

_WORDS = frozenset({"text", "note", "reason", "comment"})
"""Fields with text that somebody typed."""


class CaseActionsView:
    """The routes of all actions on one case."""

    def __init__(self, stores: CasePageStores, renderer: Renderer, page: CaseView, actions: PersonalActions) -> None:
        self._stores = stores
        self._renderer = renderer
        self._page = page
        self._actions = actions
        self._visible = VisibleItems(stores.cases, stores.mentions)
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

    def _reply(self, name: str, visit: Visit) -> Response:
        """Send a reply. The script that sent it shows only what the header says; other browsers get the case."""
        fields = {**fields_of(visit), **_REPLIES[name]}
        key, result = self._actions.perform(visit, visit.params["key"], Action.CONFIRM, fields)
        if problem := self._actions.problem_of(result):
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
        key, result = self._actions.perform(visit, visit.params["key"], action, fields)
        if problem := self._actions.problem_of(result):
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
        if last.what in TAKEN_BACK and last.was_at is None:
            return {"no_undo": say("answer.problem.take_back_lost")}
        fields = {"version": str(view.version), "request": new_request_id()}
        return {"undo": f"{ROOT}/case/{view.case.id}/{_UNDONE_BY[last.what]}", "fields": fields}

    def _unmasked(self, visit: Visit, key: str) -> Response:
        item = self._page.open(visit, key, _queue_of(visit), unmasked=True)
        if visit.request.is_fragment:
            return html(self._page.part(visit, item))
        return html(self._renderer.page("case/case.html.j2", visit, item=item))

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
            part = self._renderer.part("items/_action_problem.html.j2", visit, **values)
            return html(part, problem.status, hx_retarget=place, hx_reswap="innerHTML", **retry)
        is_undecided = name in _REPLIES and not (fields.get("holding") or fields.get("promise_words"))
        typed = {field: fields[field] for field in fields if field not in ("version", "request", "override_reason")}
        page = self._renderer.page(
            "items/action_problem.html.j2",
            visit,
            **values,
            action=f"{ROOT}/case/{visit.params['key']}/{name}",
            back=f"{ROOT}/{_address_of(visit, visit.params['key'])}",
            queue=_queue_of(visit),
            version=file.case.version if file else fields.get("version", ""),
            request_id=fields.get("request", "") if file is None else new_request_id(),
            typed=typed,
            promise=promise_in(fields.get("text", ""), self._renderer.brand, visit.now) if is_undecided else None,
            words=_WORDS,
        )
        return html(page, problem.status, **retry)

    def _undo(self, visit: Visit) -> Response:
        case = self._visible.case(visit, visit.params["key"])
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
            "promise_words": queued.draft.promise_words,
            "private": "1" if queued.draft.reply_as is ReplyAs.PRIVATE else "",
            "pictures": attached_field(queued.draft.pictures),
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
        case = self._visible.case(visit, visit.params["key"])
        self._pending.send_now(case.id, _post_id_of(visit, case), visit.now)
        if visit.request.is_fragment:
            return Response(HTTPStatus.NO_CONTENT)
        return redirect(_address_of(visit, case.id))


def _queue_of(visit: Visit) -> str:
    queue = visit.request.field("queue")
    return queue if queue.isascii() and queue.replace("_", "").isalpha() else "all"


def _address_of(visit: Visit, key: str) -> str:
    """The page to which the action leads without a script: where the person acted."""
    return "today" if visit.request.field("back") == "today" else f"case/{key}?queue={_queue_of(visit)}"


def _post_id_of(visit: Visit, case: Case) -> str:
    return visit.request.query.get("post", "") or visit.request.field("post") or case.post_id or ""


def _seconds_left(post: Post, case: Case) -> int:
    """The seconds that the person was given to undo the reply."""
    queued_at = case.draft.at if case.draft else post.accepted_at
    left = round((post.publish_at - queued_at).total_seconds())
    return max(0, left) if post.state is PostState.SCHEDULED else 0
