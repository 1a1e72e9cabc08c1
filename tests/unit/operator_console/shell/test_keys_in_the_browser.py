"""The keys and the lists of all sections in a browser: one way through rows, and nothing that an input method gets."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from desk.posts.model import PostKind
from tests.browser import Chromium, becomes, painted, settled
from tests.unit.operator_console.calendar.test_calendar import TODAY, Calendar
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, item, keys
from tests.unit.operator_console.morning_scene import MorningScene
from tests.unit.operator_console.scene import BILLING
from tests.unit.operator_console.trial.test_trial import a_scene, have

pytestmark = pytest.mark.browser


class Sections(MorningScene, Calendar, Desk):
    """A console with three rows in the inbox, the calendar and the attendance, and in the trial."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for number in range(3):
            self.guest(number)
            self.submit(number + 2, kind=PostKind.THANKS, text=f"글 {number}")
        self.have_cases(3)


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Sections]:
    scene = Sections()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


@pytest.fixture
def trial(browser: Chromium) -> Iterator[Desk]:
    scene = Desk(brand=a_scene(0).brand)
    scene.cases.cases.clear()
    for number in range(3):
        have(scene, number)
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


LISTS = {
    "inbox/to_answer": "#rows .row",
    f"calendar?day={TODAY}": ".agenda-post",
    "people": "#attendees > .attendee",
    "trial": "#trial-rows .trial-row",
}
COMPOSING = ({"keyCode": 229}, {"isComposing": True})


def press_composing(page: Page, **key: object) -> None:
    """A key that an input method gets, at what has the focus."""
    for composing in COMPOSING:
        page.evaluate(
            """key => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...key }))""",
            {**key, **composing},
        )


def assert_one_way_through(page: Page, rows: str) -> None:
    """j, k and the arrows select and focus the rows; keys of an input method do not."""
    at = page.locator(f"{rows}.at")
    ids = page.locator(rows).evaluate_all("rows => rows.map((row) => row.id)")
    assert len(ids) >= 3
    while page.evaluate("document.activeElement.closest('.at')?.id ?? ''") != ids[0]:
        keys(page, "j" if at.count() == 0 else "k")
    for pressed, number in (("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        keys(page, pressed)
        expect(at).to_have_id(ids[number])
        assert page.evaluate("document.activeElement.closest('.at')?.id") == ids[number]
    for code in ("ArrowDown", "KeyJ", "ArrowUp"):
        press_composing(page, code=code)
        expect(at).to_have_id(ids[1])


@pytest.mark.parametrize("path", [path for path in LISTS if path != "trial"])
def test_letters_and_arrows_go_through_every_list_alike(desk: Sections, path: str) -> None:
    with desk.opened(path=path) as page:
        assert_one_way_through(page, LISTS[path])


def test_letters_and_arrows_go_through_the_trial_and_an_input_method_decides_nothing(trial: Desk) -> None:
    with trial.opened(path="trial") as page:
        assert_one_way_through(page, LISTS["trial"])
        keys(page, "x", "d")
        press_composing(page, code="Enter")
        press_composing(page, code="Enter", shiftKey=True)
        press_composing(page, code="Digit1")
        settled(page)
        expect(page.locator(".trial-row")).to_have_count(3)

    assert all(case.awaits_release for case in trial.cases.cases.values())


def test_a_row_that_a_swap_replaces_keeps_the_focus_and_one_that_is_gone_gives_it_to_the_next(desk: Sections) -> None:
    with desk.opened(path=f"calendar?day={TODAY}") as page:
        keys(page, "j", "j")
        first, second, third, *_ = page.locator(".agenda-post").evaluate_all("rows => rows.map((row) => row.id)")
        swap = """gone => {
            const calendar = document.getElementById("calendar"), fresh = calendar.cloneNode(true);
            fresh.querySelector(`#${gone}`).remove();
            htmx.swap(calendar, fresh.outerHTML, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
        }"""
        page.evaluate(swap, first)
        expect(page.locator(f"#{second}")).to_be_focused()
        page.evaluate(swap, second)
        expect(page.locator(f"#{third}")).to_be_focused()


def test_the_first_row_is_at_most_three_tabs_away(desk: Sections) -> None:
    with desk.opened() as page:
        keys(page, "Tab", "Enter")  # the link that skips what every page has
        for _ in range(2):
            if page.evaluate("document.activeElement.closest('#rows .row') !== null"):
                break
            keys(page, "Tab")
        assert page.evaluate("document.activeElement.closest('#rows .row')?.id") == "row-" + desk.key(0)


FOCUS = "document.activeElement !== document.body && document.activeElement.checkVisibility()"
STEPS = (
    ("a", "#assign-holder", "이수진"),
    ("n", "#note-note", "확인 중"),
    ("d", "", ""),
    ("s", "#snooze-hour", ""),
    ("e", "#close-reason", "인사"),
)


def events(desk: Sections) -> int:
    """How much has happened to the first case."""
    return len(desk.cases.events[desk.key(0)])


def has_more_events(desk: Sections, before: int) -> bool:
    return events(desk) > before


def test_the_focus_never_falls_to_the_page_after_an_action_and_after_taking_it_back(desk: Sections) -> None:
    with desk.opened() as page:
        item(page, 0)
        for key, field, text in STEPS:
            keys(page, key)
            if text:
                page.locator(field).fill(text)
            else:
                keys(page, "Space" if field else "ArrowDown")
            before = events(desk)
            keys(page, "Control+Enter")
            becomes(page, partial(has_more_events, desk, before))
            settled(page)
            becomes(page, lambda: page.evaluate(FOCUS))
            keys(page, "z")
            settled(page)
            becomes(page, lambda: page.evaluate(FOCUS))
            item(page, 0)


PLACES = {"w": "write", "c": "calendar", "p": "people", "i": "trends", "m": "settings", "8": "inbox/all"}


def test_two_keys_lead_from_any_page_to_every_place(desk: Sections) -> None:
    with desk.opened(path="costs") as page:
        for pressed, place in PLACES.items():
            keys(page, "g", pressed)
            page.wait_for_url(f"**/console/{place}")


def test_a_bracket_folds_the_rail_and_people_of_departments_go_nowhere_else(desk: Sections) -> None:
    with desk.opened(BILLING, path="settings") as page:
        keys(page, "[")
        expect(page.locator("body")).to_have_class("console folded")
        keys(page, *"gw", *"gp")
        settled(page)
        painted(page)
        assert page.url.endswith("/settings")
