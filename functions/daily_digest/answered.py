"""Which posts the account answered on X, as X tells."""

import logging
from collections.abc import Collection
from datetime import datetime

from daily_digest.refusals import REFUSALS
from desk.ports.x import XOwnPosts

PAGES = 32
"""All that X shows of an account's posts: 3,200. Each page costs money, so none is asked for beyond the period."""

_log = logging.getLogger(__name__)


def answered_since(
    x: XOwnPosts, since: datetime, *, but: Collection[str] = (), pages: int = PAGES
) -> frozenset[str] | None:
    """Ids of the posts that the account's posts since then reply to, `but` some of these; None when X does not tell.

    An account that posted more than `pages` hundred times is not walked further: older answers stay unknown.
    """
    answered: set[str] = set()
    token: str | None = None
    try:
        for _ in range(pages):
            page = x.own_posts(start_time=since, page_token=token)
            answered |= {post.in_reply_to for post in page.posts if post.in_reply_to and post.id not in but}
            if not page.next_token or page.next_token == token:
                break
            token = page.next_token
    except REFUSALS as exc:
        _log.warning("what the account answered stays unknown: %s", exc)
        return None
    return frozenset(answered)
