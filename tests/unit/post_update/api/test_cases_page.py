"""docs/cases-api.md shows calls as they are really answered; it and docs/cms.md name every error there is."""

import json
import re
from copy import replace
from datetime import timedelta
from pathlib import Path

from jsonschema import Draft202012Validator

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.replies.policy import BlockReason
from tests.fakes.api_tokens import CRM
from tests.unit.post_update.api.a_case import CASE, EARLIER, with_case
from tests.unit.post_update.api.cms_page import PAGE as CMS_PAGE
from tests.unit.post_update.api.cms_page import call_of, shown, told, with_answers
from tests.unit.post_update.api.scene import NOON, Scene

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "cases-api.md"
CONTRACTS = ROOT / "docs" / "contracts"
API = ROOT / "functions" / "post_update" / "api"
POST_ID = f"reply-{CASE.id}-1"
AUTOMATIC = {BlockReason.AUTOMATIC_TWICE.value}
"""What no person's answer meets."""


def happens(event: str, scene: Scene) -> None:
    now = scene.cases.cases[CASE.id]
    if event == "the reply stands on X":
        said = CaseEvent(CaseEventKind.ANSWERED, NOON, "박지민", post_id=POST_ID, asked_at=NOON)
        scene.cases.cases[CASE.id] = replace(now, state=CaseState.ANSWERED, draft=None, version=3)
        scene.cases.events[CASE.id].append(said._replace(text=scene.store.posts[POST_ID].text))
    elif event == "its author asks again":
        due = NOON + timedelta(hours=3)
        scene.cases.cases[CASE.id] = replace(now, state=CaseState.OPEN, version=4, first_due_at=due, due_at=due)
    else:
        raise ValueError(event)


def answers_of(page: str) -> list[str]:
    """Every answer, as the page shows it, by who tries it from top to bottom."""
    scene, answers = with_case(), []
    for step in told(page):
        if step.event:
            happens(step.event, scene)
            continue
        call = call_of(step.call, {"DESK_TOKEN": CRM.token})
        headers = {name.lower(): value for name, value in call.headers.items()}
        answers.append(
            shown(scene.call(call.method, call.path, call.body, token=None, headers=headers, query=call.query))
        )
    return answers


def test_every_call_on_the_page_is_answered_as_it_shows() -> None:
    page = PAGE.read_text(encoding="utf-8")

    answers = answers_of(page)

    assert len(answers) >= 7
    assert page == with_answers(page, answers)


def test_the_pages_name_every_kind_of_problem_and_no_other() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in API.glob("*.py"))
    raised = set(re.findall(r'HTTPStatus\.\w+, "([a-z-]+)"', sources))

    named = [set(re.findall(r"`…:([a-z-]+)`", page.read_text(encoding="utf-8"))) for page in (CMS_PAGE, PAGE)]

    assert raised == named[0] | named[1]


def test_the_page_explains_every_state_and_every_refusal() -> None:
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    refusals = {refusal.value for refusal in BlockReason} - AUTOMATIC
    assert {state.value for state in CaseState} | refusals | {"gone"} <= rows


def test_what_is_answered_keeps_the_contract() -> None:
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
        "mention": "MentionAnswer",
        "event": "EventAnswer",
        "earlier": "EarlierCaseAnswer",
    }.items():
        assert set(schema["$defs"][ours]["properties"]) == set(document[theirs]["properties"])
