"""The console in a browser, with the keyboard: a morning's answers, and what goes wrong while somebody types."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import replace
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from desk.cases.model import CaseState, Review
from desk.posts.model import PostState
from desk.reading import Urgency
from desk.staff.drafts import PersonalDraft
from desk.staff.model import Person
from desk.staff.saved_replies import SavedReply
from desk.staff.settings import PersonSettings
from desk.x.model import Media
from tests.browser import DESKTOP, PHONE, POLL, Chromium, passes, polled, settled, stop_time
from tests.families import variants
from tests.unit.operator_console.scene import JIMIN, SUJIN, ConsoleScene

pytestmark = pytest.mark.browser

ANSWER = "안녕하세요. 한 장은 지난달 것입니다."
COUNT = 30


class Desk(ConsoleScene):
    """A console that is served, with cases that wait for an answer."""

    url: str
    browser: Chromium

    @contextmanager
    def opened(
        self, person: Person = JIMIN, path: str = "inbox/to_answer", *, time_passes: bool = True, **how: Any
    ) -> Iterator[Page]:
        """A window of this person on a page of the console. What its scripts throw or are refused fails the test.

        At the end it waits until everything that it asked for was answered, so that the stores have it. Where no time
        passes in it, only `passes` lets some.
        """
        errors: list[str] = []
        with self.browser.visitor(self.url, self.signed_in(person).cookies, **how) as page:
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console", lambda message: errors.append(message.text) if "Content Security" in message.text else None
            )
            page.on("response", lambda response: errors.extend(_refused(response)))
            page.clock.install()
            if not time_passes:
                stop_time(page)
            page.goto(f"{self.url}/console/{path}")
            yield page
            settled(page)
        assert errors == []

    def key(self, number: int) -> str:
        """The key of the case that `have_case` made for this number."""
        return next(key for key, case in self.cases.cases.items() if case.mention_ids == (str(5000 + number),))

    @property
    def texts(self) -> list[str]:
        """The texts of all replies that were not taken back."""
        return [post.text for post in self.posts.posts.values() if post.state is not PostState.CANCELLED]


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.have_cases(4)
    with scene.served() as scene.url:
        yield scene


_UNASKED = ("/presence", "/draft", "/poll")
"""Requests that the page makes by itself."""


def _refused(response: Response) -> list[str]:
    """What the console refused although its own page asked: a defect of the page or of its route."""
    is_unasked = any(path in response.url for path in _UNASKED) and response.status not in (401, 503)
    is_defect = response.status in (400, 403, 404, 500) or (is_unasked and response.status >= HTTPStatus.BAD_REQUEST)
    return [f"{response.status} {response.url}"] if is_defect else []


def keys(page: Page, *pressed: str) -> None:
    """Press these as fast as a person may: scripts and htmx take over what a page shows a bit after it is seen."""
    page.wait_for_load_state("domcontentloaded")
    for key in pressed:
        expect(page.locator(".htmx-settling")).to_have_count(0)
        page.keyboard.press(key)


def item(page: Page, number: int) -> None:
    """Wait until this case is open."""
    expect(page.locator("#opened .handle").first).to_have_text(f"@guest{number}")
    page.wait_for_load_state("domcontentloaded")


def top_of(page: Page, key: str) -> float:
    """Where the row of this key is on the screen."""
    box = page.locator(f"#row-{key}").bounding_box()
    assert box
    return box["y"]


def write(page: Page, text: str = ANSWER) -> None:
    """Write into the reply box, opened with its key. The text enters at once, as an input method enters a word."""
    keys(page, "r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.insert_text(text)


def test_the_next_case_opens_at_once_and_the_sent_one_counts_down_until_it_is_enqueued(desk: Desk) -> None:
    desk.settings.save(JIMIN.id, PersonSettings(undo_seconds=30), desk.now)
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page)
        keys(page, "Control+Enter")

        item(page, 1)
        expect(page.locator("#rows .sending .sends")).to_contain_text("초 뒤 게시")
        stop_time(page, after=30)
        expect(page.locator("#rows .sending .sends")).to_have_text("게시 대기")

    assert len(desk.queue.sent) == 1


def test_what_was_sent_last_is_undone_first_and_its_text_is_in_the_box(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        for number in range(2):
            item(page, number)
            write(page, f"답변 {number}")
            keys(page, "Control+Enter")
        item(page, 2)
        expect(page.locator("#rows .sends", has_text="초 뒤 게시")).to_have_count(2)

        keys(page, "z")

        item(page, 1)
        expect(page.locator("#reply-text")).to_have_value("답변 1")
        assert (desk.texts, desk.queue.sent) == (["답변 0"], [])


def test_keys_work_while_the_keyboard_is_in_hangul_mode(desk: Desk) -> None:
    with desk.opened() as page:
        session = page.context.new_cdp_session(page)
        item(page, 0)
        for code, letter in (("KeyJ", "ㅓ"), ("KeyR", "ㄱ")):
            for kind in ("rawKeyDown", "keyUp"):
                session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": letter})

        item(page, 1)
        expect(page.locator("#reply-text")).to_be_focused()


def test_control_enter_within_a_syllable_sends_the_whole_text_once_and_nothing_else(desk: Desk) -> None:
    desk.drafts.save(JIMIN.id, desk.key(1), PersonalDraft("아직 쓰는 글", {}, 1, 1, desk.now))
    with desk.opened() as page:
        item(page, 0)
        write(page, "확인했")
        session = page.context.new_cdp_session(page)
        session.send("Input.imeSetComposition", {"text": "습", "selectionStart": 1, "selectionEnd": 1})
        composing = {"code": "Enter", "key": "Process", "windowsVirtualKeyCode": 229, "modifiers": 2}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **composing})
        item(page, 1)
        keys(page, "r")
        enter = {"code": "Enter", "key": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})

        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")
        expect(page.locator("#reply-text")).to_have_value("아직 쓰는 글")
        item(page, 1)

    assert desk.texts == ["확인했습"]


def test_keys_are_letters_while_somebody_types(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page, "")
        page.keyboard.type("njzex.?g1 ")

        expect(page.locator("#reply-text")).to_have_value("njzex.?g1 ")
        item(page, 0)


def test_a_draft_survives_a_reload(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page)
        expect(page.locator("#reply-draft-state")).to_have_text("임시 저장됨")
        page.evaluate("localStorage.clear()")
        page.reload()

        expect(page.locator("#reply-text")).to_have_value(ANSWER)


def test_a_busy_store_keeps_the_text_and_lets_it_be_sent_again(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page)
        desk.cases.busy.add("save")
        keys(page, "Control+Enter")
        expect(page.locator("#rows .sends.problem")).to_contain_text("응답하지 않습니다")
        desk.cases.busy.clear()

        page.get_by_role("button", name="다시 시도").click()

        expect(page.locator("#rows .sending")).to_have_count(1)
        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")

    assert desk.texts == [ANSWER]


def test_of_two_operators_the_second_sees_the_reply_of_the_first_and_keeps_the_own_text(desk: Desk) -> None:
    with desk.opened(JIMIN) as first, desk.opened(SUJIN) as second:
        for page in (first, second):
            item(page, 0)
        second.route(POLL, lambda route: route.abort())  # the second one has not heard of the reply
        write(second, "둘째 답변")
        write(first, "첫째 답변")
        keys(first, "Control+Enter")
        expect(first.locator("#rows .sends")).to_contain_text("초 뒤 게시")

        keys(second, "Control+Enter")

        expect(second.locator("#rows .sends.problem")).to_be_visible()
        second.get_by_role("button", name="열기").click()
        expect(second.locator("#opened")).to_contain_text("첫째 답변")
        expect(second.locator("#reply-kept")).to_contain_text("둘째 답변")

    assert desk.texts == ["첫째 답변"]


def test_an_ended_session_asks_to_sign_in_and_then_sends_what_was_typed(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page)
        desk.sessions.sessions.clear()
        keys(page, "Control+Enter")
        expect(page.get_by_role("button", name="다시 로그인")).to_be_visible()
        cookies = desk.signed_in().cookies
        name, value = next(iter(cookies.items()))
        page.context.add_cookies(
            [{"name": name, "value": value, "url": desk.url.replace("http:", "https:"), "secure": True}]
        )

        page.evaluate('new BroadcastChannel("console").postMessage("signed-in")')

        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")
        expect(page.get_by_role("button", name="다시 로그인")).to_have_count(0)

    assert desk.texts == [ANSWER]


def test_new_posts_wait_above_the_list_urgent_ones_enter_and_nothing_moves(desk: Desk) -> None:
    desk.have_cases(COUNT)
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        keys(page, *"jjjjjjjjjjjj")
        top = top_of(page, desk.key(12))
        desk.have_case(40)
        desk.have_case(41, urgency=Urgency.HIGH)
        polled(page)

        expect(page.locator("#arrivals")).to_contain_text("새 글 1")
        expect(page.locator("#rows .row").first).to_contain_text("@guest41")
        expect(page).to_have_title(re.compile(r"^\(1\) "))
        assert abs(top_of(page, desk.key(12)) - top) < 1
        keys(page, ".")

        expect(page.locator("#arrivals")).to_be_hidden()
        expect(page.locator("#row-" + desk.key(40))).to_be_attached()
        expect(page.locator(f"#row-{desk.key(12)} a")).to_be_focused()
        assert abs(top_of(page, desk.key(12)) - top) < 1
        item(page, 0)


def test_a_change_of_the_open_case_is_shown_and_the_reply_waits_until_somebody_looked(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        write(page)
        fields = {"version": "1", "request": "note-0001", "note": "고객과 통화했습니다."}
        desk.signed_in(SUJIN).post(f"case/{desk.key(0)}/note", fields)
        polled(page)
        expect(page.locator("#band")).to_contain_text("이수진")

        keys(page, "Control+Enter")
        expect(page.locator("#reply-problem")).to_contain_text("먼저 확인해 주세요")
        keys(page, "Escape", ".")
        expect(page.locator("#opened")).to_contain_text("고객과 통화했습니다.")
        expect(page.locator("#band")).to_be_empty()
        expect(page.locator("#reply-text")).to_have_value(ANSWER)
        keys(page, "r", "Control+Enter")
        item(page, 1)

    assert desk.texts == [ANSWER]


def test_a_case_is_handed_over_put_off_noted_and_closed_with_keys(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "d")
        item(page, 0)
        expect(page.locator("#hand-department")).to_be_focused()
        keys(page, "ArrowDown", "Control+Enter")
        item(page, 1)
        keys(page, "s")
        expect(page.locator("#snooze-hour")).to_be_focused()
        keys(page, "Space", "Control+Enter")
        item(page, 2)
        keys(page, "n")
        expect(page.locator("#note-note")).to_be_focused()
        page.keyboard.type("확인 중")
        keys(page, "Control+Enter")
        expect(page.locator("#opened .entry.note, #opened .timeline")).to_contain_text(["확인 중"])
        keys(page, "e")
        expect(page.locator("#close-reason")).to_be_focused()
        page.keyboard.type("인사")
        keys(page, "Control+Enter")
        item(page, 3)
        expect(page.locator("#rows .row")).to_have_count(1)

    states = [desk.cases.cases[desk.key(number)] for number in range(3)]
    assert (states[0].department, states[1].snoozed_until is not None, states[2].state) == ("billing", True, "closed")


def test_z_undoes_a_hand_over_a_snooze_and_a_closing_and_says_what_it_cannot_undo(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page)
        keys(page, "Control+Enter")
        item(page, 1)
        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")

        keys(page, "d", "ArrowDown", "Control+Enter")
        item(page, 2)
        keys(page, "z")
        item(page, 1)
        expect(page.locator("#done")).to_contain_text("넘긴 것을 취소했어요. 그 부서에는 이미 알림이 갔으니")
        expect(page.locator(f"#row-{desk.key(1)}")).to_be_attached()

        keys(page, "s", "Space", "Control+Enter")
        item(page, 2)
        keys(page, "z")
        item(page, 1)
        expect(page.locator("#done")).to_contain_text("다시 꺼냈어요.")

        keys(page, "e")
        page.keyboard.type("인사")
        keys(page, "Control+Enter")
        item(page, 2)
        keys(page, "z")
        item(page, 1)
        expect(page.locator("#done")).to_contain_text("취소했어요. 문의가 그 전과 같아요.")

        keys(page, "n")
        page.keyboard.type("확인 중")
        keys(page, "Control+Enter")
        expect(page.locator("#opened")).to_contain_text("확인 중")
        keys(page, "z")
        expect(page.locator("#done")).to_contain_text("이 일은 취소할 수 없어요.")
        assert desk.texts == [ANSWER], "z takes back nothing but the last thing"

    assert (desk.cases.cases[desk.key(1)].department, desk.cases.cases[desk.key(1)].state) == ("operator", "open")


def test_opening_from_a_part_that_was_loaded_beforehand_counts_as_seen_and_loading_does_not(desk: Desk) -> None:
    posts = {desk.cases.cases[desk.key(n)].mention_ids[0] for n in range(3)}
    desk.seen.with_case |= {each: desk.cases.mentions[each].mention.post for each in posts}
    with desk.opened() as page:
        keys(page, "Enter")
        item(page, 0)
        keys(page, "j", "Enter")
        item(page, 1)
        expect(page.locator("#reply-text")).to_be_enabled()
        settled(page)

    assert set(desk.seen.seen_by) == {"5000", "5001"}


def test_a_picture_opens_larger_and_escape_closes_it(desk: Desk) -> None:
    case = desk.have_case(70)
    found = desk.cases.mentions["5070"]
    photo = Media("photo", "고지서 사진", "https://pbs.example/1.jpg", width=800, height=600)
    with_picture = found.mention._replace(post=found.mention.post._replace(media=(photo,)))
    desk.cases.put(case, found._replace(mention=with_picture))
    with desk.opened(path=f"inbox/to_answer/{case.id}") as page:
        page.route("https://pbs.example/*", lambda route: route.abort())
        page.locator("[data-command=enlarge]").press("Enter")
        expect(page.get_by_role("dialog", name="고지서 사진")).to_be_visible()

        keys(page, "Escape")

        expect(page.get_by_role("dialog")).to_have_count(0)


def test_urgent_posts_and_drafts_are_told_with_a_notification_if_the_person_wants_it(desk: Desk) -> None:
    desk.settings.save(JIMIN.id, PersonSettings(notifies=True), desk.now)
    desk.have_case(81, urgency=Urgency.HIGH)
    with desk.opened() as page:
        page.evaluate("""() => { window.told = []; window.Notification = class {
            static permission = "granted";
            constructor(title, { body }) { document.body.dataset.told = told.push(body); } } }""")
        polled(page)  # what it has is what was there before
        expect(page).to_have_title(re.compile(r"^\(1\) "))
        desk.have_case(80, urgency=Urgency.HIGH)
        polled(page)

        expect(page).to_have_title(re.compile(r"^\(2\) "))
        expect(page.locator("body")).to_have_attribute("data-told", "1")
        assert ["guest80" in text for text in page.evaluate("told")] == [True]


def test_a_key_opens_the_page_of_x_on_which_the_newest_post_is_liked(desk: Desk) -> None:
    with desk.opened() as page:
        page.context.route("https://x.com/**", lambda route: route.abort())
        item(page, 0)
        with page.context.expect_event("request", lambda request: "x.com" in request.url) as asked:
            keys(page, "l")

    assert asked.value.url == "https://x.com/intent/like?tweet_id=5000"


def test_on_a_narrow_screen_the_context_is_a_drawer_that_escape_closes(desk: Desk) -> None:
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}", width=900) as page:
        expect(page.locator("#context")).to_be_hidden()
        page.locator("[data-command=context]").press("Enter")
        expect(page.locator("#context")).to_be_visible()

        keys(page, "Escape")

        expect(page.locator("#context")).to_be_hidden()
        item(page, 0)


def test_a_page_of_one_case_alone_sends_its_form_like_any_other_page(desk: Desk) -> None:
    with desk.opened(path=f"case/{desk.key(0)}") as page:
        write(page)
        with page.expect_navigation():
            keys(page, "Control+Enter")
        item(page, 0)

    assert desk.texts == [ANSWER]


def test_the_help_lists_the_keys_and_closes_with_escape(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "Shift+Slash")
        for words in ("마지막 일 취소", "긴급 또는 위험으로 바꾸기", "안전 확인 마치기"):
            expect(page.get_by_role("dialog")).to_contain_text(words)

        keys(page, "j", "Escape")

        expect(page.get_by_role("dialog")).to_have_count(0)
        item(page, 0)


PAGES = (
    "inbox/to_answer",
    "inbox/to_read",
    "inbox/all",
    "search?q=guest",
    "stop",
    "settings",
    "replies",
    "replies/new",
    "inbox/to_answer/{key}",
    "case/{key}",
)
SCREENS = (("ko", DESKTOP), ("en", PHONE))


@variants("path, language, width", [(path, *screen) for path in PAGES for screen in SCREENS], count=2)
def test_each_page_is_accessible_and_fits(desk: Desk, path: str, language: str, width: int) -> None:
    desk.brand = replace(desk.brand, language=language)
    desk.saved_replies.save(SavedReply("bill", "청구서", "{name} 님, 한 장은 지난달 것입니다."))
    with desk.opened(path=path.format(key=desk.key(0)), width=width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        expect(page.locator("#suggestions[hx-trigger=load]")).to_have_count(0)

        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_the_list_leads_to_the_case_and_back(desk: Desk) -> None:
    with desk.opened(width=PHONE) as page:
        page.locator("#rows a").first.tap()
        item(page, 0)
        expect(page.locator("#list")).to_be_hidden()
        page.locator("[data-command=back]").tap()

        expect(page.locator("#list")).to_be_visible()
        expect(page).to_have_url(re.compile("/inbox/to_answer$"))


def test_without_scripts_links_and_forms_do_the_same(desk: Desk) -> None:
    with desk.opened(scripts=False) as page:
        page.locator("#rows a").first.click()
        item(page, 0)
        page.locator("#reply-text").fill(ANSWER)
        page.get_by_role("button", name="보내기").click()

        item(page, 0)

    assert desk.texts == [ANSWER]


def presences(desk: Desk) -> list[str]:
    """The items that somebody has open, as colleagues see it."""
    return [key for key in desk.cases.cases if desk.presence.others(key, SUJIN.id, SUJIN.name, desk.now)]


@variants("attention", ["key", "click", "scroll", "time"], count=2)
def test_the_first_case_opens_by_itself_and_nobody_has_seen_it_before_somebody_attends(
    desk: Desk, attention: str
) -> None:
    posts = {key: found.mention.post for key, found in desk.cases.mentions.items()}
    desk.seen.with_case |= posts
    with desk.opened(time_passes=False) as page:
        item(page, 0)
        passes(page, 1_000)
        assert (desk.seen.seen_by, presences(desk)) == ({}, [])
        assert page.url.endswith("/inbox/to_answer")

        with page.expect_response(lambda response: "/presence" in response.url):
            match attention:
                case "key":
                    keys(page, "Shift")
                case "click":
                    page.locator("#opened").click(position={"x": 5, "y": 5})
                case "scroll":
                    page.locator("#opened").hover()
                    page.mouse.wheel(0, 40)
                case _:
                    page.clock.run_for(3_000)
        expect(page).to_have_url(re.compile(desk.key(0)))
        settled(page)

    assert list(desk.seen.seen_by) == ["5000"]
    assert desk.presence.calls["mark"] >= 1


def test_a_click_on_another_case_leaves_the_first_one_unseen(desk: Desk) -> None:
    desk.seen.with_case |= {key: found.mention.post for key, found in desk.cases.mentions.items()}
    with desk.opened() as page:
        item(page, 0)
        page.locator(f"#row-{desk.key(2)} a").click()
        item(page, 2)
        settled(page)

    assert list(desk.seen.seen_by) == ["5002"]


def test_an_empty_queue_leads_on_where_a_case_would_be(desk: Desk) -> None:
    for key, case in desk.cases.cases.items():
        desk.cases.cases[key] = case._replace(review=Review.CHAT)
    with desk.opened() as page:
        expect(page.locator("#opened")).to_contain_text("모두 답변했어요")
        page.locator("#opened").get_by_role("link", name=re.compile("검토할 글")).click()
        expect(page.locator("#rows .row")).to_have_count(len(desk.cases.cases))


def test_rows_are_selected_with_keys_and_clicks_and_the_bar_says_how_many(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        bar = page.get_by_role("form", name="선택한 문의")
        expect(bar).to_be_hidden()
        keys(page, "x", "j", "j", "Shift+X")
        expect(bar).to_contain_text("선택 3건")
        page.locator(f"#row-{desk.key(3)} .pick").click()
        expect(bar).to_contain_text("선택 4건")
        page.locator(f"#row-{desk.key(1)} .pick").click()
        expect(bar).to_contain_text("선택 3건")
        bar.get_by_role("button", name="선택 풀기").click()
        expect(bar).to_be_hidden()
        page.locator(f"#row-{desk.key(1)} .pick").click()
        page.locator(f"#row-{desk.key(3)} .pick").click(modifiers=["Shift"])
        expect(bar).to_contain_text("선택 3건")
        bar.locator("summary", has_text="종료").click()
        bar.get_by_label("답변이 필요 없는 이유").fill("문의가 아니에요")
        bar.get_by_role("button", name=re.compile("종료")).click()
        expect(page.locator("#rows .row")).to_have_count(1)

    assert [case.state for case in desk.cases.cases.values()].count(CaseState.CLOSED) == 3


def test_on_a_phone_a_box_is_as_large_as_a_finger_and_covers_no_word(desk: Desk) -> None:
    with desk.opened(width=PHONE) as page:
        boxes = page.locator("#rows .pick")
        expect(boxes.first).to_be_visible()
        box = boxes.first.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        boxes.first.tap()
        expect(page.locator("#bulk-count")).to_have_text("선택 1건")
        expect(page.locator("#item[data-key]")).to_have_count(0)


def test_a_thumb_keeps_the_post_of_a_row_and_takes_that_back(desk: Desk) -> None:
    key = desk.key(2)
    with desk.opened(width=PHONE, height=844) as page:
        row = page.locator(f"#row-{key}")
        for said, kept in (("님", 1), ("", 0)):
            row.get_by_role("button", name="마음에 든 글로 남기기").tap()
            expect(row.locator(".kept")).to_contain_text(said)
            expect(row.locator("[data-mine]")).to_have_count(kept)
            assert len(desk.favourites.marks()) == kept
        expect(page).to_have_url(re.compile(r"/inbox/to_answer$"))
