"""The stores of what several sections do with a case or mention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseStore
from desk.favourites.store import FavouriteStore
from desk.mentions.seen import SeenMentions
from desk.mentions.store import MentionStore
from desk.mentions.threads import ThreadPosts
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.replies.perform import NotifiesColleagues, SubmitsPosts
from desk.routing.unit_of_work import UnitOfWork
from desk.staff.saved_replies import RepliesForChecks
from desk.staff.settings import SettingsStore
from desk.x.look_ups import LookUpQueue, LookUps

if TYPE_CHECKING:
    from desk.checks.links import LinkChecks
    from desk.pictures.store import PictureStore


class ItemsStores(NamedTuple):
    """What the actions, look-ups and marks work with.

    `submitter` takes replies, which the page that sent them wakes. `colleagues` takes the API's address, which the
    links in its mails begin with. `links` and `pictures` are made when a reply has some.
    """

    cases: CaseStore
    mentions: MentionStore
    posts: PostStore
    seen: SeenMentions
    threads: ThreadPosts
    look_ups: LookUps
    look_up_queue: LookUpQueue
    switch: PauseSwitch
    opt_outs: OptOuts
    settings: SettingsStore
    replies: RepliesForChecks
    favourites: FavouriteStore
    queue: PostQueue
    work: UnitOfWork
    links: Callable[[], "LinkChecks"]
    pictures: Callable[[], "PictureStore"]
    submitter: SubmitsPosts
    colleagues: Callable[[str], NotifiesColleagues]
