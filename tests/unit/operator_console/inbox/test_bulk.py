"""One action on several cases: each is its own, and what fails is said for each."""

import json
import re
from typing import Any

import pytest

from desk.cases.model import CaseState
from desk.reading import Safety, Urgency
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, Response
from tests.unit.replies.scene import CASE

SECOND, THIRD = CASE._replace(id="7Q2M4-SECND"), CASE._replace(id="7Q2M4-TH1RD")
ALL = [CASE.id, SECOND.id, THIRD.id]


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.put(SECOND)
    scene.cases.put(THIRD)
    return scene


def act(scene: ConsoleScene, action: str, items: list[str], **fields: str) -> Response:
    form = {"request": "form-0001", "queue": "at_department", "item": items, **fields}
    return scene.signed_in().post(f"bulk/{action}", form, hx_request="true")


def rows(scene: ConsoleScene, *keys: str) -> list[str]:
    return [f"{key}:{scene.cases.cases[key].version}" for key in keys]


@pytest.mark.parametrize(
    ("action", "fields", "changed"),
    [
        ("take", {}, {"holder": "박지민"}),
        ("assign", {"holder": "이수진"}, {"holder": "이수진"}),
        ("hand", {"department": "network"}, {"department": "network"}),
        ("close", {"reason": "같은 장애 안내로 갈음"}, {"state": CaseState.CLOSED}),
    ],
)
def test_each_of_the_selected_cases_is_changed(
    scene: ConsoleScene, action: str, fields: dict[str, str], changed: dict[str, object]
) -> None:
    response = act(scene, action, rows(scene, CASE.id, SECOND.id), **fields)

    assert response["statusCode"] == 200
    assert json.loads(response["headers"]["hx-trigger"])["done"]["text"] == "2건을 처리했어요."
    for key in (CASE.id, SECOND.id):
        assert {name: getattr(scene.cases.cases[key], name) for name in changed} == changed
        assert [event.by for event in scene.cases.events[key]] == ["박지민"]
    assert scene.cases.cases[THIRD.id] == THIRD


def test_a_case_that_changed_meanwhile_is_left_and_named_while_the_others_are_changed(scene: ConsoleScene) -> None:
    items = rows(scene, *ALL)
    scene.cases.cases[SECOND.id] = SECOND._replace(version=7)

    body = act(scene, "take", items)["body"]

    assert "2건을 처리했고, 1건은 처리하지 못했어요." in body
    assert re.findall(r'<li><a href="/console/inbox/at_department/([^"]+)">', body) == [SECOND.id]
    assert [scene.cases.cases[key].holder for key in ALL] == ["박지민", None, "박지민"]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("take", {}),
        ("assign", {"holder": "이수진"}),
        ("hand", {"department": "network"}),
        ("close", {"reason": "같은 장애 안내로 갈음"}),
    ],
)
@pytest.mark.parametrize("changes", [{"safety": Safety.DANGER, "urgency": Urgency.HIGH}, {"safety": Safety.CHECK}])
def test_a_case_with_a_risk_is_left_alone_and_named_by_every_action_on_several(
    scene: ConsoleScene, action: str, fields: dict[str, str], changes: dict[str, Any]
) -> None:
    at_risk = SECOND._replace(**changes)
    scene.cases.cases[SECOND.id] = at_risk

    response = act(scene, action, rows(scene, *ALL), left_unshown="2", **fields)

    left = "3건은 남겨 두었어요: 위험·안전 확인 필요 1, 화면에 나오지 않은 글 2."
    assert json.loads(response["headers"]["hx-trigger"])["done"]["text"] == f"2건을 처리했어요. {left}"
    assert left in response["body"]
    assert re.findall(r'<li><a href="/console/inbox/at_department/([^"]+)">', response["body"]) == [SECOND.id]
    assert scene.cases.cases[SECOND.id] == at_risk


def test_a_case_whose_words_speak_of_self_harm_is_left_alone_however_it_was_read(scene: ConsoleScene) -> None:
    calm = scene.have_case(1)
    stored = scene.cases.mentions[calm.mention_ids[0]]
    post = stored.mention.post._replace(text="이제 죽고 싶어요")
    scene.cases.mentions[calm.mention_ids[0]] = stored._replace(mention=stored.mention._replace(post=post))

    act(scene, "take", rows(scene, calm.id))

    assert scene.cases.cases[calm.id].holder is None


def test_a_case_in_danger_that_is_opened_is_acted_on_as_any_other(scene: ConsoleScene) -> None:
    scene.cases.cases[SECOND.id] = SECOND._replace(safety=Safety.DANGER, urgency=Urgency.HIGH)
    form = {"request": "form-0001", "version": str(SECOND.version)}

    scene.signed_in().post(f"case/{SECOND.id}/take", form, hx_request="true")

    assert scene.cases.cases[SECOND.id].holder == "박지민"


def test_a_selection_of_which_nothing_was_on_the_screen_says_so(scene: ConsoleScene) -> None:
    response = act(scene, "take", [], left_unshown="3")

    assert "3건은 남겨 두었어요: 화면에 나오지 않은 글 3." in response["body"]


def test_a_mistake_is_said_for_each_case(scene: ConsoleScene) -> None:
    body = act(scene, "hand", rows(scene, CASE.id, SECOND.id), department="nowhere")["body"]

    assert body.count("넘길 부서를 골라 주세요.") == 2
    assert not scene.cases.events[CASE.id]


def test_the_same_form_twice_acts_once(scene: ConsoleScene) -> None:
    items = rows(scene, *ALL)

    assert [act(scene, "take", items)["statusCode"] for _ in range(2)] == [200, 200]
    assert [len(scene.cases.events[key]) for key in ALL] == [1, 1, 1]


def test_busy_tables_fail_only_what_they_fail(scene: ConsoleScene) -> None:
    items = rows(scene, *ALL)
    scene.cases.meanwhile["save"] += [lambda: None, lambda: scene.cases.busy.add("save")]

    body = act(scene, "take", items)["body"]

    assert "1건을 처리했고, 2건은 처리하지 못했어요." in body


@pytest.mark.parametrize("items", [[], ["nothing"], ["m500:0"], [f"7Q2M4-{n:05}:1" for n in range(51)]])
def test_a_selection_that_is_none_is_refused(scene: ConsoleScene, items: list[str]) -> None:
    assert act(scene, "take", items)["statusCode"] == 422


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_act_on_several_cases(scene: ConsoleScene, person: object) -> None:
    form = {"request": "form-0001", "item": rows(scene, *ALL)}

    assert scene.signed_in(person).post("bulk/take", form)["statusCode"] == 403  # type: ignore[arg-type]
    assert not scene.cases.events[CASE.id]


def test_no_text_can_be_sent_to_several_authors(scene: ConsoleScene) -> None:
    for action in ("send", "note", "private"):
        assert act(scene, action, rows(scene, *ALL), text="안녕하세요")["statusCode"] == 404


def test_without_scripts_a_page_says_what_was_done(scene: ConsoleScene) -> None:
    form = {"request": "form-0001", "queue": "at_department", "item": rows(scene, *ALL)}

    response = scene.signed_in(JIMIN).post("bulk/take", form)

    assert "3건을 처리했어요." in response["body"]
    assert 'href="/console/inbox/at_department"' in response["body"]
