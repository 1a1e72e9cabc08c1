"""A post that may be on X is searched on the timeline, and never sent again without a person's decision."""

import unicodedata
from copy import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest

from desk.errors import BreakerOpen, CreditsDepleted, Duplicate, Unavailable
from desk.posts.model import Post, PostReason, PostState
from desk.posts.publish import LEASE
from desk.posts.reconcile import find_on_x
from desk.posts.settle import PublishOutcome
from desk.posts.transitions import cancelled, queued_again
from tests.fakes.posts import Sent
from tests.fakes.x import FakeX, Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, TEXT, Scene, a_post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Killed(BaseException):
    """The process is gone."""


def lost(*, made: bool) -> Fault:
    return Fault(Unavailable("no answer"), made=made)


def reconciling(text: str = TEXT, **changes: Any) -> Post:
    post = a_post(text, state=PostState.RECONCILING, claimed_at=NOON, reason=PostReason.ANSWER_LOST)
    return post._replace(**changes)


def test_a_post_whose_answer_was_lost_is_found_on_the_timeline() -> None:
    scene = Scene(post := a_post())
    scene.x.faults.append(lost(made=True))

    report = scene.wake(post.id)
    first = scene.post(post.id)
    settled = scene.wake_until_settled(post.id)

    assert report.outcomes == {PublishOutcome.RECONCILING: 1}
    assert (first.state, first.reason, first.at) == (
        PostState.RECONCILING,
        PostReason.ANSWER_LOST,
        NOON + 10 * SECOND,
    )
    assert scene.queue.sent == [Sent(post.id, 10)]
    assert (settled.state, settled.x_id) == (PostState.PUBLISHED, scene.x.made[0].id)
    assert (scene.x.attempts.total(), settled.spent_micro_usd) == (1, 16_000)


@pytest.mark.parametrize(
    ("made", "late", "ends"),
    [
        (True, 6 * MINUTE, PostState.PUBLISHED),
        (True, DAY, PostState.IN_DOUBT),
        (False, timedelta(), PostState.IN_DOUBT),
    ],
)
def test_several_attempts_are_made_before_a_person_must_decide(made: bool, late: timedelta, ends: PostState) -> None:
    scene = Scene(post := a_post())
    scene.x.late = late
    scene.x.faults.append(lost(made=made))

    settled = scene.wake_until_settled(post.id)
    scene.passes(HOUR)
    scene.wake(post.id)

    assert scene.post(post.id) == settled
    assert (settled.state, scene.store.notifies(settled)) == (ends, ends is PostState.IN_DOUBT)
    assert settled.at == NOON + 7 * MINUTE + 10 * SECOND
    assert (scene.x.count("own_posts"), scene.x.attempts.total()) == (4, 1)
    assert [sent.delay_seconds for sent in scene.queue.sent] == [10, 60, 120, 240]


@pytest.mark.parametrize("made", [True, False])
def test_a_post_of_a_killed_run_is_reconciled_when_the_lease_has_expired(made: bool) -> None:
    scene = Scene(post := a_post())
    scene.x.faults.append(Fault(Killed(), made=made))
    with pytest.raises(Killed):
        scene.wake(post.id)

    early = scene.wake(post.id)
    scene.passes(LEASE)
    settled = scene.wake_until_settled(post.id)

    assert early.outcomes == {PublishOutcome.NOTHING: 1}
    assert settled.state is (PostState.PUBLISHED if made else PostState.IN_DOUBT)
    assert scene.x.attempts.total() == 1


@pytest.mark.parametrize("late", [None, HOUR])
def test_a_post_that_a_person_queues_again_is_on_x_once(late: timedelta | None) -> None:
    """It is sent, unless the first attempt appears on X after all."""
    scene = Scene(post := a_post())
    scene.x.late = late or timedelta()
    scene.x.faults.append(lost(made=late is not None))
    seen = scene.wake_until_settled(post.id)
    scene.passes(2 * HOUR)

    scene.put(queued_again(seen, scene.now))
    settled = scene.wake_until_settled(post.id)

    assert (seen.state, settled.state) == (PostState.IN_DOUBT, PostState.PUBLISHED)
    assert scene.x.texts() == [post.text]


def test_a_duplicate_of_an_older_post_is_refused_after_reconciling() -> None:
    scene = Scene(post := a_post())
    scene.x.add_own_post(post.text, at=NOON - 5 * HOUR)

    settled = scene.wake_until_settled(post.id)

    assert (settled.state, settled.reason, scene.store.notifies(settled)) == (
        PostState.REFUSED,
        PostReason.DUPLICATE,
        True,
    )
    assert settled.detail == "X answered 403: duplicate content"
    assert scene.x.texts() == [post.text]


def test_a_duplicate_after_an_earlier_attempt_proves_nothing_and_ends_in_doubt() -> None:
    scene = Scene(post := a_post(claimed_at=NOON - HOUR))
    scene.x.late = DAY
    scene.x.faults.append(Fault(Duplicate("403")))

    settled = scene.wake_until_settled(post.id)

    assert (settled.state, settled.reason) == (PostState.IN_DOUBT, PostReason.ANSWER_LOST)


def test_the_answer_to_a_slow_run_wins_over_the_runs_that_overtook_it() -> None:
    scene = Scene(post := a_post())
    scene.x.late = DAY

    def overtake() -> None:
        scene.passes(LEASE)
        assert scene.wake_until_settled(post.id).state is PostState.IN_DOUBT

    scene.x.after = overtake

    report = scene.wake(post.id)

    settled = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert (settled.state, settled.x_id) == (PostState.PUBLISHED, scene.x.made[0].id)
    assert (scene.store.notifies(settled), scene.x.attempts.total()) == (False, 1)


@pytest.mark.parametrize("way", ["fail_before", "fail_after"])
def test_a_table_that_fails_once_after_the_call_is_tried_again(way: str) -> None:
    scene = Scene(post := a_post())
    scene.x.after = lambda: getattr(scene.store, way).append("save")

    report = scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert scene.post(post.id).x_id == scene.x.made[0].id


def test_a_table_that_fails_after_the_call_costs_an_attempt_and_no_second_post() -> None:
    scene = Scene(post := a_post())
    scene.x.after = lambda: scene.store.busy.add("save")

    report = scene.wake(post.id)
    scene.store.busy.clear()
    settled = scene.wake_until_settled(post.id)

    assert report.failures.keys() == {post.id}
    assert (settled.state, scene.x.attempts.total()) == (PostState.PUBLISHED, 1)


@pytest.mark.parametrize("error", [Unavailable("503"), CreditsDepleted("402"), BreakerOpen("user:read", NOON)])
def test_an_attempt_that_x_does_not_allow_does_not_count_for_an_hour(error: Unavailable) -> None:
    scene = Scene(post := reconciling(), other := reconciling())
    scene.x.add_own_post(post.text)
    scene.x.timeline_error = error

    for _ in range(30):
        scene.wake(post.id)
        scene.passes(MINUTE)
    blocked = scene.post(post.id)
    given_up = scene.wake_until_settled(other.id, limit=100)
    given_up_after = scene.now - NOON
    scene.x.timeline_error = None

    assert (blocked.state, blocked.reconcile_attempts) == (PostState.RECONCILING, 0)
    assert (given_up.state, given_up_after < 62 * MINUTE) == (PostState.IN_DOUBT, True)
    assert scene.wake_until_settled(post.id).state is PostState.PUBLISHED


def test_attempts_that_always_meet_a_defect_end_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(post := reconciling())

    def defect(**_: object) -> NoReturn:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(scene.x, "own_posts", defect)

    settled = scene.wake_until_settled(post.id)

    assert (settled.state, scene.store.notifies(settled)) == (PostState.IN_DOUBT, True)
    assert scene.now - NOON < 15 * MINUTE


def test_an_attempt_is_made_by_one_run_only() -> None:
    scene = Scene(post := reconciling())
    scene.store.meanwhile["save"].append(lambda: scene.wake(post.id))

    scene.wake(post.id)

    assert scene.x.count("own_posts") == 1


def test_a_person_who_decides_during_an_attempt_is_not_overruled() -> None:
    scene = Scene(post := reconciling(reconcile_attempts=3))

    def decide() -> None:
        seen = scene.post(post.id)
        scene.store.put(cancelled(seen, scene.now)._replace(version=seen.version + 1))

    scene.store.meanwhile["save"] += [lambda: None, decide]

    scene.wake(post.id)

    assert scene.post(post.id).state is PostState.CANCELLED


# What counts as the same post


_PLAIN = "공지입니다"
_COMPOSE = "messages/compose?recipient_id=2590000001"


def found(ours: Post, shown: str, *, at: datetime = NOON, in_reply_to: str | None = None) -> bool:
    """Whether our post is found on an account that shows this."""
    x = FakeX(lambda: NOON + HOUR)
    made = x.add_own_post(shown, in_reply_to=in_reply_to, at=at)
    return find_on_x(ours, x) == made


@pytest.mark.parametrize(
    ("ours", "shown", "is_found"),
    [
        ("안내 https://emerald.example/a", "안내 https://emerald.example/a", True),
        ("안내 emerald.example/a", "안내 http://emerald.example/a", True),
        ("안내 https://emerald.example/", "안내 https://emerald.example", True),
        ("안내 https://emerald.example/a/\n끝", "안내 https://emerald.example/a 끝", True),
        ("안내 https://emerald.example/%EC%95%88", "안내 https://emerald.example/안", True),
        ("가격 < 100 & 무료", "가격 < 100 & 무료", True),
        ("카페", unicodedata.normalize("NFD", "카페"), True),
        ("둘  칸", "둘 칸 ", True),
        ("안내 https://emerald.example/a", "안내 https://emerald.example/b", False),
        ("안내 https://emerald.example/a", "안내 https://emerald.example/a!", False),
        ("안내 https://emerald.example/a", "안내", False),
        ("@hana 공지입니다", "@minji 공지입니다", False),  # handles before an announcement are words of it
    ],
)
def test_a_post_is_found_by_its_words_however_x_writes_links_and_blanks(ours: str, shown: str, is_found: bool) -> None:
    assert found(reconciling(ours), shown) is is_found


@pytest.mark.parametrize(
    ("ours", "theirs", "is_found"), [("77", "77", True), ("77", "78", False), ("77", None, False), (None, "77", False)]
)
def test_a_reply_is_found_at_its_place_with_the_handles_that_x_adds(
    ours: str | None, theirs: str | None, is_found: bool
) -> None:
    post = reconciling("@hana 확인했어요" if ours else "@minji @hana 확인했어요", in_reply_to=ours)

    assert found(post, "@minji @hana 확인했어요", in_reply_to=theirs) is is_found


@pytest.mark.parametrize(
    "link", ["", " https://t.co/a1B2", f" https://twitter.com/{_COMPOSE}", f" https://x.com/{_COMPOSE}"]
)
def test_the_button_for_a_private_message_is_no_part_of_the_text(link: str) -> None:
    post = reconciling("비공개로 안내해 드릴게요", in_reply_to="77")
    shown = f"@minji {post.text}{link}"

    assert found(post._replace(private_message=True), shown, in_reply_to="77")
    assert found(post, shown, in_reply_to="77") is (not link)


def test_neither_a_repost_nor_a_post_that_is_older_than_the_claim_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    x, post = FakeX(lambda: NOON + HOUR), reconciling(_PLAIN)
    x.add_own_post(_PLAIN, at=NOON, retweets="5")
    x.add_own_post(_PLAIN, at=NOON - 2 * MINUTE)
    own_posts = x.own_posts

    assert find_on_x(post, x) is None
    assert find_on_x(a_post(_PLAIN), x) is None  # never claimed, so never sent
    monkeypatch.setattr(x, "own_posts", lambda **_: own_posts())  # a timeline that ignores since_id
    assert find_on_x(post, x) is None
    made = x.add_own_post(_PLAIN, at=NOON - 50 * SECOND)  # the clocks of two machines differ
    assert find_on_x(post, x) == made


def test_an_edited_post_has_the_id_of_its_first_version() -> None:
    x = FakeX(lambda: NOON + HOUR)
    first = x.add_own_post(_PLAIN, at=NOON)
    x.made[0] = replace(x.made[0], id=str(int(first) + 1), edit_ids=(first, str(int(first) + 1)))

    assert find_on_x(reconciling(_PLAIN), x) == first


def test_a_post_is_found_far_down_the_timeline_which_is_not_read_without_end() -> None:
    x, post = FakeX(lambda: NOON + HOUR), reconciling(_PLAIN)
    made = x.add_own_post(_PLAIN, at=NOON)
    for number in range(450):
        x.add_own_post(f"다른 글 {number}", at=NOON + SECOND * number)

    far_down, pages = find_on_x(post, x), x.count("own_posts")
    for number in range(600):
        x.add_own_post(f"또 다른 글 {number}", at=NOON + SECOND * number)

    assert (far_down, pages) == (made, 5)
    assert (find_on_x(post, x), x.count("own_posts")) == (None, 5 + 8)
