"""Head files: what the trainer writes, the reader reads; another's it refuses in a sentence."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from desk.reader.features import BITS, buckets
from desk.reader.heads import load_heads, score
from tests.unit.reader.toy_heads import constant, hearing
from training.fit import Fitted, matrix_of
from training.head import Head
from training.write import write_heads

CLASSES = ("billing", "network", "매장")
TEXTS = ("청구서가 두 번 왔어요", "no signal since the morning", "폰", "")


def fitted(classes: tuple[str, ...] = CLASSES) -> Fitted:
    random = np.random.default_rng(5)
    return Fitted(classes, random.normal(size=(len(classes), 1 << BITS)), random.normal(size=len(classes)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "toy.heads"
    write_heads(path, {"whose": Head(fitted(), 2.5), "what": Head(fitted(("a", "b")), 0.5)}, {"sure": 0.61254})
    return path


def complaint_of(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    with pytest.raises(ValueError, match=file.name) as caught:
        load_heads(file)
    return str(caught.value)


def stated(file: Path) -> tuple[dict[str, object], bytes]:
    line, _, weights = file.read_bytes().partition(b"\n")
    return json.loads(line), weights


def test_what_was_written_is_read(file: Path) -> None:
    heads, limits = load_heads(file)

    assert {name: [each.name for each in head.classes] for name, head in heads.items()} == {
        "whose": list(CLASSES),
        "what": ["a", "b"],
    }
    assert (heads["whose"].sharpness, heads["what"].sharpness, limits) == (2.5, 0.5, {"sure": 0.6125})


@pytest.mark.parametrize("text", TEXTS)
def test_scores_are_as_near_as_a_byte_a_weight_allows(file: Path, text: str) -> None:
    exact, found = fitted().scores(matrix_of([text]))[0], buckets(text)

    for one, wanted in zip(load_heads(file).heads["whose"].classes, exact, strict=True):
        assert score(one, found) == pytest.approx(wanted, abs=one.step / 2 * sqrt(len(found)) + 1e-4)


@pytest.mark.parametrize("text", TEXTS)
def test_probabilities_add_up_to_one_and_follow_the_scores(file: Path, text: str) -> None:
    head, found = load_heads(file).heads["whose"], buckets(text)

    shares = head.probabilities(found)

    assert sum(shares.values()) == pytest.approx(1)
    assert sorted(CLASSES, key=shares.__getitem__) == sorted(
        CLASSES, key=lambda name: score(head.weights_of(name), found)
    )


def test_a_class_without_weights_has_its_bias_alone_and_takes_no_room(file: Path, tmp_path: Path) -> None:
    head = fitted()
    head.weights[1] = 0
    write_heads(tmp_path / "measured.heads", {"whose": Head(head, 2.5), "what": Head(fitted(("a", "b")), 0.5)}, {})

    read = load_heads(tmp_path / "measured.heads").heads["whose"]

    assert len(stated(file)[1]) - len(stated(tmp_path / "measured.heads")[1]) == 1 << BITS
    assert score(read.classes[1], buckets("청구서")) == pytest.approx(head.biases[1], abs=1e-5)
    assert read.classes[2].weights == load_heads(file).heads["whose"].classes[2].weights


def test_sharpness_raises_scores_to_its_power() -> None:
    head = constant({"a": 0.8, "b": 0.2})

    assert head.probabilities([])["a"] == pytest.approx(0.8)
    assert head._replace(sharpness=2.0).probabilities([])["a"] == pytest.approx(0.64 / 0.68)


def test_scores_too_large_for_an_exponent_are_still_probabilities() -> None:
    head = hearing({"a": "폰", "b": "앱"})._replace(sharpness=1e6)

    assert head.probabilities(buckets("폰")) == {"a": 1.0, "b": 0.0}


def test_the_weightiest_bucket_keeps_its_weight_and_no_weight_is_none(file: Path) -> None:
    weights = np.zeros((2, 1 << BITS))
    weights[0, 7], weights[0, 8] = 3.0, -3.0
    write_heads(file, {"what": Head(Fitted(("a", "b"), weights, np.zeros(2)), 1.0)}, {})

    a, b = load_heads(file).heads["what"].classes

    assert [score(a, [place]) for place in (7, 8, 9)] == pytest.approx([3.0, -3.0, 0.0], rel=1e-5)
    assert score(b, [7, 8]) == 0


@pytest.mark.parametrize("key", ["form", "bits"])
def test_another_versions_file_is_refused_with_what_to_do(file: Path, key: str) -> None:
    told, weights = stated(file)

    complaint = complaint_of(file, json.dumps({**told, key: 99}).encode() + b"\n" + weights)

    assert complaint == "toy.heads was trained for another version; train it again"


@pytest.mark.parametrize("change", [-1, -(1 << BITS), 1])
def test_a_file_that_is_too_short_or_too_long_is_refused_with_what_to_do(file: Path, change: int) -> None:
    whole = file.read_bytes()

    complaint = complaint_of(file, whole[:change] if change < 0 else whole + b"\x80")

    assert complaint == "toy.heads is incomplete; train it again"


@pytest.mark.parametrize("content", [b"", b'{"form": 1, "bi', b"[1]\n", b"\xff\xfe\n", b'{"form": 1, "bits": 18}\n'])
def test_a_file_without_a_whole_first_line_is_refused_with_what_to_do(file: Path, content: bytes) -> None:
    assert complaint_of(file, content) == "toy.heads is incomplete; train it again"
