"""The stores of the calendar and of stopping."""

from typing import NamedTuple

from desk.cases.store import CaseStore
from desk.pictures.store import PictureFiles, PictureStore
from desk.posts.pause import PauseSwitch
from desk.posts.performance import PerformanceStore
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.store import PostStore
from desk.spikes.store import SpikeStore
from desk.staff.saved_replies import RepliesForChecks


class CalendarStores(NamedTuple):
    """What the agenda, the switch and the decisions about posts work with."""

    posts: PostStore
    performances: PerformanceStore
    spikes: SpikeStore
    queue: PostQueue
    timer: PostTimer
    switch: PauseSwitch
    cases: CaseStore
    pictures: PictureStore
    picture_files: PictureFiles
    replies: RepliesForChecks
