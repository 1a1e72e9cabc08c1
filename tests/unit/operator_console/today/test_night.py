"""The night's stack: its order, its place, and what of it counts as seen."""

import re
import threading
from collections import Counter
from datetime import timedelta

import pytest

from operator_console.today.night import SHOWN_FOR
from tests.unit.operator_console.morning_scene import NINE
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, SignedIn, html_of
from tests.unit.operator_console.today.scene import TodayScene
from tests.unit.operator_console.today.test_today import cards_of


@pytest.fixture
def scene() -> TodayScene:
    return TodayScene()


def pages(html: str) -> list[list[str]]:
    """The ids of the posts that each page marks, in order; none where somebody may be at risk."""
    found = re.findall(r'<article id="page-(?!end)[^"]*".*?</article>', html, re.DOTALL)
    return [re.findall(r'name="item" value="(\d+)"', page) for page in found]


def current(html: str) -> str:
    found = re.search(r'class="night-page current[^"]*" data-key="([^"]*)"', html)
    assert found
    return found[1]


def key(html: str, mention_id: str) -> str:
    """The key of the page that has this post."""
    found: list[tuple[str, str]] = re.findall(r'<article id="page-(?!end)([^"]*)"(.*?)</article>', html, re.DOTALL)
    return next(name for name, page in found if f'value="{mention_id}"' in page)


def read(visitor: SignedIn, html: str, mention_id: str) -> str:
    """Go on behind the page of this post without scripts; the path to which that leads."""
    page = next(
        each for each in re.findall(r"<article.*?</article>", html, re.DOTALL) if f'value="{mention_id}"' in each
    )
    after = re.search(r'name="after" value="([^"]*)"', page)
    assert after
    answer = visitor.post("seen", {"item": re.findall(r'name="item" value="(\d+)"', page), "after": after[1]})
    assert answer["statusCode"] == 303
    location: str = answer["headers"]["location"]
    return location.removeprefix("/console/")


def test_who_may_be_at_risk_comes_first_then_what_is_urgent_and_advertising_comes_last_together(
    scene: TodayScene,
) -> None:
    ids = scene.have_a_night()

    html = html_of(scene.signed_in().get("today/night"))

    assert pages(html) == [[], [ids["urgent"]], [ids["case"]], [ids["chat"]], [ids["ad"], ids["ad2"]]]
    assert "<h1>밤사이 6건, 급한 글 2건</h1>" in html
    assert current(html).startswith("7Q2M4-")
    assert "6건 남음" in html


def test_it_is_read_to_its_end_without_scripts_and_what_was_read_is_seen_by_the_person(scene: TodayScene) -> None:
    ids, visitor = scene.have_a_night(), scene.signed_in()
    path = "today/night?at=" + key(html_of(visitor.get("today/night")), ids["urgent"])

    for name in ("urgent", "case", "chat", "ad"):
        html = html_of(visitor.get(path))
        assert current(html) == key(html, ids[name])
        path = read(visitor, html, ids[name])

    end = html_of(visitor.get(path))
    assert current(end) == "end"
    assert "모두 읽으셨어요" in end
    assert "열어 보지 않은 위험·안전 확인 글이 1건 있습니다." in end
    assert scene.seen.seen_by.keys() == set(ids.values()) - {ids["check"]}
    assert {by for by, _ in scene.seen.seen_by.values()} == {JIMIN.name}


def test_after_a_phone_was_locked_or_the_page_was_loaded_again_the_place_is_the_same(scene: TodayScene) -> None:
    ids, visitor = scene.have_a_night(), scene.signed_in()
    html = html_of(visitor.get("today/night"))
    scene.seen.mark_seen([ids["check"]], SUJIN.name, scene.now)  # it was opened
    read(visitor, html, ids["urgent"])

    again, back = visitor.get("today/night"), visitor.get(f"today/night?at={key(html, ids['urgent'])}")

    assert current(html_of(again)) == key(html, ids["case"])
    assert current(html_of(back)) == key(html, ids["urgent"])


def test_what_a_colleague_has_read_is_left_out_of_what_comes_next(scene: TodayScene) -> None:
    ids = scene.have_a_night()
    scene.seen.mark_seen([ids["case"], ids["check"]], SUJIN.name, scene.now)

    html = html_of(scene.signed_in().get("today/night"))

    assert current(html) == key(html, ids["urgent"])
    assert ids["case"] not in [each for page in pages(html) for each in page]
    assert "4건 남음" in html


def test_a_post_that_joined_a_case_after_its_page_was_made_is_not_seen_with_it(scene: TodayScene) -> None:
    ids, visitor = scene.have_a_night(), scene.signed_in()
    html = html_of(visitor.get("today/night"))
    case = next(case for case in scene.cases.cases.values() if case.id == key(html, ids["case"]))
    later = scene.overnight(7, "아직인가요?", case=case)

    read(visitor, html, ids["case"])

    assert ids["case"] in scene.seen.seen_by
    assert later not in scene.seen.seen_by


def test_a_long_night_is_sent_some_pages_at_a_time(scene: TodayScene) -> None:
    ids = [scene.overnight(number, f"밤 {number}") for number in range(1, 31)]
    visitor, seen, path = scene.signed_in(), list[str](), "today/night"

    while path:
        html = html_of(visitor.part(path) if seen else visitor.get(path))
        seen += [page[0] for page in pages(html) if page[0] not in seen]
        following = re.findall(r'data-next="([^"]*)"', html)[-1]
        path = f"today/night?at={following}" if following != "end" else ""

    assert seen == ids


def test_a_page_of_a_long_night_takes_few_calls_and_reads_the_night_and_what_is_around_it_at_the_same_time(
    scene: TodayScene,
) -> None:
    for number in range(1, 451):
        scene.overnight(number % 80, f"밤 {number}", id=str(910_000 + number))
    visitor, around_is_read = scene.signed_in(), threading.Event()
    visitor.get("today/night")
    scene.inbox.meanwhile["pressing"].append(around_is_read.set)
    together: list[bool] = []
    scene.seen.meanwhile["unseen_among"].append(lambda: together.append(around_is_read.wait(30)))
    before = _calls(scene)

    html_of(visitor.get("today/night"))

    assert together == [True]
    assert sum((_calls(scene) - before).values()) <= 20, _calls(scene) - before


def _calls(scene: TodayScene) -> Counter[str]:
    stores = (scene.inbox, scene.seen, scene.posts, scene.cases, scene.search)
    return sum((store.calls for store in stores), Counter[str]())


def test_the_card_counts_what_came_in_and_goes_in_the_afternoon(scene: TodayScene) -> None:
    ids, visitor = scene.have_a_night(), scene.signed_in()
    with scene.at_twenty_to_nine():
        card = cards_of(html_of(visitor.get("today")))["night"]
    assert "밤사이 6건, 급한 글 2건" in card
    assert "아직 읽지 않은 글 6건" in card
    assert "읽기 시작" in card

    scene.seen.mark_seen([ids["chat"]], JIMIN.name, scene.now)
    card = cards_of(html_of(visitor.get("today")))["night"]
    assert "아직 읽지 않은 글 5건" in card
    assert "이어서 읽기" in card

    scene.seen.mark_seen(ids.values(), JIMIN.name, scene.now)
    assert "모두 읽으셨어요" in cards_of(html_of(visitor.get("today")))["night"]
    scene.now = NINE + SHOWN_FOR
    assert "night" not in cards_of(html_of(visitor.get("today")))


def test_a_night_in_which_nothing_came_in_has_no_stack(scene: TodayScene) -> None:
    answer = scene.signed_in().get("today/night")

    assert answer["headers"]["location"] == "/console/today"
    assert "night" not in cards_of(html_of(scene.signed_in().get("today")))


def test_a_viewer_reads_and_marks_nothing_and_departments_have_none(scene: TodayScene) -> None:
    scene.have_a_night()

    html = html_of(scene.signed_in(VIEWER).get("today/night"))

    assert pages(html) == [[]] * 5
    assert 'action="/console/seen"' not in html
    assert scene.signed_in(BILLING).get("today/night")["statusCode"] == 403


def test_a_night_is_offered_for_four_hours_after_the_desk_has_opened(scene: TodayScene) -> None:
    scene.have_a_night()
    scene.now = NINE + SHOWN_FOR - timedelta(minutes=1)

    assert scene.signed_in().get("today/night")["statusCode"] == 200
