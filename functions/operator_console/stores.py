"""The stores and the few other things with which the console's views work."""

from collections.abc import Callable
from typing import NamedTuple

from desk.attendance.store import AttendanceStore
from desk.cases.inbox import Inbox
from desk.cases.opt_outs import OptOuts
from desk.cases.private_messages import PrivateMessages
from desk.cases.store import CaseStore
from desk.cases.trial import TrialStore
from desk.favourites.store import FavouriteStore
from desk.feeds.store import FeedStore
from desk.fetch.model import LinkChecker
from desk.listening.surges import Surges
from desk.mentions.heard import HeardMentions
from desk.mentions.replied_on_x import RepliesOnX
from desk.mentions.search import MentionSearch
from desk.mentions.seen import SeenMentions
from desk.mentions.store import MentionStore
from desk.mentions.threads import ThreadPosts
from desk.pictures.store import PictureFiles, PictureQueue, PictureStore
from desk.posts.announcement_drafts import AnnouncementDrafts
from desk.posts.pause import PauseSwitch
from desk.posts.performance import PerformanceStore
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.store import PostStore
from desk.replies.perform import NotifiesColleagues, SubmitsPosts
from desk.routing.unit_of_work import UnitOfWork
from desk.spikes.faults import Faults
from desk.spikes.store import SpikeStore
from desk.staff.drafts import DraftStore
from desk.staff.practice import PracticeStore
from desk.staff.presence import PresenceStore
from desk.staff.saved_replies import SavedReplyStore
from desk.staff.sessions import SessionStore
from desk.staff.settings import SettingsStore
from desk.staff.sign_ins import SignInStore
from desk.suggestions.store import AnswerIndexes
from desk.trends.store import TrendStore
from desk.x.breakers import BreakerStore
from desk.x.look_ups import LookUpQueue, LookUps
from desk.x.spend import SpendStore
from operator_console.inbox.glance import Glances
from operator_console.session.sign_in import IdentityProvider


class Stores(NamedTuple):
    """All of them.

    `submitter` takes replies, which the page that sent them wakes, and `announcer` posts for the timeline, which have
    schedules. `colleagues` takes the API's address, which the links in its mails begin with.
    """

    sessions: SessionStore
    sign_ins: SignInStore
    issuer: Callable[[], IdentityProvider]
    saved_replies: SavedReplyStore
    answer_indexes: AnswerIndexes
    cases: CaseStore
    inbox: Inbox
    glances: Glances
    mentions: MentionStore
    seen: SeenMentions
    heard: HeardMentions
    surges: Surges
    search: MentionSearch
    work: UnitOfWork
    threads: ThreadPosts
    private_messages: PrivateMessages
    look_ups: LookUps
    trends: TrendStore
    look_up_queue: LookUpQueue
    link_checker: LinkChecker
    pictures: PictureStore
    picture_files: PictureFiles
    picture_queue: PictureQueue
    posts: PostStore
    performances: PerformanceStore
    queue: PostQueue
    timer: PostTimer
    switch: PauseSwitch
    trial: TrialStore
    opt_outs: OptOuts
    attendance: AttendanceStore
    replied_on_x: RepliesOnX
    favourites: FavouriteStore
    drafts: DraftStore
    presence: PresenceStore
    settings: SettingsStore
    practice: PracticeStore
    announcement_drafts: AnnouncementDrafts
    feeds: FeedStore
    spend: SpendStore
    breakers: BreakerStore
    spikes: SpikeStore
    faults: Faults
    submitter: SubmitsPosts
    announcer: SubmitsPosts
    colleagues: Callable[[str], NotifiesColleagues]
