"""A desk whose day can be summed up, with fakes."""

from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daily_digest.collect import Collector, DigestSources
from daily_digest.model import Digest
from daily_digest.people import AttendanceCheck, FavouriteReader
from daily_digest.periods import Edition, period_of
from desk.favourites.store import FavouriteProgress
from desk.mentions.model import DayRow
from desk.posts.model import Post, PostKind, PostState
from desk.x.model import XPost, first_id_at
from desk.x.stops import SpendView
from tests.brands import small_brand
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions, FakePollState
from tests.fakes.notifications import FakeSubscribers
from tests.fakes.posts import FakePauseSwitch, FakePerformances, FakePosts
from tests.fakes.promises import FakePromises
from tests.fakes.reports import FakeAttendance, FakeFavouriteStore, FakeFeedback
from tests.fakes.spikes import FakeFaults, FakeSpikes
from tests.fakes.trends import FakeTrends
from tests.fakes.x import FakeBreakers, FakeSpend, FakeX

SEOUL = ZoneInfo("Asia/Seoul")
TUESDAY = date(2026, 11, 24)
EVENING = datetime(2026, 11, 24, 18, 10, tzinfo=SEOUL)


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Seoul, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL).astimezone(UTC)


def _begun() -> FakeFavouriteStore:
    return FakeFavouriteStore(saved_progress=FavouriteProgress(begun=True))


@dataclass
class Scene:
    """The collector and what it stands on."""

    brand: Any = field(default_factory=small_brand)
    now: datetime = EVENING
    mentions: FakeMentions = field(default_factory=FakeMentions)
    cases: FakeCases = field(default_factory=FakeCases)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    posts: FakePosts = field(default_factory=FakePosts)
    performances: FakePerformances = field(default_factory=FakePerformances)
    pauses: FakePauseSwitch = field(default_factory=FakePauseSwitch)
    poll: FakePollState = field(default_factory=FakePollState)
    feedback: FakeFeedback = field(default_factory=FakeFeedback)
    spend: FakeSpend = field(default_factory=FakeSpend)
    breakers: FakeBreakers = field(default_factory=FakeBreakers)
    attendance: FakeAttendance = field(default_factory=FakeAttendance)
    favourites: FakeFavouriteStore = field(default_factory=_begun)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    trends: FakeTrends = field(default_factory=FakeTrends)
    promises: FakePromises = field(default_factory=FakePromises)
    has_time: bool = True

    def __post_init__(self) -> None:
        self.x = FakeX(lambda: self.now)

    def collector(self) -> Collector:
        sources = DigestSources(
            mentions=self.mentions,
            cases=self.cases,
            subscribers=self.subscribers,
            posts=self.posts,
            performances=self.performances,
            pauses=self.pauses,
            poll=self.poll,
            feedback=self.feedback,
            x=self.x,
            spend=SpendView(self.spend, self.breakers, self.brand),
            attendance=AttendanceCheck(self.attendance, self.x),
            favourites=FavouriteReader(self.x, self.x, self.favourites, SEOUL),
            trial=self.cases.trial,
            spikes=self.spikes,
            faults=FakeFaults(self.mentions),
            trends=self.trends,
            promises=self.promises,
        )
        return Collector(sources, self.brand)

    def collect(self, edition: Edition = Edition.EVENING, covered: datetime | None = None) -> Digest:
        period = period_of(edition, self.now, self.brand, covered)
        assert period is not None
        return self.collector().collect(edition, period, self.now, lambda: self.has_time)

    def mention(
        self, at: datetime, kind: str | None = "inquiry", department: str | None = "billing", **more: Any
    ) -> str:
        """A mention that was polled and read; its id."""
        row = DayRow(first_id_at(at), at, kind, "information", department, "normal", "ko", ("청구서",))
        row = row._replace(**more)
        self.mentions.keep(row)
        return row.mention_id

    def like(self, mention_id: str, at: datetime) -> None:
        """The account likes this mention."""
        liked = XPost(mention_id, "고마워요", "7", at, mention_id, "ko", (mention_id,))
        self.x.like(liked)
        self.x.post(liked)

    def post(self, key: str, state: PostState, at: datetime, **more: Any) -> Post:
        """A post that stands there since then."""
        post = Post(
            id=key,
            kind=PostKind.ANNOUNCEMENT,
            text=f"공지 {key}",
            by="cms",
            accepted_at=at,
            publish_at=at,
            expires_at=at + timedelta(days=1),
            state=state,
            at=at,
            weighted_length=10,
            estimated_micro_usd=15_000,
            x_id=first_id_at(at) if state is PostState.PUBLISHED else None,
        )
        self.posts.put(replace(post, **more))
        return self.posts.posts[key]
