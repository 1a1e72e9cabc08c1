"""Ten minutes before its time, a promise is mailed about once: to the operator, and to who made it at a department."""

from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from chase_cases.promise_reminders import PromiseReminders, PromiseRemindersReport
from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseMention
from desk.notifications.notifier import Notifier
from desk.notifications.phone_news import PHONES, phone_news_in
from desk.posts import transitions as post_steps
from desk.posts.model import Post, PostState
from desk.promises.model import Promise, PromiseKind
from desk.reading import OPERATOR
from desk.staff.devices import PushKind
from tests.cases import a_promise
from tests.fakes.cases import FakeCaseLinks, FakeCases
from tests.fakes.check_notices import FakeCheckNotices
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.fakes.posts import FakePosts
from tests.fakes.promises import FakePromises
from tests.unit.chase_cases.scene import BRAND, a_case, mention_of, seoul
from tests.unit.posts.scene import a_post

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DUE = seoul(24, 14)
TO_X = replace(
    BRAND, departments={**BRAND.departments, "billing": replace(BRAND.departments["billing"], answers_to_x=True)}
)


@dataclass
class Desk:
    """The task of every minute, and all that it works with. `now` is the machine's clock."""

    brand: Brand = BRAND
    promises: FakePromises = field(default_factory=FakePromises)
    notices: FakeCheckNotices = field(default_factory=FakeCheckNotices)
    topics: FakeTopics = field(default_factory=FakeTopics)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    now: datetime = DUE

    def __post_init__(self) -> None:
        self.cases, self.posts = FakeCases(promises=self.promises), FakePosts(promises=self.promises)

    def has(self, **changes: Any) -> Case:
        """A case whose reply promised an answer until DUE."""
        case = a_case(**changes)
        self.cases.put(case, CaseMention(mention_of(case), None))
        promise = a_promise(DUE, subject=case.id, made_by_id="p-jieun")
        return self.posted(self.sends(case, promise))

    def sends(self, case: Case, promise: Promise | None = None, number: int = 1) -> Case:
        at = promise.made_at if promise else self.now
        draft = Draft("두 시까지 알려 드릴게요", "지은", at)
        reply_as = ReplyAs.HOLDING if promise else ReplyAs.ANSWER
        queued = case_steps.queued(case, f"reply-{number}", draft, reply_as, promise=promise)
        return self.cases.save(queued, case, CaseEvent(CaseEventKind.QUEUED, at, "지은", post_id=queued.post_id))

    def posted(self, case: Case, at: datetime | None = None) -> Case:
        at = at or DUE - 3 * HOUR
        what = CaseEventKind.PROMISED if case.reply_as is ReplyAs.HOLDING else CaseEventKind.ANSWERED
        event = CaseEvent(what, at, "지은", post_id=case.post_id)
        return self.cases.save(case_steps.reply_posted(case, at), case, event)

    def announces(self, state: PostState = PostState.PUBLISHED) -> Post:
        """A notice that promised an update until DUE."""
        promise = a_promise(DUE, "p1", kind=PromiseKind.NEXT_UPDATE, subject="p1", words="2시까지 다시 알려 드릴게요")
        post = a_post(id="p1", promise=promise, accepted_at=promise.made_at, x_id="1991")
        self.posts.add(post, [], None)
        return self.posts.save(post._replace(state=state), post)

    def runs(self, at: datetime) -> PromiseRemindersReport:
        self.now = at
        notifier = Notifier(
            self.topics,
            self.budget,
            FakeSubscribers(),
            replace(self.brand, console_url="https://desk.example/console"),
            lambda: self.now,
            links=FakeCaseLinks(),
            api_url="https://desk.example",
        )
        task = PromiseReminders(
            self.promises, self.cases, self.posts, self.notices, notifier, notifier._brand, lambda: self.now
        )
        return task.send_due(at, lambda: True)

    def mailed(self, start: datetime, end: datetime) -> list[datetime]:
        """When mails were sent, of the runs of every minute."""
        minutes = [start + n * MINUTE for n in range((end - start) // MINUTE)]
        return [at for at in minutes if self.runs(at).mailed]

    def subjects(self, topic: str = OPERATOR) -> list[str]:
        return [mail.subject or "" for mail in self.topics.mails(topic)]


def test_the_operator_is_mailed_once_ten_minutes_before_with_the_words_and_the_way_there() -> None:
    desk = Desk()
    case = desk.has()

    assert desk.mailed(DUE - HOUR, DUE + HOUR) == [DUE - 10 * MINUTE]

    [mail] = desk.topics.mails(OPERATOR)
    assert mail.subject == f"약속한 시각이 다가옵니다: 11월 24일(화) 오후 2:00까지 답변 {case.id}"
    for line in (
        "지은이 11월 24일(화) 오후 2:00까지 답변하기로 약속했습니다.",
        "10분 남았습니다.",
        "| 세 시간 안에 알려 드릴게요",
        "그때까지 답변해 주세요. 더 걸리면 새 시각을 고객에게 알려 주세요.",
        f"https://desk.example/console/inbox/to_answer/{case.id}",
    ):
        assert line in mail.body
    assert desk.subjects("billing") == []
    [told] = [phone_news_in(message.body) for message in desk.topics.got[PHONES]]
    assert (told.kind, told.person_id, told.case_id) == (PushKind.PROMISE, "p-jieun", case.id)
    assert desk.cases.events[case.id][-1].what is CaseEventKind.REMINDED


def test_a_department_that_answers_itself_is_mailed_as_well() -> None:
    desk = Desk(TO_X)
    desk.has()

    assert desk.runs(DUE - 10 * MINUTE).mailed == 2
    assert len(desk.subjects()) == len(desk.subjects("billing")) == 1


def test_a_notice_that_promised_an_update_is_mailed_about_too() -> None:
    desk = Desk()
    desk.announces()

    assert desk.mailed(DUE - HOUR, DUE + HOUR) == [DUE - 10 * MINUTE]

    [mail] = desk.topics.mails(OPERATOR)
    assert mail.subject == "약속한 시각이 다가옵니다: 11월 24일(화) 오후 2:00까지 다음 안내"
    assert "그때까지 다음 안내를 올려 주세요." in mail.body
    assert "https://desk.example/console/promises" in mail.body


def test_what_is_on_its_way_to_x_or_not_said_yet_is_not_mailed_about_until_it_comes_back() -> None:
    desk, other = Desk(), Desk()
    case = desk.has()
    sent = desk.sends(case, number=2)
    other.announces(PostState.HELD)

    assert desk.mailed(DUE - 10 * MINUTE, DUE - 5 * MINUTE) == []
    assert other.mailed(DUE - 10 * MINUTE, DUE + HOUR) == []

    event = CaseEvent(CaseEventKind.NOT_SAID, desk.now, "", "refused", post_id="reply-2")
    desk.cases.save(case_steps.reply_not_posted(sent), sent, event)
    assert len(desk.mailed(DUE - 4 * MINUTE, DUE)) == 1


def test_an_answer_at_this_very_moment_spares_the_mail() -> None:
    desk = Desk()
    case = desk.has()
    answering = desk.sends(case, number=2)
    desk.notices.meanwhile["claim"] = [lambda: desk.posted(answering, DUE - 10 * MINUTE)]

    assert desk.mailed(DUE - 10 * MINUTE, DUE) == []


def test_an_update_at_this_very_moment_spares_the_mail() -> None:
    desk = Desk()
    first = desk.announces()
    assert first.promise
    update = a_post(id="p2", keeps=first.promise._replace(words=""))
    desk.posts.add(update, [], None)
    published = post_steps.published(update, "1992", DUE - 10 * MINUTE)
    desk.notices.meanwhile["claim"] = [lambda: desk.posts.save(published, update)]

    assert desk.mailed(DUE - 10 * MINUTE, DUE) == []


def test_a_promise_that_was_moved_is_mailed_about_at_its_new_time_only() -> None:
    desk = Desk()
    case = desk.has()
    later = a_promise(DUE + HOUR, "reply-2", subject=case.id, made_at=DUE - 20 * MINUTE)
    moving = desk.sends(case, later, number=2)

    desk.posted(moving, DUE - 19 * MINUTE)

    assert desk.mailed(DUE - 18 * MINUTE, DUE + 2 * HOUR) == [DUE + 50 * MINUTE]


def test_of_two_runs_at_the_same_time_one_mails() -> None:
    desk = Desk()
    desk.has()
    desk.notices.meanwhile["record"] = [lambda: desk.runs(DUE - 10 * MINUTE)]

    desk.runs(DUE - 10 * MINUTE)

    assert len(desk.subjects()) == 1


def test_a_mail_that_failed_or_exceeds_the_budget_is_sent_by_a_later_run() -> None:
    desk = Desk()
    desk.has()
    desk.topics.down = True

    failed = desk.runs(DUE - 10 * MINUTE)
    desk.topics.down = False

    assert (failed.mailed, list(failed.failures)) == (0, ["reply-1"])
    assert [desk.runs(DUE - minutes * MINUTE).mailed for minutes in (9, 8)] == [1, 0]


def test_a_promise_that_nobody_could_be_reminded_of_for_an_hour_is_left_to_the_reports() -> None:
    desk = Desk()
    desk.has()

    assert desk.runs(DUE + HOUR + MINUTE) == PromiseRemindersReport()
    assert desk.runs(DUE + MINUTE).mailed == 1
    assert "약속한 시각이 1분 지났습니다." in desk.topics.mails(OPERATOR)[0].body


@pytest.mark.parametrize("method", ["claim", "record"])
def test_a_store_that_fails_loses_no_mail(method: str) -> None:
    desk = Desk()
    desk.has()
    desk.notices.fail_before = [method]

    first, second = desk.runs(DUE - 10 * MINUTE), desk.runs(DUE - 9 * MINUTE)

    assert (list(first.failures), second.failures) == (["reply-1"], {})
    assert len(desk.subjects()) == (1 if method == "claim" else 2)


def test_a_case_with_a_promise_waits_as_promised() -> None:
    desk = Desk()
    case = desk.has()

    assert (case.state, case.promised_until) == (CaseState.PROMISED, DUE)
