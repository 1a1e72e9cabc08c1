"""What a mention is stored with: the post that it replies to and, where a person will read it, who wrote it."""

import logging
from collections.abc import Callable, Collection, Sequence
from copy import replace
from datetime import datetime
from itertools import batched

from desk.errors import BreakerOpen, XError
from desk.mention import Mention, Parent
from desk.ports.mention_store import MentionStore
from desk.ports.reader import PollReader
from desk.ports.x import XTimelines
from desk.x_post import XPost
from poll_mentions.stop import Stop, stop_of

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
