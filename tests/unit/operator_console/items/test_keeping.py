"""Keeping a post among the favourites from any list, and taking that back."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from desk.favourites.store import MOST_NOTES, FavouriteNote, keep_of
from desk.mentions.model import Stage, StoredMention
from tests.families import for_each
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


SHARED = (
    {"text": "https://x.com/kim/status/5001?s=46&t=abc"},
    {"title": "X", "text": "이 글 좀 봐요 https://twitter.com/i/web/status/5001"},
    {"url": "https://mobile.x.com/kim/statuses/5001", "text": ""},
)


@for_each("shared", SHARED)
def test_what_xs_app_shares_leads_to_a_page_that_asks(shared: dict[str, str]) -> None:
    response = ConsoleScene().get(f"keep?{urlencode(shared)}")

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/keep/m5001")


@for_each(
    "text",
    ["", "https://x.com/kim", "https://example.com/status/5001", "https://notx.co/a/status/1", "x.com/a/status/x"],
)
def test_what_is_no_post_of_x_is_not_kept(text: str) -> None:
    assert ConsoleScene().get(f"keep?{urlencode({'text': text})}")["statusCode"] == 422


def test_a_shared_post_is_kept_by_a_person_and_not_by_its_address(scene: ConsoleScene) -> None:
    case = scene.have_case(1)
    post_id, person = case.mention_ids[0], scene.signed_in()
    [known] = scene.cases.file(case.id).mentions  # type: ignore[union-attr]
    scene.mentions.stored[post_id] = StoredMention(known.mention, Stage.NOTHING)

    page = html_of(person.get(f"keep/m{post_id}"))

    assert "이번 달 요금이 왜 이렇게 많이 나왔나요?" in page
    assert scene.favourites.stored == {}
    assert scene.get(f"keep/m{post_id}")["headers"]["location"] == f"/console/sign-in?to=keep/m{post_id}"
    assert person.post(f"keep/m{post_id}", {"shared": "1", "note": "좋은 말씀"})["statusCode"] == 303
    assert [note.text for note in scene.favourites.stored[post_id].notes] == ["좋은 말씀"]


def test_a_post_that_the_desk_never_had_is_kept_as_a_link_and_only_if_it_was_shared(scene: ConsoleScene) -> None:
    person, post_id = scene.signed_in(), "1990000000000000000"

    assert "링크로 남겨요" in html_of(person.get(f"keep/m{post_id}"))
    assert person.post(f"keep/m{post_id}", {"note": "아무나"})["statusCode"] == 404
    person.post(f"keep/m{post_id}", {"shared": "1", "note": "단골 소식"})

    kept = scene.favourites.stored[post_id]
    assert (kept.post, kept.author, kept.is_liked) == (None, None, False)
    shown = html_of(person.get("favourites"))
    assert "단골 소식" in shown
    assert f"praise/m{post_id}" not in shown, "its author is not known, so there are no words to pass on"


def test_a_viewer_keeps_nothing_that_was_shared(scene: ConsoleScene) -> None:
    assert scene.signed_in(VIEWER).get("keep/m5001")["statusCode"] == 403
