"""The stores of the inbox."""

from typing import NamedTuple

from desk.cases.inbox import Inbox
from desk.cases.store import CaseStore
from desk.listening.surges import Surges
from desk.mentions.heard import HeardMentions
from desk.mentions.search import MentionSearch
from desk.mentions.seen import SeenMentions
from desk.mentions.store import MentionStore
from desk.posts.store import PostStore
from desk.routing.unit_of_work import UnitOfWork
from desk.spikes.faults import Faults
from desk.spikes.store import SpikeStore
from operator_console.inbox.glance import Glances


class InboxStores(NamedTuple):
    """What the queues, the search and the poll work with."""

    inbox: Inbox
    cases: CaseStore
    mentions: MentionStore
    posts: PostStore
    seen: SeenMentions
    heard: HeardMentions
    surges: Surges
    spikes: SpikeStore
    faults: Faults
    search: MentionSearch
    glances: Glances
    work: UnitOfWork
