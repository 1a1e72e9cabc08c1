"""Posts with pictures: uploaded before the claim, also when X or a picture is slow, refused or expired."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.errors import BadRequest, CreditsDepleted, DeskError, NotAuthorised, NotReached, RateLimited, Unavailable
from desk.pictures.model import AttachedPicture, Picture, PictureReason, PictureState
from desk.posts.model import Post, PostReason, PostState, is_same
from desk.posts.settle import PublishOutcome
from desk.x.endpoints import ALT_TEXT_PRICE
from desk.x.model import XPost
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_post

FIRST, SECOND_ID = "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb"
BOTH = (AttachedPicture(FIRST, "초록 지붕"), AttachedPicture(SECOND_ID))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PICTURE = Picture(
    FIRST, "박지민", NOON - HOUR, PictureState.READY, content_type="image/jpeg", width=4, height=3, size=5
)


def with_pictures(*attached: AttachedPicture) -> tuple[Scene, Post]:
    """A due post whose pictures are ready."""
    post = a_post()._replace(pictures=attached or BOTH, expires_at=NOON + DAY)
    scene = Scene(post)
    for each in post.pictures:
        scene.pictures.add(PICTURE._replace(id=each.id))
        scene.files.put_prepared(each.id, each.id.encode(), "image/jpeg")
    return scene, post


def wake_when_due(scene: Scene, post: Post) -> Post:
    """Let it become the time of the post's next step, and wake the publisher."""
    scene.now = max(scene.now, scene.post(post.id).at)
    scene.wake(post.id)
    return scene.post(post.id)


def test_a_post_shows_its_pictures_in_their_order_with_their_descriptions() -> None:
    scene, post = with_pictures()

    report = scene.wake(post.id)

    published = scene.post(post.id)
    shown = scene.x.shows[published.x_id or ""]
    assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert [each.content for each in shown] == [FIRST.encode(), SECOND_ID.encode()]
    assert [each.alt for each in shown] == ["초록 지붕", None]
    assert published.spent_micro_usd == 15_000 + ALT_TEXT_PRICE
    assert scene.x.count("describe_picture") == 1
    recorded = scene.pictures.pictures[FIRST]
    assert (recorded.x_alt, recorded.x_expires_at) == ("초록 지붕", NOON + DAY)


def test_a_post_without_pictures_asks_nobody_about_pictures() -> None:
    scene = Scene(post := a_post())

    scene.wake(post.id)

    assert scene.post(post.id).state is PostState.PUBLISHED
    assert (scene.pictures.calls.total(), scene.x.count("upload_picture")) == (0, 0)


def test_everything_is_uploaded_before_the_claim() -> None:
    scene, post = with_pictures()
    states = []
    scene.x.before_upload = lambda: states.append(scene.post(post.id).state)

    scene.wake(post.id)

    assert states == [PostState.QUEUED, PostState.QUEUED]


def test_a_slow_upload_takes_nothing_from_the_lease() -> None:
    scene, post = with_pictures()
    scene.x.before_upload = lambda: scene.passes(5 * MINUTE)

    scene.wake(post.id)

    assert scene.post(post.id).state is PostState.PUBLISHED


def test_after_uploads_that_took_all_the_time_the_next_run_goes_on_with_their_ids() -> None:
    scene, post = with_pictures()

    def slow() -> None:
        scene.left -= 20

    scene.x.before_upload = slow
    scene.wake(post.id)
    assert (scene.post(post.id).state, scene.x.made) == (PostState.QUEUED, [])
    assert scene.queue.sent[-1].post_id == post.id

    scene.left = 55
    scene.wake(post.id)

    assert scene.post(post.id).state is PostState.PUBLISHED
    assert (scene.x.count("upload_picture"), scene.x.count("describe_picture")) == (2, 1)
    assert scene.post(post.id).spent_micro_usd == 15_000 + ALT_TEXT_PRICE


def test_a_picture_that_is_not_ready_lets_the_post_wait_and_is_asked_for_again() -> None:
    scene, post = with_pictures()
    waiting = PICTURE._replace(state=PictureState.WAITING, content_type=None)
    scene.pictures.save(waiting)

    report = scene.wake(post.id)

    seen = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert (seen.state, seen.reason, seen.claimed_at) == (PostState.QUEUED, PostReason.PICTURE_NOT_READY, None)
    assert NOON < seen.at <= NOON + 5 * MINUTE
    assert (scene.picture_queue.sent, scene.queue.sent[-1].post_id) == ([FIRST], post.id)

    scene.pictures.save(PICTURE)
    assert wake_when_due(scene, post).state is PostState.PUBLISHED


def test_a_new_picture_is_not_asked_for_again_at_once_and_a_failing_queue_stops_nothing() -> None:
    scene, post = with_pictures()
    scene.pictures.save(PICTURE._replace(state=PictureState.WAITING, created_at=NOON - 10 * SECOND))
    scene.wake(post.id)
    assert scene.picture_queue.sent == []

    scene.picture_queue.fails = True
    scene.passes(MINUTE)
    assert wake_when_due(scene, post).reason is PostReason.PICTURE_NOT_READY


def test_a_picture_that_never_becomes_ready_lets_the_post_expire_after_bounded_looks() -> None:
    scene, post = with_pictures()
    scene.pictures.save(PICTURE._replace(state=PictureState.WAITING))

    looks = 0
    while wake_when_due(scene, post).state is PostState.QUEUED:
        looks += 1

    expired = scene.post(post.id)
    assert (expired.state, scene.store.notifies(expired)) == (PostState.EXPIRED, True)
    assert looks < 400


@pytest.mark.parametrize("is_known", [True, False])
def test_a_refused_or_missing_picture_refuses_the_post_and_the_operator_is_told(*, is_known: bool) -> None:
    scene, post = with_pictures()
    if is_known:
        scene.pictures.save(
            PICTURE._replace(state=PictureState.REFUSED, reason=PictureReason.NOT_FETCHED, detail="404")
        )
    else:
        scene.pictures.pictures.pop(FIRST)

    report = scene.wake(post.id)

    seen = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.REFUSED: 1}
    assert (seen.state, seen.reason) == (PostState.REFUSED, PostReason.PICTURE_REFUSED)
    assert scene.store.notifies(seen)
    assert scene.x.made == []
    assert ("404" in (seen.detail or "")) is is_known


def test_x_refusing_a_picture_refuses_post_and_picture_with_its_message() -> None:
    scene, post = with_pictures()
    scene.x.upload_errors.append(BadRequest("X answered 400: image dimensions"))

    scene.wake(post.id)

    assert (scene.post(post.id).reason, scene.post(post.id).detail) == (
        PostReason.PICTURE_REFUSED,
        "X answered 400: image dimensions",
    )
    refused = scene.pictures.pictures[FIRST]
    assert (refused.state, refused.reason) == (PictureState.REFUSED, PictureReason.REFUSED_BY_X)


@pytest.mark.parametrize("where", ["upload_errors", "describe_errors"])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RateLimited("429", NOON + HOUR), PostReason.RATE_LIMITED),
        (CreditsDepleted("402"), PostReason.CREDITS_DEPLETED),
        (NotAuthorised("401"), PostReason.NOT_AUTHORISED),
        (NotReached("no connection"), PostReason.NOT_REACHED),
        (Unavailable("503"), PostReason.PICTURE_NOT_READY),
    ],
)
def test_an_upload_that_x_does_not_take_now_is_made_later_and_the_post_never_in_doubt(
    where: str, error: DeskError, reason: PostReason
) -> None:
    scene, post = with_pictures()
    getattr(scene.x, where).append(error)

    report = scene.wake(post.id)

    seen = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert (seen.state, seen.reason, seen.claimed_at) == (PostState.QUEUED, reason, None)
    assert wake_when_due(scene, post).state is PostState.PUBLISHED
    assert len(scene.x.made) == 1


def test_an_uploaded_picture_is_used_again_until_shortly_before_it_expires() -> None:
    scene, post = with_pictures()
    scene.x.faults.append(Fault(RateLimited("429", NOON + 23 * HOUR)))
    scene.wake(post.id)

    scene.passes(23 * HOUR)
    scene.wake(post.id)
    assert scene.post(post.id).state is PostState.PUBLISHED
    assert scene.x.count("upload_picture") == 2


def test_a_picture_that_expired_before_publishing_is_uploaded_and_described_again() -> None:
    scene, post = with_pictures(BOTH[0])
    scene.x.media_lasts = HOUR
    scene.x.faults.append(Fault(RateLimited("429", NOON + 55 * MINUTE)))
    scene.wake(post.id)

    scene.passes(55 * MINUTE)
    scene.wake(post.id)

    published = scene.post(post.id)
    assert published.state is PostState.PUBLISHED
    assert [each.alt for each in scene.x.shows[published.x_id or ""]] == ["초록 지붕"]
    assert scene.x.count("upload_picture") == 2


def test_a_picture_without_a_description_does_not_get_that_of_an_earlier_post() -> None:
    scene, first = with_pictures(BOTH[0])
    second = a_post("둘째")._replace(pictures=(AttachedPicture(FIRST),))
    scene.put(second)

    scene.wake(first.id)
    scene.wake(second.id)

    alts = [[each.alt for each in shown] for shown in scene.x.shows.values()]
    assert alts == [["초록 지붕"], [None]]


def test_ids_that_x_does_not_know_any_more_are_replaced_once() -> None:
    scene, post = with_pictures()
    scene.x.refuses_media = True

    scene.wake(post.id)
    seen = scene.post(post.id)
    assert (seen.state, seen.reason) == (PostState.QUEUED, PostReason.PICTURE_NOT_READY)
    assert "media IDs" in (seen.detail or "")
    assert scene.pictures.pictures[FIRST].x_media_id is None

    scene.x.refuses_media = False
    assert wake_when_due(scene, post).state is PostState.PUBLISHED
    assert scene.x.count("upload_picture") == 4


def test_ids_that_x_never_takes_refuse_the_post_in_the_end() -> None:
    scene, post = with_pictures()
    scene.x.refuses_media = True

    states = [wake_when_due(scene, post).state for _ in range(2)]

    assert states == [PostState.QUEUED, PostState.REFUSED]
    assert scene.post(post.id).reason is PostReason.PICTURE_REFUSED


def test_a_busy_table_while_ids_are_forgotten_leaves_no_post_in_doubt() -> None:
    scene, post = with_pictures()
    scene.x.refuses_media = True
    scene.x.before_upload = lambda: None
    scene.wake(post.id)
    scene.pictures.busy.add("save")

    assert wake_when_due(scene, post).state in {PostState.QUEUED, PostState.REFUSED}


@pytest.mark.parametrize(
    "trouble",
    [
        lambda scene: scene.files.failing.add("prepared"),
        lambda scene: scene.pictures.busy.add("get_many"),
        lambda scene: scene.pictures.busy.add("save"),
    ],
)
def test_a_store_that_fails_lets_the_post_wait(trouble: Callable[[Scene], object]) -> None:
    scene, post = with_pictures()
    trouble(scene)

    scene.wake(post.id)

    seen = scene.post(post.id)
    assert (seen.state, seen.reason) == (PostState.QUEUED, PostReason.PICTURE_NOT_READY)
    scene.files.failing.clear()
    scene.pictures.busy.clear()
    assert wake_when_due(scene, post).state is PostState.PUBLISHED


def test_a_pause_that_came_before_the_claim_holds_the_post_with_what_it_cost() -> None:
    scene, post = with_pictures()
    scene.pause()

    scene.wake(post.id)

    seen = scene.post(post.id)
    assert (seen.state, seen.spent_micro_usd) == (PostState.HELD, ALT_TEXT_PRICE)


def test_a_cancellation_during_the_upload_wins() -> None:
    scene, post = with_pictures(BOTH[0])

    def cancel() -> None:
        seen = scene.post(post.id)
        scene.store.save(seen._replace(state=PostState.CANCELLED), seen)

    scene.x.before_upload = cancel

    scene.wake(post.id)

    assert (scene.post(post.id).state, scene.x.made) == (PostState.CANCELLED, [])


@pytest.mark.parametrize(
    "link", [" https://t.co/a1B2c3", " https://x.com/jade/status/19/photo/1 https://x.com/jade/status/19/photo/2"]
)
def test_a_post_on_x_with_links_for_its_pictures_is_the_same_post(link: str) -> None:
    post = a_post("새 소식")

    shown = XPost("19", f"새 소식{link}", "1", NOON, "19", "ko", ("19",))

    assert is_same(post._replace(pictures=BOTH), shown)
    assert not is_same(post, shown)
    assert not is_same(a_post("다른 소식")._replace(pictures=BOTH), shown)
