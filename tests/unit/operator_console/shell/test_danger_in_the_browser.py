"""The strip of danger in a browser: it fits, a page that stays open learns of it, and a key takes a case."""

import re
from collections.abc import Iterator
from copy import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from desk.cases.model import Case
from desk.reading import Safety, Urgency
from tests.browser import PHONE, Chromium, polled
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk
from tests.unit.operator_console.scene import SUJIN

pytestmark = pytest.mark.browser

PLACES = ("network", "operator", "billing", "network", "billing", "operator")


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.cases.cases.clear()
    scene.have_cases(3)
    with scene.served() as scene.url:
        yield scene


def in_danger(desk: Desk, number: int, department: str = "network") -> Case:
    asked_at = desk.now - timedelta(minutes=number)
    return desk.have_case(number, department, urgency=Urgency.HIGH, safety=Safety.DANGER, asked_at=asked_at)


def entry(page: Page, case: Case) -> str:
    return f'#danger-strip li[data-key="{case.id}"]'


@variants(
    "path, width, language",
    [(path, *screen) for path in ("inbox/to_answer", "write", "practice") for screen in ((1440, "ko"), (PHONE, "en"))],
    count=1,
)
def test_the_strip_is_accessible_and_fits(desk: Desk, path: str, width: int, language: str) -> None:
    desk.brand = replace(desk.brand, language=language)
    cases = [in_danger(desk, 11 + number, place) for number, place in enumerate(PLACES)]
    desk.cases.cases[cases[3].id] = replace(cases[3], holder=SUJIN.name)
    with desk.opened(path=path, width=width) as page:
        page.locator("#danger-strip summary").click()
        expect(page.locator("#danger-strip li:visible")).to_have_count(len(PLACES))
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@variants("path", ["inbox/to_answer", "calendar", "write", "spikes"], count=2)
def test_a_page_that_stays_open_says_at_once_and_once_that_somebody_may_be_in_danger(desk: Desk, path: str) -> None:
    with desk.opened(path=path) as page:
        expect(page.locator("#danger-strip")).to_be_hidden()
        case = in_danger(desk, 11)
        polled(page)
        expect(page.locator(entry(page, case))).to_contain_text("@guest11")
        expect(page.locator("#alarm")).to_contain_text("위험 @guest11")
        expect(page).to_have_title(re.compile(r"^위험 1 · "))

        page.evaluate("document.getElementById('alarm').textContent = ''")
        desk.cases.cases[case.id] = replace(case, holder=SUJIN.name, version=2)
        polled(page)
        expect(page.locator(entry(page, case))).to_contain_text("님이 맡았습니다")
        expect(page.locator("#alarm")).to_be_empty()
        expect(page).to_have_title(re.compile("^(?!위험)"))


def test_a_key_takes_a_case_and_the_strip_says_who_has_it(desk: Desk) -> None:
    first, second = in_danger(desk, 11), in_danger(desk, 12)
    with desk.opened(path="calendar") as page:
        page.locator(f"{entry(page, first)} button").focus()
        polled(page)
        expect(page.locator(f"{entry(page, first)} button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(f"{entry(page, first)} .has-it")).to_contain_text("박지민")
        expect(page.locator(f"{entry(page, first)} a")).to_be_focused()
        expect(page).to_have_title(re.compile("^위험 1 · "))

        desk.cases.cases[second.id] = replace(second, holder=SUJIN.name, version=2)
        page.locator(f"{entry(page, second)} button").click()
        expect(page.locator("#danger-strip .problem")).to_contain_text("먼저 맡았습니다")
        expect(page.locator(f"{entry(page, second)} .has-it")).to_contain_text("이수진")
    assert desk.cases.cases[first.id].holder == "박지민"


def test_while_the_strip_cannot_be_read_what_was_known_stays_and_says_so(desk: Desk) -> None:
    case = in_danger(desk, 11)
    with desk.opened() as page:
        desk.inbox.busy = {"pressing"}
        polled(page)
        expect(page.locator("#danger-unknown")).to_contain_text("확인할 수 없습니다")
        expect(page.locator(entry(page, case))).to_be_visible()
        desk.inbox.busy = set()
        polled(page)
        expect(page.locator("#danger-unknown")).to_have_count(0)


def test_the_strip_stays_in_sight_on_a_long_page(desk: Desk) -> None:
    desk.have_cases(30)
    in_danger(desk, 40)
    for path, width in (("inbox/to_answer", PHONE), ("settings", PHONE), ("write", 1440)):
        with desk.opened(path=path, width=width, height=600) as page:  # below 520 nothing sticks
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            expect(page.locator("#danger-strip button")).to_be_in_viewport(ratio=1)


def test_without_scripts_a_form_takes_the_case(desk: Desk) -> None:
    case = in_danger(desk, 11)
    with desk.opened(scripts=False, path="calendar") as page:
        page.locator(f"{entry(page, case)} button").click()
        expect(page.locator("#opened .handle").first).to_have_text("@guest11")
        expect(page.locator(f"{entry(page, case)} .has-it")).to_contain_text("박지민")


def to_check(desk: Desk, number: int, department: str = "operator") -> Case:
    asked_at = desk.now - timedelta(minutes=number)
    return desk.have_case(number, department, safety=Safety.CHECK, unseen_since=asked_at, asked_at=asked_at)


@variants("width", [1440, PHONE], count=1)
def test_checks_stand_behind_danger_and_their_page_is_accessible(desk: Desk, width: int) -> None:
    check, danger = to_check(desk, 11), in_danger(desk, 12)
    with desk.opened(path=f"inbox/to_answer/{check.id}", width=width) as page:
        expect(page.locator("#danger-strip li")).to_have_count(2)
        boxes = [page.locator(entry(page, case)).bounding_box() for case in (danger, check)]
        assert boxes[0]
        assert boxes[1]
        assert (boxes[0]["y"], boxes[0]["x"]) < (boxes[1]["y"], boxes[1]["x"])
        expect(page.locator(f"{entry(page, check)} .degree")).to_have_text("안전 확인 필요")
        desk.browser.assert_accessible("a safety check", page)


def test_a_page_that_stays_open_says_that_a_check_has_come_and_that_it_became_danger(desk: Desk) -> None:
    with desk.opened(path="calendar") as page:
        case = to_check(desk, 11)
        polled(page)
        expect(page.locator("#alarm")).to_contain_text("안전 확인 필요 @guest11")
        expect(page).to_have_title(re.compile("^(?!위험)"))

        desk.cases.cases[case.id] = replace(case, safety=Safety.DANGER, urgency=Urgency.HIGH, version=2)
        polled(page)
        expect(page.locator("#alarm")).to_contain_text("위험 @guest11")
        expect(page).to_have_title(re.compile("^위험 1 · "))


@pytest.mark.parametrize(("key", "safety"), [("u", Safety.DANGER), ("c", None)])
def test_one_key_confirms_or_clears_the_open_check(desk: Desk, key: str, safety: Safety | None) -> None:
    case = to_check(desk, 11)
    with desk.opened(path=f"inbox/to_answer/{case.id}") as page:
        expect(page.locator("#opened section.danger")).to_contain_text("안전 확인 필요")
        page.keyboard.press(key)
        expect(page.locator('#opened [value="clear"]')).to_have_count(0)
        assert desk.cases.cases[case.id].safety is safety
        assert desk.cases.cases[case.id].unseen_since is None
        polled(page)
        expect(page.locator(entry(page, case))).to_have_count(1 if safety else 0)


def test_without_scripts_a_form_clears_the_check(desk: Desk) -> None:
    case = to_check(desk, 11)
    with desk.opened(scripts=False, path=f"inbox/to_answer/{case.id}") as page:
        page.locator('#opened [value="clear"]').click()
        expect(page.locator("#danger-strip")).to_be_hidden()
    assert desk.cases.cases[case.id].safety is None
