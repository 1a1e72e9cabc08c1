"""How well the shipped heads read texts that nothing was trained on. None is shown, so that none is tuned on."""

from functools import cache

import pytest

from desk.reader.trained_reader import TrainedReader
from desk.reading import UNROUTED_KINDS, Kind
from local.cli.reading_lines import asked_text
from local.quality.evaluation import TO_BE_HEARD, Evaluation
from local.quality.labelled import labelled_mentions
from tests.brands import emerald
from training.corpus import CORPUS

KIND_MACRO_F1 = 0.90
NEED_MACRO_F1 = 0.92
DEPARTMENT_MACRO_F1 = 0.84
REACH = 0.99
"""Of inquiries, faults and rumours, so many at least come to somebody's desk."""
NOBODY_SENT = 0.13
"""Of chat and junk, so many at most come to somebody's desk."""
URGENCY_RECALL = 0.88
"""Of what is urgent: a point or two below what it is, so that another training on another machine does not fail."""
ORDINARY_HIGH = 0.05
"""Of ordinary inquiries, faults and rumours, so many at most are read as urgent."""
DANGER_SENT = 0.98
"""Of people in danger, so many at least reach somebody."""
RIGHT_WHERE_SURE = 0.92
"""Of mentions that have a department and whose reading was not left to the operator out of doubt."""


@cache
def evaluation(*files: str) -> Evaluation:
    made, reader = Evaluation(), TrainedReader(emerald())
    for name in files:
        for labelled in labelled_mentions(CORPUS / "test" / name, emerald().departments):
            made.add(labelled, reader.read(asked_text(labelled.text).mention))
    return made


def head(name: str) -> float:
    return evaluation("alpha.tsv", "beta.tsv").heads[name].macro_f1


def share(*kinds: Kind) -> float:
    return evaluation("alpha.tsv", "beta.tsv").reach(*kinds).share or 0.0


def test_kinds_are_distinguished() -> None:
    assert head("kind") >= KIND_MACRO_F1


def test_needs_are_distinguished() -> None:
    assert head("need") >= NEED_MACRO_F1


def test_departments_are_distinguished() -> None:
    assert head("department") >= DEPARTMENT_MACRO_F1


def test_mentions_that_need_an_answer_reach_somebody() -> None:
    assert share(*TO_BE_HEARD) >= REACH


def test_little_of_what_is_nobodys_is_sent() -> None:
    assert share(*UNROUTED_KINDS) <= NOBODY_SENT


def test_what_is_urgent_is_seen() -> None:
    assert (evaluation("alpha.tsv", "beta.tsv", "urgency.tsv").high.share or 0.0) >= URGENCY_RECALL


def test_little_of_what_is_ordinary_is_read_as_urgent() -> None:
    assert (evaluation("alpha.tsv", "beta.tsv").high_of_ordinary.share or 0.0) <= ORDINARY_HIGH


def test_people_in_danger_reach_somebody() -> None:
    assert (evaluation("danger.tsv").reach(*TO_BE_HEARD).share or 0.0) >= DANGER_SENT


def test_what_is_sent_without_a_look_is_mostly_right() -> None:
    assert (evaluation("alpha.tsv", "beta.tsv").sure_of_heard.share or 0.0) >= RIGHT_WHERE_SURE


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("데이터 느려요", "network"),
        ("데이터 안돼요", "network"),
        ("데이터 무제한 얼마예요", "plans"),
        ("와이파이 느려요", "home"),
        ("와이파이가 느려요", "home"),
        ("와이파이 안 잡혀요", "home"),
        ("문자 안 가요", "network"),
        ("문자가 안 가요", "network"),
        ("로밍 안돼요", "plans"),
        ("앱 느려요", "apps"),
        ("wifi slow", "home"),
        ("data slow", "network"),
    ],
)
def test_short_texts_reach_the_right_department(text: str, department: str) -> None:
    assert TrainedReader(emerald()).read(asked_text(text).mention).department == department
