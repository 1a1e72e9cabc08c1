"""Posts as items of their table."""

from desk.posts.model import PostReason
from desk.posts.store import post_item, post_of
from tests.unit.posts.scene import a_post


def test_a_reason_of_another_release_does_not_make_a_post_unreadable() -> None:
    """After a rollback, one such post would hide all others of its state from the sweep."""
    post = a_post(reason=PostReason.NOT_REACHED)
    item = post_item(post, write="w") | {"reason": {"S": "not_known_yet"}}

    assert post_of(item) == post._replace(reason=None)


def test_a_post_of_the_release_before_answers_no_case() -> None:
    item = post_item(a_post(in_reply_to="77", case_id="7Q2M4-XD93K"), write="w")
    del item["case_id"]

    post = post_of(item)

    assert post is not None
    assert post.case_id is None
