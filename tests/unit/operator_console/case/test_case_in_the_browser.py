"""An open case in a browser: its toolbar, where the focus goes, and that the customer's words stay in sight."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft
from desk.posts.model import PostState
from desk.reading import Safety, Urgency
from tests.browser import DESKTOP, PHONE
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import ANSWER, Desk, desk, item, keys, write

__all__ = ["desk"]

pytestmark = pytest.mark.browser

NARROW = 1100

COVERED = """panel => {
  const box = panel.getBoundingClientRect(), points = [];
  for (const x of [box.left + 8, box.right - 8]) for (const y of [box.top + 8, box.bottom - 8]) points.push([x, y]);
  return points.filter(([x, y]) => !panel.contains(document.elementFromPoint(x, y)));
}"""
"""The corners of a panel that something covers, or that are not on the screen."""


def panel(page: Page) -> Locator:
    return page.locator("#opened .pop[open] > .panel")


FORMS = {"d": "hand", "s": "snooze", "n": "note", "e": "close", "a": "assign", "u": "raise", "c": "misread"}


@variants("width", [DESKTOP, NARROW], count=1)
def test_a_key_opens_its_form_uncovered_and_escape_gives_the_focus_back(width: int, desk: Desk) -> None:
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}", width=width) as page:
        for key, form in FORMS.items():
            keys(page, key)
            expect(panel(page).locator(f"#form-{form}")).to_be_visible()
            assert panel(page).evaluate("panel => panel.contains(document.activeElement)")
            assert panel(page).evaluate(COVERED) == []

            keys(page, "Escape")
            expect(panel(page)).to_have_count(0)
            expect(page.locator(".toolbar summary:focus")).to_have_count(1)
            item(page, 0)


def test_on_a_phone_a_form_is_a_sheet_at_the_bottom(desk: Desk) -> None:
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}", width=PHONE, height=844) as page:
        for summary in page.locator(".toolbar > .pop > summary").all():
            summary.click()
            assert panel(page).evaluate(COVERED) == []
            assert panel(page).evaluate("panel => innerHeight - panel.getBoundingClientRect().bottom") < 20
            summary.click(force=True)


def test_a_refused_form_says_why_on_top_and_keeps_what_was_written(desk: Desk) -> None:
    key = desk.key(0)
    with desk.opened(path=f"inbox/to_answer/{key}") as page:
        keys(page, "e")
        page.locator("#close-reason").fill("다른 곳에서 해결됨")
        desk.cases.cases[key] = desk.cases.cases[key]._replace(version=7)
        page.locator("#close-reason").press("Control+Enter")

        expect(panel(page).locator(".problem-place .problem")).to_be_visible()
        expect(page.locator("#close-reason")).to_have_value("다른 곳에서 해결됨")
        assert page.locator(".problem").filter(visible=True).count() == 1


def test_the_focus_stays_in_the_page_after_every_action(desk: Desk) -> None:
    with desk.opened(path=f"inbox/all/{desk.key(0)}") as page:
        for key, fields in (
            ("n", {"#note-note": "전화로도 물으셨어요."}),
            ("a", {"#assign-holder": "이수진"}),
            ("u", {}),
        ):
            keys(page, key)
            for field, text in fields.items():
                page.locator(field).fill(text)
            version = page.locator("#item").get_attribute("data-version")
            panel(page).locator("form:visible button[name=action]").last.click()
            expect(page.locator(f'#item[data-version="{version}"]')).to_have_count(0)
            expect(page.locator("#main :focus")).to_have_count(1)


def test_a_menu_takes_the_focus_back_when_its_key_undoes_nothing_but_opens_what_is_set(desk: Desk) -> None:
    urgent = desk.have_case(5, urgency=Urgency.HIGH)
    with desk.opened(path=f"inbox/to_answer/{urgent.id}") as page:
        keys(page, "u")
        expect(panel(page).locator("#form-lower")).to_be_visible()


def test_in_danger_the_keys_decide_and_nothing_is_offered_to_insert(desk: Desk) -> None:
    check = desk.have_case(6, safety=Safety.CHECK)
    with desk.opened(path=f"inbox/to_answer/{check.id}") as page:
        expect(page.locator("#opened section.danger")).to_be_visible()
        keys(page, "r")
        page.keyboard.type("/")
        expect(page.locator("#slash .panel")).to_contain_text("사람의 안전에 관한 글일 수 있어")
        keys(page, "Escape", "Escape", "c")
        expect(page.locator("#opened section.danger")).to_have_count(0)
        keys(page, "c")
        expect(panel(page).locator("#form-misread")).to_be_visible()


@variants("width, height", [(DESKTOP, 800), (NARROW, 768), (720, 450), (PHONE, 844)], count=2)
def test_the_newest_words_of_the_customer_are_in_sight(width: int, height: int, desk: Desk) -> None:
    """720 × 450 is a screen of 1440 × 900 at 200 %."""
    key = desk.key(0)
    desk.cases.events[key] = [
        CaseEvent(CaseEventKind.NOTED, desk.now - timedelta(hours=9 - n), "이수진", f"메모 {n}. " * 20)
        for n in range(8)
    ]
    with desk.opened(path=f"inbox/to_answer/{key}", width=width, height=height) as page:
        words = page.locator("#opened .entry.post .words").last
        expect(words).to_be_in_viewport(ratio=0.9)
        assert words.evaluate("""words => {
          const box = words.getBoundingClientRect();
          return words.contains(document.elementFromPoint(box.left + 4, box.top + 8));
        }""")


def test_one_sentence_names_the_recipient_and_sends_at_once(desk: Desk) -> None:
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}") as page:
        write(page)
        keys(page, "Control+Enter")
        said = page.locator("#undo-bar p")
        expect(said).to_contain_text("손님0 님께")
        expect(said).to_have_count(1)

        said.get_by_role("button", name="지금").click()
        expect(said).to_have_count(0)
    assert [(post.text, post.state) for post in desk.posts.posts.values()] == [(ANSWER, PostState.QUEUED)]


def test_a_note_about_the_person_is_written_and_taken_back(desk: Desk) -> None:
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}") as page:
        notes = page.locator("#author-notes")
        notes.locator("summary").click()
        notes.locator("textarea").fill("짧게 답하는 것을 좋아하심")
        notes.locator("textarea").press("Control+Enter")
        expect(notes.locator(".memo")).to_contain_text("박지민")
        keys(page, "z")
        expect(notes.locator(".memo")).to_have_count(0)


def test_a_department_s_draft_is_put_into_the_reply_or_goes_back(desk: Desk) -> None:
    draft = Draft("한 장은 지난달 것입니다.", "김지은", desk.now)
    case = desk.have_case(7, "billing", state=CaseState.DRAFTED, draft=draft)
    with desk.opened(path=f"inbox/to_answer/{case.id}") as page:
        page.locator("#reply-text").fill("다른 글")
        page.locator("#context .use-draft").click()
        expect(page.locator("#reply-text")).to_have_value("한 장은 지난달 것입니다.")
        expect(page.locator("#reply-text")).to_be_focused()

        page.locator('#context [data-press="return_draft"]').click()
        expect(panel(page).locator("#return_draft-comment")).to_be_focused()
        page.keyboard.insert_text("금액도 적어 주세요.")
        keys(page, "Control+Enter")
        expect(page.locator("#undo-bar")).to_be_visible()

    assert desk.cases.cases[case.id].state is CaseState.OPEN
