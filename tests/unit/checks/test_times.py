"""Texts of a post that name another time than its own, on invented sentences."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from desk.checks.model import CheckContext, Rule
from desk.checks.rules import findings_in
from desk.checks.sentences import sentence_of
from desk.checks.times import contradicted_time
from desk.posts.model import PostKind
from tests.brands import small_brand
from tests.families import for_each

SEOUL = ZoneInfo("Asia/Seoul")
TWO = datetime(2026, 11, 28, 14, 0, tzinfo=SEOUL)
"""A Saturday."""
ROOT = Path(__file__).parents[3]


@for_each(
    "text, written",
    [
        ("오늘 오전 10시에 새 매장이 문을 엽니다.", "오늘 오전 10시"),
        ("오늘 새벽 2시부터 4시까지 앱을 점검합니다.", "오늘 새벽 2시부터 4시"),
        ("오늘 낮 12시부터 라이브 방송을 시작해요!", "오늘 낮 12시"),
        ("오늘(토) 오전 11시에 만나요.", "오늘(토) 오전 11시"),
        ("오늘 정오까지 응모해 주세요.", "오늘 정오"),
        ("금일 10:30부터 서비스가 중단됩니다.", "금일 10:30"),
        ("오늘 아침에 공개합니다. 기대해 주세요.", "오늘 아침"),
        ("11월 27일(금)까지 신청하세요.", "11월 27일(금)"),
        ("11월 27일 오후 6시까지 신청하실 수 있어요.", "11월 27일 오후 6시"),
        ("11월 23일(월) 오전 10시에 시작합니다.", "11월 23일(월) 오전 10시"),
        ("11월 1일부터 요금이 바뀝니다.", "11월 1일"),
        ("지금(오후 3시)부터 방송을 시작합니다.", "오후 3시"),
        ("지금 오전 10시부터 예약을 받습니다.", "오전 10시"),
        ("점검 일시: 11월 28일(토) 새벽 2시~4시", "11월 28일(토) 새벽 2시~4시"),
        ("행사 기간: 11월 2일(월)~11월 20일(금)", "11월 2일(월)~11월 20일(금)"),
        ("일시: 오늘 오전 11시", "오늘 오전 11시"),
        ("오늘 오전 9시부터 정오까지 할인해요.", "오늘 오전 9시부터 정오"),
        ("오늘 오후 1시 30분에 발표합니다.", "오늘 오후 1시 30분"),
        ("공지입니다.\n오늘 오전 10시, 새 요금제를 공개합니다.", "오늘 오전 10시"),
        ("11월 28일 13시에 열립니다.", "11월 28일 13시"),
        ("The live stream starts at 10 am today.", "10 am today"),
        ("Today at 10:30 am we will open our new shop.", "Today at 10:30 am"),
        ("Maintenance from 2 am to 4 am today.", None),
        ("Our new shop opens on Friday 27 November at 10 am.", "Friday 27 November at 10 am"),
        ("Apply by noon today.", "noon today"),
        ("Order until 11 a.m. today and save 10%.", "11 a.m. today"),
        ("We're live right now at 5 pm!", "5 pm"),
        ("When: today, 11 am", "today, 11 am"),
        ("Join us today at noon.", "today at noon"),
        ("11월 28일(토) 02:00~05:00 통신망 점검", "11월 28일(토) 02:00~05:00"),
        ("오늘 오전 10시 오픈!", "오늘 오전 10시"),
        ("행사: 11월 27일(금) 오전 10시", "11월 27일(금) 오전 10시"),
        ("점검 시간은 오늘 새벽 2시부터 5시까지입니다.", "오늘 새벽 2시부터 5시"),
        ("오늘 오후 1시까지 복구하겠습니다.", "오늘 오후 1시"),
        ("오늘 오전 중에 복구할 예정입니다.", "오늘 오전"),
        ("오전 10시에 라이브 방송을 시작합니다.", "오전 10시"),
        ("10:30부터 서비스가 중단됩니다.", "10:30"),
        ("통화 장애의 원인을 찾고 있습니다.\n오후 1시까지 다시 알려 드립니다.", "오후 1시"),
        ("오후 1시까지 신청해 주세요.", "오후 1시"),
        ("The sale starts at 10 am.", "10 am"),
        ("The sale starts on Thu, Nov 26.", "Thu, Nov 26"),
    ],
)
def test_a_time_that_is_past_when_the_post_appears_is_questioned(text: str, written: str | None) -> None:
    found = contradicted_time(text, TWO)

    assert found
    assert written in {None, found}


@for_each(
    "text",
    [
        "오늘 밤 12시부터 내일 새벽 4시까지 앱을 점검합니다.",
        "내일 새벽 2시부터 점검합니다.",
        "지금부터 예약을 받습니다.",
        "지금(오후 2시)부터 방송을 시작합니다.",
        "오늘 오후 2시에 시작합니다.",
        "오늘 2시에 시작합니다.",
        "11월 30일(월) 오전 10시에 시작합니다.",
        "오늘 오전 9시부터 일부 지역에서 통화가 안 됩니다. 원인을 확인하고 있습니다.",
        "오늘 오전 9시 20분에 모두 복구됐습니다.",
        "오늘 오전 10시에 시작한 행사에 많이 와 주셔서 고맙습니다.",
        "오늘 아침 서울 일부 지역에서 생긴 장애의 원인을 조사해 안내드리겠습니다.",
        "행사는 11월 1일부터 11월 30일까지 진행합니다.",
        "행사 기간: 11월 1일(일)~11월 30일(월)",
        "오늘 오전 10시부터 오후 6시까지 할인해요.",
        "오늘 오전 10시부터 새 요금제를 판매하고 있습니다.",
        "11월 20일에 가입하신 분은 신청하세요.",
        "지난 11월 20일에 안내해 드린 대로 내일부터 점검합니다.",
        "매장은 매일 오전 10시에 엽니다.",
        "오늘도 좋은 하루 보내세요.",
        "11월 20일 공지한 대로 12월 1일부터 요금이 바뀝니다.",
        "오늘 밤 10시에 만나요. 어제는 오전 10시에 끝났어요.",
        "2시간 동안 진행합니다. 오늘 저녁에 뵙겠습니다.",
        "장애 일시: 오늘 오전 9시~10시",
        "오늘 자정까지 신청하세요.",
        "오늘의 할인: 24시간 영업하는 매장을 찾아보세요.",
        "Maintenance from 10 pm tonight to 2 am tomorrow.",
        "Calls failed from 9 am today; we are sorry and will tell you more by 4 pm.",
        "The outage began at 9 am today and was fixed at 10 am.",
        "The live stream starts at 2 pm today.",
        "Our shop opened at 10 am today. Come and see us!",
        "Apply by midnight tonight.",
        "Today's offer: save 10% until Monday 30 November.",
        "오후 3시에 라이브 방송을 시작합니다.",
        "금요일에 만나요. 오전 10시에 시작합니다.",
        "12월 5일에 만나요. 오전 10시에 시작합니다.",
        "2026.12.05 오전 10:00에 시작합니다.",
        "다음 주 화요일 오전 10시에 시작합니다.",
        "성수점은 오전 10시에 엽니다.",
        "고객센터는 오전 9시부터 상담을 시작합니다.",
        "오전 9시 20분에 복구했습니다.",
        "오전 9시부터 통화가 안 되는 곳이 있습니다. 원인을 찾겠습니다.",
        "오늘 오전 9시부터 생긴 장애를 조사해 오후 4시까지 알려 드리겠습니다.",
        "We open daily at 10 am.",
    ],
)
def test_what_is_to_come_what_was_and_what_lasts_is_not_questioned(text: str) -> None:
    assert contradicted_time(text, TWO) is None


@for_each(
    "text, written",
    [
        ("오늘 밤 12시부터 앱을 점검합니다.", "오늘"),
        ("내일 새벽 2시부터 점검합니다.", "내일"),
        ("Maintenance from 10 pm today.", "today"),
        ("We open tomorrow.", "tomorrow"),
        ("오늘도 내일의 날씨와 함께해요.", None),
        ("Today's offer is yours.", None),
        ("11월 30일(월) 오전 10시에 시작합니다.", None),
    ],
)
def test_a_day_is_another_one_once_the_post_is_moved_to_another_day(text: str, written: str | None) -> None:
    next_day = TWO + timedelta(days=1)

    assert contradicted_time(text, next_day, written_for=TWO) == written
    assert contradicted_time(text, TWO - timedelta(hours=1), written_for=TWO) is None
    assert contradicted_time(text, next_day) is None


def test_no_post_of_the_demo_and_no_saved_reply_is_questioned_at_its_time() -> None:
    texts = demo_texts()
    assert len(texts) > 30

    mornings = [text for text in texts if "낮 12시까지" in text]  # promised before noon
    assert [text for text in texts for hour in (9, 11) if contradicted_time(text, at(hour))] == []
    later = [text for text in texts if text not in mornings]
    assert [text for text in later for hour in (15, 20) if contradicted_time(text, at(hour))] == []


def test_only_a_post_for_the_timeline_is_questioned_in_the_brands_language() -> None:
    text = "오늘 오전 10시에 시작합니다."
    korean, english = (small_brand(language=each) for each in ("ko", "en"))

    (found,) = findings_in(text, CheckContext(korean, PostKind.ANNOUNCEMENT, TWO, recent=()))
    assert (found.rule, sentence_of(found, "ko")) == (
        Rule.OTHER_TIME,
        "‘오늘 오전 10시’라고 쓰여 있는데, 글은 11월 28일(토) 오후 2:00에 올라가요.",
    )
    (said,) = findings_in(text, CheckContext(english, PostKind.ANNOUNCEMENT, TWO, recent=()))
    assert sentence_of(said, "en") == "It says “오늘 오전 10시”, but it is posted on Sat 28 Nov, 2:00 pm."
    assert findings_in(text, CheckContext(korean, PostKind.REPLY, TWO)) == []


def test_a_long_text_takes_no_time() -> None:
    assert contradicted_time("오늘 10시 " * 20_000, TWO) is None


def at(hour: int) -> datetime:
    return datetime(2026, 11, 24, hour, 0, tzinfo=SEOUL)


def demo_texts() -> list[str]:
    """The texts of desk.yaml, and what people and the CMS write in the demo."""
    files = [YAML(typ="safe").load(ROOT / name) for name in ("desk.yaml", "local/demo/day.yaml")]
    return [text for each in files for text in texts_in(each)]


def texts_in(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in texts_in(each, name)]
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each, key)]
    lines = (_WHO_REPLIES.sub("", line) for line in str(value).splitlines())
    return [line for line in lines if line.strip()] if key in {"text", "replies", "texts"} else []


_WHO_REPLIES = re.compile(r"^\d\d:\d\d \S+ \S+ ")
"""When, in which department and to whom somebody replies in the demo."""
