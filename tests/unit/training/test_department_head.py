"""The head that belongs to the brand: from desk.yaml alone, and with texts of its own."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desk.brand import Brand, Department
from desk.reader.features import buckets
from desk.reader.heads import load_heads
from desk.reading import OPERATOR
from tests.brands import emerald, other_brand, small_brand
from tests.unit.training.slices import some_texts
from training.corpus import CorpusError, Labelled
from training.department import Trained, _limit, contradictions, examples_of, train_department, write_department
from training.write import texts_behind

_COUNTS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟")
BILLING = [f"청구서가 {count} 번 왔어요" for count in _COUNTS]
NETWORK = [f"안테나가 {count} 시에 꺼졌어요" for count in _COUNTS]


def brand(**examples: Sequence[str]) -> Brand:
    """A brand with these departments' examples, and an operator."""
    made = {key: Department(key, key, key, (), tuple(some), (f"{key}@jade.example",)) for key, some in examples.items()}
    return small_brand(departments={**made, OPERATOR: small_brand().departments[OPERATOR]})


def written(path: Path, of: Brand, more: Sequence[Labelled] = ()) -> bytes:
    write_department(train_department(of, more), path)
    return path.read_bytes()


@cache
def of_two() -> Trained:
    """The head of two departments, which some tests only look at."""
    return train_department(brand(billing=BILLING, network=NETWORK))


def test_two_trainings_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, emerald(), some_texts()) for name in ("one", "other"))

    assert one == other


def test_desk_yaml_alone_is_enough() -> None:
    made = of_two()

    assert made.head.fitted.classes == ("billing", "network")
    assert made.said == made.truth == ("billing",) * 8 + ("network",) * 8
    assert len(made.confidence) == 16


def test_a_brands_words_teach_and_are_not_judged() -> None:
    taught = brand(billing=BILLING, network=NETWORK)
    billing = taught.departments["billing"]._replace(words=("청구서", "환불"))

    made = train_department(taught._replace(departments={**taught.departments, "billing": billing}))

    assert len(made.truth) == 16
    assert [each.text for each in examples_of(emerald()) if each.department == OPERATOR][-1] == "follow me back"


@pytest.mark.parametrize(("few", "weighs"), [(2_000, True), (16, False)])
def test_buckets_of_a_single_text_are_learned_from_few_texts(
    monkeypatch: pytest.MonkeyPatch, few: int, weighs: bool
) -> None:
    of = brand(billing=[*BILLING[:7], "환불 밀렸어요"], network=NETWORK)
    once = sorted(set(buckets("환불")).difference(*(buckets(text) for text in (*BILLING, *NETWORK))))
    monkeypatch.setattr("training.department._FEW", few)
    monkeypatch.setattr("training.department._MANY", 0)  # the transfer map knows every bucket

    head = train_department(of).head

    assert once
    assert head.fitted.weights[:, once].any() == weighs


def test_no_example_is_judged_by_words_that_know_it() -> None:
    made = train_department(brand(billing=[f"{letter * 9}요" for letter in "가나다라마바사아"], network=NETWORK))

    assert made.by_words[:8] == (OPERATOR,) * 8
    assert made.by_words[8:] == ("network",) * 8


def test_the_head_is_better_where_words_find_nothing_and_never_where_they_find_more() -> None:
    made = of_two()

    assert made._replace(by_words=(OPERATOR,) * 16).is_better()
    assert not made._replace(sure=1.1, by_words=made.truth).is_better()


def test_what_is_not_sure_enough_goes_to_the_operator() -> None:
    made = of_two()

    assert made.routed() == made.truth
    assert made._replace(sure=1.1).routed() == (OPERATOR,) * 16


def test_texts_of_two_departments_are_listed_and_not_learned(tmp_path: Path) -> None:
    of = brand(billing=BILLING, network=NETWORK)
    twice = [Labelled("환불이 밀렸어요", "own", department=key) for key in ("network", "billing", "home")]
    desks = Labelled(BILLING[0], "own", department="network")

    found = contradictions(of, [*twice, desks, Labelled(BILLING[1], "own", department="billing")])

    assert found == {"환불이 밀렸어요": ["billing", "network"], BILLING[0]: ["billing", "network"]}
    assert written(tmp_path / "one", of, [*twice, desks]) == written(tmp_path / "other", of)


def test_a_departments_own_texts_count_as_examples() -> None:
    more = [Labelled(text, "own", department="network") for text in NETWORK[1:]]

    made = train_department(brand(billing=BILLING, network=NETWORK[:1]), more)

    assert (len(made.truth), made.more) == (16, 7)


def test_a_brand_with_many_departments_is_learned_and_read(tmp_path: Path) -> None:
    matters = [syllable * 3 for syllable in "요안환배쿠로유채광주좌화"]
    examples = {f"d{at}": [f"{matter} {count} 번 봐요" for count in _COUNTS] for at, matter in enumerate(matters)}

    written(tmp_path / "department.heads", brand(**examples))

    head = load_heads(tmp_path / "department.heads").heads["department"]
    read = [head.probabilities(buckets(matter)) for matter in matters]
    assert len(head.classes) == 12
    assert [max(shares, key=shares.__getitem__) for shares in read] == list(examples)


def test_the_file_says_what_the_head_was_trained_on(tmp_path: Path) -> None:
    more = [Labelled("환불이 밀렸어요", "own", department="billing")]
    written(tmp_path / "department.heads", brand(billing=BILLING, network=NETWORK), more)

    assert texts_behind(tmp_path / "department.heads") == (frozenset({"billing", "network"}), 1)
    assert texts_behind(tmp_path / "nowhere") == (frozenset(), 0)


def test_texts_of_other_departments_teach_nothing(tmp_path: Path) -> None:
    of = brand(billing=BILLING, network=NETWORK)
    strange = [Labelled("와이파이가 안 돼요", "one", department="home"), Labelled("안녕", "one", department="-")]

    assert written(tmp_path / "one", of, strange) == written(tmp_path / "other", of)


def test_a_brands_own_texts_teach_and_are_judged() -> None:
    more = [Labelled(f"환불이 {count} 시에도 밀렸어요", "tickets", department="billing") for count in _COUNTS]

    made = train_department(brand(billing=BILLING, network=NETWORK), more)

    assert len(made.truth) == 24
    assert made.said[-8:] == ("billing",) * 8


SURENESS = np.linspace(0, 1, 1_001)
EACH = np.ones(1_001, bool)


def limit(right: NDArray[np.bool_], *, by_words: float = 0.0, counted: NDArray[np.bool_] = EACH) -> float:
    return _limit(SURENESS, right, sought=0.92, by_words=by_words, counted=counted)


def test_sure_is_the_lowest_confidence_above_which_enough_are_right_by_their_own_word() -> None:
    assert limit(EACH) == 0.84
    assert limit(~EACH) == 0.84


def test_where_words_would_bring_more_texts_home_less_is_asked_for() -> None:
    assert limit(EACH, by_words=0.5) == 0.5
    assert limit(EACH, by_words=0.1) == 0.84


def test_texts_that_do_not_count_are_not_compared_with_words() -> None:
    assert limit(SURENESS > 0.5, by_words=0.3, counted=SURENESS > 0.5) == 0.84
    assert limit(SURENESS > 0.5, by_words=0.3) == 0.7


def test_the_limit_stays_where_words_are_always_better() -> None:
    assert limit(~EACH, by_words=0.1) == 0.84


def test_where_nothing_is_sure_the_limit_is_the_highest() -> None:
    nothing = np.zeros(11)

    assert _limit(nothing, nothing > 0, sought=0.92, by_words=0.0, counted=nothing == 0) == 0.95


def test_too_few_examples_are_counted_by_department() -> None:
    with pytest.raises(CorpusError) as caught:
        train_department(brand(billing=BILLING[:7], network=NETWORK, home=[]))

    assert str(caught.value) == "desk.yaml needs at least 8 examples a department: billing has 7, home has 0"


@pytest.mark.parametrize("of", [brand(), brand(billing=BILLING)])
def test_fewer_than_two_departments_need_no_head(of: Brand) -> None:
    with pytest.raises(CorpusError, match="at least two departments besides the operator"):
        train_department(of)


def test_the_error_for_a_small_desk_says_what_it_lacks() -> None:
    with pytest.raises(CorpusError, match="tickets has 1, lost-property has 1"):
        train_department(other_brand())
