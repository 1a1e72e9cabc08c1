"""Weeks in which people hand over, promise, take on, close and come back: who waits is chased in time, once a step."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEventKind, CaseState
from desk.cases.sla import REMINDER_STAGES, answer_due_at, overdue_by
from desk.cases.transitions import asked_again
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.working_time import due_at, is_working
from tests.brands import emerald
from tests.unit.chase_cases.scene import Desk, a_case, mention_of

QUARTER = timedelta(minutes=15)
CHUSEOK = datetime(2026, 9, 21, tzinfo=UTC)
SUBSTITUTE = datetime(2026, 8, 13, tzinfo=UTC)
"""The 15th of August is a Saturday, and so the 17th is off."""
CLOCKS = datetime(2026, 10, 28, tzinfo=UTC)
"""The last days of summer time in New York."""

ABROAD = emerald()._replace(timezone="America/New_York")


class Week:
    """A desk, three cases, and which step was told of them when."""

    def __init__(self, seed: int, brand: Brand, start: datetime) -> None:
        self.random, self.brand, self.now = Random(seed), brand, start
        self.desk = Desk(brand)
        self.told: dict[tuple[str, datetime], list[CaseEventKind]] = defaultdict(list)
        for number in (1, 2, 3):
            due = due_at(start, Kind.INQUIRY, Urgency.NORMAL, brand)
            self.desk.has(a_case(number, asked_at=start, opened_at=start, due_at=due, first_due_at=due))

    def quarter(self, *, is_calm: bool = False) -> None:
        self.now += QUARTER
        if is_calm or self.random.random() < 0.9:  # else the run is missed
            before = {case_id: len(events) for case_id, events in self.desk.cases.events.items()}
            self.desk.runs(self.now)
            for case in self.cases():
                self._check(case, before.get(case.id, 0))
        if not is_calm and self.random.random() < 0.05:
            case = self.random.choice(self.cases())
            step = self.random.choice([self._hand, self._promise, self._answer, self._ask, self._ask])
            self.desk.cases.cases[case.id] = step(case)._replace(version=case.version + 1)

    def cases(self) -> list[Case]:
        return list(self.desk.cases.cases.values())

    def _check(self, case: Case, seen: int) -> None:
        for event in self.desk.cases.events[case.id][seen:]:
            assert case.state in case_steps.ANSWERABLE
            assert case.urgency is Urgency.HIGH or is_working(self.now, self.brand)
            assert event.what is CaseEventKind.REMINDED or self.now >= answer_due_at(case)
            self.told[case.id, answer_due_at(case)].append(event.what)

    def _hand(self, case: Case) -> Case:
        if case.state not in case_steps.ANSWERABLE:
            return case
        department = self.random.choice(["billing", "network", "operator"])
        return case_steps.handed(case, department, due_at(self.now, case.kind, case.urgency, self.brand))

    def _promise(self, case: Case) -> Case:
        until = self.now + timedelta(hours=self.random.randint(1, 100))
        return case._replace(state=CaseState.PROMISED, promised_until=until, holder="김하나")

    def _answer(self, case: Case) -> Case:
        return case._replace(state=CaseState.ANSWERED, draft=None)

    def _ask(self, case: Case) -> Case:
        urgency = self.random.choice([Urgency.NORMAL, Urgency.NORMAL, Urgency.HIGH])
        reading = Reading(Kind.FAULT, Need.SUPPORT, "billing", urgency, "ko", 0.9, ())
        return asked_again(case, mention_of(case, received_at=self.now), reading, self.brand)


@pytest.mark.parametrize(
    ("brand", "start"),
    [(emerald(), CHUSEOK), (emerald(), SUBSTITUTE), (ABROAD, CLOCKS)],
    ids=["chuseok", "off", "abroad"],
)
@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_each_step_is_told_once_in_order_and_whoever_is_late_comes_to_the_operator(
    seed: int, brand: Brand, start: datetime
) -> None:
    week = Week(seed, brand, start)
    for _ in range(7 * 24 * 4):
        week.quarter()
    for _ in range(4 * 24 * 4):
        week.quarter(is_calm=True)

    for stages in week.told.values():
        assert stages == [one for one in REMINDER_STAGES if one in stages]
    for case in week.cases():
        is_late = overdue_by(case, week.now, brand) > timedelta(hours=1)
        if case.state in case_steps.ANSWERABLE and is_late:
            last = CaseEventKind.DUE if case.department == OPERATOR else CaseEventKind.ESCALATED
            assert week.told[case.id, answer_due_at(case)][-1] is last
