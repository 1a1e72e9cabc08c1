"""`/cases`: list, read and answer cases, and correct their urgency."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.brand import Brand
from desk.cases.commands import CaseCommand, SendReply, SetUrgency
from desk.cases.model import WAITING, Case, CaseState, ReplyAs
from desk.cases.queries import CaseQueries
from desk.cases.store import CaseFile
from desk.checks.model import Finding
from desk.commands import RequestKey
from desk.errors import StoreBusy
from desk.i18n import phrase
from desk.posts.model import Post
from desk.posts.store import PostStore
from desk.reading import Urgency
from desk.replies.compose import reply_text
from desk.replies.errors import (
    CaseChanged,
    CaseNotOpened,
    CommandRefused,
    InvalidField,
    NothingToChange,
    NotPossible,
    ReplyBlocked,
    ReplyNotPosted,
)
from desk.replies.forms import name_in, promised
from desk.replies.messages import message_of
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.replies.perform import CaseCommands, CommandDone, Edge
from desk.web.problems import FieldError, HttpProblem, invalid_fields
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
from post_update.api.schemas import check_warnings, fingerprint, json_response


def case_problem_of(error: CommandRefused, language: str) -> HttpProblem:
    """The problem that callers get for a command that was not done."""
    message = message_of(error, language)
    sentence = phrase(language, message.key, **message.values) if message else ""
    match error:
        case CaseNotOpened():
            return HttpProblem(HTTPStatus.NOT_FOUND, "no-such-case", "There is no case with this number.")
        case CaseChanged():
            detail = "The case has changed since you read it. Read it again before you send this."
            return HttpProblem(HTTPStatus.CONFLICT, "case-changed", detail, version=error.version)
        case ReplyBlocked():
            return HttpProblem(HTTPStatus.CONFLICT, "no-reply", sentence, reason=error.reason.value)
        case NotPossible():
            detail = "Only a case that waits for an answer, with no reply on its way, can be corrected."
            return HttpProblem(HTTPStatus.CONFLICT, "nobody-waits", detail, state=error.state.value)
        case ReplyNotPosted():
            detail = f"The reply of this request was not posted to X ({error.reason}). Use a new key to answer again."
            return HttpProblem(HTTPStatus.CONFLICT, "not-said", detail)
        case _:
            return invalid_fields(FieldError((message and message.field) or "text", sentence))


class CaseDesk(NamedTuple):
    """Reads cases, and performs commands on them for the operator."""

    open_case: CaseOpener
    commands: CaseCommands
    posts: PostStore
    brand: Brand
    clock: Callable[[], datetime]

    def file(self, case_id: str) -> CaseFile:
        """The case with all its parts and the author's other cases. Raises HttpProblem, StoreBusy."""
        opened = self.open_case.with_earlier(self.open_case.by_number(case_id))
        if opened.file is None:
            raise self._not_opened(opened)
        return opened.file

    def perform(self, case_id: str, command: CaseCommand) -> CommandDone:
        """Do the command; given again, it changes nothing more.

        Raises HttpProblem, NothingToChange, RequestReused, StoreBusy.
        """
        open_case = partial(self.open_case.by_number, case_id)
        try:
            return self.commands.perform(command, open_case(), Edge(self.clock()), open_case)
        except CaseNotOpened as exc:
            raise self._not_opened(exc.opened) from None
        except NothingToChange:
            raise
        except CommandRefused as exc:
            raise case_problem_of(exc, self.brand.language) from None

    def correct(self, case_id: str, command: SetUrgency) -> Case:
        """The case with this urgency, also if it has it already. Raises as `perform` does."""
        try:
            return self.perform(case_id, command).case
        except NothingToChange as exc:
            return exc.case

    def reply(self, case_id: str, command: SendReply) -> tuple[Post, Sequence[Finding]]:
        """Queue the reply: its post, and what the pre-send check found in it.

        Raises as `perform` does; StoreBusy also where it is unknown whether the reply was queued.
        """
        done = self.perform(case_id, command)
        post = done.post or self.posts.get(done.event.post_id or "")
        if post is None:
            raise StoreBusy(done.unsure or f"the outcome of {done.event.post_id} is not known yet")
        return post, done.findings

    def _not_opened(self, opened: OpenedCase) -> Exception:
        if opened.outcome is OpenOutcome.UNAVAILABLE:
            return StoreBusy(opened.reason)
        return case_problem_of(CaseNotOpened(opened), self.brand.language)


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
    """The routes. `authorize` returns the name of the caller's token; it raises HttpProblem if that lacks the right."""

    cases: CaseQueries
    desk: CaseDesk
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
        return json_response(HTTPStatus.OK, case_list(page.cases, page.next_cursor, self.desk.clock()))

    def show(self, case_id: str) -> Response[CaseResponse]:
        """The case with its mentions and events. Private numbers are masked. Needs the right `cases:read`."""
        self.authorize(TokenRight.READ_CASES)
        file = self.desk.file(case_id)
        return json_response(HTTPStatus.OK, case_response(file, self.desk.brand, self.desk.clock()))

    def reply(self, case_id: str, body: ReplyBody, idempotency_key: Key = None) -> Response[ReplyResponse]:
        """Queue an answer as the operator: 202 with the posts as they will appear. Needs the right `cases:answer`."""
        token = self.authorize(TokenRight.ANSWER_CASES)
        with _invalid_fields(self.desk.brand.language):
            command = SendReply(
                **_origin(body, token, idempotency_key),
                text=reply_text(body.text),
                again=body.again,
                **_purpose(body, self.desk.brand, self.desk.clock()),
            )
        post, findings = self.desk.reply(case_id, command)
        warnings = check_warnings(findings, self.desk.brand.language)
        return json_response(HTTPStatus.ACCEPTED, reply_response(case_id, post, warnings))

    def correct(self, case_id: str, body: UrgencyBody, idempotency_key: Key = None) -> Response[CaseSummary]:
        """Correct the urgency. The new deadline counts from when the author asked. Needs the right `cases:answer`."""
        token = self.authorize(TokenRight.ANSWER_CASES)
        with _invalid_fields(self.desk.brand.language):
            command = SetUrgency(**_origin(body, token, idempotency_key), urgency=Urgency(body.urgency))
        return json_response(HTTPStatus.OK, case_summary(self.desk.correct(case_id, command), self.desk.clock()))


@contextmanager
def _invalid_fields(language: str) -> Iterator[None]:
    """Fields of a body that make no command, as a problem."""
    try:
        yield
    except InvalidField as exc:
        raise case_problem_of(exc, language) from None


def _purpose(body: ReplyBody, brand: Brand, now: datetime) -> dict[str, Any]:
    """What the reply is to its case. Raises HttpProblem where the body contradicts itself, and InvalidField."""
    if body.private and body.promise is not None:
        raise invalid_fields(FieldError("promise", "is not possible with private"))
    if body.private:
        return {"reply_as": ReplyAs.PRIVATE}
    if body.promise is None:
        return {"promise_stays": not body.keeps_promise}
    until = promised(body.promise.until, ZoneInfo(brand.timezone), now, field="promise.until")
    return {"reply_as": ReplyAs.HOLDING, "promised_until": until, "promise_words": body.promise.words}


def _origin(body: ReplyBody | UrgencyBody, token: str, key: str | None) -> dict[str, Any]:
    """Who gives the command, on which version of the case, and by which request. Raises InvalidField.

    Keys belong to their token; without one each request is one of its own.
    """
    digest = secrets.token_hex(_HASH_DIGITS // 2) if key is None else sha256(f"{token}\0{key}".encode()).hexdigest()
    return {
        "by": name_in({"name": token if body.name is None else body.name}),
        "seen": body.version,
        "key": RequestKey(f"api-{digest[:_HASH_DIGITS]}", fingerprint(body)[:_HASH_DIGITS]),
        "is_person": body.name is not None,
    }
