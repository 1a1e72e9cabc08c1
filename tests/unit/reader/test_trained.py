"""What the trained heads of a desk say, and those that are shipped."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from desk.reader.features import BITS, buckets
from desk.reader.heads import CALM, CHECK, DANGER, DEPARTMENT, GENERAL, HIGH, POSSIBLE, Guess, load_heads, load_trained
from desk.reading import OPERATOR, Kind, Safety
from tests.brands import emerald
from tests.unit.reader.toy_heads import constant, trained
from training.fit import Fitted
from training.head import Head
from training.write import write_heads

FOUND = buckets("폰")
SPLIT = {"inquiry": 0.2, "fault": 0.06, "rumor": 0.02, "feedback": 0.02, "chat": 0.4, "junk": 0.3}
SHIPPED_BYTES = 6_000_000
"""Both files together: each function's package has them, and each cold start reads them."""


@pytest.mark.parametrize(("answered", "kind", "confidence"), [(False, "chat", 0.7), (True, "inquiry", 0.2)])
def test_kinds_for_nobody_count_together_but_never_for_a_published_mention(
    answered: bool, kind: str, confidence: float
) -> None:
    guess = trained(SPLIT).kind(FOUND, must_be_answered=answered)

    assert guess.name == kind
    assert guess.confidence == pytest.approx(confidence)


@pytest.mark.parametrize(
    ("nobody", "confidence", "own_words", "is_unrouted"),
    [
        (0.6, 0.59, False, False),
        (0.6, 0.61, False, True),
        (0.6, 0.84, True, False),
        (0.6, 0.86, True, True),
        (0.95, 0.94, True, False),
    ],
)
def test_nobodys_is_only_what_is_sure_to_be_and_surer_where_it_bears_own_words(
    nobody: float, confidence: float, own_words: bool, is_unrouted: bool
) -> None:
    assert trained(nobody=nobody).is_unrouted(confidence, own_words=own_words) is is_unrouted


@pytest.mark.parametrize(
    ("share", "kind", "doubtful"), [(0.19, "fault", False), (0.29, "feedback", True), (0.31, "feedback", False)]
)
def test_feedback_is_in_doubt_unless_it_is_so_many_times_likelier_than_what_somebody_answers(
    share: float, kind: str, doubtful: bool
) -> None:
    split = {"inquiry": 0.1, "fault": 0.2, "rumor": 0.05, "feedback": share, "chat": 0.03, "junk": 0.02}

    guess = trained(split, feedback=1.5).kind(FOUND, must_be_answered=False)

    assert (guess.name, guess.is_doubtful) == (kind, doubtful)


@pytest.mark.parametrize(("answered", "kind"), [(False, "feedback"), (True, "fault")])
def test_what_is_heard_is_of_a_kind_that_somebody_answers(answered: bool, kind: str) -> None:
    split = {"inquiry": 0.1, "fault": 0.2, "rumor": 0.05, "feedback": 0.6, "chat": 0.03, "junk": 0.02}

    assert trained(split).kind(FOUND, must_be_answered=answered).name == kind


def test_of_nobodys_kinds_the_likelier_one_is_said() -> None:
    assert trained({**SPLIT, "chat": 0.3, "junk": 0.4}).kind(FOUND, must_be_answered=False).name == "junk"


@pytest.mark.parametrize(("support", "wanted"), [(0.51, True), (0.49, False)])
def test_support_is_what_is_likelier_so(support: float, wanted: bool) -> None:
    assert trained(support=support).wants_support(FOUND) is wanted


@pytest.mark.parametrize(("high", "alarming"), [(0.36, True), (0.34, False)])
def test_alarming_is_what_reaches_its_own_limit(high: float, alarming: bool) -> None:
    heads = trained(high=high)

    assert heads.is_alarming(heads.urgency(FOUND)) is alarming


@pytest.mark.parametrize(
    ("danger", "check", "safety"),
    [
        (0.51, 0.1, Safety.DANGER),
        (0.49, 0.1, Safety.CHECK),
        (0.44, 0.1, None),
        (0.1, 0.41, Safety.CHECK),
        (0.1, 0.39, None),
        (0.51, 0.9, Safety.DANGER),
    ],
    ids=["danger", "possibly danger", "too calm for danger", "to check", "too calm for a check", "both"],
)
def test_safety_is_the_stronger_of_what_reaches_its_limit(danger: float, check: float, safety: Safety | None) -> None:
    to_check = constant({CHECK: check, CALM: 1 - check})
    heads = trained(danger=constant({DANGER: danger, CALM: 1 - danger}), check=to_check)

    assert heads.safety(FOUND) is safety


@pytest.mark.parametrize(("high", "urgent"), [(0.31, True), (0.29, False)])
def test_urgent_is_what_reaches_the_limit(high: float, urgent: bool) -> None:
    heads = trained(high=high)

    assert heads.urgency(FOUND) == pytest.approx(high)
    assert heads.is_urgent(heads.urgency(FOUND)) is urgent


def test_the_likeliest_department_is_said_and_whether_that_is_sure() -> None:
    heads = trained(department=constant({"billing": 0.79, "network": 0.21}))

    guess = heads.department(FOUND, {})

    assert guess
    assert guess.name == "billing"
    assert guess.confidence == pytest.approx(0.79)
    assert (heads.is_sure(0.79), heads.is_sure(0.81)) == (False, True)


@pytest.mark.parametrize(
    ("strength", "name", "confidence"), [(0.0, "billing", 0.6), (1.0, "network", 2 * 0.4 / (0.6 + 2 * 0.4))]
)
def test_words_of_desk_yaml_vote_beside_the_head(strength: float, name: str, confidence: float) -> None:
    heads = trained(department=constant({"billing": 0.6, "network": 0.4}), words=log(2))

    guess = heads.department(FOUND, {"network": strength, "operator": 0.0})

    assert guess
    assert guess.name == name
    assert guess.confidence == pytest.approx(confidence)


def test_where_words_agree_with_the_head_it_is_surer() -> None:
    heads = trained(department=constant({"billing": 0.79, "network": 0.21}), words=1.0)

    alone, agreeing = heads.department(FOUND, {}), heads.department(FOUND, {"billing": 1.0})

    assert alone
    assert agreeing
    assert [heads.is_sure(guess.confidence) for guess in (alone, agreeing)] == [False, True]


def test_without_a_head_no_department_is_said_or_sure() -> None:
    heads = trained(department=None)

    assert heads.department(FOUND, {}) is None
    assert not heads.is_sure(1.0)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this desk's department head would lie; none does yet."""
    monkeypatch.setattr("desk.reader.heads.DEPARTMENT", tmp_path / "department.heads")
    return tmp_path / "department.heads"


def write(file: Path) -> None:
    """A head that knows billing and network."""
    weights = np.zeros((2, 1 << BITS))
    write_heads(file, {"department": Head(Fitted(("billing", "network"), weights, np.zeros(2)), 1.0)}, {"sure": 0.5})


def said(*departments: str) -> Guess | None:
    return load_trained(dict.fromkeys(departments)).department(FOUND, {})


def test_a_head_for_just_these_departments_is_taken(file: Path) -> None:
    write(file)

    assert said("network", "billing") is not None


@pytest.mark.parametrize("departments", [("billing",), ("billing", "network", "home"), ("billing", "home"), ()])
def test_a_head_for_other_departments_is_left(file: Path, departments: tuple[str, ...]) -> None:
    write(file)

    assert said(*departments) is None


def test_where_no_head_was_trained_there_is_none(file: Path) -> None:
    assert said("network", "billing") is None


def test_an_operator_who_was_taught_nothing_costs_a_brand_nothing(file: Path) -> None:
    write(file)

    assert said("network", "billing", OPERATOR) is not None


def test_a_head_of_another_version_is_reported_and_not_ignored(file: Path) -> None:
    file.write_bytes(b'{"form": 0}\n')

    with pytest.raises(ValueError, match=r"department\.heads was trained for another version"):
        said("network", "billing")


def test_the_shipped_files_are_small() -> None:
    assert GENERAL.stat().st_size + DEPARTMENT.stat().st_size <= SHIPPED_BYTES


def test_the_shipped_heads_know_every_label_and_no_other() -> None:
    heads, limits = load_heads(GENERAL)

    assert {name: {each.name for each in head.classes} for name, head in heads.items()} == {
        "kind": {str(kind) for kind in Kind},
        "need": {"information", "support"},
        "urgency": {CALM, HIGH},
        "danger": {CALM, DANGER},
        "check": {CALM, CHECK},
    }
    assert limits.keys() == {"nobody", "feedback", "urgent", "alarm", DANGER, POSSIBLE, CHECK}
    assert all(0 < limits[name] < 1 for name in ("nobody", "urgent", "alarm", DANGER, POSSIBLE, CHECK))
    assert limits["feedback"] >= 1


def test_the_shipped_department_head_is_the_one_of_desk_yaml() -> None:
    heads, limits = load_heads(DEPARTMENT)

    assert {each.name for each in heads["department"].classes} == emerald().departments.keys()
    assert OPERATOR in emerald().departments
    assert 0 < limits["sure"] < 1
    assert load_trained(emerald().departments).department(FOUND, {}) is not None
