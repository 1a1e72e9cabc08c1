"""The page of trends, and the line on every page while one touches the brand."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from desk.brand import TrendPlace
from desk.trends.model import RankedTrend, Sharing, TrendProblem, TrendReading
from operator_console.trends.trends import course_of, times_of
from tests.brands import small_brand
from tests.unit.operator_console.inbox.test_search import have as have_mention
from tests.unit.operator_console.scene import BILLING, JIMIN, ConsoleScene, SignedIn, html_of

KOREA = 23_424_868
NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SNOW, RAIN, STOCKS = RankedTrend("첫눈"), RankedTrend("비 소식", 1_200), RankedTrend("코스피")
OUTAGE = RankedTrend("통신장애", 31_000, "", "network", "통신 장애", Sharing(40, 3.2, 28, is_more=True), Sharing(7))
OURS = RankedTrend("#제이드", own="제이드", search="제이드")


def read(hours: int, *trends: RankedTrend, compared: bool = True) -> TrendReading:
    """What was read so many hours after nine."""
    return TrendReading(KOREA, NINE + hours * HOUR, NINE + hours * HOUR + MINUTE, trends, compared)


def refused(hours: int, problem: TrendProblem, retry_at: datetime | None = None) -> TrendReading:
    at = NINE + hours * HOUR
    return TrendReading(KOREA, at, at, problem=problem, retry_at=retry_at, failing_since=at)


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene(now=NINE + 3 * HOUR)


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in(JIMIN)


def have(scene: ConsoleScene, *readings: TrendReading) -> None:
    for reading in readings:
        scene.trends.save(reading)


def words(page: str) -> str:
    """The page's text in one line."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).replace("\xa0", " ").replace("\u2060", "").split()
    )


def names(page: str) -> Sequence[str]:
    return re.findall(r"<bdi>([^<]+)</bdi><span", page)


def test_those_that_touch_the_brand_come_first_with_why(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(3, SNOW, OUTAGE, OURS, RAIN))

    page = html_of(jimin.get("trends"))

    assert names(page) == ["통신장애", "#제이드", "첫눈", "비 소식"]
    text = words(page)
    assert "순위 2 통신장애" in text
    assert "네트워크 소관 멘션 40건 평소의 12배 멘션 없는 언급 7건" in text
    assert "우리 이름: 제이드" in text
    assert "X 글 31,000건" in text
    assert page.count("우리와 관련</span>") == 2
    assert 'href="/console/search?q=%ED%86%B5%EC%8B%A0%20%EC%9E%A5%EC%95%A0"' in page
    assert 'href="/console/inbox/heard"' in page


def test_since_when_and_by_how_many_ranks(scene: ConsoleScene) -> None:
    course = course_of([read(0, SNOW, RAIN), read(1, STOCKS, SNOW), read(2, STOCKS, RAIN, SNOW, OURS)])

    found = {each.trend.name: (each.rank, each.since, each.was_there, each.moved) for each in course}
    assert found == {
        "#제이드": (4, NINE + 2 * HOUR + MINUTE, False, None),
        "코스피": (1, NINE + HOUR + MINUTE, False, 0),
        "비 소식": (2, NINE + 2 * HOUR + MINUTE, False, None),
        "첫눈": (3, NINE + MINUTE, True, -1),
    }
    assert course[0].trend is OURS


def test_an_earlier_hour_of_the_day_can_be_opened(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(0, SNOW), refused(1, TrendProblem.UNAVAILABLE), read(2, RAIN), read(-24, STOCKS))

    page = html_of(jimin.get("trends"))

    hours = re.findall(r'trends\?hour=([^"]+)"', page)
    assert (hours, names(page)) == (["2026-11-24T00", "2026-11-24T01", "2026-11-24T02"], ["비 소식"])
    assert names(html_of(jimin.get("trends?hour=2026-11-24T00"))) == ["첫눈"]
    assert "X에서 트렌드를 읽지 못했습니다" in html_of(jimin.get("trends?hour=2026-11-24T01"))
    assert names(html_of(jimin.get("trends?hour=2026-11-23T00"))) == ["코스피"]
    assert "이 시각에는 읽지 않았어요" in html_of(jimin.get("trends?hour=2026-11-22T00"))
    assert names(html_of(jimin.get("trends?hour=yesterday"))) == ["비 소식"]


def test_what_is_missing_is_said_and_when_it_comes_again(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert "아직 읽은 트렌드가 없어요" in html_of(jimin.get("trends"))

    have(scene, read(2, SNOW), refused(3, TrendProblem.OVER_BUDGET, NINE + 15 * HOUR))

    text = words(html_of(jimin.get("trends")))
    assert "X 예산을 다 써서 트렌드를 읽지 않았습니다. 11월 25일(수) 0시(자정)에 다시 읽어요." in text
    assert "첫눈" in text


@pytest.mark.parametrize("problem", TrendProblem)
def test_each_problem_has_a_sentence(scene: ConsoleScene, jimin: SignedIn, problem: TrendProblem) -> None:
    have(scene, refused(3, problem)._replace(failing_since=NINE))

    assert "오전 9:00부터 읽지 못하고 있어요." in words(html_of(jimin.get("trends")))


def test_trends_of_another_day_are_shown_as_such(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(-72, SNOW))

    assert "11월 21일(토)에 읽은 트렌드예요. 오늘은 아직 읽지 않았어요." in words(html_of(jimin.get("trends")))


@pytest.mark.parametrize(
    ("sharing", "sentence"),
    [
        (Sharing(3, 0.0, 28), "평소 거의 없음"),
        (Sharing(3, 1.0, 4), "평소의 3배 (지난 4일과 비교)"),
        (Sharing(3), "비교할 지난 날이 아직 없어요."),
        (Sharing(0, 2.0, 28), "같은 말을 쓴 멘션·언급 없음"),
    ],
)
def test_what_is_usual_says_how_much_it_rests_on(
    scene: ConsoleScene, jimin: SignedIn, sharing: Sharing, sentence: str
) -> None:
    have(scene, read(3, SNOW._replace(mentions=sharing, search="첫눈")))

    assert sentence in words(html_of(jimin.get("trends")))


def test_trends_that_were_not_compared_yet_say_so(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(3, SNOW, compared=False))

    text = words(html_of(jimin.get("trends")))
    assert "아직 비교하지 못했어요" in text
    assert "같은 말을 쓴 멘션·언급 없음" not in text


def test_each_place_has_a_list_of_its_own(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.brand = small_brand(trends=(TrendPlace("대한민국", KOREA), TrendPlace("일본", 1)))
    have(scene, read(3, SNOW), read(2, RAIN)._replace(woeid=1))

    page = html_of(jimin.get("trends"))

    assert re.findall(r'<h2 id="place-\d">([^<]+)</h2>', page) == ["대한민국", "일본"]
    assert names(page) == ["첫눈", "비 소식"]
    scene.brand = small_brand(trends=())
    assert "지역이 desk.yaml에 없어요" in html_of(jimin.get("trends"))


def test_the_names_of_trends_are_words_of_strangers(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(3, RankedTrend('<b>"눈"</b>', own="제이드", search='"><b>')))

    assert "<b>" not in html_of(jimin.get("trends")).partition("<main")[2].replace('<b title="', "")


def test_people_of_departments_see_no_trends(scene: ConsoleScene) -> None:
    have(scene, read(3, OURS))

    assert scene.signed_in(BILLING).get("trends")["statusCode"] == 403


def test_no_page_but_their_own_speaks_of_trends(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, read(3, OURS))
    scene.trends.calls.clear()

    for path in ("inbox/all", "write", "poll?queue=all"):
        assert OURS.name not in html_of(jimin.get(path)), path
    assert not scene.trends.calls
    assert OURS.name in html_of(jimin.get("trends"))


@pytest.mark.parametrize(("times", "said"), [(1.04, "1.0"), (1.96, "2.0"), (12.5, "12"), (1_234.0, "1,234")])
def test_how_many_times_is_said_in_few_digits(times: float, said: str) -> None:
    assert times_of(times) == said


def test_the_posts_that_share_a_trend_are_shown_beside_it_without_asking_x(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    have(scene, read(3, OUTAGE, SNOW))
    for number in range(5):
        have_mention(scene, 100 + number, f"통신 장애 {number}번째 010-1234-5678", at=scene.now)

    page = html_of(jimin.get("trends"))
    (path,) = re.findall(r'hx-get="/console/(search/few[^"]*)" hx-trigger="load"', page)
    few = html_of(jimin.part(unescape(path)))

    assert len(re.findall("<li>", few)) == 3
    assert "통신 장애 4번째" in few
    assert "1234" not in few
    assert "이 말이 든 글이 지금은 없어요." in html_of(jimin.part("search/few?q="))
