from collections.abc import Sequence
from datetime import date

import pytest

from desk.brand import CheckSettings, ListenSettings, ProductName
from desk.reader.language import Terms
from desk.trends.matching import (
    DAYS,
    BrandWords,
    SharingCounter,
    TermCounter,
    brand_words,
    has_word,
    sharing_of,
    since_the_first,
    sought_of,
    squeezed,
)
from desk.trends.model import DayTerms
from tests.brands import emerald, small_brand

TERMS = Terms([])
EMERALD = brand_words(emerald())


def shared(name: str, *texts: str, own: str = "") -> int:
    """How many of the texts share the trend."""
    return counted(name, *texts, own=own).sharing(name, [], at_least=1).posts


def counted(name: str, *texts: str, own: str = "") -> SharingCounter:
    sought = sought_of(name, own, TERMS.of)
    counter = SharingCounter({name: sought} if sought else {})
    for text in texts:
        counter.add(TERMS.of(text))
    return counter


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("#통신장애", "통신 장애인가요? 전화가 안 돼요"),
        ("통신 장애", "통신장애가 또 났네요"),
        ("통신 장애", "지금 통신 장애예요?"),
        ("#ＶｏＬＴＥ", "VoLTE가 안 켜져요"),
        ("eSIM Outage", "is the esim outage over?"),
        ("#NetworkOutage", "network outage again"),
        ("기지국 화재 현장", "기지국 화재 현장 근처인데 안 터져요"),
        ("첫눈", "첫눈도 오는데 배송은요?"),
        ("재난문자", "긴급재난문자가 안 와요"),
        ("통신 장애", "통신장애보상 되나요"),
    ],
)
def test_a_post_shares_a_trend_however_its_words_are_written(name: str, text: str) -> None:
    assert shared(name, text) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("통신 장애", "장애인 할인 되나요? 통신 요금이요"),  # both words, of another meaning
        ("요금", "요금제 바꾸고 싶어요"),
        ("net", "internet is slow"),
        ("berry", "blueberry is slow"),
        ("데이트", "앱업데이트 하고 나서 느려요"),  # three syllables are often another word's
        ("비행기", "비행기모드가 안 풀려요"),
        ("기지국 화재 현장", "기지국 화재 보상"),
        ("오늘", "오늘 왜 이렇게 느려요"),  # common words are no terms
        ("ㅋㅋㅋㅋ", "ㅋㅋㅋㅋ 웃겨요"),
        ("🎉🎉", "🎉🎉 축하해요"),
    ],
)
def test_a_post_that_says_something_else_shares_nothing(name: str, text: str) -> None:
    assert shared(name, text) == 0


def test_the_name_of_the_brand_in_a_trend_says_nothing_about_mentions() -> None:
    name, texts = (
        "#에메랄드모바일장애",
        ("에메랄드모바일 요금제 문의요", "데이터 장애 언제 풀려요?", "장애 보상 되나요"),
    )

    assert shared(name, *texts, own=EMERALD.own_in(name)) == 2
    assert shared("#제이드폰_장애", *texts, own="제이드 폰") == shared("제이드 폰 장애", *texts, own="제이드폰") == 2
    assert sought_of("에메랄드 모바일", EMERALD.own_in("에메랄드 모바일"), TERMS.of) is None


def test_the_search_finds_the_posts_also_where_they_write_the_trends_word_as_two() -> None:
    together, apart = counted("#통신장애", "통신장애 났나요"), counted("#통신장애", "통신장애?", "통신 장애?")

    assert (together.search("#통신장애"), apart.search("#통신장애")) == ("통신장애", "통신 장애")
    assert counted("기지국 화재").search("기지국 화재") == "기지국 화재"
    assert counted("🎉").search("🎉") == ""


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("에메랄드모바일", "에메랄드모바일"),
        ("#에메랄드모바일_장애", "에메랄드모바일"),
        ("에메랄드 모바일", "에메랄드 모바일"),
        ("#EmeraldMobileDown", "emerald mobile"),
        ("@emeraldmobile", "emerald mobile"),
        ("에메랄드 5G 개통", "에메랄드 5G"),
        ("에메랄드 반지", ""),
        ("에메랄드모바일 반지 이벤트", ""),  # desk.yaml leaves out what names a ring
        ("루비텔레콤 장애", ""),
        ("월요일", ""),
    ],
)
def test_a_trend_names_the_brand_by_the_words_of_desk_yaml(name: str, own: str) -> None:
    assert squeezed(EMERALD.own_in(name)) == squeezed(own)


def test_a_product_names_the_brand_also_where_its_name_is_written_wrongly() -> None:
    checks = CheckSettings(products=(ProductName("비취 플러스", ("비취플레스",)),))
    words = brand_words(small_brand(checks=checks))

    assert [words.own_in(name) for name in ("비취 플러스", "#비취플레스", "비취")] == ["비취 플러스", "비취플레스", ""]


def test_a_short_name_is_found_as_a_whole_word_alone() -> None:
    words = brand_words(small_brand(name_ko="네오", name_en="Neo", handle="neo", listen=ListenSettings(("네오폰",))))

    found = [words.own_in(name) for name in ("네오위즈", "neon sign", "네오 신제품", "Neo launch", "새네오폰출시")]

    assert found == ["", "", "네오", "Neo", "네오폰"]


def test_a_trend_is_a_departments_topic_by_its_words() -> None:
    words = BrandWords((), (), {"먹통": "network", "통화 끊김": "network", "앱": "app"})

    found = [words.topic_of(name) for name in ("인터넷 먹통", "#통화끊김", "앱", "앱테크", "첫눈")]

    assert found == ["network", "network", "app", "", ""]


@pytest.mark.parametrize("word", ["", "#", "…"])
def test_a_word_of_punctuation_is_in_nothing(word: str) -> None:
    assert not has_word("첫눈", word)


QUIET = [0, 1, 2, 0, 1] * 5 + [0, 1, 0]


@pytest.mark.parametrize(
    ("posts", "days", "at_least"),
    [
        (40, QUIET, 5),
        (5, QUIET, 5),
        (3, [0] * DAYS, 3),  # of a department's topic
        (30, [6] * DAYS, 5),
        (30, [6] * 26 + [400, 300], 5),  # an outage of two days is not usual
        (5, [0, 0, 0], 5),  # a desk of three days
    ],
)
def test_these_are_clearly_more_than_usual(posts: int, days: Sequence[int], at_least: int) -> None:
    assert sharing_of(posts, days, at_least).is_more


@pytest.mark.parametrize(
    ("posts", "days", "at_least"),
    [
        (4, QUIET, 5),
        (20, ([20, 0, 0, 0, 0, 0, 0] * 4), 5),  # 월요일: as many on each Monday
        (15, ([1] * 24 + [15, 18, 14, 16]), 5),  # 날씨: as many whenever it rained
        (17, [6] * DAYS, 5),  # not three times as many
        (40, [0, 0], 5),  # a desk of two days knows nothing
        (40, [], 5),
        (5, [0, 5, 0], 5),
    ],
)
def test_these_are_not(posts: int, days: Sequence[int], at_least: int) -> None:
    assert not sharing_of(posts, days, at_least).is_more


def test_what_is_usual_is_the_mean_of_the_days_and_says_of_how_many() -> None:
    sharing = sharing_of(12, [1, 5], 5)

    assert (sharing.usual, sharing.days, sharing.times) == (3.0, 2, 4.0)
    assert (sharing_of(12, [], 5).times, sharing_of(12, [0, 0], 5).times) == (None, None)


def day_of(*texts: str, times: int = 2) -> DayTerms:
    counter = TermCounter()
    for text in texts * times:
        counter.add(TERMS.of(text))
    return counter.terms()


def test_days_count_posts_as_the_last_hours_do() -> None:
    days = [day_of("통신 장애예요", "통신장애가 또", "장애인 할인"), day_of("기지국 화재 현장 근처")]

    usual = counted("통신 장애", "통신장애").sharing("통신 장애", days, at_least=5)
    of_three = counted("기지국 화재 현장").sharing("기지국 화재 현장", days, at_least=5)

    assert (usual.usual, of_three.usual) == (2.0, 1.0)


def test_a_post_counts_once_however_often_it_has_the_word_of_a_trend_on_days_as_in_the_last_hours() -> None:
    texts = ("긴급재난문자 왔는데 재난문자설정 어디예요", "재난문자 긴급재난문자")

    assert shared("재난문자", *texts) == 2
    assert counted("재난문자").sharing("재난문자", [day_of(*texts)], at_least=5).usual == 2 * len(texts)


def test_the_search_finds_the_posts_that_have_the_word_inside_of_a_longer_one() -> None:
    assert counted("#재난문자", "긴급재난문자가 안 와요").search("#재난문자") == "재난문자"


def test_what_a_single_post_says_is_not_kept() -> None:
    assert day_of("제 이름은 아무개입니다", times=1) == DayTerms(1)


def test_terms_that_a_flood_pushed_out_count_as_the_rarest_that_stayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.trends.matching.KEPT_TERMS", 2)

    terms = day_of("장애", "장애", "요금제", "요금제", "환불")

    assert (terms.counts, terms.of("환불"), terms.of("장애")) == ({"장애": 4, "요금제": 4}, 2, 4)


def test_of_a_flood_of_different_words_those_that_were_dropped_count_as_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desk.trends.matching._MOST_COUNTED", 4)

    terms = day_of("장애", "장애", "장애", "요금제", "환불", "해지", "배송")

    assert (terms.of("장애"), terms.of("배송") >= 1, len(terms.counts) <= 4) == (6, True, True)


def test_days_before_the_first_post_do_not_count() -> None:
    days = {date(2026, 11, 20 + day): DayTerms(posts) for day, posts in enumerate((0, 3, 0, 1))}

    assert [each.posts for each in since_the_first(days)] == [3, 0, 1]
    assert since_the_first({}) == []
