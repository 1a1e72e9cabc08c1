"""A reply in two posts, the second under the first, as the one reply that its case waits for."""

from desk.ports.posts import PostStore
from desk.post import Post, PostState
from desk.post_steps import following_id


def whole_reply(post: Post, store: PostStore) -> Post:
    """The reply that the post is, or is a part of. Raises StoreBusy.

    Two parts are the first one with the texts of both, which is where the second one is. While the second part does not
    stand, it is the whole's continuation, and `x_id` tells that the first part does.
    """
    if post.continues is not None:
        first = store.get(post.continues)
        return _joined(first, post) if first else post
    if post.state is PostState.PUBLISHED and post.continuation is not None:
        second = store.get(following_id(post.id))
        return _joined(post, second) if second else post
    return post


def _joined(first: Post, second: Post) -> Post:
    stands = second.state is PostState.PUBLISHED
    return first._replace(
        text=f"{first.text}\n{second.text}",
        state=second.state,
        at=second.at,
        reason=second.reason,
        detail=second.detail,
        continuation=None if stands else second.text,
    )
