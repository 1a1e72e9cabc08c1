"""People and favourites in a browser: a morning's greetings with the keyboard, on a phone, and without scripts."""

import re
from collections.abc import Iterator
from copy import replace
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from desk.posts.model import PostState
from desk.staff.settings import PersonSettings
from tests.browser import DESKTOP, PHONE, Chromium, becomes, passes
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.morning_scene import MorningScene
from tests.unit.operator_console.people.test_favourites import like
from tests.unit.operator_console.scene import JIMIN

pytestmark = pytest.mark.browser

PEOPLE = 10


class Morning(MorningScene, Desk):
    """The console in a browser, on a morning on which ten people answered the greeting."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for number in range(PEOPLE):
            self.guest(number)

    @property
    def greeted(self) -> list[str]:
        """The people to whom a greeting goes, by the names in its text."""
        sent = [post for post in self.posts.posts.values() if post.case_id and post.state is not PostState.CANCELLED]
        return [name for post in sent for name in re.findall(r"손님[0-9]+", post.text)]


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Morning]:
    scene = Morning()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def box(page: Page, number: int) -> str:
    return f"#text-{7000 + number}"


def row(page: Page, number: int) -> str:
    return f"#row-{7000 + number}"


def test_ten_people_are_greeted_back_with_one_press_each_and_no_page_is_loaded(desk: Morning) -> None:
    desk.settings.save(JIMIN.id, PersonSettings(undo_seconds=30), desk.now)
    with desk.opened(path="people") as page:
        loaded: list[str] = []
        page.on("framenavigated", lambda frame: loaded.append(frame.url))
        keys(page, "j", "r")
        for number in range(PEOPLE):
            expect(page.locator(box(page, number))).to_be_focused()
            expect(page.locator(box(page, number))).to_have_value(re.compile(f"손님{number} 님"))
            keys(page, "Control+Enter")
        expect(page.locator("#attendees .sent")).to_have_count(PEOPLE)

        expect(page.locator("#waiting")).to_have_text("0")
        assert loaded == []
        desk.browser.assert_accessible("people who were greeted", page)

    assert sorted(desk.greeted) == [f"손님{number}" for number in range(PEOPLE)]
    texts = [post.text for post in desk.posts.posts.values() if post.case_id]
    assert len(set(texts)) == PEOPLE


def test_r_goes_on_to_the_next_person_who_can_be_greeted(desk: Morning) -> None:
    desk.guest(11, "죽고 싶어요")
    with desk.opened(path="people") as page:
        keys(page, "j")
        expect(page.locator(row(page, 11))).to_be_focused()
        keys(page, "r")
        expect(page.locator(box(page, 0))).to_be_focused()


def test_a_held_key_sends_one_greeting(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r")
        page.keyboard.down("Control")
        for _ in range(5):
            page.keyboard.down("Enter")  # without a release in between these repeat
        page.keyboard.up("Enter")
        expect(page.locator("#attendees .sent")).to_have_count(1)
        expect(page.locator(box(page, 1))).to_be_focused()

    assert desk.greeted == ["손님0"]


def test_a_greeting_is_taken_back_with_z_and_its_text_is_there(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r")
        page.keyboard.insert_text(" 비 조심하세요!")
        keys(page, "Control+Enter")
        expect(page.locator(f"{row(page, 0)} .sent")).to_contain_text("초 뒤 게시")
        keys(page, "Escape", "z")

        expect(page.locator(box(page, 0))).to_have_value(re.compile("비 조심하세요!"))
        expect(page.locator(box(page, 0))).to_be_focused()
        expect(page.locator("#waiting")).to_have_text(str(PEOPLE))

    assert desk.greeted == []


def test_when_the_time_to_undo_is_over_the_page_sends_the_greeting(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r", "Control+Enter")
        expect(page.locator(f"{row(page, 0)} .take-back")).to_be_visible()
        passes(page, 11_000)

        expect(page.locator(f"{row(page, 0)} .take-back")).to_have_count(0)
        expect(page.locator(f"{row(page, 0)} .sent")).to_contain_text("게시 대기")

    assert len(desk.queue.sent) == 1


def test_leaving_the_page_sends_what_waits(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r", "Control+Enter")
        expect(page.locator(f"{row(page, 0)} .take-back")).to_be_visible()
        page.goto(f"{desk.url}/console/favourites")
        expect(page.locator("h1")).to_have_text("마음에 든 글")
        becomes(page, lambda: len(desk.queue.sent) == 1)


def test_a_greeting_that_is_refused_stays_where_it_was_typed(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r", "Control+a")
        page.keyboard.insert_text("제 번호는 010-1234-5678")
        keys(page, "Control+Enter")

        expect(page.locator(f"{row(page, 0)} .problem")).to_be_visible()
        expect(page.locator(box(page, 0))).to_have_value("제 번호는 010-1234-5678")
        expect(page.locator(box(page, 1))).to_be_focused()

    assert desk.greeted == []


def test_a_warning_of_the_check_is_overridden_where_it_is_shown(desk: Morning) -> None:
    desk.brand = replace(desk.brand, checks=desk.brand.checks._replace(banned=("무조건",)))
    with desk.opened(path="people") as page:
        keys(page, "r", "Control+a")
        page.keyboard.insert_text("오늘은 무조건 좋은 일만 있을 거예요")
        keys(page, "Control+Enter")
        page.locator("#reason-7000").fill("인사말입니다")
        keys(page, "Control+Enter")

        expect(page.locator(f"{row(page, 0)} .sent")).to_contain_text("오늘은 무조건")

    assert [post.override_reason for post in desk.posts.posts.values() if post.case_id] == ["인사말입니다"]


def test_the_same_text_to_another_person_is_noticed_before_it_is_sent(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "r", "Control+a")
        page.keyboard.insert_text("좋은 하루 되세요")
        keys(page, "Control+Enter")
        expect(page.locator(box(page, 1))).to_be_focused()
        expect(page.locator(f"{row(page, 1)} .same")).to_be_hidden()
        keys(page, "Control+a")
        page.keyboard.insert_text("좋은 하루 되세요")

        expect(page.locator(f"{row(page, 1)} .same")).to_be_visible()
        keys(page, "Alt+2")
        expect(page.locator(f"{row(page, 1)} .same")).to_be_hidden()


def test_arrows_and_letters_go_from_person_to_person(desk: Morning) -> None:
    with desk.opened(path="people") as page:
        keys(page, "ArrowDown", "j", "k", "ArrowDown")
        expect(page.locator(f"{row(page, 1)} summary")).to_be_focused()
        keys(page, "Enter")
        expect(page.locator(box(page, 1))).to_be_focused()
        keys(page, "Escape")
        expect(page.locator(f"{row(page, 1)} summary")).to_be_focused()


PATHS = ("people", "people/regulars", "people/opted_out", "favourites")


@variants("path, width", product(PATHS, [DESKTOP, PHONE]), count=2)
def test_each_page_fits_and_axe_finds_nothing(desk: Morning, path: str, width: int) -> None:
    like(desk, 1, "고마워요 https://example.com/a-very-long-address-that-has-to-break-somewhere-or-the-page-is-wide")
    desk.guest(11, "죽고 싶어요")
    desk.opt_outs.record("7001", desk.guest(1, "답글 달지 마세요", again=900), desk.now)
    with desk.opened(path=path, width=width) as page:
        for summary in page.locator("main summary").all()[:3]:
            summary.click()

        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_two_taps_greet_one_person(desk: Morning) -> None:
    with desk.opened(path="people", width=PHONE) as page:
        page.locator(f"{row(page, 0)} summary").tap()
        page.locator(f"{row(page, 0)} .greet-foot button").tap()

        expect(page.locator(f"{row(page, 0)} .sent")).to_be_visible()

    assert desk.greeted == ["손님0"]


def test_without_scripts_everything_works_with_forms(desk: Morning) -> None:
    key = like(desk, 1)
    with desk.browser.visitor(desk.url, desk.signed_in().cookies, scripts=False) as page:
        page.goto(f"{desk.url}/console/people")
        page.locator(f"{row(page, 0)} summary").click()
        page.locator(f"{row(page, 0)} .greet-foot button").click()
        expect(page.locator(f"{row(page, 0)} .sent")).to_be_visible()
        page.locator(f"{row(page, 0)} .take-back button").click()
        expect(page.locator(f"{row(page, 0)} summary")).to_be_visible()
        page.goto(f"{desk.url}/console/favourites")
        page.locator(f"#notes-{key} summary").click()
        page.locator(f"#note-{key}").fill("후기 후보")
        page.locator(f"#notes-{key} details button").click()
        expect(page.locator(f"#notes-{key}")).to_contain_text("후기 후보")

    assert desk.greeted == []


def test_a_note_is_written_and_removed_where_the_post_is(desk: Morning) -> None:
    key = like(desk, 1)
    with desk.opened(path="favourites") as page:
        page.locator(f"#notes-{key} summary").click()
        page.locator(f"#note-{key}").fill("후기 후보")
        page.locator(f"#notes-{key} details button").click()
        expect(page.locator(f"#notes-{key} li")).to_contain_text("후기 후보")
        page.locator(f"#notes-{key} li button").click()
        expect(page.locator(f"#notes-{key} li")).to_have_count(0)

    assert desk.favourites.stored[key].notes == ()
