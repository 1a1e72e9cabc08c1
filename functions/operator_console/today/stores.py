"""The stores of *오늘*."""

from typing import NamedTuple

from desk.cases.store import CaseStore
from desk.day_reviews.store import DayReviews
from desk.favourites.store import FavouriteStore
from desk.mentions.search import MentionSearch
from desk.mentions.seen import SeenMentions
from desk.mentions.store import MentionStore
from desk.posts.performance import PerformanceStore
from desk.posts.store import PostStore
from desk.promises.store import Promises
from desk.staff.drafts import DraftStore


class TodayStores(NamedTuple):
    """What the cards and the night's stack are made from."""

    cases: CaseStore
    mentions: MentionStore
    search: MentionSearch
    seen: SeenMentions
    posts: PostStore
    performances: PerformanceStore
    promises: Promises
    favourites: FavouriteStore
    reviews: DayReviews
    drafts: DraftStore
