"""How urgent a case is can be put right on its page, and its deadline, reminders and those on call follow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.case_view.view import View, allowed_actions
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEventKind, CaseState
from desk.cases.sla import current_reminder
from desk.cases.transitions import ANSWERABLE
from desk.i18n import LANGUAGES
from desk.reader.explain import SafetyNote
from desk.reading import Safety, Urgency
from desk.replies.actions import ActionOutcome
from desk.replies.forms import Action
from desk.working_time import due_at
from tests.unit.answer_case import examples
from tests.unit.answer_case.read_page import page
from tests.unit.notifications.on_call_scene import NIGHT
from tests.unit.notifications.on_call_scene import Scene as OnCallScene
from tests.unit.notifications.on_call_scene import urgent as emergency
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers

HOUR = timedelta(hours=1)
CALM = {"urgency": Urgency.NORMAL}
HIGH = {"urgency": Urgency.HIGH, "wakes": True, "first_due_at": NOW + HOUR, "due_at": NOW + HOUR}
NEXT_WORKING_DAY = due_at(NOW, CASE.kind, Urgency.NORMAL, DeskOfAnswers().brand)


def desk_with(**changes: Any) -> DeskOfAnswers:
    desk = DeskOfAnswers()
    desk.have(**changes)
    return desk


def history(desk: DeskOfAnswers) -> list[tuple[str, str, str | None, str | None]]:
    return [(event.what.value, event.by, event.was_kind, event.was_department) for event in desk.events]


def test_an_urgent_case_is_due_by_the_clock_and_loses_its_holder_and_promise() -> None:
    promise = {"state": CaseState.PROMISED, "promised_until": NOW + timedelta(days=3)}
    desk = desk_with(**CALM, holder="이두리", **promise)

    acted = desk.do("raise")

    case = desk.case
    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "raised")
    assert (case.urgency, case.wakes, case.holder, case.promised_until) == (Urgency.HIGH, True, None, None)
    assert (case.due_at, case.first_due_at, case.asked_at) == (NOW + HOUR, NOW + HOUR, CASE.asked_at)
    assert history(desk) == [("raised", "박지민", "inquiry", "billing")]
    assert not desk.colleagues.notified


def test_a_case_that_is_not_urgent_is_due_in_working_time_and_keeps_its_holder() -> None:
    desk = desk_with(**HIGH, holder="이두리")

    acted = desk.do("lower")

    case = desk.case
    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "lowered")
    assert (case.urgency, case.wakes, case.holder) == (Urgency.NORMAL, False, "이두리")
    assert case.due_at == case.first_due_at == NEXT_WORKING_DAY
    assert history(desk) == [("lowered", "박지민", "inquiry", "billing")]


@pytest.mark.parametrize(("action", "changes"), [("raise", HIGH), ("lower", CALM)])
def test_the_urgency_that_a_case_has_already_can_not_be_chosen(action: str, changes: dict[str, Any]) -> None:
    desk = desk_with(**changes)
    before = desk.case

    assert desk.do(action).outcome is ActionOutcome.INVALID
    assert (desk.case, desk.events) == (before, [])


@pytest.mark.parametrize("state", sorted(set(CaseState) - ANSWERABLE))
def test_a_case_that_does_not_wait_is_not_lowered(state: CaseState) -> None:
    desk = desk_with(**HIGH, state=state)

    assert desk.do("lower").outcome is ActionOutcome.INVALID
    assert desk.events == []


def raised(case: Case) -> Case:
    due = due_at(case.asked_at, case.kind, Urgency.HIGH, DeskOfAnswers().brand)
    return case_steps.raised(case, due, NIGHT + timedelta(minutes=20))


def lowered(case: Case) -> Case:
    return case_steps.lowered(case, due_at(case.asked_at, case.kind, Urgency.NORMAL, DeskOfAnswers().brand))


def test_people_on_call_are_called_at_night_within_a_minute_after_a_case_was_raised() -> None:
    scene = OnCallScene()
    case = scene.open(emergency(urgency=Urgency.NORMAL, wakes=False, holder="이두리"))
    quiet = scene.rung(until=20)

    scene.store.cases[case.id] = raised(case)

    assert (quiet, scene.run(21).called) == ([], 1)


def test_a_case_that_was_lowered_raised_and_handed_over_calls_people_on_call_again() -> None:
    scene = OnCallScene()
    case = scene.open(emergency())
    first = scene.run(1).called
    scene.store.cases[case.id] = raised(lowered(case)._replace(department="billing"))

    assert (first, scene.run(21).called, scene.run(22).called) == (1, 1, 0)


def test_a_lowered_case_calls_nobody_any_more() -> None:
    scene = OnCallScene()
    case = scene.open(emergency())
    first = scene.run(1).called
    scene.store.cases[case.id] = lowered(case)

    assert (first, scene.rung(until=60)) == (1, [])


@pytest.mark.parametrize(
    ("change", "reminder"), [(raised, CaseEventKind.ESCALATED), (lowered, None)], ids=["raised", "lowered"]
)
def test_reminders_follow_by_night(change: Callable[[Case], Case], reminder: CaseEventKind | None) -> None:
    case = change(emergency(urgency=Urgency.NORMAL if change is raised else Urgency.HIGH))

    step = current_reminder(case, NIGHT + 2 * HOUR, OnCallScene().brand)

    assert (step.stage if step else None) is reminder


def view_with(**changes: Any) -> View:
    return examples.view(examples.case(**changes))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_the_other_urgency(language: str) -> None:
    words = LANGUAGES[language]
    calm, high = (page(view_with(urgency=urgency), language) for urgency in (Urgency.NORMAL, Urgency.HIGH))

    assert (Action.RAISE in calm.actions, Action.LOWER in calm.actions) == (True, False)
    assert (Action.RAISE in high.actions, Action.LOWER in high.actions) == (False, True)
    assert words["answer.raise"] in calm.text
    assert words["answer.lower"] in high.text


@pytest.mark.parametrize("state", [CaseState.QUEUED, CaseState.ANSWERED, CaseState.CLOSED])
def test_where_nobody_waits_it_is_not_offered(state: CaseState) -> None:
    assert not {Action.RAISE, Action.LOWER} & allowed_actions(view_with(state=state))


def test_where_no_reply_is_wanted_no_deadline_is_to_be_put_right() -> None:
    view = view_with(urgency=Urgency.HIGH)._replace(may_answer=False, blocked_by="opted_out")

    assert not {Action.RAISE, Action.LOWER} & allowed_actions(view)


TO_CHECK = {**CALM, "safety": Safety.CHECK, "unseen_since": NOW}


def test_what_a_person_confirms_becomes_danger_and_urgent_and_counts_as_a_correction() -> None:
    desk = desk_with(**TO_CHECK, holder="이두리")

    acted = desk.do("raise")

    case = desk.case
    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "raised")
    assert (case.safety, case.urgency, case.wakes, case.holder) == (Safety.DANGER, Urgency.HIGH, True, None)
    assert (case.due_at, case.alarmed_at, case.unseen_since) == (NOW + HOUR, NOW, None)
    assert history(desk) == [("raised", "박지민", "inquiry", "billing")]


def test_what_a_person_clears_is_handled_as_any_other_case_and_counts_as_a_correction() -> None:
    desk = desk_with(**TO_CHECK, holder="이두리")
    before = desk.case

    acted = desk.do("clear")

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "cleared")
    assert desk.case == before._replace(safety=None, unseen_since=None, version=before.version + 1)
    assert history(desk) == [("cleared", "박지민", "inquiry", "billing")]


@pytest.mark.parametrize("changes", [HIGH, CALM, {**HIGH, "safety": Safety.DANGER}, {**TO_CHECK, "state": "closed"}])
def test_nothing_else_can_be_cleared(changes: dict[str, Any]) -> None:
    desk = desk_with(**changes)

    assert desk.do("clear").outcome is ActionOutcome.INVALID
    assert desk.events == []


def test_a_check_of_an_urgent_case_can_be_confirmed_and_its_urgency_lowered_by_itself() -> None:
    confirmed, lowered = desk_with(**{**HIGH, "safety": Safety.CHECK}), desk_with(**{**HIGH, "safety": Safety.CHECK})

    confirmed.do("raise")
    lowered.do("lower")

    assert confirmed.case.safety is Safety.DANGER
    assert (lowered.case.urgency, lowered.case.open_safety) == (Urgency.NORMAL, Safety.CHECK)


@pytest.mark.parametrize("action", ["take", "raise", "clear", "unmask"])
def test_whoever_acts_on_a_case_has_looked_at_it(action: str) -> None:
    desk = desk_with(**TO_CHECK)

    desk.do(action)

    assert (desk.case.unseen_since is None) is (action != "unmask")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_to_confirm_or_clear_what_is_to_be_checked(language: str) -> None:
    words = LANGUAGES[language]
    to_check = view_with(**TO_CHECK)._replace(safety_note=SafetyNote.CHECK)
    shown, calm = page(to_check, language), page(view_with(**CALM), language)

    assert ({Action.RAISE, Action.CLEAR} <= set(shown.actions), Action.CLEAR in calm.actions) == (True, False)
    assert words["answer.clear"] in shown.text
    assert words["answer.raise_check"] in shown.text


def test_where_no_reply_is_wanted_a_check_is_still_to_be_decided() -> None:
    view = view_with(**TO_CHECK)._replace(may_answer=False, blocked_by="opted_out")

    assert {Action.RAISE, Action.CLEAR} <= allowed_actions(view)
