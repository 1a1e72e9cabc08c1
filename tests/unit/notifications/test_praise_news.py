"""The praise that people passed on is mailed to the department, once, with the customer's words."""

from datetime import UTC, datetime, timedelta

from desk.mentions.model import Mention
from desk.notifications.outbox_sender import OutboxReport, OutboxSender
from desk.notifications.praise_news import PraiseNews
from desk.outbox.model import OutboxKind
from desk.praise.store import PassedPraise
from desk.x.model import Author, XPost
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.fakes.praise import FakePraise
from tests.unit.sweep.scene import mailing

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNDO = timedelta(seconds=10)
POST = XPost(
    "100", "청구서 설명이 친절해요 010-1234-5678", "501", NOW, "100", "ko", ("100",), author=Author("501", "fan", "팬")
)
PRAISE = PassedPraise("100", "501", "billing", "큰 힘이 됩니다", "박지민", NOW)


class Desk:
    """A desk whose outbox is swept."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(minutes=5)
        self.brand = small_brand()
        self.topics, self.budget = FakeTopics(), FakeMailBudget()
        self.praise, self.mentions = FakePraise(), FakeMentions()
        self.mentions.store([Mention(POST, NOW)])
        self.praise.pass_on(PRAISE, UNDO)

    def sweep(self) -> OutboxReport:
        notifier = mailing(self.topics, lambda: self.now, self.brand, self.budget)
        news = PraiseNews(self.praise.outbox, self.praise, self.mentions, notifier, self.brand)
        senders = {OutboxKind.PRAISE: news}
        return OutboxSender(self.praise.outbox, senders, FakeSubscribers(), self.brand, lambda: self.now).send(
            lambda: True
        )

    @property
    def mails(self) -> list[str]:
        return [mail.body for mail in self.topics.mails("billing")]


def test_the_department_gets_the_words_with_a_link_the_sentence_and_who_sent_it_once() -> None:
    desk = Desk()

    reports = [desk.sweep(), desk.sweep()]

    [mail] = desk.mails
    for part in (
        "청구서 설명이 친절해요",
        "/i/status/100",
        "큰 힘이 됩니다",
        "박지민",
        "의견 메일에는 다시 싣지 않습니다",
    ):
        assert part in mail
    assert "010-1234-5678" not in mail
    assert [report.failures for report in reports] == [{}, {}]
    assert desk.praise.outbox.stored == {}
    assert desk.praise.of_post("100")[0].sending


def test_what_was_taken_back_is_not_sent() -> None:
    desk = Desk()
    assert desk.praise.take_back(PRAISE, UNDO)

    desk.sweep()

    assert desk.mails == []


def test_what_was_taken_back_after_the_run_read_its_entry_is_not_sent() -> None:
    desk = Desk()
    desk.praise.stored.clear()

    desk.sweep()

    assert (desk.mails, desk.praise.outbox.stored, desk.budget.sent) == ([], {}, {})


def test_nothing_goes_within_the_undo_time() -> None:
    desk = Desk()
    desk.now = NOW + UNDO / 2

    desk.sweep()

    assert (desk.mails, len(desk.praise.outbox.stored)) == ([], 1)


def test_a_mail_that_failed_is_sent_by_the_next_run() -> None:
    desk = Desk()
    desk.topics.down = True
    failed = desk.sweep()
    desk.topics.down = False
    desk.now += timedelta(minutes=5)
    desk.sweep()

    assert failed.failures == {"praise 100": "TopicsUnavailable: InternalError"}
    assert len(desk.mails) == 1


def test_praise_of_a_post_that_is_gone_is_dropped() -> None:
    desk = Desk()
    desk.mentions.stored.clear()

    desk.sweep()

    assert (desk.mails, desk.praise.outbox.stored, desk.budget.sent) == ([], {}, {})


def test_praise_that_the_budget_puts_off_can_still_be_taken_back() -> None:
    desk = Desk()
    desk.budget.count = 0

    desk.sweep()

    assert desk.mails == []
    assert desk.praise.take_back(PRAISE, UNDO)
