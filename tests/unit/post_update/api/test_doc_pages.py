"""docs/cms.md and docs/cases-api.md show calls as they are really answered, and name every error there is."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from copy import replace
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from jsonschema import Draft202012Validator

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.posts.model import PostKind, PostReason, PostState
from desk.posts.performance import MeasuredAge, Measurement, Performance
from desk.posts.transitions import held
from desk.replies.policy import BlockReason
from desk.x.model import PostMetrics
from tests.fakes.api_tokens import CMS, CRM, EDITOR
from tests.unit.post_update.api.a_case import CASE, EARLIER, with_case
from tests.unit.post_update.api.scene import NOON, Answer, Scene, a_post

ROOT = Path(__file__).parents[4]
CMS_PAGE, CASES_PAGE = ROOT / "docs" / "cms.md", ROOT / "docs" / "cases-api.md"
SHOWN_HEADERS = ("Content-Type", "WWW-Authenticate", "Retry-After", "Allow")
_BLOCKS = re.compile(r"<!-- (?P<event>.+?) -->|```sh\n(?P<call>curl .+?)```\n\n```http\n(?P<answer>.+?)```", re.DOTALL)


class Call(NamedTuple):
    """One curl call."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str | None


class Step(NamedTuple):
    """A step of the page: an event, or a call and its answer."""

    event: str | None
    call: str
    answer: str


def steps_of(page: str) -> Iterator[Step]:
    """The steps in their order."""
    for found in _BLOCKS.finditer(page):
        yield Step(found["event"], found["call"] or "", found["answer"] or "")


def call_of(command: str, variables: Mapping[str, str]) -> Call:
    """The call that a shell would make, with these variables set; raises KeyError for one that is not set."""
    words = shlex.split(Template(command).substitute(variables).replace("\\\n", " "))
    method, url, body, headers = "", "", None, {}
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-d":
            body = next(rest).replace("\n", "")  # as curl does
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif not word.startswith("-"):
            url = word
    parts = urlsplit(url)
    return Call(method or ("POST" if body else "GET"), parts.path, dict(parse_qsl(parts.query)), headers, body)


def shown(answer: Answer) -> str:
    """An answer as the page shows it: what `curl -i` prints, save what is of no interest, with the JSON laid out."""
    status = HTTPStatus(answer.status)
    headers = [f"{name}: {answer.headers[name]}" for name in SHOWN_HEADERS if name in answer.headers]
    body = json.dumps(answer.json, ensure_ascii=False, indent=2)
    return "\n".join([f"HTTP/2 {status.value}", *headers, "", body, ""])


def with_answers(page: str, answers: list[str]) -> str:
    """The page with these answers in place of its own, in order."""
    left = iter(answers)

    def replaced(found: re.Match[str]) -> str:
        return found[0] if found["event"] else f"```sh\n{found['call']}```\n\n```http\n{next(left)}```"

    return _BLOCKS.sub(replaced, page)


def ids_of(value: Any) -> Iterator[str]:
    """Every id of a post in an answer."""
    if isinstance(value, dict):
        yield from (str(value[name]) for name in ("id", "earlier") if name in value)
        for part in value.values():
            yield from ids_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from ids_of(part)


# docs/cms.md

IDS = ("7q2m4xd93k0p", "d4k8pr2wn9hs", "b5v8nw1rj6te", "m0c3hz7y2gqa", "c6w1y9gd2n4s", "p3k8t5d0xw2p")


class Reader:
    """Somebody who tries the page from top to bottom."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.variables = {"DESK_TOKEN": CMS.token, "EDITOR_TOKEN": EDITOR.token}

    def answers_of(self, page: str) -> list[str]:
        """Every answer, as the page shows it."""
        answers = []
        for step in steps_of(page):
            if step.event:
                self.happens(step.event)
            else:
                answers.append(shown(self.sends(call_of(step.call, self.variables))))
        return answers

    def sends(self, call: Call) -> Answer:
        answer = self.scene.call(
            call.method, call.path, call.body, token=None, headers=lower(call.headers), query=call.query
        )  # fmt: skip
        external_id = answer.json.get("external_id")
        if external_id:
            self.variables[external_id.upper().replace("-", "_")] = answer.json["id"]
        return answer

    def happens(self, event: str) -> None:
        store = self.scene.store
        if event == "the post is on X":
            article = store.posts[self.variables["ARTICLE_4711"]]
            store.put(article._replace(state=PostState.PUBLISHED, x_id="1993100000000000001", spent_micro_usd=200_000))
        elif event == "the post on X was measured":
            x_id = store.posts[self.variables["ARTICLE_4711"]].x_id or ""
            hour, day = PostMetrics(12, 3, 5, 1, 1_240), PostMetrics(20, 4, 9, 2, 3_105)
            measured = {
                MeasuredAge.HOUR: Measurement(hour, NOON + timedelta(minutes=65)),
                MeasuredAge.DAY: Measurement(day, NOON + timedelta(hours=24, minutes=5)),
            }
            self.scene.performances.put(Performance(x_id, PostKind.ANNOUNCEMENT, measured))
        elif event == "the tables are busy":
            store.fail_before.append("holder")
        elif event == "a post was held":
            post = a_post(PostState.QUEUED)._replace(id="k4s9d1f7x2ha", text="개편 안내", weighted_length=9)
            store.put(held(post))
            self.variables["HELD"] = "k4s9d1f7x2ha"
        else:
            raise ValueError(event)


def lower(headers: dict[str, str]) -> dict[str, str]:
    """As API Gateway hands them on."""
    return {name.lower(): value for name, value in headers.items()}


def test_every_call_of_the_cms_page_is_answered_as_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(IDS)
    monkeypatch.setattr("desk.posts.submit.new_post_id", lambda: next(ids, f"unforeseen-{next(count())}"))
    page = CMS_PAGE.read_text(encoding="utf-8")

    answers = Reader().answers_of(page)

    assert len(answers) >= 20
    assert page == with_answers(page, answers)


def test_the_cms_page_explains_every_state_and_reason() -> None:
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", CMS_PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert {state.value for state in PostState} | {reason.value for reason in PostReason} <= rows


# docs/cases-api.md

CONTRACTS = ROOT / "docs" / "contracts"
API, WEB = ROOT / "functions" / "post_update" / "api", ROOT / "functions" / "desk" / "web"
POST_ID = f"reply-{CASE.id}-1"
AUTOMATIC = {BlockReason.AUTOMATIC_TWICE.value}
"""What no person's answer meets."""


def change_case(event: str, scene: Scene) -> None:
    now = scene.cases.cases[CASE.id]
    if event == "the reply is on X":
        answered = CaseEvent(CaseEventKind.ANSWERED, NOON, "박지민", post_id=POST_ID, asked_at=NOON)
        scene.cases.cases[CASE.id] = replace(now, state=CaseState.ANSWERED, draft=None, version=3)
        scene.cases.events[CASE.id].append(answered._replace(text=scene.store.posts[POST_ID].text))
    elif event == "its author asks again":
        due = NOON + timedelta(hours=3)
        scene.cases.cases[CASE.id] = replace(now, state=CaseState.OPEN, version=4, first_due_at=due, due_at=due)
    else:
        raise ValueError(event)


def answers_of(page: str) -> list[str]:
    """Every answer, as the page shows it, by who tries it from top to bottom."""
    scene, answers = with_case(), []
    for step in steps_of(page):
        if step.event:
            change_case(step.event, scene)
            continue
        call = call_of(step.call, {"DESK_TOKEN": CRM.token})
        headers = {name.lower(): value for name, value in call.headers.items()}
        answers.append(
            shown(scene.call(call.method, call.path, call.body, token=None, headers=headers, query=call.query))
        )
    return answers


def test_every_call_of_the_page_of_cases_is_answered_as_it_shows() -> None:
    page = CASES_PAGE.read_text(encoding="utf-8")

    answers = answers_of(page)

    assert len(answers) >= 7
    assert page == with_answers(page, answers)


def test_the_pages_name_every_kind_of_problem_and_no_other() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for folder in (API, WEB) for path in folder.glob("*.py"))
    raised = set(re.findall(r'HTTPStatus\.\w+, "([a-z-]+)"', sources))

    named = [set(re.findall(r"`…:([a-z-]+)`", page.read_text(encoding="utf-8"))) for page in (CMS_PAGE, CASES_PAGE)]

    assert raised == named[0] | named[1]


def test_the_page_of_cases_explains_every_state_and_every_refusal() -> None:
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", CASES_PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    refusals = {refusal.value for refusal in BlockReason} - AUTOMATIC
    assert {state.value for state in CaseState} | refusals | {"gone"} <= rows


def test_the_answer_follows_the_contract() -> None:
    schema = json.loads((CONTRACTS / "cases-v1.schema.json").read_text(encoding="utf-8"))
    example = json.loads((CONTRACTS / "cases-v1.example.json").read_text(encoding="utf-8"))
    scene = with_case()
    scene.cases.put(EARLIER)
    scene.call("POST", f"/cases/{CASE.id}/answer", {"text": "다시 보내 드렸습니다."}, token=CRM)

    answer = scene.call("GET", f"/cases/{CASE.id}", token=CRM).json

    Draft202012Validator.check_schema(schema)
    contract = Draft202012Validator(schema)
    assert [error.message for error in contract.iter_errors(answer)] == []
    assert [error.message for error in contract.iter_errors(example)] == []
    assert example == answer


def test_the_contract_promises_nothing_that_the_api_does_not_describe() -> None:
    schema = json.loads((CONTRACTS / "cases-v1.schema.json").read_text(encoding="utf-8"))
    document = with_case().call("GET", "/openapi.json", token=None).json["components"]["schemas"]

    for ours, theirs in {
        "case": "CaseSummary",
        "mention": "MentionResponse",
        "event": "EventResponse",
        "earlier": "EarlierCaseResponse",
    }.items():
        assert set(schema["$defs"][ours]["properties"]) == set(document[theirs]["properties"])
