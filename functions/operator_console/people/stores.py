"""The stores of the section about people."""

from typing import NamedTuple

from desk.attendance.store import AttendanceStore
from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseStore
from desk.favourites.store import FavouriteStore
from desk.mentions.replied_on_x import RepliesOnX
from desk.mentions.store import MentionStore
from desk.pictures.store import PictureQueue, PictureStore
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.spikes.store import SpikeStore
from desk.staff.saved_replies import SavedReplyStore


class PeopleStores(NamedTuple):
    """What mornings, regulars, opt-outs and favourites are made from."""

    attendance: AttendanceStore
    cases: CaseStore
    mentions: MentionStore
    posts: PostStore
    queue: PostQueue
    replied_on_x: RepliesOnX
    opt_outs: OptOuts
    saved_replies: SavedReplyStore
    spikes: SpikeStore
    favourites: FavouriteStore
    pictures: PictureStore
    picture_queue: PictureQueue
