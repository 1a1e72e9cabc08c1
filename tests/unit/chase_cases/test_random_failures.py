"""Reminders while everything fails now and then: nothing is lost, nothing is noted twice, the order is kept."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.cases.model import CaseEventKind
from desk.reading import OPERATOR, Urgency
from tests.unit.chase_cases.scene import Desk, a_case, every_quarter, seoul

STAGES = [CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED]


def disturb(desk: Desk, random: Random) -> None:
    """Have some of what a run works with fail in it."""
    busy = ("file", "due_cases", "last_reminders", "record_reminder", "billing")
    desk.cases.busy = {one for one in busy if random.random() < 0.2}
    desk.topics.gone = {one for one in ("billing", OPERATOR) if random.random() < 0.2}
    desk.links.busy = random.random() < 0.2
    desk.budget.busy = random.random() < 0.2


def calm(desk: Desk) -> None:
    desk.topics.gone, desk.cases.busy = set(), set()
    desk.links.busy = desk.budget.busy = False


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 36), st.sampled_from(Urgency))
def test_every_stage_is_noted_at_most_once_in_order_and_the_last_for_certain(
    seed: int, quarters: int, urgency: Urgency
) -> None:
    random = Random(seed)
    cases = [a_case(number, due_at=seoul(24, 9) + quarters * (seoul(24, 10) - seoul(24, 9)) / 4) for number in (1, 2)]
    cases[1] = cases[1]._replace(urgency=urgency)
    desk = Desk().has(*cases)

    for now in every_quarter(seoul(23, 9), seoul(25, 18)):
        disturb(desk, random)
        desk.runs(now, lambda: random.random() < 0.9)
    calm(desk)
    desk.runs(seoul(26, 12))
    before = len(desk.mails("billing")) + len(desk.mails(OPERATOR))
    desk.runs(seoul(26, 13))

    for case in cases:
        stages = [event.what for event in desk.cases.events[case.id]]
        assert stages == [one for one in STAGES if one in stages]
        assert stages[-1] == CaseEventKind.ESCALATED
        assert any(case.id in mail.body for mail in desk.mails(OPERATOR))
    assert len(desk.mails("billing")) + len(desk.mails(OPERATOR)) == before
