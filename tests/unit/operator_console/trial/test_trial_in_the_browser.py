"""The trial in a browser: ten cases in a minute with the keyboard, on a phone, without scripts, when a call fails."""

from collections.abc import Iterator
from copy import replace

import pytest
from playwright.sync_api import expect

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.cases.transitions import handed
from desk.reading import Safety, Urgency
from tests.browser import DESKTOP, PHONE, Chromium, passes
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.inbox.test_several_rows_in_the_browser import look_through
from tests.unit.operator_console.trial.test_trial import a_scene, have
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk(brand=a_scene(0).brand)
    scene.cases.cases.clear()
    for number in range(10):
        have(scene, number)
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def test_ten_cases_are_decided_with_the_keyboard_one_key_after_the_other(desk: Desk) -> None:
    with desk.opened(path="trial") as page:
        expect(page.locator("#trial-count")).to_have_text("10")
        keys(page, *["Enter"] * 4)  # faster than the responses
        keys(page, "d", "2")
        keys(page, "e", "Enter")
        keys(page, "j", "x", "j", "x", "Shift+Enter")
        expect(page.locator("#trial-count")).to_have_text("2")
        expect(page.locator("#trial-result")).to_contain_text("2건을 담당 부서로 보냈어요.")
        keys(page, "Enter", "Enter")
        expect(page.locator(".trial-row")).to_have_count(0)
        expect(page.locator("#trial-figures")).to_contain_text("80%")

    assert not any(case.awaits_release for case in desk.cases.cases.values())
    [figures] = desk.cases.trial.figures()
    assert (figures.released, figures.corrected, figures.closed) == (8, {"network": 1}, 1)
    assert desk.cases.cases[desk.key(5)].state is CaseState.CLOSED
    assert [len(what[2]) for what in desk.colleagues.notified if what[1] == "billing"] == [1, 1, 1, 1, 2, 1, 1]


def test_from_the_trial_to_live(desk: Desk) -> None:
    with desk.opened(path="inbox/to_answer") as page:
        page.get_by_role("link", name="관리 10").click()
        page.get_by_role("link", name="시범 운영 10").click()
        expect(page.locator(".trial-row.at")).to_have_count(1)
        keys(page, "Enter")
        expect(page.locator("#trial-count")).to_have_text("9")

        desk.brand = a_scene(0, in_trial=False).brand  # `mode: live`, deployed
        page.reload()
        expect(page.locator(".ended")).to_contain_text("문의 9건이 기다려요")
        assert len(desk.colleagues.notified) == 1
        look_through(page, ".trial-row")
        page.locator(".ended details summary").click()
        page.locator(".ended details button").click()
        expect(page.locator("#trial-result")).to_contain_text("9건을 종료했어요.")
        page.reload()
        expect(page.get_by_role("link", name="시범 운영")).to_have_count(0)

    assert len(desk.colleagues.notified) == 1
    assert desk.cases.trial.figures()[0].closed == 9


def test_when_all_that_is_shown_is_decided_the_next_cases_are_shown(desk: Desk) -> None:
    for number in range(10, 52):
        have(desk, number)
    with desk.opened(path="trial") as page:
        expect(page.locator(".trial-row")).to_have_count(50)
        look_through(page, ".trial-row")
        page.locator(".trial-row input[type=checkbox]").evaluate_all(
            "boxes => boxes.slice(1).forEach((box) => box.click())"
        )
        keys(page, "Shift+Enter")
        expect(page.locator(".trial-row")).to_have_count(3)

        keys(page, "Enter")
        expect(page.locator("#trial-count")).to_have_text("2")

    assert sum(case.awaits_release for case in desk.cases.cases.values()) == 2


def test_a_page_that_is_left_open_says_what_came_in_and_changes_the_list_only_when_asked(desk: Desk) -> None:
    with desk.opened(path="trial") as page:
        keys(page, "Enter")
        expect(page.locator("#trial-count")).to_have_text("9")
        have(desk, 30)
        have(desk, 31)

        passes(page, 31_000)

        expect(page.locator("#trial-arrived")).to_contain_text("새 문의 2건이 기다려요.")
        expect(page.locator(".trial-row")).to_have_count(9)
        page.locator("#trial-arrived a").click()
        expect(page.locator(".trial-row")).to_have_count(11)


def test_a_case_that_a_colleague_decided_comes_back_with_the_reason(desk: Desk) -> None:
    with desk.opened(path="trial") as page:
        case = desk.cases.cases[desk.key(0)]
        event = CaseEvent(CaseEventKind.HANDED, NOW, "이수진", department="network")
        desk.cases.save(handed(case, "network", NOW), case, event)

        keys(page, "Enter")

        row = page.locator(f"#row-{case.id}")
        expect(row.locator(".problem")).to_contain_text("이수진")
        expect(row).not_to_have_class("leaving")


def test_a_lost_connection_loses_no_decision(desk: Desk) -> None:
    with desk.opened(path="trial") as page:
        page.context.set_offline(True)
        keys(page, "Enter")
        row = page.locator(f"#row-{desk.key(0)}")
        expect(row.locator(".problem")).to_be_visible()
        page.context.set_offline(False)
        row.locator('[data-decide="release"]').click()
        expect(row).to_have_count(0)

    assert not desk.cases.cases[desk.key(0)].awaits_release
    assert desk.cases.trial.figures()[0].released == 1


def test_the_help_names_the_keys_of_this_page(desk: Desk) -> None:
    with desk.opened(path="trial") as page:
        keys(page, "Shift+Slash")

        expect(page.locator("#help")).to_contain_text("그대로 보내기")
        expect(page.locator("#help")).not_to_contain_text("메모")


def test_without_scripts_every_button_works(desk: Desk) -> None:
    with desk.browser.visitor(desk.url, desk.signed_in().cookies, scripts=False) as page:
        page.goto(f"{desk.url}/console/trial")
        page.locator(f"#row-{desk.key(0)} [data-decide=release]").click()
        expect(page.locator("#trial-result")).to_contain_text("1건을 담당 부서로 보냈어요.")
        page.locator(f"#row-{desk.key(1)} [data-decide=hand]").click()
        page.locator(f"#row-{desk.key(1)} button[value=network]").click()
        expect(page.locator("#trial-result")).to_contain_text("1건의 부서를 고쳐 보냈어요.")

    assert desk.cases.cases[desk.key(1)].department == "network"


@variants("width, language", [(DESKTOP, "ko"), (PHONE, "en")], count=1)
def test_the_page_is_accessible_and_fits(desk: Desk, width: int, language: str) -> None:
    desk.brand = replace(desk.brand, language=language) if language != "ko" else desk.brand
    have(desk, 20, safety=Safety.DANGER, urgency=Urgency.HIGH)
    with desk.opened(path="trial", width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keys(page, "j")
        page.locator(".trial-row [data-decide=hand]").first.click()
        assert desk.browser.violations_in_both_themes(page) == []
