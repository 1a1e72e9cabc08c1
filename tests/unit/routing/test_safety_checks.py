"""A case whose safety is to be checked: how mentions make it one, and who has not looked at it yet."""

from datetime import timedelta

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseState, Queue, queue_of
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.routing.decide import decide
from tests.brands import small_brand
from tests.unit.routing.scene import TUESDAY, mention

BRAND = small_brand()
HOUR = timedelta(hours=1)
CHECK, DANGER = Safety.CHECK, Safety.DANGER


def reading(safety: Safety | None) -> Reading:
    urgency = Urgency.HIGH if safety is DANGER else Urgency.NORMAL
    wakes = safety is DANGER
    return Reading(Kind.INQUIRY, Need.SUPPORT, "billing", urgency, "ko", 0.9, (), wakes=wakes, safety=safety)


def asked(number: int, **changes: object) -> Mention:
    received_at = TUESDAY + timedelta(minutes=number)
    return mention(number, author="7", conversation=1, received_at=received_at, **changes)  # type: ignore[arg-type]  # as mention takes them


def case_after(*safeties: Safety | None) -> Case:
    """The case after mentions that were read so, of which nobody has opened any."""
    case = None
    for number, safety in enumerate(safeties, start=1):
        case = decide(asked(number), reading(safety), case, BRAND).case
    assert case is not None
    return case


def test_it_waits_to_be_opened_since_its_mention_came_and_has_no_deadline_of_an_hour() -> None:
    case = case_after(CHECK)

    assert (case.safety, case.unseen_since, case.wakes) == (CHECK, asked(1).received_at, False)
    assert case.due_at - case.asked_at > HOUR
    assert case_after(None).unseen_since is None


@pytest.mark.parametrize(
    ("safeties", "after"),
    [
        ((None, CHECK), CHECK),
        ((CHECK, None), CHECK),
        ((CHECK, DANGER), DANGER),
        ((DANGER, CHECK), DANGER),
        ((None, None), None),
    ],
)
def test_a_case_is_handled_with_the_most_care_that_any_of_its_mentions_needs(
    safeties: tuple[Safety | None, ...], after: Safety | None
) -> None:
    case = case_after(*safeties)

    assert case.safety is after
    assert (case.unseen_since is not None) is (after is CHECK)


def test_a_further_mention_to_check_waits_to_be_opened_although_the_case_was_opened_before() -> None:
    seen = case_steps.seen(case_after(CHECK))

    again = decide(asked(2), reading(CHECK), seen, BRAND).case
    calm = decide(asked(2), reading(None), seen, BRAND).case

    assert (again and again.unseen_since, calm and calm.unseen_since) == (asked(2).received_at, None)


def test_the_first_of_several_says_since_when_nobody_has_looked() -> None:
    assert case_after(CHECK, CHECK).unseen_since == asked(1).received_at


def test_a_danger_that_a_person_lowered_does_not_hide_a_later_check() -> None:
    lowered = case_steps.lowered(case_after(DANGER), asked(1).received_at)

    after = decide(asked(2), reading(CHECK), lowered, BRAND).case

    assert lowered.open_safety is None
    assert after is not None
    assert (after.open_safety, after.unseen_since) == (CHECK, asked(2).received_at)


def test_nobody_is_notified_of_what_the_very_first_poll_found() -> None:
    case = decide(asked(1, backlog=True), reading(CHECK), None, BRAND).case

    assert case is not None
    assert (case.safety, case.unseen_since) == (CHECK, None)


def test_in_a_trial_it_waits_for_the_operator_until_a_person_clears_it() -> None:
    withheld = case_steps.awaiting_release(case_after(CHECK))

    assert (queue_of(withheld), queue_of(case_steps.cleared(withheld))) == (Queue.TO_ANSWER, Queue.TRIAL)


def test_what_a_person_confirms_is_urgent_danger_and_calls() -> None:
    case = case_after(CHECK)._replace(holder="지민")

    raised = case_steps.raised(case, case.asked_at + HOUR, case.asked_at + HOUR)

    assert (raised.safety, raised.urgency, raised.wakes, raised.holder) == (DANGER, Urgency.HIGH, True, None)
    assert (raised.unseen_since, raised.alarmed_at) == (None, case.asked_at + HOUR)


@pytest.mark.parametrize("safety", [None, DANGER])
def test_who_makes_another_case_urgent_says_nothing_about_danger(safety: Safety | None) -> None:
    case = case_after(None)._replace(safety=safety)

    assert case_steps.raised(case, case.asked_at, case.asked_at).safety is safety


def test_an_answered_case_that_its_author_reopens_is_still_to_be_checked() -> None:
    answered = case_steps.seen(case_after(CHECK))._replace(state=CaseState.ANSWERED)

    after = decide(asked(2), reading(None), answered, BRAND).case

    assert after is not None
    assert (after.state, after.open_safety, after.unseen_since) == (CaseState.OPEN, CHECK, None)
