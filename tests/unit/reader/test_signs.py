"""Signs and words are found in normalized text in one pass, and quoted as the author wrote them."""

from collections.abc import Iterable
from copy import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.reader.signs import (
    SignMatch,
    Signs,
    WordIndex,
    as_written,
    contains_words,
    find_signs,
    load_signs,
    normalized,
)
from desk.reader.words_reader import Departments
from desk.reading import OPERATOR
from tests.brands import emerald, small_brand
from training.corpus import load_part


@pytest.mark.parametrize(
    ("text", "found", "written"),
    [
        ("전화가 안 잡혀요", "안잡혀요", "안 잡혀요"),
        ("전화가 안\n잡혀요", "안잡혀요", "안 잡혀요"),
        ("전화가 안잡혀요", "안잡혀요", "안잡혀요"),
        ("지금 못 해요!", "못해요", "못 해요"),
        ("The Wi-Fi, again", "wi fi", "Wi-Fi"),
        ("The Wi-Fi, again", "wi-fi", "Wi-Fi"),
        ("NO SIGNAL here", "no signal", "NO SIGNAL"),
        ("I Can’t call", "can't call", "Can’t call"),
        ("it is DOWN @jade again", "down again", "DOWN again"),
        ("REALLY? Now", "really ? now", "REALLY? Now"),
        ("WiFi 동안, 요금", "wifi 동안", "WiFi 동안"),
        ("왜요?", "?", "?"),
        ("İZMİR", "i zmi r", "İZMİR"),
        (f"안{'!' * 50}잡혀요", "안잡혀요", "안잡혀요"),
        ("something else", "wi-fi", "wi-fi"),
        ("anything", "", ""),
    ],
)
def test_a_match_is_quoted_as_the_text_spells_it(text: str, found: str, written: str) -> None:
    assert as_written(text, found) == written


@pytest.mark.parametrize("text", ["전화가 안 잡혀요", "The Wi-Fi, AGAIN", "I Can’t! Call", "「긴급」 못—해요"])
def test_a_quoted_text_normalizes_to_itself(text: str) -> None:
    normal = normalized(text).strip()

    assert normalized(as_written(text, normal)).strip() == normal


def test_a_text_made_to_be_searched_for_long_is_not() -> None:
    before = process_time()

    as_written("안 " * 500 + "안 잡혀요", "안안안안안안안안안안안안잡혀요")

    assert process_time() - before < 0.05


SIGNS, DEPARTMENTS = load_signs(), Departments(emerald())
WORDS = sorted({*SIGNS.words, *DEPARTMENTS.words})
INDEX = WordIndex(WORDS)
CORPUS = [each.text for each in load_part("test")]
FEW_LETTERS = st.text(" 1?ab안돼", max_size=12)


def borne(words: Iterable[str], normal: str) -> list[str]:
    """What the index is to find, by asking for one word after the other."""
    return sorted({word for word in words if contains_words(normal, word)})


@given(st.lists(FEW_LETTERS.filter(bool), max_size=20), FEW_LETTERS)
def test_it_finds_what_asking_for_each_word_finds(words: list[str], normal: str) -> None:
    assert sorted(WordIndex(words).found_in(normal)) == borne(words, normal)


@given(st.lists(st.sampled_from([*WORDS, " ", "?", "x"]), max_size=30).map("".join))
def test_texts_made_of_signs_and_words_have_all_of_them_found(normal: str) -> None:
    assert sorted(INDEX.found_in(normal)) == borne(WORDS, normal)


@pytest.mark.parametrize("at", range(0, 1000, 100))
def test_all_words_of_the_corpus_are_found(at: int) -> None:
    for normal in map(normalized, CORPUS[at : at + 100]):
        assert sorted(INDEX.found_in(normal)) == borne(WORDS, normal)


@pytest.mark.parametrize(
    ("normal", "found"),
    [("119 에 안 걸려요", ["119"]), ("11900 원", []), ("월 11900 원 119", ["119"]), ("x119", ["119"])],
)
def test_a_number_is_found_as_a_whole_one(normal: str, found: list[str]) -> None:
    assert WordIndex(["119"]).found_in(normal) == found


def test_a_sign_weighs_what_its_words_weigh_and_quotes_the_weightiest() -> None:
    signs = Signs([("fault", 1, "느려"), ("fault", 2, "먹통"), ("question", 1, " 왜 "), ("outage", 2, "먹통")])
    normal = normalized("느려요 왜 먹통인가요")

    found = find_signs(signs, normal, WordIndex(signs.words).found_in(normal))

    assert found == {
        "fault": SignMatch(3, "먹통인가요"),
        "outage": SignMatch(2, "먹통인가요"),
        "question": SignMatch(1, "왜"),
    }
    assert find_signs(signs, normal, ["느려", "먹통", " 왜 "]) == found
    assert find_signs(signs, normal, [" 왜 ", "먹통", "느려"]) == found


def test_departments_claim_by_the_words_that_were_found_in_any_order() -> None:
    normal = normalized("로밍 요금제 청구서가 두 번 왔어요. 로밍이요")
    found = INDEX.found_in(normal)

    claims = DEPARTMENTS.claims(normal, found)

    assert claims == DEPARTMENTS.claims(normal, found[::-1])
    assert {claim.word for claim in claims[:2]} == {"청구서", "요금제"}
    assert all(DEPARTMENTS.word_for(claim.department, found)[0] == claim.word for claim in claims)
    assert claims[-1].department == OPERATOR
    assert DEPARTMENTS.are_named(found)
    assert not DEPARTMENTS.are_named(INDEX.found_in(normalized("안녕하세요, 좋은 아침이에요")))


@pytest.mark.parametrize("found", [["요금", "환불"], ["환불", "요금"]])
def test_of_words_of_equal_weight_the_first_one_in_desk_yaml_is_the_reason(found: list[str]) -> None:
    brand = small_brand()
    billing = brand.departments["billing"]._replace(words=("환불", "요금"))
    departments = Departments(replace(brand, departments={**brand.departments, "billing": billing}))

    assert departments.word_for("billing", found)[0] == departments.claims(" 요금 환불 ", found)[0].word == "환불"
