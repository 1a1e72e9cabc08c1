"""An automatic reply that waited does not go out once somebody may be in danger; what people write does."""

from typing import Any

from desk.i18n import LANGUAGES
from desk.posts.model import PostReason, PostState, acknowledgement_id
from desk.posts.settle import PublishOutcome
from tests.unit.posts.scene import MINUTE, Scene, a_case, a_post, sends

CASE = a_case()


def acknowledging(scene: Scene, **changes: Any) -> str:
    """An acknowledgement of CASE that waits to be posted."""
    scene.cases.put(CASE._replace(**changes))
    post = a_post("잘 받았습니다.", id=acknowledgement_id(CASE.id), in_reply_to="77", by="")
    scene.accepts(post)
    return post.id


def test_an_acknowledgement_is_withdrawn_where_danger_has_joined_the_case_meanwhile() -> None:
    scene = Scene()
    post_id = acknowledging(scene, danger=True)

    report = scene.wakes(post_id)

    post = scene.store.posts[post_id]
    assert scene.x.made == []
    assert (post.state, post.reason, post.notification_pending) == (PostState.CANCELLED, PostReason.IN_DANGER, False)
    assert report.outcomes[PublishOutcome.WITHDRAWN] == 1
    assert all(phrases["post.reason.in_danger"] for phrases in LANGUAGES.values())


def test_any_other_acknowledgement_goes_out() -> None:
    scene = Scene()
    post_id = acknowledging(scene)

    scene.wakes(post_id)

    assert scene.store.posts[post_id].state is PostState.PUBLISHED


def test_a_persons_reply_goes_out_to_whoever_is_in_danger() -> None:
    scene = Scene()
    post = sends(scene.cases, CASE._replace(danger=True), a_post("곁에 있겠습니다.", in_reply_to="77"))
    scene.accepts(post)

    scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.PUBLISHED


def test_while_the_case_cannot_be_read_nothing_automatic_is_said() -> None:
    scene = Scene()
    post_id = acknowledging(scene)
    scene.cases.busy.add("get")

    report = scene.wakes(post_id)
    scene.cases.busy.clear()
    waited = scene.x.made == []
    scene.passes(MINUTE)
    scene.wakes(post_id)

    assert (list(report.failures), waited) == ([post_id], True)
    assert scene.store.posts[post_id].state is PostState.PUBLISHED
