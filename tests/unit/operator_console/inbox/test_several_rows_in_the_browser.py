"""Actions on several rows in a browser: what was never on the screen, is folded or in danger is left alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from desk.mentions.model import Mention
from desk.reading import Kind, Safety, Urgency
from desk.x.model import XPost
from tests.browser import DESKTOP, PHONE, Chromium, painted, polled, settled
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.trial.test_trial import a_scene, have

pytestmark = pytest.mark.browser

COUNT = 40


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def to_read(desk: Desk, numbers: range, text: str = "응원해요", kind: Kind = Kind.CHAT) -> None:
    at = desk.now - timedelta(hours=1)
    posts = [XPost(str(n), f"{text} {n}", "7", at, str(n), "ko", (str(n),), author=None) for n in numbers]
    desk.seen.put(*posts, kind=kind)
    desk.mentions.store([Mention(post, at) for post in posts])


def on_screen(page: Page, rows: str) -> list[str]:
    """The keys of the rows of which most is in the window."""
    keys_: list[str] = page.evaluate(
        """(rows) => [...document.querySelectorAll(rows)].filter((row) => {
            const { top, bottom, height } = row.getBoundingClientRect(), list = row.closest("#list, main");
            const { top: from, bottom: to } = list.getBoundingClientRect();
            return Math.min(bottom, to, innerHeight) - Math.max(top, from, 0) >= height * .75;
        }).map((row) => row.dataset.key)""",
        rows,
    )
    return keys_


def look_through(page: Page, rows: str) -> None:
    """Scroll to one row after another."""
    for row in page.locator(rows).all():
        row.scroll_into_view_if_needed()
        painted(page)


def tick_all(page: Page, rows: str) -> None:
    """Tick every row's box, wherever the row is."""
    page.locator(f"{rows} input[type=checkbox]").evaluate_all("boxes => boxes.forEach((box) => box.click())")


@variants("width, height", [(DESKTOP, 500), (PHONE, 844)], count=1)
def test_space_marks_what_was_on_the_screen_and_the_rest_is_seen_by_scrolling(
    desk: Desk, width: int, height: int
) -> None:
    to_read(desk, range(8000, 8020))
    with desk.opened(path="inbox/to_read", width=width, height=height) as page:
        expect(page.locator("#rows .row")).to_have_count(20)
        painted(page)
        shown = [key.removeprefix("m") for key in on_screen(page, "#rows .row")]
        assert 0 < len(shown) < 20
        keys(page, "Space")

        left = 20 - len(shown)
        expect(page.locator("#done")).to_contain_text(
            f"{len(shown)}건을 읽음으로 표시했어요. {left}건은 남겨 두었어요: 화면에 나오지 않은 글 {left}."
        )
        assert sorted(desk.seen.seen_by) == sorted(shown)

        expect(page.locator("#rows .row")).to_have_count(left)
        look_through(page, "#rows .row")
        keys(page, "Space")
        expect(page.locator("#list .empty")).to_be_visible()
        assert len(desk.seen.seen_by) == 20


def test_what_is_folded_is_left_and_marked_once_somebody_looked(desk: Desk) -> None:
    to_read(desk, range(8000, 8002))
    to_read(desk, range(8100, 8102), "환불 안 해 주면 소비자원에 신고합니다", Kind.JUNK)
    with desk.opened(path="inbox/to_read") as page:
        painted(page)
        keys(page, "Space")
        expect(page.locator("#done")).to_contain_text("2건은 남겨 두었어요: 접힌 글 2.")
        assert sorted(desk.seen.seen_by) == ["8000", "8001"]

        page.locator("#rows .folded summary").click()
        expect(page.locator("#rows .folded .row").last).to_be_in_viewport()
        painted(page)
        page.locator("#rows .folded summary").click()
        page.locator("#rows .folded summary").click()
        page.locator("#row-m8100 > a").focus()
        keys(page, "Space")

        expect(page.locator("#list .empty")).to_be_visible()
    assert sorted(desk.seen.seen_by) == ["8000", "8001", "8100", "8101"]


def test_z_takes_a_mark_back(desk: Desk) -> None:
    to_read(desk, range(8000, 8003))
    with desk.opened(path="inbox/to_read") as page:
        painted(page)
        keys(page, "Space")
        expect(page.locator("#list .empty")).to_be_visible()

        keys(page, "z")

        expect(page.locator("#rows .row")).to_have_count(3)
        assert desk.seen.seen_by == {}


def test_rows_that_came_in_or_were_loaded_behind_are_left_until_they_were_on_the_screen(desk: Desk) -> None:
    desk.have_cases(60)
    with desk.opened() as page:
        expect(page.locator("#rows .row")).to_have_count(50)
        page.locator("#rows .more a").evaluate("link => link.click()")
        expect(page.locator("#rows .row")).to_have_count(60)
        page.locator("#list").evaluate("list => list.scrollBy(0, 300)")
        painted(page)
        desk.have_case(61, urgency=Urgency.HIGH)
        polled(page)
        expect(page.locator("#rows .row").first).to_contain_text("@guest61")
        painted(page)
        ends = [desk.key(59), desk.key(61)]
        for key in [*ends, desk.key(6)]:
            page.locator(f"#row-{key} input").evaluate("box => box.click()")
        page.locator("#bulk summary").first.click()
        page.locator("#bulk button").first.click()

        expect(page.locator("#bulk-result")).to_contain_text("2건은 남겨 두었어요: 화면에 나오지 않은 글 2.")

    assert [desk.cases.cases[key].holder for key in ends] == [None, None]
    assert sum(case.holder == "박지민" for case in desk.cases.cases.values()) == 1


def test_a_row_that_changed_counts_once_its_new_words_were_on_the_screen(desk: Desk) -> None:
    desk.have_cases(COUNT)
    with desk.opened() as page:
        painted(page)
        first = desk.key(0)
        page.locator("#list").evaluate("list => list.scrollTo(0, 2000)")
        painted(page)
        page.locator(f"#row-{first}").evaluate("row => { row.dataset.version = '2'; }")
        desk.cases.cases[first] = desk.cases.cases[first]._replace(version=2)
        page.locator(f"#row-{first} input").evaluate(
            "box => { box.value = box.value.replace(':1', ':2'); box.click(); }"
        )
        painted(page)
        page.locator("#bulk button").first.evaluate("button => button.click()")
        expect(page.locator("#bulk-result")).to_contain_text("화면에 나오지 않은 글 1.")

    assert desk.cases.cases[first].holder is None


def test_in_a_trial_danger_and_what_was_below_the_screen_wait(browser: Chromium) -> None:
    scene = Desk(brand=a_scene(0).brand)
    scene.browser = browser
    scene.cases.cases.clear()
    for number in range(COUNT):
        have(scene, number)
    have(scene, 45, safety=Safety.DANGER, urgency=Urgency.HIGH)
    with scene.served() as scene.url, scene.opened(path="trial") as page:
        expect(page.locator(".trial-row")).to_have_count(COUNT + 1)
        painted(page)
        shown = on_screen(page, ".trial-row")
        assert scene.key(45) in shown
        tick_all(page, ".trial-row")
        page.locator(".trial-row").first.focus()
        keys(page, "Shift+Enter")

        expect(page.locator("#trial-result")).to_contain_text(f"{len(shown) - 1}건을 담당 부서로 보냈어요.")
        left = COUNT + 1 - len(shown)
        expect(page.locator("#trial-result")).to_contain_text(
            f"{left + 1}건은 남겨 두었어요: 위험·안전 확인 필요 1, 화면에 나오지 않은 글 {left}."
        )
        assert scene.cases.cases[scene.key(45)].awaits_release
        assert sum(case.awaits_release for case in scene.cases.cases.values()) == left + 1

        page.locator(f"#row-{scene.key(45)}").focus()
        keys(page, "Enter")
        expect(page.locator(f"#row-{scene.key(45)}")).to_have_count(0)
        settled(page)
        assert not scene.cases.cases[scene.key(45)].awaits_release
