"""Weeks in which people work on cases and anything may fail: reminders are sent in order, once, and to the end."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEventKind, CaseState
from desk.cases.sla import REMINDER_STAGES, answer_due_at, overdue_by
from desk.cases.transitions import asked_again
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.working_time import due_at, is_working
from tests.brands import emerald
from tests.families import variants
from tests.unit.chase_cases.scene import Desk, a_case, mention_of

QUARTER = timedelta(minutes=15)
CHUSEOK = datetime(2026, 9, 21, tzinfo=UTC)
SUBSTITUTE = datetime(2026, 8, 13, tzinfo=UTC)
"""The 15th of August is a Saturday, and so the 17th is off."""
CLOCKS = datetime(2026, 10, 28, tzinfo=UTC)
"""The last days of summer time in New York."""

ABROAD = emerald()._replace(timezone="America/New_York")


class Week:
    """A desk, three cases, and the stages of their reminders, by the due moment."""

    def __init__(self, seed: int, brand: Brand, start: datetime) -> None:
        self.random, self.brand, self.now = Random(seed), brand, start
        self.desk = Desk(brand)
        self.sent: dict[tuple[str, datetime], list[CaseEventKind]] = defaultdict(list)
        for number in (1, 2, 3):
            due = due_at(start, Kind.INQUIRY, Urgency.NORMAL, brand)
            self.desk.has(a_case(number, asked_at=start, opened_at=start, due_at=due, first_due_at=due))

    def quarter(self, *, is_calm: bool = False) -> None:
        self.now += QUARTER
        self._disturb(0 if is_calm else 0.2)
        if is_calm or self.random.random() < 0.9:  # else the run is missed
            before = {case_id: len(events) for case_id, events in self.desk.cases.events.items()}
            self.desk.runs(self.now, lambda: is_calm or self.random.random() < 0.9)
            for case in self.cases():
                self._check(case, before.get(case.id, 0))
        if not is_calm and self.random.random() < 0.05:
            case = self.random.choice(self.cases())
            step = self.random.choice([self._hand, self._promise, self._answer, self._ask, self._ask])
            self.desk.cases.cases[case.id] = step(case)._replace(version=case.version + 1)

    def _disturb(self, share: float) -> None:
        """Make this share of the calls in the next run fail."""
        busy = ("file", "due_cases", "last_reminders", "record_reminder", "billing")
        self.desk.cases.busy = {one for one in busy if self.random.random() < share}
        self.desk.topics.gone = {one for one in ("billing", OPERATOR) if self.random.random() < share}
        self.desk.links.busy, self.desk.budget.busy = self.random.random() < share, self.random.random() < share

    def cases(self) -> list[Case]:
        return list(self.desk.cases.cases.values())

    def _check(self, case: Case, seen: int) -> None:
        for event in self.desk.cases.events[case.id][seen:]:
            assert case.state in case_steps.ANSWERABLE
            assert case.urgency is Urgency.HIGH or is_working(self.now, self.brand)
            assert event.what is CaseEventKind.REMINDED or self.now >= answer_due_at(case)
            self.sent[case.id, answer_due_at(case)].append(event.what)

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


WEEKS = {"chuseok": (emerald(), CHUSEOK), "off": (emerald(), SUBSTITUTE), "abroad": (ABROAD, CLOCKS)}


@variants("when, seed", product(WEEKS, range(6)), 2, named=lambda week: "-".join(map(str, week)))
def test_each_stage_is_sent_once_in_order_and_late_cases_reach_the_operator(when: str, seed: int) -> None:
    week = Week(seed, *WEEKS[when])
    for _ in range(7 * 24 * 4):
        week.quarter()
    for _ in range(4 * 24 * 4):
        week.quarter(is_calm=True)

    for stages in week.sent.values():
        assert stages == [one for one in REMINDER_STAGES if one in stages]
    for case in week.cases():
        is_late = overdue_by(case, week.now, week.brand) > timedelta(hours=1)
        if case.state in case_steps.ANSWERABLE and is_late:
            last = CaseEventKind.DUE if case.department == OPERATOR else CaseEventKind.ESCALATED
            assert week.sent[case.id, answer_due_at(case)][-1] is last
            assert any(case.id in mail.body for mail in week.desk.mails(OPERATOR))
