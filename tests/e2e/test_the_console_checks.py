"""The pre-send check on the local AWS: what it looks up, what it keeps, and all within the policies."""

import re

from tests.e2e.driver import Driver
from tests.e2e.test_the_console import signed_in
from tests.e2e.test_the_console_composer import Composer

KOREA = 23_424_868
NOWHERE = "https://no-such-host-7q2m4xd93k.com/sale"


def check(composer: Composer, text: str) -> str:
    response = composer.post("check", kind="announcement", when="now", text=text)
    assert response.status_code == 200, response.text
    return response.text


def test_a_post_is_checked_with_trends_links_and_earlier_posts_and_goes_out_with_a_reason(desk: Driver) -> None:
    composer, text = Composer(desk), f"오늘 점심의 즐거움을 알려 드립니다 #수능 {NOWHERE}"
    desk.stage.control.trends(KOREA, {"수능": 12_000, "첫눈": 300})
    composer.send("오늘 점심의 즐거움을 알려 드립니다")

    first = check(composer, text)
    desk.fire_now("read-trends")
    second = check(composer, text)

    assert "링크가 열리" in first
    assert "거의 같아요" in check(composer, "오늘 점심의 즐거움을 꼭 알려 드립니다")
    assert ("인기 있는 해시태그" in first, "인기 있는 해시태그예요: #수능" in second) == (False, True)
    (request,) = re.findall(r'id="write-request" name="request" value="([^"]+)"', composer.see("write"))
    fields = {"kind": "announcement", "when": "now", "request": request, "text": text}
    assert composer.post("write", **fields).status_code == 422
    assert composer.post("write", **fields, override_reason="수험생 할인입니다").status_code == 303
    table = desk.stage.deployed.outputs["PostsTable"]
    item = desk.stage.deployed.aws.client("dynamodb").get_item(TableName=table, Key={"post_id": {"S": request}})["Item"]
    assert item["override_reason"] == {"S": "수험생 할인입니다"}
    assert {"S": "trending_hashtag"} in item["overridden"]["L"]


def test_the_reason_for_a_reply_stands_in_the_history_of_its_case(desk: Driver) -> None:
    mention = desk.post("minji_haru", "청구서가 두 장 왔어요. 어떻게 된 건가요?")
    desk.poll()
    browser = signed_in(desk.stage)
    found = browser.ask("GET", f"{browser.console}/case/m{mention}")
    address = browser.console.rpartition("/console")[0] + found.headers["location"]
    page = browser.ask("GET", address).text
    values = dict(re.findall(r'name="(csrf|version|request)" (?:content|value)="([^"]+)"', page))

    held = browser.ask("POST", f"{address.partition('?')[0]}/send", **values, text="확인 후 연락드리겠습니다.")
    sent = browser.ask(
        "POST",
        f"{address.partition('?')[0]}/send",
        **values,
        text="확인 후 연락드리겠습니다.",
        override_reason="전화로 시각을 알려 드렸습니다",
    )

    assert (held.status_code, sent.status_code) == (422, 303)
    assert "언제까지인지가 없어요" in held.text
    assert "(기한 없는 약속): 전화로 시각을 알려 드렸습니다" in browser.ask("GET", address).text
