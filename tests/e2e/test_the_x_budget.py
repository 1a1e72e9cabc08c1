"""With the budget nearly spent, look-ups stop; mentions are read, posts published, and the console says so."""

import re
from zoneinfo import ZoneInfo

import requests

from desk.brand import Purpose, XBudget
from desk.x.spend import Reservation, SpendItems
from tests.e2e.driver import Driver
from tests.e2e.pages import opened, sent
from tests.e2e.test_the_console import signed_in

SEOUL = ZoneInfo("Asia/Seoul")


def spend(desk: Driver, percent: int) -> None:
    """Let so much of the day's budget be spent."""
    deployed = desk.stage.deployed
    budget = XBudget()
    store = SpendItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"], SEOUL, budget)
    now, today = desk.now, store.day_of(desk.now)
    [day] = store.between(today, today)
    missing = budget.day * percent // 100 - day.usage.micro_usd
    store.reserve(Reservation(f"{int(now.timestamp()):x}-e2e", today, missing, Purpose.PUBLISHING), now)


def test_look_ups_stop_before_mentions_and_publishing_and_the_console_says_so(desk: Driver) -> None:
    browser = signed_in(desk.stage)
    spend(desk, 95)
    root = desk.stage.control.post("yuri_k", "청구서 왔나요?")
    reply = desk.stage.control.post("hana_lee", "저는 두 장이나 왔어요", in_reply_to=root)
    mention = desk.post("minji_haru", "청구서가 두 번 나왔어요. 환불되나요?", in_reply_to=reply)
    desk.poll()
    confirming = sent(desk, opened(desk, "billing", mention), "answer", text="한 번은 취소했습니다.", name="박가온")
    sent(desk, confirming, "confirm")
    found = browser.ask("GET", f"{browser.console}/case/m{mention}")
    address = requests.compat.urljoin(found.url, found.headers["location"])
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', browser.ask("GET", address).text))
    browser.ask("POST", f"{address}/thread", csrf=csrf)
    desk.stage.settle()
    case, costs = browser.ask("GET", address).text, browser.ask("GET", f"{browser.console}/costs").text

    assert len(desk.on_x("한 번은 취소했습니다.")) == 1
    assert "조회에 쓸 X 예산을 다 썼어요" in case
    assert re.search(r'id="purpose-look_ups">.*?멈춤', costs, re.DOTALL)
    assert re.search(r'id="purpose-mentions">\s*<th scope="row">멘션 읽기</th>\s*<td>이용 중', costs)
    assert "멈춘 것: " in costs
    assert "하루 예산의 90%를 썼습니다." in costs
