"""Cases that wait in a trial, and its figures: the same on the fake and on DynamoDB."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseStore
from desk.cases.trial import TrialFigures, TrialItems, TrialStore, Withheld
from desk.errors import CaseMoved
from desk.reading import OPERATOR
from tests.cases import a_case, unit_of_work_on
from tests.contract.case_scene import NOON
from tests.fakes.cases import FakeCases
from tests.tables import DYNAMODBS, Tables, dynamodb

DAY = date(2026, 11, 24)
WAITING = a_case(NOON, awaits_release=True)


@dataclass(frozen=True)
class Stores:
    cases: CaseStore
    figures: TrialStore

    def decide(self, change: Callable[[Case], Case], what: CaseEventKind, department: str | None = None) -> Case:
        """Save the change of the case, which waits in the trial, as one that a person made."""
        seen = self.cases.get(WAITING.id)
        assert seen
        event = CaseEvent(what, NOON + timedelta(minutes=1), "지민", department=department)
        return self.cases.save(change(seen), seen, event)

    def of_billing(self) -> TrialFigures:
        [figures] = self.figures.figures()
        assert figures.department == "billing"
        return figures


@pytest.fixture(params=["fake", *DYNAMODBS])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "fake":
        cases = FakeCases()
        cases.put(WAITING)
        yield Stores(cases, cases.trial)
        return
    with dynamodb(request.param) as (client, tables):
        yield Stores(_with_case(client, tables), TrialItems(client, tables.desk))


def _with_case(client: Any, tables: Tables) -> CaseStore:
    client.put_item(TableName=tables.cases, Item=case_item(WAITING))
    return unit_of_work_on(client, tables).cases


def released(case: Case) -> Case:
    return case_steps.released(case, NOON + timedelta(hours=9))


def test_a_case_keeps_that_it_waits_until_somebody_releases_it(stores: Stores) -> None:
    seen = stores.cases.get(WAITING.id)
    assert seen
    assert seen.awaits_release

    stores.decide(released, CaseEventKind.RELEASED, "billing")

    after = stores.cases.get(WAITING.id)
    assert after
    assert (after.awaits_release, after.department, after.due_at) == (False, "billing", NOON + timedelta(hours=9))
    assert stores.cases.is_unsent(after, CaseEvent(CaseEventKind.RELEASED, NOON, "", department="billing"))
    assert stores.of_billing() == TrialFigures("billing", NOON + timedelta(minutes=1), released=1)


@pytest.mark.parametrize(
    ("change", "what", "department", "expected"),
    [
        (partial(case_steps.handed, department="network", due_at=NOON), "handed", "network", {"network": 1}),
        (case_steps.closed, "closed", None, {}),
        (case_steps.closed, "misread", None, {}),
    ],
)
def test_corrections_and_closing_count_where_the_case_had_been_proposed(
    stores: Stores, change: Any, what: str, department: str | None, expected: dict[str, int]
) -> None:
    stores.decide(change, CaseEventKind(what), department)

    figures = stores.of_billing()
    assert (figures.corrected, figures.closed, figures.released) == (expected, 0 if expected else 1, 0)
    assert (figures.decided, figures.agreement) == (1, 0)


@pytest.mark.parametrize("what", ["answered", "moved"])
def test_a_direct_answer_says_nothing_about_the_department(stores: Stores, what: str) -> None:
    draft = Draft("네", "지민", NOON)
    queued = stores.decide(lambda case: case_steps.queued(case, "p1", draft, ReplyAs.ANSWER), CaseEventKind.QUEUED)

    assert queued.awaits_release
    stores.decide(lambda case: case_steps.reply_posted(case, NOON), CaseEventKind(what))

    after = stores.cases.get(WAITING.id)
    assert after
    assert (after.awaits_release, after.state) == (False, CaseState.ANSWERED)
    assert stores.figures.figures() == []


def test_only_decisions_about_cases_of_a_trial_count(stores: Stores) -> None:
    stores.decide(released, CaseEventKind.RELEASED, "billing")
    stores.decide(partial(case_steps.handed, department="network", due_at=NOON), CaseEventKind.HANDED, "network")
    stores.decide(case_steps.closed, CaseEventKind.CLOSED)

    assert stores.of_billing() == TrialFigures("billing", NOON + timedelta(minutes=1), released=1)


def test_a_decision_that_comes_too_late_counts_nothing(stores: Stores) -> None:
    seen = stores.cases.get(WAITING.id)
    assert seen
    stores.decide(released, CaseEventKind.RELEASED, "billing")

    event = CaseEvent(CaseEventKind.CLOSED, NOON, "수진")
    with pytest.raises(CaseMoved):
        stores.cases.save(case_steps.closed(seen), seen, event)

    assert (stores.of_billing().released, stores.of_billing().closed) == (1, 0)


def test_withheld_notifications_are_counted_by_department_and_mails_by_day(stores: Stores) -> None:
    count = partial(stores.figures.count_withheld, "billing", NOON)
    count(DAY, Withheld(3, 1, 1))
    count(DAY, Withheld(2, 1, 0))
    count(DAY + timedelta(days=1), Withheld(1, 0, 0))
    stores.figures.count_withheld(OPERATOR, NOON, DAY, Withheld(1, 1, 0))

    billing, operator = stores.figures.figures()

    assert (billing.since, billing.withheld, billing.danger) == (NOON, 6, 1)
    assert {day: count for day, count in billing.mails.items() if count} == {DAY: 2}
    assert (operator.department, operator.mails) == (OPERATOR, {DAY: 1})
