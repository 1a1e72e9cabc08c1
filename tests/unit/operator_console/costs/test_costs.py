"""What X costs in the console: the budget, the purposes, what has stopped, and a line on every page about that."""

import re
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from desk.brand import ListenSettings, Purpose, XBudget
from desk.x.breakers import Breaker, BreakerReason
from desk.x.budget import BudgetRefusal, DaySpend, Limit
from desk.x.model import Usage
from tests.brands import small_brand
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import NOW

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = NOW.astimezone(SEOUL).date()
BUDGET = XBudget(
    day=50_000_000,
    month=1_000_000_000,
    stops_at=MappingProxyType({Purpose.LISTENING: 50, Purpose.LOOK_UPS: 90}),
    at_most=MappingProxyType({Purpose.LOOK_UPS: 2_000_000}),
)


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene(brand=small_brand(x_budget=BUDGET, listen=ListenSettings(terms=("제이드",)), trends=()))


def words_of(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def costs(scene: ConsoleScene) -> str:
    return words_of(html_of(scene.signed_in().get("costs")))


def note_on_pages(scene: ConsoleScene) -> str:
    body = html_of(scene.signed_in().get("calendar"))
    found = re.search(r'<div id="x-stopped".*?</div>', body, re.DOTALL)
    return words_of(found[0]).strip() if found else ""


def test_the_days_and_the_months_spend_stand_against_the_budget_and_by_purpose(scene: ConsoleScene) -> None:
    scene.spend.add(TODAY.replace(day=1), Usage(40, 3_000_000), Purpose.MENTIONS)
    scene.spend.add(TODAY, Usage(100, 1_234_500), Purpose.MENTIONS)
    scene.spend.add(TODAY, Usage(3, 500_000), Purpose.LOOK_UPS)

    page = costs(scene)

    assert "오늘 $1.74 / $50.00 이달 $4.74 / $1,000.00" in page
    assert "오늘 X API를 103번 호출했어요." in page
    assert "조회와 DM 이용 중 $0.50 $0.50 $2.00 예산의 90%" in page
    assert "멘션 읽기 이용 중 $1.24 $4.24 – 예산의 100% 게시 이용 중 $0.00 $0.00 – 멈추지 않음" in page
    assert "멈춘 것" not in page


def test_what_stops_first_comes_first(scene: ConsoleScene) -> None:
    body = html_of(scene.signed_in().get("costs"))

    assert re.findall(r'id="purpose-(\w+)"', body) == [
        *("listening", "look_ups", "favourites", "performance", "mentions", "publishing")
    ]


def test_a_month_that_would_cost_more_than_its_budget_is_said_beforehand(scene: ConsoleScene) -> None:
    for number in range(1, TODAY.day):
        scene.spend.add(TODAY.replace(day=number), Usage(1, 40_000_000))

    assert "이대로 쓰면 이달은 약 1,200.00달러로, 예산 1,000.00달러를 넘어요." in costs(scene)


def test_what_has_stopped_is_said_with_why_since_when_and_until_when(scene: ConsoleScene) -> None:
    refusal = BudgetRefusal(Purpose.LISTENING, Limit.DAY, NOW - timedelta(hours=1), 500_000)
    scene.spend.days[TODAY] = DaySpend(TODAY, Usage(1, 24_900_000), refusals=(refusal,))
    scene.breakers.save(Breaker("app:other", BreakerReason.NOT_AUTHORISED, NOW, NOW))
    scene.breakers.save(Breaker("user:write", BreakerReason.CREDITS_DEPLETED, NOW, NOW))
    midnight = datetime.combine(TODAY + timedelta(days=1), datetime.min.time(), SEOUL)

    page = costs(scene)

    assert "멈춘 것 2" in page
    assert "멘션 없는 언급 X 인증이 거절되었습니다." in page
    assert "게시 X 이용 크레딧이 떨어졌습니다." in page
    assert "X에서 크레딧을 채우면 저절로 다시 시작합니다." in page
    scene.breakers.clear(Breaker("app:other", BreakerReason.NOT_AUTHORISED, NOW, NOW))
    assert re.search(
        rf"멘션 없는 언급 하루 예산의 50%를 썼습니다. .*부터 멈춰 있습니다. {midnight.month}월 {midnight.day}일.*"
        r"0시\(자정\)에 저절로 다시 시작합니다.",
        costs(scene),
    )


def test_every_page_says_in_a_line_what_has_stopped(scene: ConsoleScene) -> None:
    before = note_on_pages(scene)
    scene.spend.add(TODAY, Usage(1, 45_000_000))

    assert before == ""
    assert note_on_pages(scene).strip() == "멈춘 것: 멘션 없는 언급, 조회와 DM X 비용 보기"


def test_every_page_says_first_that_mentions_are_not_read_or_posts_not_published(scene: ConsoleScene) -> None:
    scene.spend.add(TODAY, Usage(1, 50_000_000))
    scene.breakers.save(Breaker("user:write", BreakerReason.CREDITS_DEPLETED, NOW, NOW))

    note = note_on_pages(scene)

    assert "새 멘션을 읽지 못하고 있습니다. 하루 예산을 다 썼습니다." in note
    assert "X에 글을 올리지 못하고 있습니다. X 이용 크레딧이 떨어졌습니다." in note
    assert "멘션 없는 언급" not in note


def test_people_of_a_department_see_neither_the_section_nor_the_line(scene: ConsoleScene) -> None:
    scene.spend.add(TODAY, Usage(1, 50_000_000))

    billing = scene.signed_in(BILLING)

    assert billing.get("costs")["statusCode"] == 403
    assert 'id="x-stopped" role="status" data-state="">' in html_of(billing.get("inbox/to_answer"))
    assert scene.signed_in(VIEWER).get("costs")["statusCode"] == 200


def test_pages_are_shown_where_the_spend_cannot_be_read(scene: ConsoleScene) -> None:
    scene.spend.busy = True

    assert scene.signed_in().get("calendar")["statusCode"] == 200
    assert scene.signed_in().get("costs")["statusCode"] == 503


def test_the_spend_is_read_once_a_minute_for_the_pages_lines(
    scene: ConsoleScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, between = list[date](), scene.spend.between

    def counted(first: date, last: date) -> tuple[DaySpend, ...]:
        read.append(last)
        return between(first, last)

    monkeypatch.setattr(scene.spend, "between", counted)
    person, console = scene.signed_in(), scene.console
    monkeypatch.setattr(ConsoleScene, "console", console)

    for _ in range(3):
        person.get("calendar")
    scene.now += timedelta(minutes=1)
    person.get("calendar")

    assert len(read) == 2
