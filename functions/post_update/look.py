"""Looking for a post in the account's own timeline."""

from collections.abc import Iterator
from datetime import timedelta

from desk.ports.x import XPublishing
from desk.post import Post
from desk.same_post import is_same
from desk.snowflake import first_id_at
from desk.x_post import XPost

_SKEW = timedelta(minutes=1)
"""So much earlier than our claim a post may be born by X's clock."""
_PAGES = 8
"""Pages of one look: more than the account can say in the days that a look may reach back."""


def find(post: Post, x: XPublishing) -> str | None:
    """The id under which the post stands on X; None when the timeline does not show it (yet).

    Raises what XPublishing raises.
    """
    if post.claimed_at is None:
        return None
    since_id = first_id_at(post.claimed_at - _SKEW)
    found = [shown for shown in _shown(x, since_id) if int(shown.id) >= int(since_id) and is_same(post, shown)]
    return min((shown.first_id for shown in found), key=int, default=None)


def _shown(x: XPublishing, since_id: str) -> Iterator[XPost]:
    token = None
    for _ in range(_PAGES):
        page = x.own_posts(since_id=str(int(since_id) - 1), page_token=token)
        yield from page.posts
        if page.next_token is None or page.next_token == token:
            return
        token = page.next_token
