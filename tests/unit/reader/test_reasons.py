"""Only words on which a head leans are given as its reasons."""

import pytest

from desk.reader.features import buckets
from desk.reader.heads import ClassWeights, Guess, Head, Trained
from desk.reader.reasons import HeadDecision
from tests.unit.reader.toy_heads import hearing, trained

WHOSE = hearing({"billing": "청구서", "network": "안테나"})


def decision(text: str, head: Head = WHOSE) -> HeadDecision:
    return decision_of(trained(department=head), text)


def decision_of(heads: Trained, text: str) -> HeadDecision:
    guess = heads.department(buckets(text), {})
    assert guess
    return HeadDecision(heads.department_head, guess, len(buckets(text)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("어제 청구서 봤는데", "청구서"),
        ("청구서는 청구서", "청구서"),
        ('어제 "청구서!"가 아니라 「청구서」,', "청구서"),
        ("어제 안테나", "안테나"),
        ("어제", ""),
        ("청", ""),
    ],
)
def test_the_word_that_tells_is_the_one_on_which_the_head_leans_most(text: str, word: str) -> None:
    assert decision(text).telling_word(text) == word


def test_a_bias_is_no_word() -> None:
    billing, network = WHOSE.classes
    biased = WHOSE._replace(classes=(billing._replace(bias=5.0), network))

    assert decision("어제", biased).guess.name == "billing"
    assert decision("어제", biased).telling_word("어제") == ""


@pytest.mark.parametrize("text", ["30분째 5기가", "BILL2"])
def test_the_decisive_word_is_in_the_text(text: str) -> None:
    assert decision(text, hearing({"billing": text, "network": "안테나"})).telling_word(text) in text.split()


def test_the_word_that_tells_is_no_whole_post() -> None:
    text = "昨日から請求書が届かないのでどうすればいいか教えてください"

    assert decision(text, hearing({"billing": text, "network": "안테나"})).telling_word(text) == ""


@pytest.mark.parametrize(
    ("text", "evidence", "leans"),
    [
        ("어제 청구서 봤는데", "청구서", True),
        ("어제 청구서가 왔는데", "청구서", True),
        ("어제 청구서가 왔는데", "왔는데", False),
        ("어제 청구서가 왔는데", "없는 말", False),
        ("어제 청구서가 왔는데", "", False),
    ],
)
def test_a_head_leans_on_the_words_that_its_lead_would_lose(text: str, evidence: str, leans: bool) -> None:
    assert decision(text).leans_on(text, evidence) is leans


def test_a_word_that_speaks_for_the_rival_as_much_is_no_reason() -> None:
    both = hearing({"billing": "청구서", "network": "청구서"})
    billing, network = both.classes
    leaning = both._replace(classes=(billing._replace(bias=2.0), network))

    assert not decision("어제 청구서", leaning).leans_on("어제 청구서", "청구서")


def test_what_a_rule_decided_against_the_head_has_no_word() -> None:
    text = "어제 안테나 봤는데"
    overruled = HeadDecision(WHOSE, Guess("billing", 0.1, "network", -3.0), len(buckets(text)))

    assert not overruled.leans_on(text, "안테나")
    assert overruled.telling_word(text) == ""


def test_the_vote_of_a_word_counts_beside_the_head() -> None:
    blank = Head(tuple(ClassWeights(name, b"", 0.0, 0.0) for name in ("billing", "network")), 1.0)
    voted = HeadDecision(blank, Guess("billing", 0.9, "network", 2.0), 40)

    assert not voted.leans_on("어제 청구서", "청구서", vote=0.4)
    assert voted.leans_on("어제 청구서", "청구서", vote=0.6)


def test_a_lead_of_nearly_nothing_rests_on_no_word_of_little_weight() -> None:
    blank = Head(tuple(ClassWeights(name, b"", 0.0, 0.0) for name in ("billing", "network")), 1.0)

    assert not HeadDecision(blank, Guess("billing", 0.5, "network", 0.01), 40).leans_on("청구서", "청구서", vote=0.1)
