"""While X's answer about one post is missing, nothing else is sent.

An X that is ill would otherwise take every due post down with it: each would be sent, lose its answer, and end with a
person. So one post at a time finds out how X is, and the others wait until it is found or a person's.
"""

import logging
from datetime import datetime, timedelta

from desk.ports.posts import PostStore
from desk.post import PostReason, PostState

PUT_OFF = timedelta(minutes=1)
"""For how long a post waits before it asks again."""

_NOBODY_LOOKS = timedelta(minutes=15)
"""A look that is overdue for so long is not coming: it must not silence the desk for ever."""
_FARTHEST_LOOK = timedelta(hours=1)
_LIMIT = 100

_log = logging.getLogger(__name__)


def unanswered(store: PostStore, now: datetime) -> set[str]:
    """Ids of the posts that are looked for since X's answer was lost; none where the tables don't tell.

    One question for a whole run. Whatever becomes of it, it spares posts and must never be what stops them.
    """
    try:
        looking = store.between(PostState.LOOKING, now - _NOBODY_LOOKS, now + _FARTHEST_LOOK, limit=_LIMIT)
    except Exception:  # noqa: BLE001 - a brake that fails must not hold
        _log.warning("what is looked for could not be listed; going on without a brake", exc_info=True)
        return set()
    return {post.id for post in looking if post.reason is PostReason.ANSWER_LOST}
