"""The head that belongs to the brand: from desk.yaml alone, and with texts of its own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from desk.brand import Brand, Department
from desk.reader.grams import buckets
from desk.reading import OPERATOR
from tests.brands import emerald, other_brand, small_brand
from tests.unit.training.slices import some_texts
from training.corpus import CorpusError, Labelled
from training.department import _limit, examples_of, train_department, write_department
from training.fit import Numbers

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


def test_two_trainings_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, emerald(), some_texts()) for name in ("one", "other"))

    assert one == other


def test_desk_yaml_alone_is_enough() -> None:
    made = train_department(brand(billing=BILLING, network=NETWORK))

    assert made.head.fitted.classes == ("billing", "network")
    assert made.said == made.truth == ("billing",) * 8 + ("network",) * 8
    assert len(made.confidence) == 16


def test_a_brands_words_teach_and_are_not_judged() -> None:
    taught = brand(billing=BILLING, network=NETWORK)
    billing = taught.departments["billing"]._replace(words=("청구서", "환불"))

    made = train_department(taught._replace(departments={**taught.departments, "billing": billing}))

    assert len(made.truth) == 16
    assert [each.text for each in examples_of(emerald()) if each.department == OPERATOR][-1] == "follow me back"


def test_where_texts_are_few_what_stands_in_one_alone_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    of = brand(billing=[*BILLING[:7], "환불 밀렸어요"], network=NETWORK)
    once = sorted(set(buckets("환불")).difference(*(buckets(text) for text in (*BILLING, *NETWORK))))

    def weighs() -> bool:
        return bool(train_department(of).head.fitted.weights[:, once].any())

    assert once
    assert weighs()
    monkeypatch.setattr("training.department._FEW", 16)
    assert not weighs()


def test_texts_of_other_departments_teach_nothing(tmp_path: Path) -> None:
    of = brand(billing=BILLING, network=NETWORK)
    strange = [Labelled("와이파이가 안 돼요", "one", department="home"), Labelled("안녕", "one", department="-")]

    assert written(tmp_path / "one", of, strange) == written(tmp_path / "other", of)


def test_a_brands_own_texts_teach_and_are_judged() -> None:
    more = [Labelled(f"환불이 {count} 시에도 밀렸어요", "tickets", department="billing") for count in _COUNTS]

    made = train_department(brand(billing=BILLING, network=NETWORK), more)

    assert len(made.truth) == 24
    assert made.said[-8:] == ("billing",) * 8


def test_sure_is_the_lowest_confidence_above_which_nearly_all_are_right() -> None:
    sureness = np.linspace(0, 1, 1_001)

    limit = _limit(sureness, sureness >= 0.5)

    assert limit == pytest.approx(0.5 - 0.5 * 0.08 / 0.92, abs=0.011)
    assert np.mean(sureness[sureness >= limit] >= 0.5) >= 0.92


def test_where_all_are_right_the_limit_still_asks_for_something() -> None:
    assert _limit(np.linspace(0, 1, 11), np.ones(11, bool)) == pytest.approx(0.2)


@pytest.mark.parametrize("sureness", [np.linspace(0, 1, 11), np.zeros(0)])
def test_where_too_few_are_right_hardly_anything_is_sure(sureness: Numbers) -> None:
    assert _limit(sureness, np.zeros(len(sureness), bool)) == 0.95


def test_too_few_examples_are_told_by_department() -> None:
    with pytest.raises(CorpusError) as caught:
        train_department(brand(billing=BILLING[:7], network=NETWORK, home=[]))

    assert str(caught.value) == "desk.yaml needs at least 8 examples a department: billing has 7, home has 0"


@pytest.mark.parametrize("of", [brand(), brand(billing=BILLING)])
def test_fewer_than_two_departments_need_no_head(of: Brand) -> None:
    with pytest.raises(CorpusError, match="at least two departments besides the operator"):
        train_department(of)


def test_a_small_desk_is_told_what_it_lacks() -> None:
    with pytest.raises(CorpusError, match="tickets has 1, lost-property has 1"):
        train_department(other_brand())
