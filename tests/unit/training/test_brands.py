"""Brands of other trades, each from one desk.yaml: what they are made of, and that training one is worth it."""

from functools import cache
from pathlib import Path

import pytest

from desk.brand import Brand, brand_of
from desk.reader.heads import GENERAL, Trained, load_heads
from desk.reader.trained_reader import TrainedReader
from desk.reading import OPERATOR
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from local.cli.reading_lines import asked_text
from local.quality.evaluation import Evaluation
from local.quality.labelled import Labelled, labelled_mentions
from tests.brands import YEAR
from training.corpus import CORPUS
from training.department import train_department, write_department

BRANDS = CORPUS.with_name("brands")
NAMES = ("airline", "card", "mall", "railway", "utility")
EXAMPLES = 15


@cache
def brand(name: str) -> Brand:
    return brand_of(compile_desk(load_desk(BRANDS / name / "desk.yaml"), year=YEAR))


def asides(name: str) -> list[Labelled]:
    return labelled_mentions(BRANDS / name / "test.csv", brand(name).departments)


@pytest.mark.parametrize("name", NAMES)
def test_each_department_has_words_and_so_many_examples(name: str) -> None:
    others = {key: each for key, each in brand(name).departments.items() if key != OPERATOR}

    assert len(others) >= 8
    assert all(each.words and len(each.examples) == EXAMPLES for each in others.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_texts_to_measure_with_are_of_every_department_and_none_was_taught(name: str) -> None:
    kept = asides(name)

    assert {each.department for each in kept} == brand(name).departments.keys()
    examples = {text for department in brand(name).departments.values() for text in department.examples}
    assert sum(each.text in examples for each in kept) == 0


def test_a_small_brand_is_read_better_with_a_head_than_by_words_alone(tmp_path: Path) -> None:
    made = train_department(brand("utility"))
    write_department(made, tmp_path / "department.heads")
    general = load_heads(GENERAL)

    def figures(trained: Trained) -> tuple[float, float]:
        evaluation, reader = Evaluation(), TrainedReader(brand("utility"), trained)
        for each in asides("utility"):
            evaluation.add(each, reader.read(asked_text(each.text).mention))
        return evaluation.heads["department"].macro_f1, evaluation.heads["department"].accuracy

    both = figures(Trained(general, load_heads(tmp_path / "department.heads")))
    alone = figures(Trained(general, None))

    assert made.is_better()
    assert both[0] >= alone[0]
    assert both[1] >= alone[1]
