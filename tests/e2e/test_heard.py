"""A rumour that does not mention the brand: heard, reported, shown, opened as a case, and answered by nobody."""

import re
from datetime import timedelta
from html import unescape

import requests

from desk.mentions.items import stored_mention_of
from desk.mentions.model import Source
from tests.e2e.driver import DAY, MINUTE, Driver
from tests.e2e.test_the_console import Browser, signed_in


def say_without_mention(desk: Driver, author: str, text: str) -> str:
    desk.pass_time(timedelta(seconds=1))
    return desk.stage.control.post(author, text)


def listen(desk: Driver) -> None:
    desk.fire("listen", 10 * MINUTE)
    desk.carry()


def see(browser: Browser, path: str) -> str:
    response = browser.ask("GET", f"{browser.console}/{path}")
    assert response.status_code == 200, response.text
    return response.text


def test_a_heard_rumour_reaches_the_press_office_and_the_queue_and_becomes_a_case_without_a_reply(desk: Driver) -> None:
    listen(desk)  # from here on
    rumour = "에메랄드모바일 내년에 3G 서비스 종료한다는 소문 사실인가요? 루머일까요"
    used = say_without_mention(desk, "neighbour_h", rumour)
    unused = say_without_mention(desk, "neighbour_i", "에메랄드모바일이 다른 통신사랑 합병한다는 소문 진짜예요?")
    listen(desk)

    assert stored_mention_of(desk.item(used)).mention.source is Source.LISTENING
    (mail,) = desk.mails_about(rumour)
    assert mail.department == "pr"
    assert "[멘션 없는 언급]" in mail.subject
    assert "이 글은 우리를 부르지 않았습니다" in mail.body
    assert "/answer/" not in mail.body

    browser = signed_in(desk.stage)
    body = see(browser, "inbox/heard")
    assert rumour in body
    assert f'id="row-m{unused}"' in body
    assert '"heard": "2"' in unescape(see(browser, "inbox/to_answer"))
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', body))
    opened = browser.ask("POST", f"{browser.console}/heard/m{used}/open", csrf=csrf)
    address = requests.compat.urljoin(opened.url, opened.headers["location"])
    assert opened.status_code == 303
    page = browser.ask("GET", address).text
    assert "작성자가 우리를 부르지 않았어요" in page
    case_id = address.rpartition("/")[2]
    form = {"version": "1", "request": "heard-form-0001", "text": "사실이 아닙니다. 3G는 계속 씁니다"}
    refused = browser.ask("POST", f"{browser.console}/case/{case_id}/send", csrf=csrf, **form)
    assert (refused.status_code, "우리 계정을 부르지 않은 글" in refused.text) == (422, True)
    assert desk.on_x("3G는 계속 씁니다") == []

    marked = browser.ask("POST", f"{browser.console}/seen", csrf=csrf, item=unused, queue="heard")
    assert marked.headers["location"] == "/console/inbox/heard"
    assert "읽은 글" in see(browser, "inbox/heard")

    desk.pass_time(DAY)
    desk.sweep()
    assert "post" not in desk.item(unused)
    assert "post" in desk.item(used)
    browser = signed_in(desk.stage)
    assert f'id="row-m{unused}"' not in see(browser, "inbox/heard")
