"""Which words carry a text's matter."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.mentions.model import Mention
from desk.reader.language import Terms
from desk.reader.words_reader import WordsReader
from desk.x.model import XPost
from tests.brands import small_brand
from tests.families import for_each

TERMS = Terms(("제이드모바일", "Jade Mobile", "jademobile"))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("청구서가 이상해요, 청구서를 다시 보내 주세요", ["청구서"]),
        ("지하철에서는 인터넷이 자꾸 끊겨요", ["지하철", "인터넷"]),
        ("요금제로 데이터까지 해지하려는데요", ["요금제", "데이터", "해지"]),
        ("환불해주세요 개통했는데 무제한입니다", ["환불", "개통", "무제한"]),
        ("로밍인가요 폰이 폴드2에서 앱을", ["로밍", "폰", "폴드2", "앱"]),
        ("my bills and the roaming charges on 5G", ["bill", "roaming", "charge", "5g"]),
        ("機種変更 キャンペーン", ["機種変更", "キャンペーン"]),
    ],
)
def test_particles_and_endings_fall_away(text: str, terms: list[str]) -> None:
    assert list(TERMS.of(text)) == terms


@pytest.mark.parametrize(
    "text",
    [
        "@jademobile @someone_else https://jade.example/청구서?a=1 www.jade.example/요금",
        "안녕하세요 오늘도 감사합니다 수고하세요",
        "제이드모바일은 Jade Mobile JADEMOBILE",
        "010-1234-5678 3만원 10GB 2026년 5월에 90일",
        "안 돼요 느려요 있습니다 그런데 제가",
        "the and with please thanks hello today",
        "ㅋㅋㅋ ㅠㅠ 🎉 …",
        "",
    ],
)
def test_links_handles_figures_manners_and_our_own_name_tell_nothing(text: str) -> None:
    assert TERMS.of(text) == ()


@for_each(
    "verb",
    [
        "달고", "빼고", "올라가서", "끝나서", "바꾸면", "있으면", "빠르게", "사라짐", "째려봄", "일어남", "모아둔거",
        "힘든거임", "보낸걸", "올린다는", "지웠다고", "뽑는", "막는", "돌아오는지", "누군지도", "했더니", "넘어갈건데",
        "치자마자", "찾아", "걸려", "맡겨", "봐줘야", "눌렀더니", "두개", "세번째", "한시간째", "며칠째",
    ],
)  # fmt: skip
def test_verbs_and_how_many_are_no_matter(verb: str) -> None:
    assert TERMS.of(f"{verb} 청구서") == ("청구서",)


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        ("손님들", "손님"), ("기사님이", "기사"), ("선생님께서", "선생님"), ("이득임", "이득"), ("요금때문에", "요금"),
        ("배터리좀", "배터리"), ("옥상마다", "옥상"), ("인터넷을", "인터넷"), ("폰은", "폰"),
        ("apps", "app"), ("kids", "kid"),
    ],
)  # fmt: skip
def test_what_leans_on_a_noun_falls_away(word: str, noun: str) -> None:
    assert TERMS.of(word) == (noun,)


@pytest.mark.parametrize("fragment", ["돈이", "밤에", "말은", "눈을"])
def test_one_syllable_with_a_particle_is_too_little_to_count(fragment: str) -> None:
    assert TERMS.of(fragment) == ()


@for_each(
    "noun",
    [
        "명세서", "고지서", "가게", "무게", "선거", "근거", "철거", "질문지", "주간지", "한국어", "용어", "배려",
        "샤워", "게임", "모임", "종이", "길이", "잔고", "공고", "참고", "배경화면", "이삿짐", "news", "아들", "열대야",
    ],
)  # fmt: skip
def test_a_noun_that_only_looks_like_one_of_these_is_kept(noun: str) -> None:
    assert TERMS.of(noun) == (noun,)


def test_a_hashtag_is_its_word() -> None:
    assert TERMS.of("#사전예약 #roaming") == ("사전예약", "roaming")


@pytest.mark.parametrize("noun", ["속도", "불만", "결과", "효과", "광고", "중고", "냉장고", "휴가", "한도", "와이파이"])
def test_a_noun_that_ends_like_a_particle_or_a_verb_is_left_whole(noun: str) -> None:
    assert TERMS.of(noun) == (noun,)


def test_decomposed_and_full_width_letters_are_the_same_words() -> None:
    assert TERMS.of("\u110e\u1165\u11bc\u1100\u116e\u1109\u1165 ＲＯＡＭＩＮＧ") == ("청구서", "roaming")


def test_at_most_twelve_terms_each_once_none_too_long() -> None:
    text = " ".join(f"단말{chr(ord('a') + n)}" for n in range(20)) + " 단말a " + "가나" * 50

    found = TERMS.of("라면" * 30 + " " + text)

    assert len(found) == len(set(found)) == 12
    assert max(map(len, found)) <= 20


@pytest.mark.parametrize("cry", ["에", "에서", "들과", "하하", "ㅋ에", "과와", "안돼"])
def test_a_cry_without_end_is_no_word_and_no_trouble(cry: str) -> None:
    assert TERMS.of(f"{cry * 1_000} 청구서") == ("청구서",)


@given(st.text(max_size=300))
def test_any_text_gives_words_that_fit_into_one_string(text: str) -> None:
    found = TERMS.of(text)

    assert tuple(" ".join(found).split()) == found
    assert all(term == term.lower() and any(letter.isalpha() for letter in term) for term in found)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("@jade 제이드 청구서가 이상해요 언제 환불되나요?", ("청구서", "환불")),
        ("@jade 코인 리딩방 수익률 보장", ()),
    ],
)
def test_a_reading_has_its_terms_unless_it_is_junk(text: str, terms: tuple[str, ...]) -> None:
    noon = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    post = XPost("9", text, "5", noon, "9", "ko", ("9",))

    assert WordsReader(small_brand()).read(Mention(post, noon)).terms == terms
