"""`/cases`: who waits for an answer, and answering."""

import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Literal, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from answer_case.view import Action
from desk.case import WAITING, CaseState
from desk.ports.api_tokens import Right
from desk.ports.case_list import CaseList
from desk.reading import Urgency
from post_update.door.answer_cases import AnswerCases, Wanted
from post_update.door.answers import answer
from post_update.door.case_answers import case_answer, case_list, case_summary
from post_update.door.case_shapes import CaseAnswer, CaseListAnswer, CaseSummary
from post_update.door.correct_urgency import Correction, CorrectUrgency
from post_update.door.post_routes import From, Key
from post_update.door.problems import BadField, Refused, bad_fields
from post_update.door.reply_shapes import ReplyAnswer, ReplyBody, UrgencyBody, reply_answer
from post_update.door.wanted import fingerprint

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

    cases: CaseList
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
        return answer(HTTPStatus.OK, case_list(page.cases, page.next_cursor))

    def show(self, case_id: str) -> Response[CaseAnswer]:
        """The case with what was written and done; private numbers are masked. Needs `cases:read`."""
        self.caller(Right.READ_CASES)
        return answer(HTTPStatus.OK, case_answer(self.answers.shown(case_id), self.answers.brand))

    def reply(self, case_id: str, body: ReplyBody, idempotency_key: Key = None) -> Response[ReplyAnswer]:
        """Send an answer on its way to X as the operator: 202 with what will stand there. Needs `cases:answer`."""
        by = self.caller(Right.ANSWER_CASES)
        request, is_named = _request(body, by, idempotency_key), body.name is not None
        wanted = Wanted(case_id, _fields(body, by), request, body.version, is_named)
        return answer(HTTPStatus.ACCEPTED, reply_answer(case_id, self.answers.run(wanted)))

    def correct(self, case_id: str, body: UrgencyBody, idempotency_key: Key = None) -> Response[CaseSummary]:
        """Say how urgent the case is: its deadline follows, counted since it was asked. Needs `cases:answer`."""
        by = self.caller(Right.ANSWER_CASES)
        name, request = by if body.name is None else body.name, _request(body, by, idempotency_key)
        asked = Correction(case_id, Urgency(body.urgency), name, request, body.version)
        return answer(HTTPStatus.OK, case_summary(self.urgency.run(asked)))


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
