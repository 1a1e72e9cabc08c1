"""Both sides are asked about texts of writers whom they have not seen."""

from collections.abc import Callable, Sequence

import pytest

from benchmarks.folds import by_heads, by_svm
from benchmarks.svm import judged
from training.corpus import Labelled

Side = Callable[[Sequence[Labelled]], dict[str, list[str]]]


def texts() -> list[Labelled]:
    """Of five writers, each a fold: inquiries of two departments and chat, each with words of its own."""
    found = []
    for writer in range(5):
        for place in range(6):
            kind, need, department, text = (
                ("inquiry", ("support", "information")[place % 2], "billing", f"요금 청구 {'mine' * (place % 2)}"),
                ("inquiry", ("support", "information")[place % 2], "network", f"데이터 느림 {'mine' * (place % 2)}"),
                ("chat", "relationship", "-", "안녕 화이팅"),
            )[place % 3]
            found.append(Labelled(text, f"w{writer}", kind, need, department))
    return found


@pytest.mark.parametrize("side", [by_heads, by_svm])
def test_each_question_is_asked_of_the_texts_that_have_an_answer(side: Side) -> None:
    given = texts()

    said = side(given)

    assert said["kind"] == [each.kind for each in given]
    assert said["department"] == [each.department for each in judged(given, "department")]
    assert said["need"] == [each.need for each in given if each.kind == "inquiry"]


@pytest.mark.parametrize("side", [by_heads, by_svm])
def test_no_model_has_seen_the_writer(side: Side) -> None:
    only_here = [Labelled("무료 경품 추첨", "w2", "junk", "relationship", "-")] * 4

    said = side([*texts(), *only_here])["kind"]

    assert "junk" not in said
