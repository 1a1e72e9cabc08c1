"""The queries for listening, as X's search would take them."""

import pytest

from desk.brand import ListenSettings
from desk.listening.query import LONGEST, QueryTooLong, queries, quoted, unsearchable
from local.x.query import parse
from tests.unit.listening.scene import HANDLE, world

SETTINGS = ListenSettings(
    terms=("에메랄드모바일", "에메랄드 모바일", "에메랄드 5G"),
    hashtags=("에메랄드모바일",),
    without_words=("반지", "보석 가게"),
    without_accounts=("emerald_shop",),
    languages=("ko", "en"),
)


def found(texts: dict[str, str], settings: ListenSettings = SETTINGS, lang: str = "ko") -> set[str]:
    """The keys of those texts that the queries find on the local X."""
    x = world()
    posts = {key: x.add(x.users["700"], text, lang=lang) for key, text in texts.items()}
    tests = [parse(x, query) for query in queries(settings, HANDLE)]
    return {key for key, post in posts.items() if any(test(post) for test in tests)}


def test_a_query_names_terms_languages_and_what_is_left_out() -> None:
    [query] = queries(SETTINGS, HANDLE)

    assert query == (
        '("에메랄드 모바일" OR "에메랄드 5G" OR #에메랄드모바일 OR 에메랄드모바일) (lang:ko OR lang:en)'
        ' -is:retweet -@emeraldmobile -from:emeraldmobile -to:emeraldmobile -반지 -"보석 가게" -from:emerald_shop'
    )


def test_x_finds_what_talks_about_the_brand_and_nothing_that_mentions_it_or_means_something_else() -> None:
    texts = {
        "word": "에메랄드모바일 오늘 왜 이래",
        "phrase": "에메랄드 5G 안 터진다",
        "hashtag": "또 먹통 #에메랄드모바일",
        "mention": "@emeraldmobile 에메랄드모바일 데이터가 안 돼요",
        "another thing": "에메랄드모바일 옆 보석 가게에서 샀다",
        "nothing": "오늘 날씨 좋다",
    }

    assert found(texts) == {"word", "phrase", "hashtag"}


def test_a_post_in_another_language_by_an_excluded_account_or_by_the_brand_is_not_found() -> None:
    x = world()
    [query] = queries(SETTINGS, HANDLE)
    matches = parse(x, query)

    assert found({"one": "emerald 에메랄드모바일"}, lang="ja") == set()
    assert not matches(x.add(x.users["701"], "에메랄드모바일 특가", lang="ko"))
    assert not matches(x.add(x.brand, "에메랄드모바일입니다", lang="ko"))
    assert matches(x.add(x.users["700"], "에메랄드모바일 특가", lang="ko"))


def test_one_language_and_one_term_need_no_brackets() -> None:
    [query] = queries(ListenSettings(terms=("emerald",), languages=("en",)), HANDLE)

    assert query == "emerald lang:en -is:retweet -@emeraldmobile -from:emeraldmobile -to:emeraldmobile"


def test_nothing_to_listen_for_makes_no_query() -> None:
    assert queries(ListenSettings(without_words=("반지",)), HANDLE) == ()


def test_many_terms_make_few_queries_that_x_takes_and_leave_none_out() -> None:
    terms = tuple(f"에메랄드 상품 {number:02} {'가' * (number % 17)}" for number in range(50))
    settings = SETTINGS._replace(terms=terms)

    made = queries(settings, HANDLE)

    assert all(len(query) <= LONGEST for query in made)
    assert all(sum(quoted(term) in query for query in made) == 1 for term in terms)
    room = LONGEST - len(queries(ListenSettings(terms=("x",), **_without(settings)), HANDLE)[0])
    assert len(made) <= -(-sum(len(quoted(term)) + 4 for term in terms) // room) + 1
    for query in made:
        parse(world(), query)
    assert queries(settings._replace(terms=terms[::-1]), HANDLE) == made


def _without(settings: ListenSettings) -> dict[str, tuple[str, ...]]:
    return {name: getattr(settings, name) for name in ("without_words", "without_accounts", "languages")}


def test_a_term_that_leaves_no_room_is_named() -> None:
    settings = SETTINGS._replace(without_words=tuple("가" * 40 + str(number) for number in range(12)))

    with pytest.raises(QueryTooLong) as caught:
        queries(settings, HANDLE)

    assert caught.value.term == '"에메랄드 모바일"'


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("에메랄드", "에메랄드"),
        ("emerald_mobile", "emerald_mobile"),
        ("에메랄드 모바일", '"에메랄드 모바일"'),
        ("5G+", '"5G+"'),
        ("-에메랄드", '"-에메랄드"'),
        ("lang:ko", '"lang:ko"'),
        ("OR", '"OR"'),
        ("📱", '"📱"'),
    ],
)
def test_only_plain_words_stand_without_quotation_marks(words: str, written: str) -> None:
    assert quoted(words) == written
    assert unsearchable(words) is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ('에메랄드 "5G"', "quotation marks"),
        ("에메랄드\\모바일", "backslashes"),
        ("#에메랄드", "must not begin with #"),
        ("@emerald", "must not begin with @"),
        ("...", "neither letters nor digits"),
    ],
)
def test_words_that_x_cannot_search_for_are_explained(words: str, why: str) -> None:
    assert why in (unsearchable(words) or "")
