"""The operator is mailed once about posts that a person must look at, all in one mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.notifications.outbox_sender import OutboxReport, OutboxSender
from desk.notifications.post_news import PostNews
from desk.outbox.model import OutboxKind
from desk.posts.model import Post, PostState
from desk.posts.transitions import cancelled, entries_for, published, released
from desk.posts.transitions import held as hold
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.fakes.outbox import FakeOutbox
from tests.unit.posts.scene import BRAND, MINUTE, NOON, Scene, a_post
from tests.unit.sweep.scene import mailing


class Sweeping(Scene):
    """A desk whose outbox is swept."""

    def __init__(self, *news: Post) -> None:
        super().__init__()
        self.now = NOON + 10 * MINUTE
        self.topics = FakeTopics()
        self.budget = FakeMailBudget()
        self.happens(*news)

    @property
    def outbox(self) -> FakeOutbox:
        return self.store.outbox

    def happens(self, *news: Post) -> None:
        """These posts just came into their states."""
        self.put(*news)
        for post in news:
            self.outbox.put(entries_for(post, None))

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> OutboxReport:
        notifier = mailing(self.topics, lambda: self.now, BRAND, self.budget)
        news = PostNews(self.outbox, self.store, notifier, BRAND)
        sender = OutboxSender(self.outbox, {OutboxKind.POST: news}, FakeSubscribers(), BRAND, lambda: self.now)
        return sender.send(has_time)

    @property
    def mails(self) -> list[str]:
        return [mail.body for mail in self.topics.mails("operator")]


def test_the_operator_is_notified_once_of_all_posts_in_one_mail_the_most_urgent_first() -> None:
    states = (PostState.REFUSED, PostState.EXPIRED, PostState.IN_DOUBT, PostState.AWAITING_APPROVAL)
    posts = [a_post(f"글 {state}", state=state) for state in states]
    held = a_post("글 held", state=PostState.HELD, at=NOON + timedelta(hours=24))
    desk = Sweeping(*posts, held)
    desk.happens(dropped := a_post("글 dropped", state=PostState.HELD))
    desk.store.save(cancelled(dropped, NOON), dropped)
    desk.put(a_post("글 old", state=PostState.REFUSED))

    first, second = desk.sweep(), desk.sweep()

    [mail] = desk.mails
    assert (first.post_mails, second.post_mails) == (1, 0)
    places = [mail.index(post.text) for post in (posts[2], posts[3], held, posts[0], posts[1])]
    assert places == sorted(places)
    assert not any(text in mail for text in ("글 dropped", "글 old"))
    assert desk.outbox.stored == {}


def test_a_mail_that_failed_is_sent_by_the_next_sweep() -> None:
    desk = Sweeping(a_post(state=PostState.REFUSED))
    desk.topics.down = True

    failed = desk.sweep()
    desk.topics.down = False
    desk.passes(5 * MINUTE)
    desk.sweep()

    assert failed.failures == {"outbox#post": "TopicsUnavailable: InternalError"}
    assert failed.post_mails == 0
    assert len(desk.mails) == 1


def test_a_budget_that_is_used_up_delays_the_mail() -> None:
    desk = Sweeping(post := a_post(state=PostState.REFUSED))
    desk.budget.count = 0

    report = desk.sweep()

    assert (report.post_mails, report.failures) == (0, {})
    assert desk.store.notifies(post)


def test_without_time_nothing_is_mailed_and_nothing_is_lost() -> None:
    desk = Sweeping(post := a_post(state=PostState.REFUSED))

    desk.sweep(lambda: False)

    assert desk.mails == []
    assert desk.store.notifies(post)


def test_what_needs_no_mail_any_more_takes_none_out_of_the_budget() -> None:
    desk = Sweeping(dropped := a_post(state=PostState.HELD))
    desk.store.save(cancelled(dropped, NOON), dropped)

    report = desk.sweep()

    assert (report.post_mails, desk.budget.sent, desk.outbox.stored) == (0, {}, {})


def test_of_more_posts_than_a_run_reads_the_longest_waiting_are_mailed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.notifications.post_news._LIMIT", 1)
    newer, older = (a_post(f"글 {at}", state=PostState.REFUSED, at=NOON + at * MINUTE) for at in (2, 1))
    desk = Sweeping(newer, older)

    desk.sweep()

    [mail] = desk.mails
    assert (older.text in mail, newer.text in mail, len(desk.outbox.stored)) == (True, False, 1)


def test_the_operator_is_notified_twice_rather_than_never_if_the_entry_cannot_be_removed() -> None:
    desk = Sweeping(a_post(state=PostState.REFUSED))
    desk.outbox.fail_before = ["settle"]

    report = desk.sweep()
    desk.passes(5 * MINUTE)
    desk.sweep()

    assert report.failures == {"outbox#post": "StoreBusy: settle"}
    assert len(desk.mails) == 2


def test_a_decision_during_the_mail_is_not_undone() -> None:
    desk = Sweeping(post := a_post(state=PostState.IN_DOUBT))
    desk.outbox.meanwhile["settle"].append(lambda: desk.store.save(published(post, "5", desk.now), post))

    report = desk.sweep()

    assert report.failures == {}
    assert desk.store.posts[post.id].state is PostState.PUBLISHED


def test_a_post_that_is_held_twice_is_in_the_mail_once() -> None:
    desk = Sweeping(held := a_post("글 held", state=PostState.HELD))
    queued = desk.store.save(released(held, NOON), held)
    desk.store.save(hold(queued), queued)

    desk.sweep()

    assert desk.mails[0].count("글 held") == 1
    assert desk.outbox.stored == {}


def test_posts_that_do_not_fit_into_one_mail_are_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.notifications.post_news.MAIL_BYTES", 4_000)
    desk = Sweeping(*(a_post(f"글 {number} " + "가" * 130, state=PostState.REFUSED) for number in range(12)))

    while desk.outbox.stored:
        desk.sweep()
        desk.passes(5 * MINUTE)

    assert len(desk.mails) > 1
    assert all(sum(f"글 {number} " in mail for mail in desk.mails) == 1 for number in range(12))
    assert all(len(mail.encode()) <= 4_000 for mail in desk.mails)


@pytest.mark.parametrize(
    ("state", "mails"),
    [(PostState.REFUSED, 0), (PostState.EXPIRED, 0), (PostState.IN_DOUBT, 1), (PostState.HELD, 1)],
)
def test_the_operator_is_not_notified_of_posts_whose_case_notifies_its_people(state: PostState, mails: int) -> None:
    desk = Sweeping(a_post(state=state, in_reply_to="77", case_id="7Q2M4-XD93K"))

    desk.sweep()

    assert len(desk.mails) == mails
