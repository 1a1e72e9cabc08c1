"""Why a greeting must wait for a person: somebody is in danger, or many people report a fault at once."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.cases.inbox import Inbox
from desk.errors import BreakerOpen, SettingsError, XError
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import Post, PostReason
from desk.reading import Safety
from desk.spikes.store import SpikeStore
from desk.x.model import XOwnPosts, XPost

_UNSEEN = timedelta(minutes=15)
"""How far back X is asked for what people wrote there. The poll, which does so each minute, has recorded the rest."""

_log = logging.getLogger(__name__)


class GreetingHold(NamedTuple):
    """Holds back a greeting that goes out by itself. What a person sends goes out; a pause holds both.

    The inbox and the spikes are read right before the claim; what begins after that holds the next post.
    """

    inbox: Inbox
    spikes: SpikeStore
    by_hand: GreetingsByHand
    x: XOwnPosts
    clock: Callable[[], datetime]

    def held_by(self, post: Post) -> PostReason | None:
        """Why the post is held; None for every post but such a greeting. Raises StoreBusy.

        If people have greeted on X itself, the post changes here, so that its claim fails.
        """
        if not post.is_unattended or self.by_hand.recognise(self.clock(), self._shown_now):
            return None
        first = self.inbox.pressing(limit=1).rows  # danger comes first
        if first and first[0].open_safety is Safety.DANGER:
            return PostReason.DANGER_OPEN
        return PostReason.SPIKE_OPEN if self.spikes.open() else None

    def _shown_now(self) -> Sequence[XPost]:
        """What people may have written on X just now; nothing if X does not say, since a greeting is expected."""
        try:
            page = self.x.own_posts(start_time=self.clock() - _UNSEEN)
        except (XError, BreakerOpen, SettingsError) as exc:
            _log.warning("the newest posts can't be read; the greeting goes by what the poll has seen: %s", exc)
            return ()
        return [post for post in page.posts if not post.in_reply_to and post.retweets is None]
