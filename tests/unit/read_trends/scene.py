"""A desk whose schedule reads trends: X, the stores, and posts with their words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.mentions.model import DayRow, Source
from desk.reader.language import Terms
from desk.trends.model import RankedTrend, TrendReading, hour_of
from read_trends.read import TrendReader, TrendsReport
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions
from tests.fakes.trends import FakeTrends
from tests.fakes.x import FakeX

KOREA = 23_424_868
NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""A Tuesday at nine in Seoul."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_sequence = count(1)


@dataclass
class TrendScene:
    """The schedule fires at `now`, business time and wall clock in one."""

    brand: Brand = field(default_factory=small_brand)
    now: datetime = NINE
    trends: FakeTrends = field(default_factory=FakeTrends)
    mentions: FakeMentions = field(init=False)
    x: FakeX = field(init=False)

    def __post_init__(self) -> None:
        self.x = FakeX(lambda: self.now)
        self.mentions = FakeMentions(ZoneInfo(self.brand.timezone))

    def fires(self, at: datetime | None = None, *, turns: Iterator[bool] | None = None) -> TrendsReport:
        """Fire at that time; `turns` say whether there is time, as often as it is asked."""
        self.now = at or self.now
        reader = TrendReader(self.brand, self.x, self.trends, self.mentions, Terms([]).of, clock=lambda: self.now)
        return reader.read(self.now, lambda: next(turns, False) if turns else True)

    def posts(self, text: str, at: datetime, *, times: int = 1, source: Source = Source.MENTIONS) -> None:
        """Posts with this text, as the reader has read them."""
        rows = self.mentions.rows if source is Source.MENTIONS else self.mentions.heard_rows
        day = at.astimezone(ZoneInfo(self.brand.timezone)).date()
        terms = Terms([]).of(text)
        rows[day] += [DayRow(str(next(_sequence)), at, kind="fault", terms=terms) for _ in range(times)]

    def reading(self, at: datetime | None = None, woeid: int = KOREA) -> TrendReading:
        """The reading of that hour, by default of now."""
        return self.trends.readings[woeid, hour_of(at or self.now)]

    def trend(self, name: str) -> RankedTrend:
        """The trend as it was read now."""
        return next(trend for trend in self.reading().trends if trend.name == name)

    def touching(self) -> Sequence[str]:
        return [trend.name for trend in self.reading().trends if trend.touches]
