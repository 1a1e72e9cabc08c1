"""What people of the console ask X for: earlier posts, names, private messages. All calls are within the policies."""

import re
from datetime import timedelta

import requests

from tests.e2e.driver import MINUTE, Driver
from tests.e2e.pages import case_of, opened, sent
from tests.e2e.test_the_console import signed_in


def test_a_post_in_another_language_is_translated_by_what_says_that_it_is_a_stand_in(desk: Driver) -> None:
    mention = desk.post("minji_haru", "Why is my bill twice as high this month?", lang="en")
    desk.poll()
    browser = signed_in(desk.stage)
    found = browser.ask("GET", f"{browser.console}/case/m{mention}")
    page = browser.ask("GET", requests.compat.urljoin(found.url, found.headers["location"])).text
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))
    (address,) = re.findall(rf'action="([^"]+/translation/[^"]+/{mention})"', page)

    translated = browser.ask("POST", requests.compat.urljoin(browser.console, address), csrf=csrf).text

    assert "번역 대역: 실제 번역이 아닙니다." in translated
    assert "Why is my bill twice as high this month?" in translated
    assert "look_ups_micro_usd" in str(
        desk.stage.deployed.aws.client("dynamodb").scan(TableName=desk.stage.deployed.outputs["DeskTable"])["Items"]
    )


def test_earlier_posts_and_names_are_looked_up_and_private_messages_reach_their_case(desk: Driver) -> None:
    control = desk.stage.control
    root = control.post("yuri_k", "다들 청구서 왔나요?")
    reply = control.post("hana_lee", "저는 두 장이나 왔어요", in_reply_to=root)
    mention = desk.post(
        "minji_haru", "아이가 게임에서 소액결제를 했는데 환불되나요? 청구서에 나와요", in_reply_to=reply
    )
    desk.poll()
    browser = signed_in(desk.stage)
    found = browser.ask("GET", f"{browser.console}/case/m{mention}")
    address = requests.compat.urljoin(found.url, found.headers["location"])
    first = browser.ask("GET", address)
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', first.text))

    for what in ("thread", "authors"):
        asked = browser.ask("POST", f"{address}/{what}", csrf=csrf)
        desk.stage.settle()
        assert asked.status_code == 303

    page = browser.ask("GET", address).text
    assert "다들 청구서 왔나요?" not in first.text
    assert all(each in page for each in ("다들 청구서 왔나요?", "@yuri_k", "@hana_lee"))
    assert f"{desk.stage.x.url}/profile_images/" in page
    assert desk.stage.x.url in first.headers["content-security-policy"]

    confirming = sent(desk, opened(desk, "billing", mention), "private", name="박가온")
    sent(desk, confirming, "confirm")
    desk.pass_time(MINUTE)
    control.write_privately("minji_haru", "게임 이름은 초록숲입니다")
    control.write_privately("hana_lee", "다른 사람의 이야기")
    desk.fire("look-up", 4 * MINUTE)

    page = browser.ask("GET", address).text
    assert case_of(desk, confirming.case_id)["state"] == "moved"
    assert "게임 이름은 초록숲입니다" in page
    assert "다른 사람의 이야기" not in page

    control.delete(root)
    for after in (timedelta(hours=21), 15 * MINUTE):
        desk.fire("follow-deletions", after)
    assert "다들 청구서 왔나요?" not in str(
        desk.stage.deployed.aws.client("dynamodb").scan(TableName=desk.stage.deployed.outputs["DeskTable"])["Items"]
    )
