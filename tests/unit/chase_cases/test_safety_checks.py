"""What may be about somebody's safety and nobody has opened: the operator's mail, and at night one call for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from chase_cases.safety_checks import SafetyChecks, SafetyChecksReport
from desk.brand import Brand, OnCall
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEventKind, CaseState
from desk.cases.store import CaseMention
from desk.notifications.notifier import AnswerLinks, Notifier
from desk.notifications.on_call import OnCallCaller
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency, Why
from tests.fakes.cases import FakeCaseLinks, FakeCases
from tests.fakes.check_notices import FakeCheckNotices
from tests.fakes.in_trouble import Killed
from tests.fakes.inbox import FakeInbox
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic, FakeSubscribers, FakeTopics
from tests.fakes.spikes import FakeSpikes
from tests.unit.chase_cases.scene import BRAND, a_case, mention_of, seoul

API_URL = "https://desk.example"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY, NIGHT = seoul(24, 14), seoul(24, 22)
"""A moment in working time, and one outside it."""
ON_CALL = OnCall(phones=("+821000000000",))


@dataclass
class Desk:
    """The task of every minute, and all that it works with. `now` is the machine's clock."""

    brand: Brand = field(default_factory=lambda: replace(BRAND, on_call=ON_CALL))
    cases: FakeCases = field(default_factory=FakeCases)
    notices: FakeCheckNotices = field(default_factory=FakeCheckNotices)
    topics: FakeTopics = field(default_factory=FakeTopics)
    phones: FakeOnCallTopic = field(default_factory=FakeOnCallTopic)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    now: datetime = DAY

    def has(self, number: int = 1, since: datetime = DAY, **changes: Any) -> Case:
        """A case to check that nobody has opened since then."""
        values = {"asked_at": since, "safety": Safety.CHECK, "unseen_since": since, "due_at": since + 24 * HOUR}
        case = a_case(number, **(values | changes))
        self.cases.put(case, CaseMention(mention_of(case, "@jade 그동안 고마웠어요"), READING))
        return case

    def runs(self, at: datetime) -> SafetyChecksReport:
        self.now = at
        links = FakeCaseLinks()
        notifier = Notifier(
            self.topics, self.budget, FakeSubscribers(), self.brand, self._clock, links=links, api_url=API_URL
        )
        answers = AnswerLinks(links, API_URL, self._clock)
        caller = OnCallCaller(
            self.cases, self.phones, self.brand, self._clock, links=answers, budget=self.budget, spikes=FakeSpikes()
        )
        checks = SafetyChecks(
            FakeInbox(self.cases), self.cases, self.notices, notifier, caller, self.brand, self._clock
        )
        return checks.send_due(at, lambda: True)

    def subjects(self) -> list[str]:
        return [mail.subject or "" for mail in self.topics.mails(OPERATOR)]

    def events(self, case: Case) -> list[CaseEventKind]:
        return [event.what for event in self.cases.events[case.id]]

    def _clock(self) -> datetime:
        return self.now


READING = Reading(
    Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.5, (Why("check"),), safety=Safety.CHECK
)


@contextmanager
def killed() -> Iterator[None]:
    with pytest.raises(Killed):
        yield


def kill() -> None:
    raise Killed


def test_after_a_quarter_of_an_hour_the_operator_is_mailed_once_whose_it_is_and_what_to_do() -> None:
    desk = Desk()
    case = desk.has()

    mailed = [desk.runs(DAY + minutes * MINUTE).mailed for minutes in (1, 14, 15, 16, 45)]

    assert mailed == [0, 0, 1, 0, 0]
    assert (desk.events(case), len(desk.subjects())) == ([CaseEventKind.UNSEEN], 1)
    [mail] = desk.topics.mails(OPERATOR)
    assert (mail.subject or "").startswith("[안전 확인 필요] ")
    assert "안전 확인 필요: " in mail.body
    assert "요금·청구 담당 글인데 15분 동안 아무도 열어 보지 않아" in mail.body
    assert (desk.topics.cases(OPERATOR), desk.topics.got["billing"]) == ([], [])


def test_each_case_has_a_mail_of_its_own() -> None:
    desk = Desk()
    desk.has(1)
    desk.has(2)

    assert desk.runs(DAY + 15 * MINUTE).mailed == 2
    assert len(desk.subjects()) == 2


OPENED = {
    "opened": case_steps.seen,
    "cleared": case_steps.cleared,
    "confirmed": lambda case: case_steps.raised(case, case.due_at, DAY),
    "answered": lambda case: case._replace(state=CaseState.ANSWERED),
    "with a reply on its way": lambda case: case._replace(state=CaseState.QUEUED),
    "closed": case_steps.closed,
}


@pytest.mark.parametrize("change", OPENED.values(), ids=OPENED)
def test_nobody_is_notified_once_a_person_has_looked(change: Any) -> None:
    desk = Desk()
    case = desk.has(since=NIGHT)
    desk.cases.cases[case.id] = change(case)

    report = desk.runs(NIGHT + 20 * MINUTE)

    assert (report.unseen, report.mailed, report.called) == (0, 0, 0)
    assert (desk.subjects(), desk.phones.got) == ([], [])


@pytest.mark.parametrize("changes", [{"safety": None}, {"safety": Safety.DANGER, "urgency": Urgency.HIGH}])
def test_other_cases_are_none_of_its_business(changes: dict[str, Any]) -> None:
    desk = Desk()
    desk.has(since=NIGHT, **changes)

    assert desk.runs(NIGHT + HOUR) == SafetyChecksReport()


def test_who_looks_at_this_very_moment_spares_the_mail_and_the_call() -> None:
    desk = Desk()
    case = desk.has(since=NIGHT)
    desk.notices.meanwhile["claim"] = [lambda: desk.cases.mark_opened(case)]

    report = desk.runs(NIGHT + 15 * MINUTE)

    assert (report.mailed, report.called, desk.phones.got) == (0, 0, [])


def test_a_later_mention_that_nobody_opens_is_mailed_about_again() -> None:
    desk = Desk()
    case = desk.has()
    desk.runs(DAY + 15 * MINUTE)
    desk.cases.cases[case.id] = case._replace(unseen_since=DAY + HOUR)

    mailed = [desk.runs(DAY + HOUR + minutes * MINUTE).mailed for minutes in (14, 15, 16)]

    assert mailed == [0, 1, 0]


def test_a_mail_that_failed_is_sent_by_a_later_run() -> None:
    desk = Desk()
    case = desk.has()
    desk.topics.down = True

    failed = desk.runs(DAY + 15 * MINUTE)
    desk.topics.down = False
    mailed = [desk.runs(DAY + minutes * MINUTE).mailed for minutes in (16, 17)]

    assert (failed.mailed, list(failed.failures)) == (0, [case.id])
    assert mailed == [1, 0]


@pytest.mark.parametrize("method", ["claim", "record"])
def test_a_store_that_fails_loses_no_mail(method: str) -> None:
    desk = Desk()
    case = desk.has()
    desk.notices.fail_before = [method]

    first, second = desk.runs(DAY + 15 * MINUTE), desk.runs(DAY + 16 * MINUTE)

    assert (list(first.failures), second.failures) == ([case.id], {})
    assert len(desk.subjects()) == (1 if method == "claim" else 2)


def test_of_two_runs_at_the_same_time_one_mails_and_calls() -> None:
    desk = Desk()
    desk.has(since=NIGHT)
    at = NIGHT + 15 * MINUTE
    desk.notices.meanwhile["record"] = [lambda: desk.runs(at), lambda: desk.runs(at)]  # after the mail, after the call

    desk.runs(at)

    assert (len(desk.subjects()), len(desk.phones.got)) == (1, 1)


def test_at_night_one_call_is_made_for_all_that_wait_and_the_next_an_hour_later() -> None:
    desk = Desk()
    first, second = desk.has(1, NIGHT), desk.has(2, NIGHT + 5 * MINUTE)
    desk.has(3, NIGHT + 30 * MINUTE)

    called = {minutes: made for minutes in range(150) if (made := desk.runs(NIGHT + minutes * MINUTE).called)}

    assert called == {15: 1, 75: 3, 135: 3}
    assert [len(message.plain) <= 140 for message in desk.phones.got] == [True] * 3
    assert desk.phones.got[0].plain.startswith("[확인 요청] ")
    assert f"3건을 아무도 열어 보지 않음. 가장 오래된 건 {first.id}" in desk.phones.got[1].plain
    assert [desk.events(each).count(CaseEventKind.CALLED) for each in (first, second)] == [1, 1]


def test_the_call_does_not_say_why_somebody_should_look() -> None:
    desk = Desk()
    desk.has(since=NIGHT)

    desk.runs(NIGHT + 15 * MINUTE)

    [message] = desk.phones.got
    told = message.plain + message.sms + message.machine
    assert not any(word in told for word in ("안전", "위험", "고마웠", "check", "safety"))
    assert f"{API_URL}/answer/" in message.sms
    assert '"call":1' in message.machine.replace(" ", "")


def test_the_calls_end_once_somebody_has_looked() -> None:
    desk = Desk()
    case = desk.has(since=NIGHT)
    desk.runs(NIGHT + 15 * MINUTE)
    desk.cases.mark_opened(case)

    assert desk.runs(NIGHT + 2 * HOUR) == SafetyChecksReport()


QUIET = {
    "in working time": (DAY, ON_CALL),
    "nobody is on call": (NIGHT, OnCall()),
    "the brand wants mails only": (NIGHT, ON_CALL._replace(for_checks=False)),
}


@pytest.mark.parametrize("calls", [False, True])
def test_in_a_trial_those_on_call_are_called_only_if_a_person_has_switched_that_on(calls: bool) -> None:
    departments = {key: each._replace(is_in_trial=True) for key, each in BRAND.departments.items()}
    brand = replace(BRAND, departments=departments, is_in_trial=True, on_call=ON_CALL._replace(in_trial=calls))
    desk = Desk(brand=brand)
    desk.has(since=NIGHT)

    report = desk.runs(NIGHT + 20 * MINUTE)

    assert (report.mailed, report.called) == (1, int(calls))


@pytest.mark.parametrize(("since", "on_call"), QUIET.values(), ids=QUIET)
def test_nobody_is_called(since: datetime, on_call: OnCall) -> None:
    desk = Desk(brand=replace(BRAND, on_call=on_call))
    desk.has(since=since)

    report = desk.runs(since + 20 * MINUTE)

    assert (report.mailed, report.called, desk.phones.got) == (1, 0, [])


def test_a_call_that_failed_is_made_a_minute_later() -> None:
    desk = Desk()
    desk.has(since=NIGHT)
    desk.phones.down = True
    failed = desk.runs(NIGHT + 15 * MINUTE)
    desk.phones.down = False

    assert (failed.called, list(failed.failures)) == (0, ["checks"])
    assert desk.runs(NIGHT + 16 * MINUTE).called == 1


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_run_that_dies_is_made_up_for(dies: str) -> None:
    desk = Desk()
    desk.has(since=NIGHT)
    at = NIGHT + 15 * MINUTE
    if dies == "after":
        desk.phones.after = kill
    else:
        desk.cases.meanwhile["file"] = [lambda: None, kill]  # the mail's, then the call's
    with killed():
        desk.runs(at)
    desk.phones.after = None

    called = [desk.runs(at + minutes * MINUTE).called for minutes in range(1, 60)]

    assert (called.count(1), len(desk.phones.got)) == (1, 2 if dies == "after" else 1)
    assert len(desk.subjects()) == 1


def test_a_failure_of_one_case_does_not_stop_the_others() -> None:
    desk = Desk()
    broken, well = desk.has(1, NIGHT), desk.has(2, NIGHT)
    desk.notices.busy = {broken.id}

    report = desk.runs(NIGHT + 15 * MINUTE)

    assert (report.mailed, report.called, list(report.failures)) == (1, 2, [broken.id])
    assert desk.events(well) == [CaseEventKind.UNSEEN, CaseEventKind.CALLED]


def test_a_case_whose_words_are_gone_is_mailed_about_no_more() -> None:
    desk = Desk()
    case = desk.has()
    desk.cases.mentions.clear()

    report = desk.runs(DAY + 15 * MINUTE)

    assert (report.mailed, report.failures, desk.events(case)) == (0, {}, [])


def test_the_times_between_calls_are_an_hour_at_least() -> None:
    desk = Desk()
    times: list[datetime] = []
    for minutes in range(0, 12 * 60, 7):
        if minutes % 21 == 0:
            desk.has(100 + minutes, NIGHT + minutes * MINUTE)
        at = NIGHT + minutes * MINUTE
        if desk.runs(at).called:
            times.append(at)

    assert len(times) > 5
    assert all(later - earlier >= HOUR for earlier, later in pairwise(times))
