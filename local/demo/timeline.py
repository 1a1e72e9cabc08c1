"""The brand's own posts on the local X."""

from dataclasses import dataclass
from datetime import datetime

from local.x.server import RunningX
from local.x.state import Post


@dataclass(frozen=True, slots=True)
class OwnPost:
    """One post of the account; `answers` is the handle it answers, None for one on the timeline itself."""

    id: str
    created_at: datetime
    text: str
    answers: str | None


def own_posts(x: RunningX) -> list[OwnPost]:
    """What the account has said and not deleted, replies included, the oldest first."""
    world = x.state
    with world.lock:
        own = [post for post in world.posts.values() if post.author_id == world.brand.id and not post.deleted]
        return [_own_post(x, post) for post in sorted(own, key=lambda post: int(post.id))]


def _own_post(x: RunningX, post: Post) -> OwnPost:
    answered = x.state.users.get(post.in_reply_to_user_id or "")
    return OwnPost(post.id, post.created_at, post.text, answered.username if answered else None)
