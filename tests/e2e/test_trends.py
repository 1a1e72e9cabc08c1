"""What trends on X is read once in a working hour, and the console, the brief and the check before a post know it."""

import re

from tests.e2e.driver import MINUTE, Driver
from tests.e2e.test_the_console import signed_in

KOREA = 23_424_868


def trends_page(desk: Driver) -> str:
    browser = signed_in(desk.stage)
    return browser.ask("GET", f"{browser.console}/trends").text


def names(page: str) -> list[str]:
    return re.findall(r"<bdi>([^<]+)</bdi><span", page)


def test_a_trend_that_names_the_brand_is_read_once_and_said_on_its_page_and_in_the_digest(desk: Driver) -> None:
    control = desk.stage.control
    control.trends(KOREA, {"첫눈": 52_000, "#에메랄드모바일_장애": 31_000})
    desk.post("minji_haru", "장애 났나요? 전화가 안 돼요")
    desk.poll()

    desk.fire("read-trends", MINUTE)
    control.trends(KOREA, {"다음 시간의 말": 1})
    desk.fire("read-trends", MINUTE)  # the same hour again: nothing is asked

    page = trends_page(desk)
    assert names(page) == ["#에메랄드모바일_장애", "첫눈"]
    assert "우리 이름: 에메랄드" in page
    assert re.search(r'search\?q=%EC%9E%A5%EC%95%A0">멘션 [0-9]+건', page)
    desk.mails.clear()
    desk.until(18, 10)
    desk.fire_now("evening-digest")
    digest = desk.mails_to("digest")[-1]
    assert "우리와 관련된 트렌드: #에메랄드모바일_장애" in digest.body
    assert "/console/trends" in digest.body
