"""The posts that a preview has read, as the X of a poll: at each moment it shows what had been posted by then.

It makes no call, so a poll looks up neither authors nor posts that were not read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Unpack

from desk.x.model import Accounts, Lookup, Page, TimelineBounds, Usage, XPost

_PAGE = 100


class SavedX:
    """XTimelines and XOwnPosts over posts that are kept. `now` is the moment at which it is asked."""

    def __init__(self, mentions: Iterable[XPost], own_posts: Iterable[XPost], now: datetime) -> None:
        self._mentions = _newest_first(mentions)
        self._own_posts = _newest_first(own_posts)
        self._by_id = {post.id: post for post in (*self._mentions, *self._own_posts)}
        self.now = now

    def mentions(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XTimelines."""
        return self._page(self._mentions, bounds)

    def own_posts(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """See XOwnPosts."""
        return self._page(self._own_posts, bounds)

    def search(self, *, query: str, **bounds: Unpack[TimelineBounds]) -> Page:  # noqa: ARG002 - the protocol's
        """See XTimelines: nothing, since the timelines have no gaps."""
        return self._page([], bounds)

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:  # noqa: ARG002 - the protocol's
        """See XTimelines: those that were read."""
        return Lookup({key: self._by_id[key] for key in ids if key in self._by_id}, frozenset())

    def accounts(self, ids: Sequence[str]) -> Accounts:  # noqa: ARG002 - the protocol's
        """See XTimelines: none."""
        return Accounts({}, frozenset())

    def take_usage(self) -> Usage:
        """See XTimelines: nothing is billed."""
        return Usage()

    def _page(self, posts: Sequence[XPost], bounds: TimelineBounds) -> Page:
        above, start = int(bounds.get("since_id") or 0), bounds.get("start_time")
        below = min((int(each) for each in (bounds.get("until_id"), bounds.get("page_token")) if each), default=None)
        found = [
            post
            for post in posts
            if post.created_at <= self.now
            and int(post.id) > above
            and (below is None or int(post.id) < below)
            and (start is None or post.created_at >= start)
        ]
        page = tuple(found[:_PAGE])
        return Page(
            posts=page,
            newest_id=page[0].id if page else None,
            oldest_id=page[-1].id if page else None,
            next_token=page[-1].id if len(found) > _PAGE else None,
            count=len(page),
        )


def _newest_first(posts: Iterable[XPost]) -> list[XPost]:
    return sorted(posts, key=lambda post: int(post.id), reverse=True)
