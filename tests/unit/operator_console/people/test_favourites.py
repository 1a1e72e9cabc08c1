"""Favourites in the console: listed by month, searched, annotated."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.favourites.store import MOST_NOTES, FavouriteNote, KeptFavourite
from desk.x.model import Author, Media, XPost
from operator_console.people.favourites import LONGEST_NOTE
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, Response, html_of
from tests.unit.replies.scene import NOW


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def like(scene: ConsoleScene, number: int, text: str | None = "고마워요", *, days: int = 0, **changes: Any) -> str:
    """A post that the account liked so many days ago; its id."""
    key, at = str(2_000_000 + number), NOW - timedelta(days=days)
    author = Author(str(9000 + number), f"fan{number}", f"팬{number}")
    post = XPost(key, text, author.id, NOW, key, "ko", (key,), author=author) if text is not None else None
    favourite = KeptFavourite(key, author.id, author, NOW, at, NOW, settled=True, post=post)
    scene.favourites.stored[key] = favourite._replace(**changes)
    return key


def page(scene: ConsoleScene, query: str = "") -> str:
    return html_of(scene.signed_in().get(f"favourites{query}"))


def listed(body: str) -> list[int]:
    return [int(each) - 2_000_000 for each in re.findall(r'<li id="favourite-(\d+)"', body)]


def note(scene: ConsoleScene, post_id: str, text: str, request: str = "form-0001", **headers: str) -> Response:
    return scene.signed_in().post(f"favourites/{post_id}/note", {"note": text, "request": request}, **headers)


def test_they_are_listed_by_month_the_last_liked_first(scene: ConsoleScene) -> None:
    like(scene, 1, days=40)
    like(scene, 2)
    like(scene, 3, days=1)

    body = page(scene)

    assert listed(body) == [2, 3, 1]
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", body) == ["2026년 11월", "2026년 10월"]


def test_a_post_is_shown_as_x_wants_it_with_private_numbers_masked(scene: ConsoleScene) -> None:
    picture = Media("photo", "강아지", "https://pbs.example/1.jpg")
    key = like(scene, 1, "제 번호는 010-1234-5678 #고마워요")
    post = scene.favourites.stored[key].post
    assert post
    scene.favourites.stored[key] = scene.favourites.stored[key]._replace(post=post._replace(media=(picture,)))

    body = page(scene)

    assert "010-1234-5678" not in body
    for shown in ("팬1", "@fan1", f"/i/status/{key}", "/hashtag/고마워요", 'alt="강아지"'):
        assert shown in body


def test_of_an_older_favourite_what_is_known_is_shown(scene: ConsoleScene) -> None:
    like(scene, 1, None)
    like(scene, 2, None, author=None)

    assert page(scene).count("본문이 아직 저장되지 않았어요") == 2


@pytest.mark.parametrize("words", ["요금제", "@FAN1", "팬1", "후기", "요금제 후기 팬1"])
def test_words_are_found_in_text_name_handle_and_notes(scene: ConsoleScene, words: str) -> None:
    like(scene, 1, "요금제가 좋아요", notes=(FavouriteNote("후기 이벤트", "박지민", NOW, "form-0001"),))
    like(scene, 2, "좋은 아침")

    assert listed(page(scene, f"?q={words}")) == [1]


def test_a_search_without_a_result_says_so(scene: ConsoleScene) -> None:
    like(scene, 1)

    assert "‘없는 말’ 글을 찾지 못했어요" in page(scene, "?q=없는 말")
    assert "아직 없어요" in page(ConsoleScene())


def more_of(body: str) -> str:
    (address,) = re.findall(r'<p class="more"><a href="/console/favourites([^"]*)"', body)
    return str(address).replace("&amp;", "&")


def test_fifty_are_on_a_page(scene: ConsoleScene) -> None:
    for number in range(70):
        like(scene, number, days=number)

    first = page(scene)
    second = page(scene, more_of(first))

    assert (listed(first), listed(second)) == (list(range(50)), list(range(50, 70)))
    assert 'class="more"' not in second


def test_a_search_looks_at_so_many_and_can_be_continued(scene: ConsoleScene) -> None:
    for number in range(1_050):
        like(scene, number, "찾는 글" if number == 1_040 else "다른 글", days=number)

    first = page(scene, "?q=찾는")
    second = page(scene, more_of(first))

    assert "여기까지는 ‘찾는’ 글이 없어요" in first
    assert listed(second) == [1_040]


def test_a_place_that_is_none_begins_at_the_top(scene: ConsoleScene) -> None:
    like(scene, 1)

    assert listed(page(scene, "?after=irgendwo")) == [1]


def test_a_note_is_kept_with_its_author_and_can_be_removed(scene: ConsoleScene) -> None:
    key = like(scene, 1)

    saved = note(scene, key, "후기로 쓸 수 있는지 여쭤보기", hx_request="true")
    again = note(scene, key, "후기로 쓸 수 있는지 여쭤보기", hx_request="true")

    assert (saved["statusCode"], again["statusCode"]) == (200, 200)
    (kept,) = scene.favourites.stored[key].notes
    assert (kept.text, kept.by, kept.at) == ("후기로 쓸 수 있는지 여쭤보기", "박지민", scene.now)
    assert "박지민" in saved["body"]
    done = json.loads(saved["headers"]["hx-trigger"])["done"]
    assert (done["undo"], done["fields"]) == (f"/console/favourites/{key}/remove_note", {"note": kept.request})
    removed = scene.signed_in().post(f"favourites/{key}/remove_note", {"note": kept.request})
    assert (removed["headers"]["location"], scene.favourites.stored[key].notes) == (
        f"/console/favourites#favourite-{key}",
        (),
    )


@pytest.mark.parametrize(
    ("text", "sentence"), [("  ", "메모를 써 주세요"), ("가" * (LONGEST_NOTE + 1), "500자까지 쓸 수 있어요")]
)
def test_a_note_that_cannot_be_kept_stays_in_its_field(scene: ConsoleScene, text: str, sentence: str) -> None:
    key = like(scene, 1)

    part, whole = note(scene, key, text, hx_request="true"), note(scene, key, text)

    assert [(each["statusCode"], sentence in each["body"]) for each in (part, whole)] == [(422, True)] * 2
    assert text.strip() in whole["body"]
    assert scene.favourites.stored[key].notes == ()


def test_a_post_that_went_meanwhile_takes_no_note_and_one_with_many_no_more(scene: ConsoleScene) -> None:
    notes = tuple(FavouriteNote("메모", "박지민", NOW, f"form-{number}") for number in range(MOST_NOTES))
    full = like(scene, 1, notes=notes)

    gone, more = (
        note(scene, "404", "메모", hx_request="true"),
        note(scene, full, "메모", "form-new1", hx_request="true"),
    )

    assert (gone["statusCode"], "여기에서도 지웠어요" in gone["body"]) == (409, True)
    assert (more["statusCode"], "메모를 더 쓸 수 없어요" in more["body"]) == (409, True)


def test_viewers_see_and_operators_note_and_departments_do_neither(scene: ConsoleScene) -> None:
    key = like(scene, 1)

    assert "메모 쓰기" not in html_of(scene.signed_in(VIEWER).get("favourites"))
    assert scene.signed_in(VIEWER).post(f"favourites/{key}/note", {"note": "메모"})["statusCode"] == 403
    assert scene.signed_in(BILLING).get("favourites")["statusCode"] == 403
    assert note(scene, "x", "메모")["statusCode"] == 422


def test_a_table_that_fails_is_said(scene: ConsoleScene) -> None:
    scene.favourites.busy = True

    assert scene.signed_in().get("favourites")["statusCode"] == 503
