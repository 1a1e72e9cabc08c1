"""Why a case is not shown or answered."""

import secrets
from collections.abc import Callable, Mapping
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
from desk.errors import CaseMoved, DeskError, StoreBusy
from desk.i18n import phrase
from desk.posts.errors import RequestReused
from desk.posts.model import Post
from desk.posts.pause import PauseSwitch
from desk.posts.store import PostStore
from desk.reading import OPERATOR, Urgency
from desk.replies.forms import Asked, InvalidField, Step
from desk.replies.send import FINISHES, Said, Say, answer_step, done_before, post_of, waits_for
from desk.replies.steps import STEPS
from desk.replies.view import Action, Message
from post_update.api.auth import Right
from post_update.api.case_schemas import (
    CaseAnswer,
    CaseListAnswer,
    CaseSummary,
    ReplyAnswer,
    ReplyBody,
    UrgencyBody,
    case_answer,
    case_list,
    case_summary,
    reply_answer,
)
from post_update.api.http import BadField, Refused, bad_fields, response
from post_update.api.posts import From, Key
from post_update.api.schemas import fingerprint


class NoSuchCase(DeskError):
    """There is no case of this number."""


class CaseChanged(DeskError):
    """The case is not at the version that was read; `version` is where it is."""

    def __init__(self, version: int) -> None:
        super().__init__("The case has changed since it was read; look at it as it is now.")
        self.version = version


class NoReply(DeskError):
    """No reply may go out to this case now; `reason` is the gate's word for why, the message a sentence for people."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NobodyWaits(DeskError):
    """How urgent it is matters no more: the author has an answer, or a reply is on its way; `state` says which."""

    def __init__(self, state: CaseState) -> None:
        super().__init__("Only a case whose author waits, with no reply on its way, can be corrected.")
        self.state = state


class BadAnswer(DeskError):
    """What was written can't be sent; the message says what to correct in `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotSaid(DeskError):
    """The reply that this request sent wasn't posted to X: the case waits again, with its text as a draft."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This request's reply wasn't posted to X ({why}); answer with a key of its own.")


_TRIES = 4
_REFUSES = "answer.refusal."
"""How the catalogue's keys begin for what the gate refuses."""


class Wanted(NamedTuple):
    """An answer that is wanted: the fields of the page's form, and the case's `version` that was read, if known.

    `is_named`: the caller says which person answers. `request` names what is asked: its beginning up to and with the
    last hyphen who asks, so that whatever begins alike is the same asker's request and has to be the same.
    """

    case_id: str
    fields: Mapping[str, str]
    request: str
    version: int | None
    is_named: bool


class AnswerCases(NamedTuple):
    """The use case. `posts` is where replies are found again."""

    cases: CaseStore
    posts: PostStore
    switch: PauseSwitch
    opt_outs: OptOuts
    say: Say
    brand: Brand
    clock: Callable[[], datetime]

    def run(self, wanted: Wanted) -> Post:
        """The reply, which is on its way; the same request again makes no second one.

        Raises NoSuchCase, CaseChanged, NoReply, BadAnswer, NotSaid, RequestReused, and StoreBusy where nobody knows
        whether it is on its way: asking again for the same is safe.
        """
        for _ in range(_TRIES):
            with suppress(CaseMoved):  # somebody else was faster: perhaps this very request
                return self._once(self.file(wanted.case_id), wanted)
        raise StoreBusy(f"{wanted.case_id} moves faster than it can be answered")

    def file(self, case_id: str) -> CaseFile:
        """The case with all that belongs to it; raises NoSuchCase and StoreBusy."""
        file = self.cases.file(case_id) if is_case_id(case_id) else None
        if file is None:
            raise NoSuchCase(case_id)
        return file

    def shown(self, case_id: str) -> CaseFile:
        """As `file`, with the author's other cases."""
        file = self.file(case_id)
        return file._replace(earlier=RecentCases(self.cases.author_cases).beside(file.case))

    def _once(self, file: CaseFile, wanted: Wanted) -> Post:
        """The same for the case as it was just seen; raises CaseMoved where it is not so any more."""
        if before := done_by_request(file, wanted.request):
            return self._repeated(file, before)
        if wanted.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        return self._sent(self._step(file, wanted), file)

    def _step(self, file: CaseFile, wanted: Wanted) -> Step:
        is_paused, opted_out_at = self.switch.current() is not None, self.opt_outs.since(file.case.author_id)
        asked = Asked(
            file,
            OPERATOR,
            is_paused,
            wanted.fields,
            wanted.request,
            self.clock(),
            self.brand,
            opted_out_at,
            is_named=wanted.is_named,
        )
        try:
            return answer_step(asked)
        except InvalidField as exc:
            raise self._refusal(exc.message) from None

    def _sent(self, step: Step, file: CaseFile) -> Post:
        if step.post is None:
            raise NoReply("gone", self._sentence("answer.refusal.gone"))
        return self._said(self.say.run(step.after, file.case, step.event, step.post))

    def _said(self, said: Said) -> Post:
        if said.refusal:
            raise BadAnswer("text", said.not_said.text if said.not_said else str(said.refusal))
        if said.post is None:
            raise StoreBusy(said.unsure)
        return said.post

    def _repeated(self, file: CaseFile, before: CaseEvent) -> Post:
        """The reply of the same request, or what finishes it where it was cut off between the case and the queue."""
        if found := self.posts.get(before.post_id or ""):
            return found
        is_as_left = waits_for(before, file.case) and before.post_id == f"reply-{file.case.id}-{file.case.version - 1}"
        post = post_of(file, before, self.brand) if is_as_left and self.clock() - before.at < FINISHES else None
        if post is None:
            raise StoreBusy(f"nobody knows yet what became of {before.post_id}")
        return self._said(self.say.queue(file.case, before, post))

    def _refusal(self, message: Message) -> NoReply | BadAnswer:
        sentence = self._sentence(message.key, **message.values)
        if message.key.startswith(_REFUSES):
            return NoReply(message.key.removeprefix(_REFUSES), sentence)
        return BadAnswer(message.field or "text", sentence)

    def _sentence(self, key: str, **values: object) -> str:
        return phrase(self.brand.language, key, **values)


def done_by_request(file: CaseFile, request: str) -> CaseEvent | None:
    """What this request did; raises NotSaid where it came to nothing, RequestReused where it was another one."""
    asker = request.rpartition("-")[0] + "-"
    ours = next((event for event in file.events if event.request.startswith(asker)), None)
    if ours and ours.request != request:
        raise RequestReused
    if ours and done_before(file, request) is None:
        why = (event.text for event in file.events if event.post_id == ours.post_id and _is_unsaid(event))
        raise NotSaid(next(why, ""))
    return ours


def _is_unsaid(event: CaseEvent) -> bool:
    return event.what is CaseEventKind.NOT_SAID


_ACTIONS = {Urgency.HIGH: Action.RAISE, Urgency.NORMAL: Action.LOWER}


class Correction(NamedTuple):
    """What is asked: how urgent the case is (high or normal), by whom, and the `version` that was read, if known.

    `request` names what is asked, as for an answer.
    """

    case_id: str
    urgency: Urgency
    name: str
    request: str
    version: int | None


class CorrectUrgency(NamedTuple):
    """The use case."""

    cases: CaseStore
    brand: Brand
    clock: Callable[[], datetime]

    def run(self, asked: Correction) -> Case:
        """The case, which is as urgent as was said; the same request again changes nothing.

        Raises NoSuchCase, CaseChanged, NobodyWaits, BadAnswer, RequestReused and StoreBusy.
        """
        for _ in range(_TRIES):
            with suppress(CaseMoved):  # somebody else was faster: perhaps this very request
                return self._once(self._file(asked.case_id), asked)
        raise StoreBusy(f"{asked.case_id} moves faster than it can be corrected")

    def _file(self, case_id: str) -> CaseFile:
        file = self.cases.file(case_id) if is_case_id(case_id) else None
        if file is None:
            raise NoSuchCase(case_id)
        return file

    def _once(self, file: CaseFile, asked: Correction) -> Case:
        """The same for the case as it was just seen; raises CaseMoved where it is not so any more."""
        if done_by_request(file, asked.request):
            return file.case
        if asked.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        if file.case.urgency is asked.urgency:
            return file.case
        fields = {"name": asked.name}
        try:
            step = STEPS[_ACTIONS[asked.urgency]](
                Asked(file, OPERATOR, False, fields, asked.request, self.clock(), self.brand)
            )
        except InvalidField as exc:
            if not exc.message.field:
                raise NobodyWaits(file.case.state) from None
            raise BadAnswer(
                exc.message.field, phrase(self.brand.language, exc.message.key, **exc.message.values)
            ) from None
        return self.cases.save(step.after, file.case, step.event)


_HEX = 24
"""Hexadecimal digits of a hash that tell one request from another."""

State = Annotated[
    Literal["waiting", "open", "drafted", "queued", "promised", "answered", "moved", "closed"],
    Query(description="Where the cases stand; `waiting` is every state in which the author has no answer yet."),
]
Department = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="Its key in desk.yaml; all when absent.")
]
Limit = Annotated[int, Query(ge=1, le=100, description="Cases on a page, at most.")]


class CaseRoutes(NamedTuple):
    """The routes. `caller` tells whose token the request bears, if it is good for what is needed; else Refused."""

    cases: CaseQueries
    answers: AnswerCases
    urgency: CorrectUrgency
    caller: Callable[[Right], str]

    def register(self, app: ApiGatewayResolver) -> None:
        """Have the routes in this resolver."""
        app.get("/cases", summary="List cases", tags=["Cases"])(self.page)
        app.get("/cases/<case_id>", summary="See a case", tags=["Cases"])(self.show)
        app.post("/cases/<case_id>/answer", summary="Answer a case", tags=["Cases"], status_code=202)(self.reply)
        app.post("/cases/<case_id>/urgency", summary="Correct how urgent a case is", tags=["Cases"])(self.correct)

    def page(
        self, state: State = "waiting", department: Department = None, cursor: From = None, limit: Limit = 20
    ) -> Response[CaseListAnswer]:
        """Cases, the last opened first; a fresh change may show some seconds later. Needs `cases:read`."""
        self.caller(Right.READ_CASES)
        states = WAITING if state == "waiting" else {CaseState(state)}
        page = self.cases.page(states, department=department, limit=limit, cursor=cursor)
        return response(HTTPStatus.OK, case_list(page.cases, page.next_cursor))

    def show(self, case_id: str) -> Response[CaseAnswer]:
        """The case with what was written and done; private numbers are masked. Needs `cases:read`."""
        self.caller(Right.READ_CASES)
        return response(HTTPStatus.OK, case_answer(self.answers.shown(case_id), self.answers.brand))

    def reply(self, case_id: str, body: ReplyBody, idempotency_key: Key = None) -> Response[ReplyAnswer]:
        """Send an answer on its way to X as the operator: 202 with what will stand there. Needs `cases:answer`."""
        by = self.caller(Right.ANSWER_CASES)
        request, is_named = _request(body, by, idempotency_key), body.name is not None
        wanted = Wanted(case_id, _fields(body, by), request, body.version, is_named)
        return response(HTTPStatus.ACCEPTED, reply_answer(case_id, self.answers.run(wanted)))

    def correct(self, case_id: str, body: UrgencyBody, idempotency_key: Key = None) -> Response[CaseSummary]:
        """Say how urgent the case is: its deadline follows, counted since it was asked. Needs `cases:answer`."""
        by = self.caller(Right.ANSWER_CASES)
        name, request = by if body.name is None else body.name, _request(body, by, idempotency_key)
        asked = Correction(case_id, Urgency(body.urgency), name, request, body.version)
        return response(HTTPStatus.OK, case_summary(self.urgency.run(asked)))


def _fields(body: ReplyBody, by: str) -> Mapping[str, str]:
    """The form of the page that says the same; raises Refused where it would say two things."""
    if body.private and body.promised_until is not None:
        raise Refused(bad_fields([BadField("promised_until", "can't be promised by the way into private")]))
    given = {
        "action": Action.CONFIRM.value,
        "name": by if body.name is None else body.name,
        "text": body.text,
        "again": "1" if body.again else None,
        "holding": "1" if body.promised_until is not None else None,
        "promised_until": body.promised_until,
        "private": "1" if body.private else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _request(body: ReplyBody | UrgencyBody, by: str, key: str | None) -> str:
    """Names the request: by its token and key, if it has one, and then by what is in it."""
    asker = sha256(f"{by}\0{key}".encode()).hexdigest()[:_HEX] if key is not None else secrets.token_hex(_HEX // 2)
    return f"api-{asker}-{fingerprint(body)[:_HEX]}"
