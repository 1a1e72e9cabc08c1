from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.posts.model import PostReason, PostState
from desk.posts.transitions import cancelled, published
from sweep.posts import PostsReport, SweepPosts
from tests.fakes.notifications import FakeMailBudget, FakeTopics
from tests.unit.posts.scene import BRAND, MINUTE, NOON, SECOND, Scene, a_post
from tests.unit.sweep.scene import mailing


class Sweeping(Scene):
    """A desk whose posts are swept."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON + 10 * MINUTE
        self.topics = FakeTopics()
        self.budget = FakeMailBudget()

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> PostsReport:
        notifier = mailing(self.topics, lambda: self.now, BRAND, self.budget)
        return SweepPosts(self.store, self.queue, notifier, BRAND, lambda: self.now).wake_and_notify(has_time)

    @property
    def mails(self) -> list[str]:
        return [mail.body for mail in self.topics.mails("operator")]


@pytest.mark.parametrize(
    "state",
    [
        PostState.QUEUED,
        PostState.SCHEDULED,
        PostState.RECONCILING,
        PostState.PUBLISHING,
        PostState.HELD,
        PostState.AWAITING_APPROVAL,
    ],
)
def test_a_post_whose_message_was_lost_is_woken(state: PostState) -> None:
    desk, post = Sweeping(), a_post(state=state, at=NOON + 8 * MINUTE)
    desk.put(post)

    report = desk.sweep()

    assert report.woken == 1
    assert desk.queue.ids == [post.id]


@pytest.mark.parametrize("at", [NOON + 10 * MINUTE - 30 * SECOND, NOON + 11 * MINUTE])
def test_posts_that_are_just_due_or_not_yet_are_left_to_the_queue(at: object) -> None:
    desk = Sweeping()
    desk.put(a_post(at=at), a_post(state=PostState.SCHEDULED, at=at), a_post(state=PostState.PUBLISHING, at=at))

    assert desk.sweep().woken == 0


@pytest.mark.parametrize(
    "state", [PostState.PUBLISHED, PostState.IN_DOUBT, PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED]
)
def test_posts_that_are_finished_or_wait_for_a_person_are_not_woken(state: PostState) -> None:
    desk = Sweeping()
    desk.put(a_post(state=state))

    report = desk.sweep()

    assert (report.woken, report.oldest) == (0, timedelta(0))


def test_the_oldest_due_post_is_reported_even_while_it_waits_for_x() -> None:
    desk, later = Sweeping(), NOON + timedelta(days=3)
    desk.put(a_post(state=PostState.SCHEDULED, at=later, publish_at=later))
    without = desk.sweep().oldest
    desk.put(a_post(at=NOON + timedelta(hours=3), reason=PostReason.RATE_LIMITED, publish_at=NOON - MINUTE))

    assert (without, desk.sweep().oldest) == (timedelta(0), 11 * MINUTE)


@pytest.mark.parametrize("part", ["queue", "table"])
def test_a_queue_or_table_that_fails_is_tried_once_and_the_mail_goes_out(part: str) -> None:
    desk, post = Sweeping(), a_post()
    desk.put(post, a_post(), a_post(state=PostState.REFUSED, notification_pending=True))
    desk.queue.down, desk.store.busy = part == "queue", {"due"} if part == "table" else set()

    report = desk.sweep()

    assert report.failures == ({post.id: post.id} if part == "queue" else {"posts": "StoreBusy: due"})
    assert len(desk.mails) == 1


def test_without_time_nothing_is_begun() -> None:
    desk = Sweeping()
    desk.put(a_post(), a_post(state=PostState.REFUSED, notification_pending=True))

    report = desk.sweep(lambda: False)

    assert (report.woken, report.mails, desk.mails) == (0, 0, [])


def test_the_operator_is_notified_once_of_all_posts_in_one_mail() -> None:
    desk = Sweeping()
    states = (PostState.REFUSED, PostState.EXPIRED, PostState.IN_DOUBT, PostState.AWAITING_APPROVAL)
    posts = [a_post(f"글 {state}", state=state, notification_pending=True) for state in states]
    held = a_post("글 held", state=PostState.HELD, at=NOON + timedelta(hours=24), notification_pending=True)
    desk.put(*posts, held, cancelled(held._replace(id="dropped", text="글 dropped"), NOON))
    desk.put(a_post("글 old", state=PostState.REFUSED))

    first = desk.sweep()
    second = desk.sweep()

    assert (first.mails, second.mails) == (1, 0)
    assert len(desk.mails) == 1
    assert all(post.text in desk.mails[0] for post in (*posts, held))
    assert not any(text in desk.mails[0] for text in ("글 dropped", "글 old"))
    assert not any(post.notification_pending for post in desk.store.posts.values())


def test_a_mail_that_failed_is_sent_by_the_next_sweep() -> None:
    desk, post = Sweeping(), a_post(state=PostState.REFUSED, notification_pending=True)
    desk.put(post)
    desk.topics.down = True

    failed = desk.sweep()
    desk.topics.down = False
    desk.passes(5 * MINUTE)
    desk.sweep()

    assert failed.failures == {"post_news": "TopicsUnavailable: InternalError"}
    assert failed.mails == 0
    assert len(desk.mails) == 1


def test_a_budget_that_is_used_up_delays_the_mail() -> None:
    desk, post = Sweeping(), a_post(state=PostState.REFUSED, notification_pending=True)
    desk.put(post)
    desk.budget.count = 0

    report = desk.sweep()

    assert (report.mails, report.failures) == (0, {})
    assert desk.store.posts[post.id].notification_pending


def test_the_operator_is_notified_twice_rather_than_never_if_the_mark_cannot_be_saved() -> None:
    desk, post = Sweeping(), a_post(state=PostState.REFUSED, notification_pending=True)
    desk.put(post)
    desk.store.fail_before = ["save"]

    report = desk.sweep()
    desk.passes(5 * MINUTE)
    desk.sweep()

    assert report.failures == {post.id: "save"}
    assert len(desk.mails) == 2


def test_a_decision_during_the_mail_is_not_undone() -> None:
    desk, post = Sweeping(), a_post(state=PostState.IN_DOUBT, notification_pending=True)
    desk.put(post)
    desk.store.meanwhile["save"].append(lambda: desk.store.save(published(post, "5", desk.now), post))

    report = desk.sweep()

    assert report.failures == {}
    assert desk.store.posts[post.id].state is PostState.PUBLISHED


def test_posts_beyond_one_page_of_the_table_are_in_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sweep.posts._LIMIT", 3)
    desk = Sweeping()
    posts = [
        a_post(
            f"글 {number}", state=PostState.REFUSED, at=NOON + SECOND * (number // 2), notification_pending=number == 9
        )
        for number in range(10)
    ]
    desk.put(*posts)

    desk.sweep()

    assert "글 9" in desk.mails[0]


def test_posts_that_do_not_fit_into_one_mail_are_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sweep.posts.MAIL_BYTES", 4_000)
    desk = Sweeping()
    posts = [
        a_post(f"글 {number} " + "가" * 130, state=PostState.REFUSED, notification_pending=True) for number in range(12)
    ]
    desk.put(*posts)

    while any(post.notification_pending for post in desk.store.posts.values()):
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
    desk = Sweeping()
    desk.put(a_post(state=state, in_reply_to="77", case_id="7Q2M4-XD93K", notification_pending=True))

    desk.sweep()

    assert len(desk.mails) == mails
