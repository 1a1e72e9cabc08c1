"""The transfer map: what it knows becomes part of the weights of buckets, and a damaged file is refused."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from desk.reader.features import BITS, buckets
from desk.reader.heads import load_heads
from training.corpus import NOBODY
from training.department import _fit
from training.fit import Fitted, Numbers, matrix_of, rarity_of
from training.head import Head
from training.make_transfer import DIMENSIONS, SHARE, ridge, transfer_map, vocabulary
from training.transfer import (
    NO_TRANSFER,
    TRANSFER,
    TransferError,
    fit_with_transfer,
    load_transfer,
    write_transfer,
)
from training.write import write_heads

TEXTS = ("청구서 왔어요", "청구서 봐요", "안테나 꺼졌어요", "안테나 봐요", "쿠폰 왔어요", "쿠폰 꺼졌어요") * 2
LABELS = ("billing", "billing", "network", "network", "apps", "apps") * 2
MOST_BYTES = 8_500_000


@pytest.fixture
def places() -> Numbers:
    """Three dimensions for each bucket, which mean nothing."""
    return np.random.default_rng(1).normal(size=(1 << BITS, 3))


@pytest.fixture
def saved(tmp_path: Path, places: Numbers) -> Path:
    path = tmp_path / "some.map"
    write_transfer(places, path)
    return path


def fitted(texts: Sequence[str], labels: Sequence[str], places: Numbers) -> Fitted:
    matrix = matrix_of(texts)
    return fit_with_transfer(matrix, labels, rarity_of(matrix), places)


def test_scores_by_buckets_are_those_with_the_dimensions_as_features(
    places: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = list[tuple[Any, Any]]()

    class Watched(LinearSVC):  # type: ignore[misc]
        def fit(self, rows: Any, labels: Any) -> Any:
            solved.append((self, rows))
            return super().fit(rows, labels)

    monkeypatch.setattr("training.fit.LinearSVC", Watched)
    matrix = matrix_of(TEXTS)

    head = fitted(TEXTS, LABELS, places)

    ((model, rows),) = solved
    assert rows[:, -places.shape[1] :].toarray() == pytest.approx(matrix @ places)
    assert head.weights.shape == (3, 1 << BITS)
    assert head.scores(matrix) == pytest.approx(model.decision_function(rows))


def test_a_word_near_a_known_one_counts_like_it_though_no_example_has_it() -> None:
    near = np.zeros((1 << BITS, 1))
    near[sorted({*buckets("안테나"), *buckets("transmitter")})] = 1
    unseen = matrix_of(["transmitter"])

    without, beside = (fitted(TEXTS, LABELS, map_).scores(unseen)[0] for map_ in (NO_TRANSFER, near))

    network = sorted(set(LABELS)).index("network")
    assert without.argmax() != network
    assert beside.argmax() == network


def test_two_classes_keep_the_first_as_their_measure(places: Numbers) -> None:
    head = fitted(TEXTS[:4], LABELS[:4], places)

    assert not head.weights[0].any()
    assert head.weights[1].all()


def test_the_reader_scores_as_the_trainer_does(tmp_path: Path) -> None:
    trained = fitted(TEXTS, LABELS, load_transfer())
    write_heads(tmp_path / "made.heads", {"department": Head(trained, 1.0)}, {})
    head = load_heads(tmp_path / "made.heads").heads["department"]

    shares = head.probabilities(buckets("안테나가 또 고장"))

    scores = trained.scores(matrix_of(["안테나가 또 고장"]))[0]
    expected = np.exp(scores) / np.exp(scores).sum()
    assert list(shares.values()) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("many", "helped"), [(len(TEXTS), False), (len(TEXTS) + 1, True)])
def test_only_few_texts_are_helped(many: int, helped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.department._MANY", many)
    strange = sorted(set(buckets("transmitter")).difference(*map(buckets, TEXTS)))

    head, _ = _fit(matrix_of(TEXTS), LABELS)

    assert head.weights[:, strange].any() == helped


def test_a_map_is_read_as_it_was_written_but_for_rounding(saved: Path, places: Numbers) -> None:
    loaded = load_transfer(saved)

    assert np.abs(loaded - places).max() <= np.abs(places).max() / 254 + 1e-5


def test_a_dimension_without_places_stays_empty(tmp_path: Path) -> None:
    write_transfer(np.zeros((1 << BITS, 2)), tmp_path / "empty.map")

    assert not load_transfer(tmp_path / "empty.map").any()


@pytest.mark.parametrize(
    "cut", [lambda all_: all_[:-1], lambda all_: all_[:-1] + b"x", lambda all_: b"PK" + all_, lambda _: b""]
)
def test_a_damaged_map_is_one_sentence(saved: Path, cut: Callable[[bytes], bytes]) -> None:
    saved.write_bytes(cut(saved.read_bytes()))

    with pytest.raises(TransferError) as caught:
        load_transfer(saved)

    assert str(caught.value) == "some.map is damaged; check it out again"


def test_a_map_of_other_buckets_is_refused(saved: Path) -> None:
    line, _, content = saved.read_bytes().partition(b"\n")
    saved.write_bytes(json.dumps({**json.loads(line), "bits": BITS + 1}).encode() + b"\n" + content)

    with pytest.raises(TransferError, match="made for another version; make it again"):
        load_transfer(saved)


def test_a_missing_map_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=r"^transfer\.map can't be read; check it out again$"):
        load_transfer(tmp_path / TRANSFER.name)


def test_the_shipped_map_is_whole_and_small() -> None:
    assert load_transfer().shape == (1 << BITS, DIMENSIONS)
    assert TRANSFER.stat().st_size <= MOST_BYTES


def test_ridge_has_no_better_places_than_it_finds() -> None:
    rows = matrix_of(["안테나 봐요", "청구서 봐요", "쿠폰", "포인트"])
    answers = np.asarray([[1.0, 0], [0, 1], [0, 0], [0, -1]])

    found = ridge(rows, answers)

    slope = rows.T @ (rows @ found - answers) + found
    assert slope == pytest.approx(np.zeros_like(found), abs=1e-4)
    assert found.any()


def test_the_vocabulary_has_words_of_languages_the_desk_reads() -> None:
    pieces = ["▁환불", "금", "▁Refund", "ing", "▁of", "の大学", "手術", "▁путь", "▁2024", "!"]
    texts = ["Tariff 요금제로", "tariff 요금제로 요금제로", "once"]

    assert vocabulary(pieces, texts) == ["환불", "금", "refund", "の大学", "手術", "tariff", "요금제로"]


def test_a_map_has_departments_then_directions_of_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.make_transfer._ROUNDS", 2)
    texts, labels = ["안테나", "신호", "청구서", "요금", "안녕"], ["network", "network", "billing", "billing", NOBODY]
    asked = list[str]()

    def encode(some: list[str]) -> Numbers:
        asked.extend(some)
        return np.random.default_rng(len(some)).normal(size=(len(some), 40))

    made = transfer_map(texts, labels, ["전파", "납부"], encode)

    billing, network = (matrix_of(["요금"]) @ made)[0, :2]
    assert made.shape == (1 << BITS, DIMENSIONS)
    assert asked == [*texts, "전파", "납부"]
    assert billing > 0 > network
    assert np.abs(matrix_of(texts) @ made).max() < 5 * SHARE
    assert (matrix_of(["전파"]) @ made)[0, 2:].any()
