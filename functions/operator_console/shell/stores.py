"""The stores of what every page has."""

from typing import NamedTuple

from desk.cases.inbox import Inbox
from desk.cases.store import CaseStore
from desk.favourites.store import FavouriteStore
from desk.mentions.heard import HeardMentions
from desk.mentions.seen import SeenMentions
from desk.posts.pause import PauseSwitch
from desk.posts.store import PostStore
from desk.promises.store import Promises
from desk.spikes.faults import Faults
from desk.spikes.store import SpikeStore
from desk.x.breakers import BreakerStore
from desk.x.spend import SpendStore


class ShellStores(NamedTuple):
    """What the live state is made of."""

    inbox: Inbox
    cases: CaseStore
    seen: SeenMentions
    heard: HeardMentions
    posts: PostStore
    switch: PauseSwitch
    spend: SpendStore
    breakers: BreakerStore
    spikes: SpikeStore
    faults: Faults
    favourites: FavouriteStore
    promises: Promises
