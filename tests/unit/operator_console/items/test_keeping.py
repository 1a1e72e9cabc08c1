"""Keeping a post among the favourites from any list, and taking that back."""

import json
from typing import Any

import pytest

from desk.favourites.store import MOST_NOTES, FavouriteNote, keep_of
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import NOW


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def done(response: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response["headers"]["hx-trigger"])["done"]
    return found


def unisolated(response: dict[str, Any]) -> str:
    """The HTML without the characters that isolate names."""
    return html_of(response).translate({0x2068: None, 0x2069: None})


PART = {"hx_request": "true"}


def test_the_newest_post_of_a_case_is_kept_with_who_and_when(scene: ConsoleScene) -> None:
    case = scene.have_case(1)

    answer = scene.signed_in().post(f"keep/{case.id}", {}, **PART)

    kept = scene.favourites.stored[case.mention_ids[-1]]
    assert (kept.is_liked, kept.case_id, kept.author) == (False, case.id, case.author)
    assert kept.notes == (FavouriteNote("", JIMIN.name, NOW, keep_of(JIMIN.id)),)
    assert "박지민 님 남김" in unisolated(answer)
    assert done(answer)["undo"].endswith(f"/keep/{case.id}/take_back")


def test_who_kept_it_is_marked_in_the_list_and_on_the_case(scene: ConsoleScene) -> None:
    case = scene.have_case(1)
    scene.signed_in().post(f"keep/{case.id}", {"note": "후기 이벤트 후보"}, **PART)
    scene.signed_in(SUJIN).post(f"keep/{case.id}", {}, **PART)

    page = unisolated(scene.signed_in().get(f"inbox/all/{case.id}"))

    assert page.count("박지민 님, 이수진 님 남김") == 2
    assert page.count("후기 이벤트 후보") >= 2


def test_each_takes_back_what_they_keep_and_it_can_be_kept_again_with_its_note(scene: ConsoleScene) -> None:
    case = scene.have_case(1)
    for person, note in ((JIMIN, "후보"), (SUJIN, "")):
        scene.signed_in(person).post(f"keep/{case.id}", {"note": note}, **PART)

    answer = scene.signed_in().post(f"keep/{case.id}/take_back", {}, **PART)

    assert [note.by for note in scene.favourites.stored[case.mention_ids[-1]].notes] == [SUJIN.name]
    assert done(answer)["fields"] == {"note": "후보"}
    scene.signed_in(SUJIN).post(f"keep/{case.id}/take_back", {}, **PART)
    assert not scene.favourites.stored


def test_the_list_of_favourites_shows_what_was_kept_and_takes_it_back(scene: ConsoleScene) -> None:
    case = scene.have_case(1)
    scene.signed_in().post(f"keep/{case.id}", {}, **PART)
    post_id = case.mention_ids[-1]

    page = html_of(scene.signed_in().get("favourites"))
    assert f'id="favourite-{post_id}"' in page
    assert "남긴 글" in page
    assert "♥" not in page.split('class="favourites"')[1].split("</ol>")[0]

    answer = scene.signed_in().post(f"favourites/{post_id}/remove_note", {"note": keep_of(JIMIN.id)}, **PART)
    assert not scene.favourites.stored
    assert done(answer)["undo"].endswith(f"/keep/m{post_id}")


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_who_may_not_act_keeps_nothing(scene: ConsoleScene, person: Any) -> None:
    case = scene.have_case(1)

    assert scene.signed_in(person).post(f"keep/{case.id}", {}, **PART)["statusCode"] == 403

    assert not scene.favourites.stored


def test_a_post_that_is_gone_or_full_of_notes_is_refused_with_a_sentence(scene: ConsoleScene) -> None:
    full = scene.have_case(2)
    scene.signed_in().post(f"keep/{full.id}", {}, **PART)
    kept = scene.favourites.stored[full.mention_ids[-1]]
    notes = tuple(FavouriteNote("", "x", NOW, str(number)) for number in range(MOST_NOTES))
    scene.favourites.stored[full.mention_ids[-1]] = kept._replace(notes=notes)

    answers = [scene.signed_in().post(f"keep/{key}", {}, **PART) for key in ("m404", full.id)]

    assert [answer["statusCode"] for answer in answers] == [404, 409]
    assert "남길 수 없습니다" in html_of(answers[1])


def test_while_marks_cannot_be_read_the_list_is_shown_without_them(scene: ConsoleScene) -> None:
    scene.have_case(1)
    scene.favourites.busy = True

    assert scene.signed_in().get("inbox/all")["statusCode"] == 200
