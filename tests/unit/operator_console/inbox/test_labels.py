"""The team's own labels: people put them on cases, rows show them, and lists are filtered by them."""

import re
from typing import Any

import pytest

from desk.cases.model import CaseEventKind, CaseState
from tests.unit.operator_console.inbox.test_inbox import keys, put, row_text, text_of
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, SignedIn, html_of

LABELS = {"vip": {"ko": "단골", "en": "Regular"}, "event": {"ko": "행사", "en": "Event"}}


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.brand = scene.brand._replace(labels=LABELS)
    scene.cases.cases.clear()
    return scene


def label(person: SignedIn, key: str, *labels: str, version: int = 1, **headers: str) -> Any:
    fields = {f"label-{each}": "1" for each in labels}
    about = {"version": str(version), "request": f"request-{'-'.join(labels)}-{version}"}
    return person.post(f"case/{key}/label", {**about, **fields}, **headers)


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.MOVED, CaseState.CLOSED])
def test_a_case_of_any_state_gets_labels_and_stays_as_it_is(state: CaseState, scene: ConsoleScene) -> None:
    case = put(scene, state=state)

    label(scene.signed_in(), case.id, "event", "vip")
    after = scene.cases.cases[case.id]

    assert after == case._replace(labels=("vip", "event"), version=2)
    [event] = scene.cases.events[case.id]
    assert (event.what, event.by, event.labels) == (CaseEventKind.LABELLED, "박지민", ("vip", "event"))


def test_rows_show_them_and_a_filter_has_an_address(scene: ConsoleScene) -> None:
    put(scene, 1, labels=("vip",))
    put(scene, 2)
    person = scene.signed_in()

    assert row_text(person, "to_answer", "AAAAA-00001").endswith("운영자 단골")
    assert keys(person, "inbox/to_answer?label=vip") == ["AAAAA-00001"]
    assert keys(person, "inbox/all?label=event") == []
    assert '<option value="vip" selected>단골</option>' in html_of(person.get("inbox/to_answer?label=vip"))


def test_they_are_taken_off_and_the_last_change_can_be_taken_back(scene: ConsoleScene) -> None:
    case = put(scene, labels=("vip",))
    person = scene.signed_in()

    done = label(person, case.id, hx_request="true")
    assert scene.cases.cases[case.id].labels == ()
    assert "라벨을 바꿨어요" in html_of(done)

    person.post(f"case/{case.id}/take_back", {"version": "2", "request": "taking-back"})
    assert scene.cases.cases[case.id].labels == ("vip",)


def test_the_history_says_who_changed_them(scene: ConsoleScene) -> None:
    case = put(scene)
    label(scene.signed_in(), case.id, "vip")

    page = text_of(html_of(scene.signed_in().get(f"case/{case.id}"))).replace("\u2068", "").replace("\u2069", "")

    assert "박지민 님이 라벨을 바꿨어요: 단골." in page


def test_a_label_that_desk_yaml_no_longer_has_stays_until_somebody_takes_it_off(scene: ConsoleScene) -> None:
    case = put(scene, labels=("old",))

    assert 'name="label-old" value="1" checked' in html_of(scene.signed_in().get(f"case/{case.id}"))
    label(scene.signed_in(), case.id, "old", "vip")
    assert scene.cases.cases[case.id].labels == ("vip", "old")


@pytest.mark.parametrize(("labels", "problem"), [(("nothing",), "고를 수 없는 라벨"), ((), "라벨이 그대로입니다")])
def test_a_mistake_is_said(labels: tuple[str, ...], problem: str, scene: ConsoleScene) -> None:
    case = put(scene)

    response = label(scene.signed_in(), case.id, *labels)

    assert (response["statusCode"], problem in html_of(response)) == (422, True)
    assert scene.cases.cases[case.id] == case


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_change_them(person: Any, scene: ConsoleScene) -> None:
    case = put(scene, department="billing")
    signed_in = scene.signed_in(person)

    assert label(signed_in, case.id, "vip")["statusCode"] == 403
    assert "label-vip" not in html_of(signed_in.get(f"case/{case.id}"))


def test_a_desk_without_labels_has_no_form_and_no_filter(scene: ConsoleScene) -> None:
    scene.brand = scene.brand._replace(labels={})
    case = put(scene)

    assert not re.search("label-|filter-label", html_of(scene.signed_in().get(f"inbox/to_answer/{case.id}")))
