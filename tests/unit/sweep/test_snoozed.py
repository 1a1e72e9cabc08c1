"""A case that was put off comes back once its time has come, unless somebody brought it back before."""

from datetime import timedelta

import pytest

from desk.cases.model import CaseEventKind
from desk.cases.transitions import woken
from sweep.snoozed import SnoozedReport, WakeSnoozed
from tests.fakes.cases import FakeCases
from tests.fakes.inbox import FakeInbox
from tests.unit.posts.scene import MINUTE, NOON, a_case

HOUR = timedelta(hours=1)


@pytest.fixture
def cases() -> FakeCases:
    cases = FakeCases()
    cases.put(a_case("7Q2M4-00001", snoozed_until=NOON + HOUR))
    cases.put(a_case("7Q2M4-00002", snoozed_until=NOON + 2 * HOUR))
    cases.put(a_case("7Q2M4-00003"))
    return cases


def wake(cases: FakeCases, after: timedelta) -> SnoozedReport:
    return WakeSnoozed(cases, FakeInbox(cases), lambda: NOON + after).wake(lambda: True)


def test_what_is_due_comes_back_and_says_so_once(cases: FakeCases) -> None:
    assert wake(cases, 59 * MINUTE).woken == 0

    assert [wake(cases, HOUR).woken for _ in range(2)] == [1, 0]

    assert cases.cases["7Q2M4-00001"].snoozed_until is None
    (event,) = cases.events["7Q2M4-00001"]
    assert (event.what, event.by) == (CaseEventKind.WOKEN, "")
    assert cases.cases["7Q2M4-00002"].snoozed_until == NOON + 2 * HOUR
    assert not cases.events["7Q2M4-00003"]


def test_a_case_that_somebody_brings_back_meanwhile_is_left_alone(cases: FakeCases) -> None:
    case = cases.cases["7Q2M4-00001"]
    cases.meanwhile["save"].append(lambda: cases.put(woken(case)._replace(version=case.version + 1)))

    report = wake(cases, HOUR)

    assert (report.woken, report.failures, cases.events["7Q2M4-00001"]) == (0, {}, [])


def test_a_case_that_fails_holds_up_no_other(cases: FakeCases) -> None:
    cases.busy.add("7Q2M4-00001")

    report = wake(cases, 3 * HOUR)

    assert (report.woken, set(report.failures)) == (1, {"case#7Q2M4-00001"})
    cases.busy.clear()
    assert wake(cases, 3 * HOUR).woken == 1


def test_an_inbox_that_cannot_be_read_stops_nothing_else(cases: FakeCases) -> None:
    inbox = FakeInbox(cases)
    inbox.busy.add("page")

    report = WakeSnoozed(cases, inbox, lambda: NOON + HOUR).wake(lambda: True)

    assert set(report.failures) == {"snoozed"}
