"""People and favourites of the console on the local AWS: greeting back, liking and deleting on the local X."""

import re
from datetime import timedelta
from html import unescape

from follow_deletions.follow import EVERY
from tests.e2e.driver import MINUTE, Driver
from tests.e2e.pages import answered_post
from tests.e2e.test_the_console import Browser, signed_in


def see(browser: Browser, path: str) -> str:
    response = browser.ask("GET", f"{browser.console}/{path}")
    assert response.status_code == 200, response.text
    return response.text


def fields_of(page: str, author_id: str) -> dict[str, str]:
    """The fields of the greeting that the page offers to this person, filled as it fills them."""
    (row,) = re.findall(rf'<li id="row-{author_id}".*?\n</li>', page, re.DOTALL)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', row))
    (text,) = re.findall(r"<textarea[^>]*>\n([^<]*)</textarea>", row)
    return hidden | {"text": unescape(text)}


def test_a_greeting_by_hand_takes_the_place_of_the_draft_and_its_answers_are_attendance(desk: Driver) -> None:
    desk.next_morning(8, 45)
    desk.fire_now("greet")
    browser = signed_in(desk.stage)
    assert "에 게시돼요." in unescape(see(browser, "today"))
    by_hand = desk.stage.control.post("emeraldmobile", "좋은 아침입니다! 오늘은 직접 인사드려요.")
    desk.poll()
    desk.sweep()

    desk.until(9, 6)
    desk.sweep()
    desk.post("morning_d", "출첵 100일째!", in_reply_to=by_hand)
    for _ in range(2):
        desk.poll()

    assert [post for text in desk.stage.desk.greetings for post in desk.on_x(text)] == []
    page = see(browser, "people")
    assert [words in page for words in ("오늘은 직접 인사드려요.", "출첵 100일째!", "고객 글에는 100일째")] == [
        True
    ] * 3


def test_two_people_answer_the_greeting_and_one_is_greeted_back(desk: Driver) -> None:
    desk.next_morning()
    desk.fire_now("greet")
    (greeting,) = [post for text in desk.stage.desk.greetings for post in desk.on_x(text)]
    mention = desk.post("morning_a", "좋은 아침이에요!", in_reply_to=greeting.id)
    desk.post("morning_b", "굿모닝! 오늘도 힘내세요", in_reply_to=greeting.id)
    by_hand = desk.post("morning_c", "안녕하세요, 반갑습니다", in_reply_to=greeting.id)
    desk.stage.control.post("emeraldmobile", "저희도 반가워요!", in_reply_to=by_hand)
    for _ in range(2):
        desk.poll()
    browser, first = signed_in(desk.stage), desk.stage.control.person("morning_a")
    names = see(browser, "people")
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', names))
    browser.ask("POST", f"{browser.console}/people/authors", csrf=csrf)
    desk.stage.settle()

    page = see(browser, "people")
    assert [text in page for text in ("좋은 아침이에요!", "굿모닝! 오늘도", "@morning_a")] == [True] * 3
    assert 'id="waiting">2<' in page
    today = see(browser, "today")
    assert "인사한 분 1 · 남은 분 2" in today
    assert re.search(r'id="card-posts".*?인사 · 게시됨', today, re.DOTALL)
    assert "인사한 분 1 · 남은 분 2" in see(browser, "poll?page=today")
    assert browser.ask("GET", f"{browser.console}/today/night").status_code == 303  # nobody wrote overnight
    assert f'id="row-{desk.stage.control.person("morning_c")}" class="attendee on_x"' in page
    form = fields_of(page, first)
    sent = browser.ask("POST", f"{browser.console}/people/{first}/greet", **form)
    assert (sent.status_code, form["text"] != "") == (303, True), sent.text
    desk.pass_time(MINUTE)  # the time to undo is over; without its page, the sweep sends it
    desk.sweep()

    (reply,) = desk.on_x(form["text"])
    assert (reply.answers, answered_post(desk, reply)) == ("morning_a", mention)
    assert reply.text.endswith(form["text"])
    after = see(browser, "people")
    assert f'id="row-{first}" class="attendee greeted"' in after
    assert 'id="waiting">1<' in after


def test_who_wanted_no_replies_is_listed_until_their_own_post_takes_that_back(desk: Driver) -> None:
    refusing = desk.post("quiet_one", "앞으로 답글 달지 마세요")
    desk.poll()
    author, browser = desk.stage.control.person("quiet_one"), signed_in(desk.stage)
    page = see(browser, "people/opted_out")
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))
    assert f"/status/{refusing}" in page
    again = desk.post("quiet_one", "이제 답글 다시 주셔도 돼요")
    desk.poll()

    older = browser.ask("POST", f"{browser.console}/people/opted_out/{author}", csrf=csrf, post=refusing)
    asked = f"https://x.com/quiet_one/status/{again}"
    recorded = browser.ask("POST", f"{browser.console}/people/opted_out/{author}", csrf=csrf, post=asked)

    assert (older.status_code, recorded.status_code) == (422, 303)
    assert f'id="author-{author}"' not in see(browser, "people/opted_out")
    assert "단골" in see(browser, "people/regulars")


def test_a_like_is_listed_after_the_digest_and_goes_when_x_no_longer_shows_it(desk: Driver) -> None:
    words = "상담원분이 끝까지 설명해 주셔서 정말 감동했어요"
    liked = desk.post("fan_of_help", words)
    desk.poll()
    desk.stage.control.like(liked)
    desk.fire("evening-digest", timedelta(hours=1))
    browser = signed_in(desk.stage)

    page = see(browser, "favourites?q=끝까지")
    assert [words in page, "@fan_of_help" in page] == [True, True]
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))
    note = f"{browser.console}/favourites/{liked}/note"
    assert browser.ask("POST", note, csrf=csrf, note="후기 후보", request="form-0001").status_code == 303
    assert "후기 후보" in see(browser, "favourites?q=후기 후보")
    removed = f"{browser.console}/favourites/{liked}/remove_note"
    assert browser.ask("POST", removed, csrf=csrf, note="form-0001").status_code == 303

    desk.stage.control.delete(liked)
    desk.fire("follow-deletions", EVERY)  # a test before this one may have begun the last round just now

    assert words not in see(signed_in(desk.stage), "favourites?q=끝까지")
