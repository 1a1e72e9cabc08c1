"""`POST /cases/{id}/urgency`: a tool puts right how urgent a case is, once, and its deadline follows."""

from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseState
from desk.reading import Safety, Urgency
from tests.fakes.api_tokens import CRM
from tests.unit.post_update.api.a_case import CASE, PATH, with_case
from tests.unit.post_update.api.scene import Answer, Scene

KEY = {"idempotency-key": "ticket-88-urgent"}
HIGH_DUE = CASE.asked_at + timedelta(hours=1)


def correct(scene: Scene, urgency: str = "high", *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    return scene.call("POST", f"{PATH}/urgency", {"urgency": urgency, **more}, token=CRM, headers=headers)


def now(scene: Scene) -> Case:
    return scene.cases.cases[CASE.id]


def history(scene: Scene) -> list[tuple[str, str]]:
    return [(event.what.value, event.by) for event in scene.cases.events[CASE.id]]


def test_a_case_is_made_urgent_and_not_urgent_again() -> None:
    scene = with_case()

    high = correct(scene, name="박지민", version=1)
    normal = correct(scene, "normal", version=2)

    assert (high.status, high.json["urgency"], high.json["version"]) == (200, "high", 2)
    assert high.json["due_at"] == high.json["first_due_at"] == HIGH_DUE.isoformat().replace("+00:00", "Z")
    assert (normal.status, normal.json["urgency"], normal.json["version"]) == (200, "normal", 3)
    assert history(scene) == [("raised", "박지민"), ("lowered", "crm")]
    assert (now(scene).urgency, now(scene).wakes) == (Urgency.NORMAL, False)


def test_a_case_that_is_so_already_is_answered_as_it_is() -> None:
    scene = with_case()

    answer = correct(scene, "normal")

    assert (answer.status, answer.json["version"], history(scene)) == (200, 1, [])


def test_the_same_request_again_changes_nothing_more() -> None:
    scene = with_case()
    correct(scene, headers=KEY)
    correct(scene, "normal")

    again = correct(scene, headers=KEY)

    assert (again.status, again.json["urgency"]) == (200, "normal")
    assert [what for what, _ in history(scene)] == ["raised", "lowered"]


def test_a_key_that_comes_with_something_else_is_refused() -> None:
    scene = with_case()
    correct(scene, headers=KEY)

    assert correct(scene, "normal", headers=KEY).json["type"] == "urn:dorothy:problem:request-reused"


def test_a_case_that_has_changed_since_it_was_read_is_not_corrected() -> None:
    scene = with_case(version=4)

    answer = correct(scene, version=3)

    assert (answer.status, answer.json["version"], history(scene)) == (409, 4, [])


@pytest.mark.parametrize("state", [CaseState.QUEUED, CaseState.ANSWERED, CaseState.MOVED, CaseState.CLOSED])
def test_where_nobody_waits_there_is_nothing_to_put_right(state: CaseState) -> None:
    scene = with_case(state=state)

    answer = correct(scene)

    assert (answer.status, answer.json["type"], answer.json["state"]) == (
        409, "urn:dorothy:problem:nobody-waits", state.value,
    )  # fmt: skip


@pytest.mark.parametrize("body", [{"urgency": "low"}, {"urgency": "high", "kind": "fault"}, {}, {"urgency": "높음"}])
def test_other_fields_and_values_are_refused(body: dict[str, str]) -> None:
    scene = with_case()

    assert scene.call("POST", f"{PATH}/urgency", body, token=CRM).status == 422
    assert now(scene) == CASE


def test_an_invisible_name_is_refused() -> None:
    answer = correct(with_case(), name="\u200b")

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "name")


def test_a_case_that_is_not_there_is_not_found() -> None:
    assert Scene().call("POST", f"{PATH}/urgency", {"urgency": "high"}, token=CRM).status == 404


@pytest.mark.parametrize(("when", "events"), [("fail_before", 0), ("fail_after", 1)])
def test_a_store_that_gave_up_may_be_asked_again(when: str, events: int) -> None:
    scene = with_case()
    getattr(scene.cases, when).append("save")

    first = correct(scene, headers=KEY)
    between = len(history(scene))
    second = correct(scene, headers=KEY)

    assert (first.status, between, second.status) == (503, events, 200)
    assert history(scene) == [("raised", "crm")]


def test_a_colleague_who_was_faster_is_not_overruled_where_the_version_was_given() -> None:
    scene = with_case()
    scene.cases.meanwhile["save"].append(lambda: scene.cases.put(CASE._replace(version=2, holder="이두리")))

    assert correct(scene, version=1).status == 409
    assert (history(scene), now(scene).holder) == ([], "이두리")


def test_a_colleague_who_was_faster_costs_nothing_where_no_version_was_given() -> None:
    scene = with_case()
    scene.cases.meanwhile["save"].append(lambda: scene.cases.put(CASE._replace(version=2, holder="이두리")))

    answer = correct(scene)

    assert (answer.status, answer.json["version"], now(scene).due_at) == (200, 3, HIGH_DUE)


def test_a_tool_that_calls_it_urgent_makes_it_danger_and_never_clears_a_check() -> None:
    calm, urgent = with_case(safety=Safety.CHECK), with_case(safety=Safety.CHECK, urgency=Urgency.HIGH)

    high, normal = correct(calm), correct(urgent, "normal")

    assert (high.json["urgency"], now(calm).safety) == ("high", Safety.DANGER)
    assert (normal.json["urgency"], now(urgent).safety) == ("normal", Safety.CHECK)
    assert not {"safety", "unseen_since"} & (high.json.keys() | normal.json.keys())
