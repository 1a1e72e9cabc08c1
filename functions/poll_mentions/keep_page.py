"""A page of X's posts becomes stored mentions."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.gap import Gap
from desk.ports.mention_store import MentionStore
from desk.ports.x import Page
from desk.x_post import XPost
from poll_mentions.enrich import Enricher
from poll_mentions.unparsable import unparsable_range


@dataclass(slots=True, kw_only=True)
class PageKeeper:
    """Stores what is new on each page and remembers how much it was.

    Retweets repeat what was said, own posts are no mentions, erased authors are not stored again: the latter two are
    `left_out`, by author id. What was erased post by post is among the store's known ids. `given_up` holds the ranges
    with unparsable posts, those of earlier polls at the start; `polled` and `newest_at` tell what was stored.
    """

    store: MentionStore
    enricher: Enricher
    left_out: frozenset[str]
    given_up: list[Gap]
    now: datetime
    polled: int = field(default=0, init=False)
    newest_at: datetime | None = field(default=None, init=False)

    def keep(self, page: Page, *, after_id: str, backlog: bool) -> bool:
        """Store the page's mentions above `after_id` that are not stored yet, oldest first; whether there were any."""
        noted = unparsable_range(page, self.given_up, self.now)
        self.given_up += [noted] if noted else []
        fresh = self._fresh(page, after_id)
        if not fresh:
            return False
        stored = self.store.store(self.enricher.enrich(fresh, received_at=self.now, backlog=backlog))
        times = [post.created_at for post in fresh if post.id in stored]
        self.polled += len(stored)
        self.newest_at = max([*times, self.newest_at] if self.newest_at else times, default=None)
        return True

    def _fresh(self, page: Page, after_id: str) -> list[XPost]:
        mentions = {
            post.id: post
            for post in page.posts
            if post.retweets is None and post.author_id not in self.left_out and int(post.id) > int(after_id)
        }
        known = self.store.known(mentions.keys()) if mentions else frozenset()
        return sorted((mentions[key] for key in mentions.keys() - known), key=lambda post: int(post.id))
