"""What nobody was told of for certain is told, each once, by one mail a department."""

import json
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEvent, CaseEventKind, Draft, ReplyAs
from desk.cases.store import CaseMention
from desk.errors import TopicsUnavailable
from desk.notifications.case_news import CaseNews
from desk.notifications.notifier import Notifier
from desk.notifications.outbox_sender import OutboxReport, OutboxSender
from desk.outbox.model import OutboxKind, versioned
from desk.reading import Kind, Safety, Urgency
from tests.brands import small_brand
from tests.fakes.cases import FakeCaseLinks, FakeCases
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.unit.notifications.mail_scene import NOON, delivery, mention, post, reading

MINUTE = timedelta(minutes=1)
ANSWER = "두 장 중 한 장은 버리셔도 됩니다."
DRAFT = Draft(ANSWER, "김지은", NOON)


@dataclass
class Desk:
    """Cases about bills, ten minutes after noon; `ticks` is how much time each look at the clock takes."""

    brand: Brand = field(default_factory=small_brand)
    cases: FakeCases = field(default_factory=FakeCases)
    topics: FakeTopics = field(default_factory=FakeTopics)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    now: timedelta = 10 * MINUTE
    ticks: timedelta = timedelta(0)

    def opened(self, number: int = 1, *, danger: bool = False) -> Case:
        of = mention(post(str(9_000 + number), f"{number}번 글: 청구서가 두 번 왔어요", author_id=str(500 + number)))
        case = delivery(of).case
        assert case is not None
        if danger:
            case = case._replace(safety=Safety.DANGER, urgency=Urgency.HIGH)
        self.cases.put(case, CaseMention(of, reading()))
        return case

    def drafted(self, number: int = 1, at: timedelta = timedelta(0)) -> Case:
        case, event = self.opened(number), CaseEvent(CaseEventKind.DRAFTED, NOON + at, "김지은", ANSWER)
        return self.cases.save(case_steps.drafted(case, DRAFT._replace(at=event.at)), case, event)

    def handed(self, case: Case, department: str = "network", note: str = "기지국 문의예요") -> Case:
        at = NOON + len(self.cases.events[case.id]) * MINUTE
        event = CaseEvent(CaseEventKind.HANDED, at, "김지은", note, department=department)
        return self.cases.save(case_steps.handed(case, department, NOON), case, event)

    def queued(self, number: int = 1) -> Case:
        case, event = self.opened(number), CaseEvent(CaseEventKind.QUEUED, NOON, "김지은", ANSWER, post_id="r1")
        return self.cases.save(case_steps.queued(case, "r1", DRAFT, ReplyAs.ANSWER), case, event)

    def unsaid(self, number: int = 1, why: str = "gone") -> Case:
        case, event = self.queued(number), CaseEvent(CaseEventKind.NOT_SAID, NOON, "", why, post_id="r1")
        return self.cases.save(case_steps.reply_not_posted(case), case, event)

    def answers_itself(self) -> None:
        billing = self.brand.departments["billing"]._replace(answers_to_x=True)
        self.brand = replace(self.brand, departments={**self.brand.departments, "billing": billing})

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> OutboxReport:
        return self.process().send(has_time)

    def process(self) -> OutboxSender:
        """The sweep of a Lambda that has just started."""
        news = CaseNews(self.cases.outbox, self.cases, self.notifier, self.brand)
        return OutboxSender(self.cases.outbox, {OutboxKind.CASE: news}, self.subscribers, self.brand, self.clock)

    @property
    def notifier(self) -> Notifier:
        return Notifier(
            self.topics, FakeMailBudget(), self.subscribers, self.brand, self.clock,
            links=FakeCaseLinks(), api_url="https://desk.example",
        )  # fmt: skip

    def clock(self) -> datetime:
        self.now += self.ticks
        return NOON + self.now

    def mail(self, department: str) -> str:
        [note] = self.topics.mails(department)
        return f"{note.subject}\n{note.body}"

    @property
    def mailed(self) -> dict[str, int]:
        return {key: len(mails) for key in self.brand.departments if (mails := self.topics.mails(key))}


def test_a_pending_draft_is_mailed_to_the_operator_once_with_a_link() -> None:
    desk = Desk()
    case = desk.drafted()

    first, second = desk.sweep(), desk.sweep()

    assert (first.cases, first.oldest, second) == (1, 10 * MINUTE, OutboxReport())
    assert desk.mailed == {"operator": 1}
    assert f"보낼 답변:\n| {ANSWER}" in desk.mail("operator")
    assert "답변하기: https://desk.example/answer/" in desk.mail("operator")
    assert case.id in desk.mail("operator")
    assert desk.topics.cases("operator") == []


def test_a_draft_that_went_back_is_mailed_to_its_department_with_the_comment() -> None:
    desk = Desk()
    case = desk.drafted()
    desk.cases.outbox.stored.clear()
    comment = "환불 날짜도 적어 주세요."
    event = CaseEvent(CaseEventKind.RETURNED, NOON, "박지민", comment, department="billing")
    desk.cases.save(case_steps.returned(case, comment), case, event)

    desk.sweep()

    assert desk.mailed == {"billing": 1}
    mail = desk.mail("billing")
    assert "답변을 다시 써 주세요" in mail.splitlines()[0]
    assert f"운영자 의견:\n| {comment}" in mail
    assert "박지민" in mail
    assert "답변하기: https://desk.example/answer/" in mail
    assert desk.topics.cases("billing") == []


def test_a_reminder_of_a_person_is_the_departments_mail_with_a_first_line_that_says_so() -> None:
    desk = Desk()
    case = desk.opened()
    event = CaseEvent(CaseEventKind.REMINDED_BY_PERSON, NOON, "박지민", department="billing")
    desk.cases.save(case_steps.reminded(case, "박지민", NOON), case, event)

    first, second = desk.sweep(), desk.sweep()

    assert (first.cases, second.cases, desk.mailed) == (1, 0, {"billing": 1})
    mail = desk.mail("billing")
    assert "답변을 다시 부탁드립니다" in mail.splitlines()[0]
    assert mail.index("다시 알린 분: 박지민") < mail.index("| ")
    assert "답변하기: https://desk.example/answer/" in mail
    assert desk.topics.cases("billing") == []


@pytest.mark.parametrize("busy", [set(), {"author_cases"}], ids=["read", "not read"])
def test_the_mail_has_the_authors_other_cases_if_they_can_be_read(busy: set[str]) -> None:
    desk = Desk()
    case = desk.opened()
    desk.cases.put(case._replace(id="K7R4G-T8W7B", department="network"))
    desk.handed(case)
    desk.cases.busy = busy

    desk.sweep()

    assert ("?case=K7R4G-T8W7B" in desk.mail("network")) == (not busy)


def test_the_page_and_the_sweep_send_the_same_key_for_a_case_handed_over() -> None:
    desk = Desk()
    file = desk.cases.file(desk.handed(desk.opened()).id)
    assert file

    desk.topics.loses = True
    with pytest.raises(TopicsUnavailable):
        desk.notifier.handed(file, file.events[-1])
    desk.topics.loses = False
    desk.sweep()

    heard = [json.loads(one.body) for one in desk.topics.got["network"] if one.attributes["delivery"] == "case"]
    keys = [(each["mention"]["id"], each["event"], each["handed_at"]) for each in heard]
    assert keys == [("9001", "case_handed", "2026-11-24T03:00:00.000Z")] * 2


def test_a_misread_case_is_mailed_to_its_department_too() -> None:
    desk = Desk()
    case = desk.opened()
    event = CaseEvent(CaseEventKind.MISREAD, NOON, "김지은", department="network", kind="fault")
    desk.cases.save(case_steps.misread(case, Kind.FAULT, "network", NOON), case, event)

    desk.sweep()

    assert desk.mailed == {"network": 1}


def test_a_failed_reply_is_mailed_to_the_department_and_the_operator() -> None:
    desk = Desk()
    desk.unsaid()

    report = desk.sweep()

    assert (report.cases, desk.mailed, desk.cases.entries) == (2, {"billing": 1, "operator": 1}, {})
    for department in desk.mailed:
        told = desk.mail(department)
        assert "(답글이 올라가지 않음)" in told
        assert "답글이 올라가지 않은 이유: 답글을 달 글이 지워졌거나 볼 수 없습니다" in told
        assert f"올라가지 않은 답글:\n| {ANSWER}" in told
        assert "답변하기: https://desk.example/answer/" in told
    assert desk.topics.cases("billing") == []


def test_a_failed_reply_of_a_department_that_posts_itself_is_mailed_to_it_alone() -> None:
    desk = Desk()
    desk.answers_itself()
    desk.unsaid()

    desk.sweep()

    assert desk.mailed == {"billing": 1}


def test_failed_replies_of_the_operator_and_removed_departments_share_one_mail() -> None:
    desk = Desk()
    for number, department in enumerate(("operator", "stores"), 1):
        case = desk.unsaid(number)
        desk.cases.cases[case.id] = case._replace(department=department)

    desk.sweep()

    assert desk.mailed == {"operator": 1}


def test_the_operator_gets_one_mail_when_a_department_has_no_subscribers() -> None:
    desk = Desk(subscribers=FakeSubscribers({"billing": 0}))
    desk.unsaid()

    desk.sweep()

    assert desk.mailed == {"billing": 1, "operator": 1}


def test_a_department_gets_one_mail_a_run_and_the_rest_with_the_next_run() -> None:
    desk = Desk()
    for number in range(60):
        desk.drafted(number)

    counts = [desk.sweep().cases for _ in range(3)]

    assert counts == [50, 10, 0]
    assert desk.mailed == {"operator": 2}


def test_of_more_entries_than_a_run_handles_the_oldest_are_sent_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.notifications.case_news._LIMIT", 1)
    desk = Desk()
    newer, older = desk.drafted(1, at=MINUTE), desk.drafted(2)

    report = desk.sweep()

    assert (report.cases, len(desk.cases.entries)) == (1, 1)
    assert (older.id in desk.mail("operator"), newer.id in desk.mail("operator")) == (True, False)


def test_what_is_told_of_a_case_in_danger_is_a_mail_of_its_own() -> None:
    desk = Desk()
    for number in (1, 2, 3, 4):
        desk.handed(desk.opened(number, danger=number in (2, 4)))

    report = desk.sweep()

    mails = desk.topics.mails("network")
    assert [[f"{number}번 글" in mail.body for number in (1, 2, 3, 4)] for mail in mails] == [
        [False, True, False, False],
        [False, False, False, True],
        [True, False, True, False],
    ]
    assert [(mail.subject or "").startswith("[위험] ") for mail in mails] == [True, True, False]
    assert (report.cases, desk.cases.entries) == (4, {})


def test_of_a_case_handed_back_and_forth_the_last_note_is_mailed() -> None:
    desk = Desk()
    case = desk.handed(desk.opened(), note="첫 번째")
    desk.handed(desk.handed(case, "billing"), note="두 번째")

    desk.sweep()

    assert desk.mailed == {"network": 1}
    assert "| 두 번째" in desk.mail("network")
    assert desk.cases.entries == {}


def test_a_recent_entry_is_left_to_the_function_that_made_it() -> None:
    desk = Desk()
    desk.drafted(at=8 * MINUTE + timedelta(seconds=1))

    assert (desk.sweep(), desk.mailed) == (OutboxReport(), {})
    assert desk.cases.entries


def test_an_entry_that_is_no_longer_relevant_is_removed_without_a_mail() -> None:
    desk = Desk()
    case = desk.unsaid()
    desk.cases.save(case_steps.closed(case), case, CaseEvent(CaseEventKind.CLOSED, NOON, "김지은", "해결"))

    report = desk.sweep()

    assert (report.cases, report.failures, desk.mailed, desk.cases.entries) == (0, {}, {}, {})


def test_entries_of_cases_without_text_or_without_a_case_are_removed() -> None:
    desk = Desk()
    desk.drafted(1)
    desk.cases.mentions.clear()
    gone = desk.drafted(2)
    del desk.cases.cases[gone.id]

    report = desk.sweep()

    assert (report.cases, report.failures, desk.cases.entries) == (0, {}, {})


def test_a_topic_that_takes_nothing_delays_no_other_and_is_tried_later() -> None:
    desk = Desk(topics=FakeTopics(gone={"operator"}))
    desk.drafted(1)
    desk.handed(desk.opened(2))

    failing = desk.sweep()
    desk.topics.gone.clear()
    well = desk.sweep()

    assert (failing.cases, list(failing.failures)) == (1, ["not_notified#operator"])
    assert (well.cases, well.failures) == (1, {})
    assert desk.mailed == {"network": 1, "operator": 1}


def test_only_the_topic_that_failed_is_mailed_again() -> None:
    desk = Desk(topics=FakeTopics(gone={"operator"}))
    desk.unsaid()
    process = desk.process()

    failing = [process.send(lambda: True) for _ in range(2)]
    waiting = list(desk.cases.entries)
    desk.topics.gone.clear()
    well = process.send(lambda: True)

    assert [(report.cases, list(report.failures)) for report in failing] == [
        (1, ["not_notified#operator"]),
        (0, ["not_notified#operator"]),
    ]
    assert (len(waiting), desk.cases.entries) == (1, {})
    assert (well.cases, well.failures, desk.mailed) == (1, {}, {"billing": 1, "operator": 1})


def test_time_that_ends_between_two_departments_loses_no_mail() -> None:
    desk = Desk()
    desk.unsaid()

    desk.sweep(iter([True, True, False, False]).__next__)
    desk.sweep()

    assert desk.cases.entries == {}
    assert desk.mailed.keys() == {"billing", "operator"}


def test_a_process_remembers_what_it_sent_if_that_could_not_be_recorded() -> None:
    desk = Desk()
    desk.drafted()
    process = desk.process()
    desk.cases.outbox.fail_before.append("settle")

    reports = [process.send(lambda: True) for _ in range(2)]

    assert [report.cases for report in reports] == [1, 0]
    assert (desk.mailed, desk.cases.entries) == ({"operator": 1}, {})


def test_a_draft_that_stays_after_a_promise_on_x_is_mailed() -> None:
    desk = Desk()
    case = desk.drafted()
    event = CaseEvent(CaseEventKind.PROMISED, NOON, "", "확인 후 안내드릴게요", x_id="77")
    desk.cases.save(case_steps.replied_on_x(case, ReplyAs.HOLDING, NOON), case, event)

    desk.sweep()

    assert desk.mailed == {"operator": 1}


def test_a_case_whose_mail_cannot_be_rendered_delays_no_other() -> None:
    desk = Desk()
    broken, sound = desk.unsaid(1), desk.unsaid(2)
    desk.cases.cases[broken.id] = broken._replace(kind="sung")  # type: ignore[arg-type]

    report = desk.sweep()

    assert list(report.failures) == [f"not_notified#{broken.id}#{broken.version}"]
    assert {entry.subject for entry in desk.cases.entries.values()} == {versioned(broken.id, broken.version)}
    assert sound.id in desk.mail("billing")


def test_a_case_that_cannot_be_read_is_tried_again_and_costs_the_others_nothing() -> None:
    desk = Desk()
    desk.drafted(1)
    desk.drafted(2)
    desk.cases.fail_before.append("file")

    first, second = desk.sweep(), desk.sweep()

    assert (first.cases, len(first.failures), second.cases) == (1, 1, 1)


def test_a_recipient_whose_entries_cannot_be_read_delays_no_other() -> None:
    desk = Desk()
    desk.drafted()
    desk.cases.outbox.busy.add("operator")
    desk.handed(desk.opened(2))

    assert (desk.sweep().failures, desk.mailed) == ({"outbox#operator": "StoreBusy: entries"}, {"network": 1})


def test_an_entry_that_could_not_be_marked_as_sent_is_mailed_again() -> None:
    desk = Desk()
    desk.drafted()
    desk.cases.outbox.fail_before.append("settle")

    first, second = desk.sweep(), desk.sweep()

    assert (first.cases, list(first.failures), second.cases) == (
        1,
        [f"not_notified#{next(iter(desk.cases.cases))}#2"],
        1,
    )
    assert (desk.mailed, desk.cases.entries) == ({"operator": 2}, {})


@pytest.mark.parametrize("desk", [Desk(ticks=timedelta(seconds=46)), Desk()])
def test_without_time_nothing_is_mailed_and_nothing_is_lost(desk: Desk) -> None:
    desk.drafted()

    desk.sweep(lambda: bool(desk.ticks))

    assert (desk.mailed, len(desk.cases.entries)) == ({}, 1)
