from desk.posts.model import PostReason, PostState
from desk.posts.settle import PublishOutcome
from desk.posts.transitions import released
from tests.unit.posts.scene import MINUTE, NOON, Scene, a_post


def test_a_pause_holds_what_is_due_until_a_person_decides() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.pauses()

    report = scene.wakes(post.id)

    held = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.HELD: 1}
    assert (held.state, held.reason, held.at, held.notification_pending) == (
        PostState.HELD,
        PostReason.PAUSED,
        post.expires_at,
        True,
    )
    assert scene.x.attempts.total() == 0


def test_a_pause_that_comes_between_reading_and_claiming_holds_it_too() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.store.meanwhile["save"].append(scene.pauses)

    scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.HELD
    assert scene.x.attempts.total() == 0


def test_what_was_claimed_before_the_pause_goes_out_and_is_settled() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.before = scene.pauses

    scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


def test_a_persons_confirmed_reply_passes_the_pause() -> None:
    scene, post = Scene(), a_post("확인했습니다", in_reply_to="77", through_pause=True)
    scene.accepts(post)
    scene.pauses()

    scene.wakes(post.id)

    assert scene.x.texts() == ["확인했습니다"]


def test_after_the_pause_nothing_fires_by_itself() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.pauses()
    scene.wakes(post.id)
    scene.switch.resume(by="someone", at=scene.now)

    for _ in range(10):
        scene.passes(10 * MINUTE)
        scene.wakes(post.id)
    still = scene.store.posts[post.id]
    scene.accepts(released(still, scene.now))
    scene.wakes(post.id)

    assert still.state is PostState.HELD
    assert scene.store.posts[post.id].state is PostState.PUBLISHED


def test_what_is_held_beyond_its_time_expires_in_peace() -> None:
    scene, post = Scene(), a_post(expires_at=NOON + MINUTE)
    scene.accepts(post)
    scene.pauses()
    scene.wakes(post.id)
    scene.passes(MINUTE)

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.EXPIRED: 1}
    assert scene.store.posts[post.id].notification_pending


def test_what_may_have_been_said_is_looked_for_during_a_pause() -> None:
    scene, post = Scene(), a_post(state=PostState.RECONCILING, claimed_at=NOON, reason=PostReason.ANSWER_LOST)
    scene.accepts(post)
    scene.x.add_own_post(post.text)
    scene.pauses()

    scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.PUBLISHED
