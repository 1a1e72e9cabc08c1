"""The stores of the section in which posts are written."""

from typing import NamedTuple

from desk.feeds.store import FeedStore
from desk.pictures.store import PictureStore
from desk.posts.announcement_drafts import AnnouncementDrafts
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.promises.store import Promises
from desk.replies.perform import SubmitsPosts
from desk.staff.drafts import DraftStore
from desk.staff.settings import SettingsStore


class WritingStores(NamedTuple):
    """What the form works with. `announcer` takes posts for the timeline, which have schedules."""

    posts: PostStore
    announcer: SubmitsPosts
    queue: PostQueue
    switch: PauseSwitch
    drafts: DraftStore
    settings: SettingsStore
    announcement_drafts: AnnouncementDrafts
    feeds: FeedStore
    pictures: PictureStore
    promises: Promises
