"""A page of X's posts becomes stored mentions, with the posts that they answer and their authors."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import replace
from datetime import datetime
from functools import partial
from itertools import batched

from desk.errors import BreakerOpen, XError
from desk.mentions.model import Mention, Parent
from desk.mentions.poll_state import Gap
from desk.mentions.store import MentionStore
from desk.mentions.walk import Stop, stop_of, unparsable_range
from desk.reader import PollReader
from desk.x.model import Author, Page, XPost, XTimelines

_IDS_A_CALL = 100

_log = logging.getLogger(__name__)


class PageKeeper:
    """Stores the new mentions of each page of one poll, and counts them.

    Retweets and own posts are no mentions. The store keeps nothing of an erased author, not even as the post that
    somebody answers; such mentions are left out here, so that nothing is looked up for them. Posts that were erased one
    by one are among the ids that the store knows. A post that listening found first is stored again, as the mention
    that it is.

    X bills look-ups: each parent and each author is looked up at most once in a poll, and authors only where X sent
    none and a person will read the mention. They are looked up by their own ids: the post, read by its id, would be
    dearer than in the timeline. Look-ups are never worth a mention: the first error of X ends those of this poll, and
    the mentions are stored without. `refused` is the reason.

    `given_up` holds the ranges with unparsable posts, at the start those of earlier polls. `polled` is how many
    mentions were stored, `newest_at` the time of the newest of them.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        x: XTimelines,
        mentions: MentionStore,
        reader: PollReader,
        own_id: str,
        given_up: Sequence[Gap],
        now: datetime,
        may_go_on: Callable[[], bool],
    ) -> None:
        self._x = x
        self._mentions = mentions
        self._reader = reader
        self._left_out = mentions.erased_authors() | {own_id}
        self._now = now
        self._may_go_on = may_go_on
        self._parents = dict[str, Parent]()
        self._authors = dict[str, Author]()
        self.given_up = list(given_up)
        self.polled = 0
        self.newest_at: datetime | None = None
        self.refused: Stop | None = None

    def keep(self, page: Page, *, after_id: str, backlog: bool) -> bool:
        """Store the page's mentions above `after_id` that are not stored yet, oldest first; whether there were any."""
        unparsable = unparsable_range(page, self.given_up, self._now)
        self.given_up += [unparsable] if unparsable else []
        posts = self._new_posts(page, after_id)
        if not posts:
            return False
        stored = self._mentions.store(self._enriched(posts, backlog=backlog))
        times = [post.created_at for post in posts if post.id in stored]
        self.polled += len(stored)
        _log.info("mentions were stored", extra={"mention": sorted(stored)})
        self.newest_at = max([*times, self.newest_at] if self.newest_at else times, default=None)
        return True

    def _new_posts(self, page: Page, after_id: str) -> list[XPost]:
        posts = {
            post.id: post
            for post in page.posts
            if post.retweets is None and post.author_id not in self._left_out and int(post.id) > int(after_id)
        }
        known = self._mentions.known(posts.keys(), heard=False) if posts else frozenset()
        return sorted((posts[key] for key in posts.keys() - known), key=lambda post: int(post.id))

    def _enriched(self, posts: Sequence[XPost], *, backlog: bool) -> list[Mention]:
        """Mentions with their parents, and with the authors of those that a person will read."""
        missing = {post.in_reply_to for post in posts if post.in_reply_to} - self._parents.keys()
        known = {post.id: post for post in posts if post.id in missing}
        self._remember({**known, **self._mentions.posts(missing - known.keys())})
        for found in self._looked_up(partial(self._x.posts, with_authors=False), missing - self._parents.keys()):
            self._remember({**found.posts, **dict.fromkeys(found.gone)})
        mentions = [
            Mention(
                post=post,
                received_at=self._now,
                parent=self._parents.get(post.in_reply_to) if post.in_reply_to else None,
                backlog=backlog,
            )
            for post in posts
        ]
        routed = {mention.id: mention.post for mention in mentions if self._is_routed(mention)}
        nameless = {post.author_id for post in routed.values() if post.author is None} - self._authors.keys()
        for accounts in self._looked_up(self._x.accounts, nameless):
            self._authors |= accounts.authors
        authors = {key: post.author or self._authors.get(post.author_id) for key, post in routed.items()}
        return [replace(mention, post=replace(mention.post, author=authors.get(mention.id))) for mention in mentions]

    def _remember(self, parents: dict[str, XPost | None]) -> None:
        """Keep parents for the whole poll; None becomes a parent without words."""
        self._parents |= {key: Parent(key, post) for key, post in parents.items()}

    def _is_routed(self, mention: Mention) -> bool:
        """Whether a person will read it. A text on which the reader fails must not hold up those that follow."""
        try:
            return self._reader.is_routed(mention)
        except Exception:  # noqa: BLE001 - a reader fails in ways of its own, and the sweep records them
            _log.exception("mention %s could not be read; it is stored as one that is routed", mention.id)
            return True

    def _looked_up[Found](self, look_up: Callable[[Sequence[str]], Found], ids: Collection[str]) -> Iterator[Found]:
        """What X answers about these ids, a hundred at a time; nothing more once it refused or time is short."""
        for part in batched(sorted(ids), _IDS_A_CALL, strict=False):
            if self.refused or not self._may_go_on():
                return
            try:
                yield look_up(part)
            except (XError, BreakerOpen) as exc:
                self.refused = stop_of(exc)
                return
