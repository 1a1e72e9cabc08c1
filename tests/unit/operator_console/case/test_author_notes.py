"""Notes about an author, on every case of theirs: who may write and remove them, and what can be taken back."""

import json
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.cases.author_notes import AuthorNote
from desk.staff.model import Person, Role
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import CASE, NOW

ADD = f"case/{CASE.id}/author_note"
FORM = {"request": "form-1", "note": "짧게 답하는 것을 좋아하심"}
KIM = AuthorNote("n1", "영수증은 메일로 받으심", "김지은", BILLING.id, NOW)
DEVICES = Person("devices", "오단말", Role.DEPARTMENT, frozenset({"devices"}))


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def notes(scene: ConsoleScene) -> list[str]:
    return [note.text for note in scene.author_notes.of_author(CASE.author_id, NOW)]


def done(response: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response["headers"]["hx-trigger"])["done"]
    return found


def opened(scene: ConsoleScene, person: Person = JIMIN, key: str = CASE.id) -> str:
    return unescape(html_of(scene.signed_in(person).part(f"case/{key}")))


def test_a_note_is_on_all_cases_of_the_author_with_who_wrote_it_and_when(scene: ConsoleScene) -> None:
    scene.cases.put(CASE._replace(id="AAAAA-AAAAA", conversation_id="5"))
    scene.cases.put(CASE._replace(id="BBBBB-BBBBB", conversation_id="6", author=None, author_id="77"))

    response = scene.signed_in(SUJIN).post(ADD, FORM, hx_request="true")

    assert response["statusCode"] == 200
    for html in (response["body"], opened(scene, key="AAAAA-AAAAA"), opened(scene, VIEWER)):
        about = html[html.index('id="author-notes"') :]
        assert FORM["note"] in about
        assert "이수진" in about
        assert "오늘" in about
    assert FORM["note"] not in opened(scene, key="BBBBB-BBBBB")


def test_both_steps_are_taken_back_by_the_address_that_they_name(scene: ConsoleScene) -> None:
    jimin = scene.signed_in()

    added = done(jimin.post(ADD, FORM, hx_request="true"))
    removed = done(jimin.post(added["undo"].removeprefix("/console/"), hx_request="true"))
    assert notes(scene) == []
    restored = jimin.post(removed["undo"].removeprefix("/console/"), hx_request="true")

    assert (added["text"], removed["text"], done(restored)["text"]) == (
        "메모를 남겼어요.",
        "메모를 지웠어요.",
        "메모를 되살렸어요.",
    )
    assert notes(scene) == [FORM["note"]]
    assert added["key"] == CASE.id


def test_without_scripts_the_case_is_shown_again(scene: ConsoleScene) -> None:
    response = scene.signed_in().post(ADD, FORM)

    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/console/case/{CASE.id}")
    assert notes(scene) == [FORM["note"]]


@pytest.mark.parametrize(("person", "status"), [(JIMIN, 200), (BILLING, 200), (VIEWER, 403), (DEVICES, 404)])
def test_operators_and_the_cases_department_write_notes(person: Person, status: int, scene: ConsoleScene) -> None:
    assert scene.signed_in(person).post(ADD, FORM, hx_request="true")["statusCode"] == status
    assert len(notes(scene)) == (status == 200)


@pytest.mark.parametrize(
    ("person", "status"), [(JIMIN, 200), (BILLING, 200), (BILLING._replace(id="other"), 403), (VIEWER, 403)]
)
def test_who_wrote_a_note_and_operators_remove_it(person: Person, status: int, scene: ConsoleScene) -> None:
    scene.author_notes.add(CASE.author_id, KIM)
    path = f"{ADD}/{KIM.id}/remove"

    assert (f'action="/console/{path}"' in opened(scene, person)) is (status == 200)
    assert scene.signed_in(person).post(path, hx_request="true")["statusCode"] == status
    assert len(notes(scene)) == (status != 200)


@pytest.mark.parametrize("note", ["", "  \n", "가" * 501])
def test_a_note_without_words_or_with_too_many_is_refused_with_a_sentence(note: str, scene: ConsoleScene) -> None:
    response = scene.signed_in().post(ADD, {**FORM, "note": note}, hx_request="true")

    assert response["statusCode"] == 422
    assert "500자" in response["body"]
    assert notes(scene) == []


def test_nothing_is_noted_about_who_was_erased_and_nothing_comes_back_late(scene: ConsoleScene) -> None:
    scene.author_notes.add(CASE.author_id, KIM)
    scene.author_notes.erased.add(CASE.author_id)
    jimin = scene.signed_in()

    assert jimin.post(ADD, FORM, hx_request="true")["statusCode"] == 409
    jimin.post(f"{ADD}/{KIM.id}/remove", hx_request="true")
    scene.now = NOW + timedelta(minutes=11)
    assert scene.signed_in().post(f"{ADD}/{KIM.id}/restore", hx_request="true")["statusCode"] == 409


def test_private_numbers_in_a_note_are_masked_and_a_case_opens_without_its_notes(scene: ConsoleScene) -> None:
    scene.author_notes.add(CASE.author_id, KIM._replace(text="번호는 010-1111-2222"))

    assert "1111" not in opened(scene)
    scene.author_notes.busy = True
    assert "청구서가" in opened(scene)
