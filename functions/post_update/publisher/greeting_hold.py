"""Why a greeting must wait for a person: somebody is in danger, or many people report a fault at once."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from desk.cases.inbox import Inbox
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import Post, PostReason
from desk.reading import Safety
from desk.spikes.store import SpikeStore


class GreetingHold(NamedTuple):
    """Holds back a greeting that goes out by itself. What a person sends goes out; a pause holds both.

    The inbox and the spikes are read right before the claim; what begins after that holds the next post.
    """

    inbox: Inbox
    spikes: SpikeStore
    by_hand: GreetingsByHand
    clock: Callable[[], datetime]

    def held_by(self, post: Post) -> PostReason | None:
        """Why the post is held; None for every post but such a greeting. Raises StoreBusy.

        If people have greeted on X itself, the post changes here, so that its claim fails.
        """
        if not post.is_unattended or self.by_hand.recognise(self.clock()):
            return None
        first = self.inbox.pressing(limit=1).rows  # danger comes first
        if first and first[0].open_safety is Safety.DANGER:
            return PostReason.DANGER_OPEN
        return PostReason.SPIKE_OPEN if self.spikes.open() else None
