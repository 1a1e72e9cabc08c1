"""A page of X's posts becomes stored mentions."""

import logging
from collections.abc import Callable, Collection, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from desk.errors import BreakerOpen, XError
from desk.mentions.model import Mention, Parent
from desk.mentions.poll_state import Gap
from desk.mentions.store import MentionStore
from desk.reader import PollReader
from desk.x.model import Page, XPost, XTimelines
from poll_mentions.walk import Stop, stop_of, unparsable_range

_IDS_A_CALL = 100

_log = logging.getLogger(__name__)


class Enricher:
    """Looks up each parent at most once in a poll, and authors of routed mentions only, since X bills them.

    Authors that X sent with the posts are not looked up, and are kept for routed mentions only, too.

    Context is worth a call, never a mention: the first refusal ends all look-ups of this poll, and what was not
    looked up is stored without. `refused` says why.
    """

    def __init__(
        self,
        *,
        x: XTimelines,
        store: MentionStore,
        reader: PollReader,
        erased_authors: frozenset[str],
        may_go_on: Callable[[], bool],
    ) -> None:
        self._x = x
        self._store = store
        self._reader = reader
        self._erased = erased_authors
        self._may_go_on = may_go_on
        self._parents: dict[str, Parent] = {}
        self.refused: Stop | None = None

    def enrich(self, posts: Sequence[XPost], *, received_at: datetime, backlog: bool) -> list[Mention]:
        """The mentions that these posts are."""
        self._find_parents(posts)
        mentions = [
            Mention(
                post=post,
                received_at=received_at,
                parent=self._parents.get(post.in_reply_to) if post.in_reply_to else None,
                backlog=backlog,
            )
            for post in posts
        ]
        return self._with_authors(mentions)

    def _find_parents(self, posts: Sequence[XPost]) -> None:
        wanted = {post.in_reply_to for post in posts if post.in_reply_to} - self._parents.keys()
        beside = {post.id: post for post in posts if post.id in wanted}
        stored = self._store.posts(wanted - beside.keys())
        for key, post in {**beside, **stored}.items():
            self._remember(key, post)
        shown, gone = self._look_up(wanted - self._parents.keys(), with_authors=False)
        for key, post in shown.items():
            self._remember(key, post)
        for key in gone:
            self._remember(key, None)

    def _remember(self, key: str, post: XPost | None) -> None:
        """Keep a parent; words of an erased author are not stored, not even as somebody's context."""
        is_erased = post is not None and post.author_id in self._erased
        self._parents[key] = Parent(key, None if is_erased else post)

    def _with_authors(self, mentions: list[Mention]) -> list[Mention]:
        routed = [mention for mention in mentions if self._is_routed(mention)]
        authors = {mention.id: mention.post.author for mention in routed}
        shown, _ = self._look_up([key for key, author in authors.items() if author is None], with_authors=True)
        authors |= {key: post.author for key, post in shown.items()}
        return [replace(mention, post=replace(mention.post, author=authors.get(mention.id))) for mention in mentions]

    def _is_routed(self, mention: Mention) -> bool:
        """Whether somebody will see it. One text that the reader fails on must not hold up all that follow."""
        try:
            return self._reader.is_routed(mention)
        except Exception:  # noqa: BLE001 - a reader fails in ways of its own, and the sweep records them
            _log.exception("mention %s could not be read; it is stored as one that is routed", mention.id)
            return True

    def _look_up(self, ids: Collection[str], *, with_authors: bool) -> tuple[dict[str, XPost], set[str]]:
        """Posts that X shows and ids that it no longer shows; neither once X refused or time is short."""
        shown, gone = dict[str, XPost](), set[str]()
        for part in batched(sorted(ids), _IDS_A_CALL, strict=False):
            if self.refused or not self._may_go_on():
                break
            try:
                found = self._x.posts(part, with_authors=with_authors)
            except (XError, BreakerOpen) as exc:
                self.refused = stop_of(exc)
                break
            shown |= found.posts
            gone |= found.gone
        return shown, gone


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
