"""`/cases`: list, read and answer cases, and correct their urgency."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Literal, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, is_case_id
from desk.cases.opt_outs import OptOuts
from desk.cases.queries import CaseQueries
from desk.cases.store import CaseFile, CaseStore
from desk.checks.model import Finding
from desk.checks.replies import callers_of, check_reply
from desk.errors import CaseMoved, StoreBusy
from desk.i18n import phrase
from desk.posts.errors import RequestReused
from desk.posts.model import Post
from desk.posts.pause import PauseSwitch, stops_replies
from desk.posts.store import PostStore
from desk.reading import OPERATOR, Urgency
from desk.replies.actions import ACTIONS
from desk.replies.forms import Action, ActionRequest, CaseChange, InvalidField, Message
from desk.replies.send import RESEND_WITHIN, SendReply, SendResult, answer_change, done_event, queued_post, waits_for
from post_update.api.auth import TokenRight
from post_update.api.case_schemas import (
    CaseListResponse,
    CaseResponse,
    CaseSummary,
    ReplyBody,
    ReplyResponse,
    UrgencyBody,
    case_list,
    case_response,
    case_summary,
    reply_response,
)
from post_update.api.posts import From, Key
from post_update.api.problems import ApiError, FieldError, invalid_fields
from post_update.api.schemas import check_warnings, fingerprint, json_response

_ATTEMPTS = 4
_BLOCK_KEYS = "answer.refusal."
"""Begins the catalogue's keys of reasons that block a reply."""


class NoSuchCase(ApiError):
    """There is no case with this number."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "no-such-case", "There is no case with this number.")


class CaseChanged(ApiError):
    """The case is no longer at the version that the caller read."""

    def __init__(self, version: int) -> None:
        detail = "The case has changed since you read it. Read it again before you send this."
        super().__init__(HTTPStatus.CONFLICT, "case-changed", detail, version=version)


class ReplyBlocked(ApiError):
    """The reply policy forbids a reply now: `reason` is its name, `detail` a sentence in the desk's language."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(HTTPStatus.CONFLICT, "no-reply", detail, reason=reason)


class NotWaiting(ApiError):
    """The case's urgency no longer matters: it is answered, or a reply is on its way."""

    def __init__(self, state: CaseState) -> None:
        detail = "Only a case that waits for an answer, with no reply on its way, can be corrected."
        super().__init__(HTTPStatus.CONFLICT, "nobody-waits", detail, state=state.value)


class ReplyNotPosted(ApiError):
    """The reply of this very request wasn't posted to X: the case waits again, with the text as its draft."""

    def __init__(self, reason: str) -> None:
        detail = f"The reply of this request was not posted to X ({reason}). Use a new key to answer again."
        super().__init__(HTTPStatus.CONFLICT, "not-said", detail)


class ReplyRequest(NamedTuple):
    """A request for a reply: the fields of the page's form, and the case's `version` that was read, if known.

    `is_named`: the caller names the person who answers. `request` identifies the request. Its part up to the last
    hyphen identifies the key, and two requests with one key must be the same.
    """

    case_id: str
    fields: Mapping[str, str]
    request: str
    version: int | None
    is_named: bool


class Replied(NamedTuple):
    """A queued reply, and what the pre-send check found in it."""

    post: Post
    findings: Sequence[Finding]


class CaseReplies(NamedTuple):
    """Reads cases and replies to them as the operator."""

    cases: CaseStore
    posts: PostStore
    switch: PauseSwitch
    opt_outs: OptOuts
    send: SendReply
    brand: Brand
    clock: Callable[[], datetime]

    def case_with_earlier(self, case_id: str) -> CaseFile:
        """The case with all its parts and the author's other cases. Raises NoSuchCase, StoreBusy."""
        file = _case_file(self.cases, case_id)
        return file._replace(earlier=RecentCases(self.cases.author_cases).beside(file.case))

    def reply(self, request: ReplyRequest) -> Replied:
        """Queue the reply and return its post; the same request again returns the same post.

        Raises ApiError, RequestReused, and StoreBusy where it is unknown whether the reply was queued: the same request
        may be sent again.
        """
        for _ in range(_ATTEMPTS):
            with suppress(CaseMoved):  # the case changed meanwhile, perhaps by this very request
                return self._reply(_case_file(self.cases, request.case_id), request)
        raise StoreBusy(f"{request.case_id} changes faster than it can be answered")

    def _reply(self, file: CaseFile, request: ReplyRequest) -> Replied:
        """Reply to the case as it was read; raises CaseMoved where it has changed since."""
        if event := event_of_request(file, request.request):
            earlier = [each for each in file.events if each.post_id != event.post_id]
            checked = check_reply(event.text, earlier, callers_of(file), self.brand, event.at)
            return Replied(self._repeated(file, event), checked.findings)
        if request.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        change = self._change(file, request)
        if change.post is None:
            raise ReplyBlocked("gone", phrase(self.brand.language, "answer.refusal.gone"))
        saved = self.cases.save(change.after, file.case, change.event)
        return Replied(_post_of_result(self.send.send(saved, change.event, change.post)), change.findings)

    def _change(self, file: CaseFile, request: ReplyRequest) -> CaseChange:
        is_paused, opted_out_at = stops_replies(self.switch.current()), self.opt_outs.opted_out_at(file.case.author_id)
        action = ActionRequest(
            file,
            OPERATOR,
            is_paused,
            request.fields,
            request.request,
            self.clock(),
            self.brand,
            opted_out_at,
            is_named=request.is_named,
        )
        try:
            return answer_change(action)
        except InvalidField as exc:
            if not exc.message.key.startswith(_BLOCK_KEYS):
                raise _invalid_field(exc.message, self.brand) from None
            sentence = phrase(self.brand.language, exc.message.key, **exc.message.values)
            raise ReplyBlocked(exc.message.key.removeprefix(_BLOCK_KEYS), sentence) from None

    def _repeated(self, file: CaseFile, event: CaseEvent) -> Post:
        """The reply of the same request; where that was cut off between the case and the queue, this finishes it."""
        if known := self.posts.get(event.post_id or ""):
            return known
        is_unchanged = waits_for(event, file.case) and event.post_id == f"reply-{file.case.id}-{file.case.version - 1}"
        post = (
            queued_post(file, event, self.brand) if is_unchanged and self.clock() - event.at < RESEND_WITHIN else None
        )
        if post is None:
            raise StoreBusy(f"the outcome of {event.post_id} is not known yet")
        return _post_of_result(self.send.send(file.case, event, post))


class UrgencyRequest(NamedTuple):
    """A request to correct a case's urgency to high or normal; `request` and `version` are as in ReplyRequest."""

    case_id: str
    urgency: Urgency
    name: str
    request: str
    version: int | None


class UrgencyCorrections(NamedTuple):
    """Corrects the urgency of cases."""

    cases: CaseStore
    brand: Brand
    clock: Callable[[], datetime]

    def correct(self, request: UrgencyRequest) -> Case:
        """The case with the requested urgency; the same request again changes nothing.

        Raises ApiError, RequestReused, StoreBusy.
        """
        for _ in range(_ATTEMPTS):
            with suppress(CaseMoved):  # the case changed meanwhile, perhaps by this very request
                return self._correct(_case_file(self.cases, request.case_id), request)
        raise StoreBusy(f"{request.case_id} changes faster than it can be corrected")

    def _correct(self, file: CaseFile, request: UrgencyRequest) -> Case:
        """Correct the case as it was read; raises CaseMoved where it has changed since."""
        if event_of_request(file, request.request):
            return file.case
        if request.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        if file.case.urgency is request.urgency:
            return file.case
        action = ActionRequest(file, OPERATOR, False, {"name": request.name}, request.request, self.clock(), self.brand)
        try:
            change = ACTIONS[_ACTIONS[request.urgency]](action)
        except InvalidField as exc:
            if not exc.message.field:
                raise NotWaiting(file.case.state) from None
            raise _invalid_field(exc.message, self.brand) from None
        return self.cases.save(change.after, file.case, change.event)


_ACTIONS = {Urgency.HIGH: Action.RAISE, Urgency.NORMAL: Action.LOWER}


def event_of_request(file: CaseFile, request: str) -> CaseEvent | None:
    """The event that this request made, if any.

    Raises ReplyNotPosted where its reply failed, RequestReused where its key came with another request.
    """
    key = request.rpartition("-")[0] + "-"
    event = next((event for event in file.events if event.request.startswith(key)), None)
    if event and event.request != request:
        raise RequestReused
    if event and done_event(file, request) is None:
        failures = (
            each.text for each in file.events if each.post_id == event.post_id and each.what is CaseEventKind.NOT_SAID
        )
        raise ReplyNotPosted(next(failures, ""))
    return event


def _case_file(cases: CaseStore, case_id: str) -> CaseFile:
    file = cases.file(case_id) if is_case_id(case_id) else None
    if file is None:
        raise NoSuchCase
    return file


def _post_of_result(sent: SendResult) -> Post:
    if sent.error:
        raise invalid_fields(FieldError("text", sent.not_said.text if sent.not_said else str(sent.error)))
    if sent.post is None:
        raise StoreBusy(sent.unsure)
    return sent.post


def _invalid_field(message: Message, brand: Brand) -> ApiError:
    sentence = phrase(brand.language, message.key, **message.values)
    return invalid_fields(FieldError(message.field or "text", sentence))


_HASH_DIGITS = 24
"""Hexadecimal digits that identify a key and a body."""

State = Annotated[
    Literal["waiting", "open", "drafted", "queued", "promised", "answered", "moved", "closed"],
    Query(description="The state of the cases; `waiting` stands for all states without an answer."),
]
Department = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="The department's key; all when absent.")
]
Limit = Annotated[int, Query(ge=1, le=100, description="The most cases on a page.")]


class CaseRoutes(NamedTuple):
    """The routes. `authorize` returns the name of the caller's token; it raises ApiError where that lacks the right."""

    cases: CaseQueries
    replies: CaseReplies
    corrections: UrgencyCorrections
    authorize: Callable[[TokenRight], str]

    def register(self, app: ApiGatewayResolver) -> None:
        """Add the routes to this resolver."""
        app.get("/cases", summary="List cases", tags=["Cases"])(self.page)
        app.get("/cases/<case_id>", summary="Get a case", tags=["Cases"])(self.show)
        app.post("/cases/<case_id>/answer", summary="Answer a case", tags=["Cases"], status_code=202)(self.reply)
        app.post("/cases/<case_id>/urgency", summary="Correct a case's urgency", tags=["Cases"])(self.correct)

    def page(
        self, state: State = "waiting", department: Department = None, cursor: From = None, limit: Limit = 20
    ) -> Response[CaseListResponse]:
        """Cases, the last opened first. A change may take some seconds to show up. Needs the right `cases:read`."""
        self.authorize(TokenRight.READ_CASES)
        states = WAITING if state == "waiting" else {CaseState(state)}
        page = self.cases.page(states, department=department, limit=limit, cursor=cursor)
        return json_response(HTTPStatus.OK, case_list(page.cases, page.next_cursor))

    def show(self, case_id: str) -> Response[CaseResponse]:
        """The case with its mentions and events. Private numbers are masked. Needs the right `cases:read`."""
        self.authorize(TokenRight.READ_CASES)
        return json_response(HTTPStatus.OK, case_response(self.replies.case_with_earlier(case_id), self.replies.brand))

    def reply(self, case_id: str, body: ReplyBody, idempotency_key: Key = None) -> Response[ReplyResponse]:
        """Queue an answer as the operator: 202 with the posts as they will appear. Needs the right `cases:answer`."""
        by = self.authorize(TokenRight.ANSWER_CASES)
        identity, is_named = _request_identity(body, by, idempotency_key), body.name is not None
        request = ReplyRequest(case_id, _form_fields(body, by), identity, body.version, is_named)
        return json_response(HTTPStatus.ACCEPTED, self._answer(case_id, self.replies.reply(request)))

    def _answer(self, case_id: str, replied: Replied) -> ReplyResponse:
        warnings = check_warnings(replied.findings, self.replies.brand.language)
        return reply_response(case_id, replied.post, warnings)

    def correct(self, case_id: str, body: UrgencyBody, idempotency_key: Key = None) -> Response[CaseSummary]:
        """Correct the urgency. The new deadline counts from when the author asked. Needs the right `cases:answer`."""
        by = self.authorize(TokenRight.ANSWER_CASES)
        name, identity = by if body.name is None else body.name, _request_identity(body, by, idempotency_key)
        request = UrgencyRequest(case_id, Urgency(body.urgency), name, identity, body.version)
        return json_response(HTTPStatus.OK, case_summary(self.corrections.correct(request)))


def _form_fields(body: ReplyBody, by: str) -> Mapping[str, str]:
    """The fields of the page's form for the same reply; raises ApiError where the body contradicts itself."""
    if body.private and body.promised_until is not None:
        raise invalid_fields(FieldError("promised_until", "is not possible with private"))
    fields = {
        "action": Action.CONFIRM.value,
        "name": by if body.name is None else body.name,
        "text": body.text,
        "again": "1" if body.again else None,
        "holding": "1" if body.promised_until is not None else None,
        "promised_until": body.promised_until,
        "private": "1" if body.private else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _request_identity(body: ReplyBody | UrgencyBody, by: str, key: str | None) -> str:
    """See ReplyRequest. Keys belong to their token; without a key each request is one of its own."""
    if key is None:
        key_hash = secrets.token_hex(_HASH_DIGITS // 2)
    else:
        key_hash = sha256(f"{by}\0{key}".encode()).hexdigest()[:_HASH_DIGITS]
    return f"api-{key_hash}-{fingerprint(body)[:_HASH_DIGITS]}"
