"""The figures by which readings are judged, each on mentions that one can count by hand."""

import json
from copy import replace

import pytest

from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from local.quality.evaluation import Evaluation
from local.quality.labelled import Labelled
from local.quality.reliability import Tally
from training.corpus import NOBODY

ASKED = Labelled("a", "inquiry", "support", "billing", "normal", "ko")
GREETED = Labelled("b", "chat", "relationship", NOBODY, "low", "ko")
TO_BILLING = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.9, ())
TO_NETWORK = replace(TO_BILLING, department="network")
TO_OPERATOR = replace(TO_BILLING, department=OPERATOR, confidence=0.2)
TO_NOBODY = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())


def evaluation(*pairs: tuple[Labelled, Reading], threshold: float | None = None) -> Evaluation:
    made = Evaluation(threshold)
    for labelled, reading in pairs:
        made.add(labelled, reading)
    return made


def test_departments_are_judged_over_mentions_that_have_one() -> None:
    made = evaluation((ASKED, TO_BILLING), (ASKED, TO_NOBODY), (GREETED, TO_BILLING))

    assert made.heads["department"].matrix() == {"billing": {"billing": 1, NOBODY: 1}}
    assert made.heads["kind"].n == 3


def test_what_is_left_to_the_operator_is_wrong_and_shown_apart() -> None:
    made = evaluation((ASKED, TO_BILLING), (ASKED, TO_OPERATOR), (GREETED, TO_OPERATOR))

    assert made.heads["department"].accuracy == 0.5
    assert made.in_doubt == Tally(1, 2)


def test_what_is_the_operators_is_right_there_and_no_doubt() -> None:
    made = evaluation((ASKED._replace(department=OPERATOR), TO_OPERATOR))

    assert made.heads["department"].accuracy == 1.0
    assert made.in_doubt == Tally()


def test_what_is_sent_to_a_department_is_counted_and_how_much_of_it_belongs_there() -> None:
    operators = ASKED._replace(department=OPERATOR)

    made = evaluation(
        (ASKED, TO_BILLING), (ASKED, TO_NETWORK), (ASKED, TO_OPERATOR), (ASKED, TO_NOBODY),
        (operators, TO_OPERATOR), (operators, TO_BILLING), (GREETED, TO_BILLING), (GREETED, TO_NOBODY),
    )  # fmt: skip

    assert (made.sent, made.right_when_sent) == (Tally(2, 4), Tally(1, 4))
    assert made.plain()["sent"] == {"hits": 2, "n": 4, "share": 0.5}
    assert made.plain()["right_when_sent"] == {"hits": 1, "n": 4, "share": 0.25}


def test_where_only_departments_are_labelled_it_counts_what_reached_nobody_and_what_became_feedback() -> None:
    asked = ASKED._replace(kind=None)
    feedback = replace(TO_BILLING, kind=Kind.FEEDBACK)

    made = evaluation(
        (asked, TO_BILLING), (asked, TO_NOBODY), (asked, feedback), (asked, TO_OPERATOR),
        (ASKED, TO_NOBODY), (ASKED, feedback), (asked._replace(department=NOBODY), TO_NOBODY),
    )  # fmt: skip

    assert (made.to_nobody, made.as_feedback) == (Tally(1, 4), Tally(1, 4))
    assert made.plain()["without_a_kind"]["to_nobody"] == {"hits": 1, "n": 4, "share": 0.25}


def test_a_label_that_nobody_gave_is_judged_nowhere() -> None:
    made = evaluation((Labelled("a", "inquiry", None, None, None, None), TO_BILLING))

    assert {name: head.n for name, head in made.heads.items() if head.n} == {"kind": 1}
    assert (made.reliability.bins(), made.sure, made.high) == ([], Tally(), Tally())


def test_reach_tells_of_each_kind_how_many_are_sent_to_someone() -> None:
    made = evaluation(
        (ASKED, TO_OPERATOR), (ASKED._replace(kind="rumor"), TO_NOBODY), (GREETED, TO_BILLING), (GREETED, TO_NOBODY),
        (GREETED._replace(kind="junk"), TO_NOBODY), (ASKED._replace(kind="feedback"), TO_BILLING),
    )  # fmt: skip

    reach = made.plain()["reach"]

    assert reach["to_be_heard"] == {"hits": 1, "n": 2, "share": 0.5}
    assert reach["nobodys"] == {"hits": 1, "n": 3, "share": pytest.approx(1 / 3)}
    assert reach["feedback"]["share"] == 1.0
    assert "fault" not in reach


def test_safety_is_judged_by_what_was_labelled_danger_check_or_calm() -> None:
    in_danger, to_check, calm = (ASKED._replace(safety=label) for label in ("danger", "check", "-"))
    danger, check = (replace(TO_BILLING, safety=safety) for safety in Safety)

    made = evaluation(
        (in_danger, danger), (in_danger, danger), (in_danger, check), (in_danger, TO_BILLING), (to_check, danger),
        (to_check, check), (calm, check), (calm, TO_BILLING), (calm, TO_NOBODY), (ASKED, danger),
    )  # fmt: skip

    assert list(made.safety()) == [
        ("danger", Safety.DANGER, Tally(2, 4)), ("danger", Safety.CHECK, Tally(1, 4)),
        ("check", Safety.DANGER, Tally(1, 2)), ("check", Safety.CHECK, Tally(1, 2)),
        ("calm", Safety.DANGER, Tally(0, 3)), ("calm", Safety.CHECK, Tally(1, 3)),
    ]  # fmt: skip
    assert made.plain()["safety"]["check"]["danger"] == {"hits": 1, "n": 2, "share": 0.5}


def test_recall_of_high_is_over_what_is_labelled_high() -> None:
    high = ASKED._replace(urgency="high")

    made = evaluation((high, replace(TO_BILLING, urgency=Urgency.HIGH)), (high, TO_BILLING), (ASKED, TO_BILLING))

    assert made.high == Tally(1, 2)


def test_false_positives_of_high_are_over_ordinary_texts_that_ask_for_an_answer() -> None:
    urgent = replace(TO_BILLING, urgency=Urgency.HIGH)

    made = evaluation(
        (ASKED, urgent), (ASKED._replace(kind="rumor"), TO_BILLING), (GREETED, urgent),
        (ASKED._replace(urgency="high"), urgent), (ASKED._replace(urgency=None), urgent),
    )  # fmt: skip

    assert made.high_of_ordinary == Tally(1, 2)
    assert made.plain()["urgency_high_false_positive_rate"] == {"hits": 1, "n": 2, "share": 0.5}


def test_confidence_is_held_against_the_department_where_one_was_claimed() -> None:
    made = evaluation((ASKED, TO_BILLING), (ASKED, TO_NETWORK), (GREETED, TO_NOBODY), (ASKED, TO_OPERATOR))

    (only,) = made.reliability.bins()

    assert (only.n, only.right) == (3, 2 / 3)
    assert made.sure == Tally(2, 3)
    assert made.sure_of_heard == Tally(1, 2)


def test_with_a_threshold_only_what_reaches_it_is_sure() -> None:
    unsure = replace(TO_NETWORK, confidence=0.59)

    made = evaluation((ASKED, unsure), (ASKED, replace(TO_BILLING, confidence=0.6)), threshold=0.6)

    assert made.sure == Tally(1, 1)
    assert sum(entry.n for entry in made.reliability.bins()) == 2


def test_all_figures_are_plain_values() -> None:
    plain = evaluation((ASKED, TO_BILLING), (GREETED, TO_NOBODY)).plain()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["mentions"] == 2
    assert plain["kind"]["macro_f1"] == 1.0
    assert plain["department"]["classes"] == {"billing": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1}}
