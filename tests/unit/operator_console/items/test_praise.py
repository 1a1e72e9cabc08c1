"""Praise is passed on to a department from a case, once, and can be taken back until its mail goes."""

from datetime import timedelta

import pytest

from desk.cases.model import Case
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import NOW


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


@pytest.fixture
def case(scene: ConsoleScene) -> Case:
    return scene.have_case(1, "billing")


def test_the_page_proposes_the_case_s_department_and_shows_the_words(scene: ConsoleScene, case: Case) -> None:
    page = html_of(scene.signed_in().get(f"praise/{case.id}"))

    assert "1번째 질문입니다" in page
    assert '<option value="billing" selected>' in page
    assert 'value="operator"' not in page
    assert f"praise/{case.id}" in html_of(scene.signed_in().get(f"inbox/all/{case.id}"))


def test_it_waits_in_the_outbox_for_the_person_s_undo_time(scene: ConsoleScene, case: Case) -> None:
    scene.signed_in().post(f"praise/{case.id}", {"department": "billing", "sentence": " 고맙습니다 "})

    [praise] = scene.praise.of_post(case.mention_ids[-1])
    assert (praise.department, praise.sentence, praise.by, praise.at) == ("billing", "고맙습니다", JIMIN.name, NOW)
    [entry] = scene.praise.outbox.entries("billing")
    assert entry.due_at == NOW + timedelta(seconds=10)
    assert "몇 분 안에 메일로 보내요" in html_of(scene.signed_in().get(f"praise/{case.id}"))


def test_a_department_is_offered_and_given_it_once(scene: ConsoleScene, case: Case) -> None:
    answers = [
        scene.signed_in(person).post(f"praise/{case.id}", {"department": "billing", "sentence": "또"})
        for person in (JIMIN, SUJIN)
    ]

    assert [answer["statusCode"] for answer in answers] == [303, 409]
    assert "이미 전한 곳" in html_of(answers[1])
    assert '<option value="billing"' not in html_of(scene.signed_in().get(f"praise/{case.id}"))
    assert len(scene.praise.stored) == 1


def test_it_is_taken_back_until_it_is_being_sent(scene: ConsoleScene, case: Case) -> None:
    for department in ("billing", "network"):
        scene.signed_in().post(f"praise/{case.id}", {"department": department})
    scene.praise.begin_sending(case.mention_ids[-1], "network")

    answers = [
        scene.signed_in().post(f"praise/{case.id}/take_back", {"department": department})
        for department in ("billing", "billing", "network")
    ]

    assert [answer["statusCode"] for answer in answers] == [303, 303, 409]
    assert [each.department for each in scene.praise.of_post(case.mention_ids[-1])] == ["network"]
    assert scene.praise.outbox.entries("billing") == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"department": "operator"}, "지금 전할 수 없습니다"),
        ({"department": "billing", "sentence": "가" * 501}, "너무 깁니다"),
    ],
)
def test_what_cannot_be_passed_on_is_said_with_what_was_typed(
    scene: ConsoleScene, case: Case, fields: dict[str, str], says: str
) -> None:
    answer = scene.signed_in().post(f"praise/{case.id}", fields)

    assert answer["statusCode"] == 409
    assert says in html_of(answer)
    assert fields.get("sentence", "") in html_of(answer)
    assert not scene.praise.stored


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_pass_praise_on(scene: ConsoleScene, case: Case, person: object) -> None:
    assert scene.signed_in(person).post(f"praise/{case.id}", {"department": "billing"})["statusCode"] == 403  # type: ignore[arg-type]
