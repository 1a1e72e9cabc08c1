"""The pre-send check in a browser: findings below the box, and a reason with the keyboard alone."""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from desk.fetch.model import LinkAnswer
from desk.posts.model import Post, PostState
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import ANSWER, Desk, item, keys, write

pytestmark = pytest.mark.browser

PROMISE = "확인 후 연락드리겠습니다."
WRONG_DAY = "11월 30일(화)에 새 매장이 문을 엽니다."
PAUSE = 700
"""Milliseconds after the last key, until which a text is checked."""


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.have_cases(3)
    with scene.served() as scene.url:
        yield scene


def sent(desk: Desk) -> list[Post]:
    return [post for post in desk.posts.posts.values() if post.state is not PostState.CANCELLED]


def findings(page: Page) -> str:
    """What stands below the box once the text was checked."""
    page.clock.run_for(PAUSE)
    return ".findings li"


def test_a_reply_with_a_warning_goes_out_with_a_reason_by_the_keyboard_alone(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, PROMISE)
        expect(page.locator(findings(page))).to_contain_text("언제까지인지가 없어요")

        keys(page, "Control+Enter")
        expect(page.get_by_label("그대로 보내는 이유")).to_be_focused()
        keys(page, "Control+Enter")
        expect(page.get_by_label("그대로 보내는 이유")).to_be_focused()
        page.keyboard.insert_text("전화로 시각을 말씀드렸습니다")
        keys(page, "Control+Enter")

        item(page, 1)
        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")
        expect(page.locator(".findings")).to_have_count(0)
        expect(page.locator("#override-reason")).to_have_value("")

    (post,) = sent(desk)
    assert (post.overridden, post.override_reason) == (("promise_without_time",), "전화로 시각을 말씀드렸습니다")


def test_a_reply_that_is_sent_before_it_was_checked_comes_back_with_what_was_found(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, PROMISE)
        keys(page, "Control+Enter")

        item(page, 1)
        expect(page.locator("#rows .sends.problem")).to_contain_text("언제까지인지가 없어요")
        page.get_by_role("button", name="열기").click()

        item(page, 0)
        expect(page.locator("#reply-text")).to_have_value(PROMISE)
        expect(page.locator(findings(page))).to_contain_text("언제까지인지가 없어요")
        page.locator("#reply-text").focus()
        keys(page, "Control+Enter")
        expect(page.get_by_label("그대로 보내는 이유")).to_be_focused()

    assert sent(desk) == []


def test_findings_go_away_when_the_text_is_corrected_and_never_slow_a_clean_reply(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, PROMISE)
        expect(page.locator(findings(page))).to_have_count(1)
        page.locator("#reply-text").fill(f"내일 오전까지 {PROMISE}")
        expect(page.locator(findings(page))).to_have_count(0)
        expect(page.locator("#override-reason")).to_be_hidden()

        page.locator("#reply-text").focus()
        keys(page, "Control+Enter")

        item(page, 1)

    assert desk.texts == [f"내일 오전까지 {PROMISE}"]


def test_a_corrected_text_is_sent_by_the_first_press_whatever_was_found_before(desk: Desk) -> None:
    with desk.opened() as page:
        for number, text in enumerate((PROMISE, "@stranger 님께 여쭤보세요")):
            item(page, number) if number else keys(page, "Enter")
            write(page, text)
            expect(page.locator(findings(page))).not_to_have_count(0)
            page.route("**/console/check", lambda route: route.abort())  # no finding about the new text ever comes
            page.locator("#reply-text").fill(ANSWER)
            keys(page, "Control+Enter")

            item(page, number + 1)
            expect(page.locator(".findings")).to_have_count(0)
            page.unroute("**/console/check")

    assert len(desk.texts) == 2


def test_what_is_held_says_why_where_people_look(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, PROMISE)
        expect(page.locator(findings(page))).to_have_count(1)
        keys(page, "Control+Enter")
        held = page.locator("[data-check-held]")
        expect(held).to_have_text("고치거나, 그대로 보내는 이유를 적어 주세요.")
        expect(held).to_be_visible()

        page.locator("#reply-text").press("End")
        page.keyboard.type("!")
        expect(held).to_have_count(0)


def test_a_refusal_asks_for_no_reason_and_is_not_sent(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, "@stranger 님께 여쭤보세요")
        expect(page.locator(findings(page))).to_contain_text("@stranger")
        expect(page.locator("#override-reason")).to_be_hidden()

        keys(page, "Control+Enter")

        expect(page.locator("[data-check-held]")).to_have_text("이대로는 보낼 수 없어요.")
        item(page, 0)

    assert sent(desk) == []


def test_a_post_is_checked_as_it_is_written_and_its_reason_is_kept(desk: Desk) -> None:
    desk.link_checker.answers = {"https://www.example.com/a": LinkAnswer(answers=False, detail="404")}
    with desk.opened(path="write") as page:
        keys(page, "r")
        page.keyboard.insert_text(f"{WRONG_DAY} https://www.example.com/a")
        expect(page.locator(findings(page))).to_contain_text(
            [
                "11월 30일은 화요일이 아니라 월요일이에요.",
                "링크가 열리지 않아요(HTTP 404): https://www.example.com/a",
            ]
        )

        keys(page, "Control+Enter")
        expect(page.get_by_label("그대로 보내는 이유")).to_be_focused()
        page.keyboard.insert_text("음력입니다")
        keys(page, "Control+Enter")

        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    (post,) = sent(desk)
    assert (post.overridden, post.override_reason) == (("date_and_weekday", "link_dead"), "음력입니다")


@variants("box, width", product(["reply", "write"], [DESKTOP, PHONE]), count=1)
def test_axe_finds_nothing_in_findings_and_they_fit_the_screen(desk: Desk, box: str, width: int) -> None:
    path = {"reply": f"case/{desk.key(0)}", "write": "write"}[box]
    with desk.opened(path=path, width=width) as page:
        page.locator(f"#{box}-text").fill(f"{WRONG_DAY} {PROMISE} https://www.example.com/{'a' * 150}")
        expect(page.locator(findings(page))).to_have_count(2)
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# Underlines


def underlined(page: Page) -> list[str]:
    """What is underlined in the box, in order."""
    return page.locator(".under mark").all_text_contents()


def test_what_is_wrong_is_underlined_where_it_is_and_stays_there_while_somebody_types_on(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        box = page.locator("#write-text")
        box.fill(f"{WRONG_DAY}\n문의 010-2345-6789")
        expect(page.locator(findings(page))).to_have_count(2)
        assert underlined(page) == ["11월 30일(화)", "010-2345-6789"]
        for mark, words in zip(page.locator(".under mark").all(), underlined(page), strict=True):
            assert mark.evaluate(_IS_BEHIND_ITS_WORDS), words

        page.route("**/console/check", lambda route: route.abort())
        box.press("Control+Home")
        box.press_sequentially("새 소식! ")

        assert underlined(page) == ["11월 30일(화)", "010-2345-6789"]
        assert page.locator(".under mark").first.evaluate(_IS_BEHIND_ITS_WORDS)


_IS_BEHIND_ITS_WORDS = """(mark) => {
    const box = document.querySelector("#write-text"), style = getComputedStyle(box);
    const probe = document.createElement("div"), word = document.createElement("span"), text = mark.textContent;
    for (const name of style) probe.style.setProperty(name, style.getPropertyValue(name));
    Object.assign(probe.style, { position: "absolute", top: "0", left: "0", height: "auto", whiteSpace: "pre-wrap" });
    const at = box.value.indexOf(text);
    word.textContent = text;
    probe.append(box.value.slice(0, at), word, box.value.slice(at + text.length));
    document.body.append(probe);
    const placeIn = (one, other) => {
        const [inner, outer] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        return [inner.x - outer.x, inner.y - outer.y];
    };
    const [x, y] = placeIn(word, probe), [markX, markY] = placeIn(mark, box);
    probe.remove();
    return Math.abs(x - markX) < 2 && Math.abs(y - markY) < 2;
}"""
"""Whether the mark lies where a browser puts these words in the box."""


def test_a_line_thickens_its_underline_selects_its_words_and_puts_them_right(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        box = page.locator("#write-text")
        box.fill(f"{WRONG_DAY} 문의 010-2345-6789")
        expect(page.locator(findings(page))).to_have_count(2)
        expect(page.locator("[data-check-count]")).to_have_text("확인할 것 2")
        wrong_day = page.locator(".finding.warning")

        wrong_day.locator("[data-select]").focus()
        expect(page.locator(".under mark.on")).to_have_text("11월 30일(화)")
        page.keyboard.press("Enter")
        expect(box).to_be_focused()
        assert box.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)") == "11월 30일(화)"

        wrong_day.get_by_role("button", name="11월 30일(월)로 고치기").click()
        expect(box).to_have_value("11월 30일(월)에 새 매장이 문을 엽니다. 문의 010-2345-6789")
        page.get_by_role("button", name="지우기").click()
        expect(box).to_have_value("11월 30일(월)에 새 매장이 문을 엽니다. 문의")
        expect(page.locator(".finding")).to_have_count(0)
        assert underlined(page) == []


def test_a_reply_is_underlined_too_and_not_after_it_was_sent(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page, PROMISE)
        expect(page.locator(findings(page))).to_have_count(1)
        assert underlined(page) == [PROMISE]
        keys(page, "Control+Enter")
        page.keyboard.insert_text("전화로 말씀드렸습니다")
        keys(page, "Control+Enter")
        item(page, 1)
        assert underlined(page) == []


def test_a_notice_is_questioned_at_a_time_that_its_text_contradicts_and_not_at_an_earlier_one(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        page.locator("#write-text").fill("11월 25일(수) 새벽 2시부터 5시까지 앱을 점검합니다.")
        page.get_by_label("내일 아침").check()
        expect(page.locator(findings(page))).to_contain_text("글은 11월 25일(수) 오전 9:00에 올라가요.")
        assert underlined(page) == ["11월 25일(수) 새벽 2시부터 5시"]

        page.get_by_label("오늘 저녁").check()
        expect(page.locator(findings(page))).to_have_count(0)
        assert underlined(page) == []
