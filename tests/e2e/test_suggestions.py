"""A reply on X becomes a suggestion the next morning, and a saved reply is there at once, through the whole stack."""

import re

from local.stage import Stage
from tests.e2e.driver import Driver
from tests.e2e.pages import opened, sent
from tests.e2e.test_the_console import Browser

SAID = "셋톱박스 뒤쪽 전원 단추를 10초 눌러 초기화해 주세요."
SAVED = {"title": "기사 방문", "text": "{부서} 기사가 방문해 고쳐 드리겠습니다.", "department": "home", "kind": ""}


def signed_in(stage: Stage) -> Browser:
    """The operator's browser."""
    browser = Browser(stage)
    at_the_issuer = browser.led(browser.led(browser.ask("GET", f"{browser.console}/replies")))
    browser.led(browser.ask("POST", at_the_issuer.url, sub="jimin.park@emerald.example"))
    return browser


def test_an_answer_and_a_saved_reply_are_suggested_for_the_next_case(shared_stage: Stage, desk: Driver) -> None:
    first = desk.post("minji_haru", "셋톱박스가 로고 화면에서 멈췄어요 초기화 방법 알려 주세요")
    desk.poll()
    drafted = opened(desk, "home", first)
    sent(desk, drafted, "answer", name="이하늘", text=SAID)
    sent(desk, sent(desk, opened(desk, "operator", first), "answer", name="운영자"), "confirm")
    assert desk.on_x("셋톱박스 뒤쪽")
    desk.fire_now("index-answers")
    second = desk.post("slow_evening", "티비 셋톱박스가 또 로고에서 안 넘어가요 어떻게 초기화하죠")
    desk.poll()
    browser = signed_in(shared_stage)

    page = browser.ask("GET", f"{browser.console}/replies/new").text
    fields = dict(re.findall(r'name="(csrf|request)" value="([^"]+)"', page))
    saved = browser.ask("POST", f"{browser.console}/replies/save", **fields, **SAVED, version="0", id="", last_day="")
    case_id = opened(desk, "home", second).case_id
    suggested = browser.ask("GET", f"{browser.console}/case/{case_id}/suggestions").text

    assert saved.status_code == 200, saved.text
    texts = re.findall(r'<span class="words" dir="auto">([^<]*)</span>', suggested)
    assert texts[0] == SAID
    assert "홈 기사가 방문해 고쳐 드리겠습니다." in texts
