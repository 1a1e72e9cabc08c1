"""A desk that listens, with everything around it in memory."""

from copy import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from desk.brand import ListenSettings
from desk.mentions.model import Source
from desk.x.model import XPost
from listen.listen import Listening, ListenReport
from tests.brands import small_brand
from tests.fakes.listening import FakeSurges
from tests.fakes.mentions import FakeMentions, FakeWalkState
from tests.fakes.x import FakeX
from tests.unit.poll_mentions.scene import post_at

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, TEN_MINUTES, DAY = timedelta(minutes=1), timedelta(minutes=10), timedelta(days=1)
BRAND = replace(small_brand(), listen=ListenSettings(terms=("제이드폰", "제이드 요금"), hashtags=("제이드",)))
QUERY = "제이드폰"


class Scene:
    """Listens every ten minutes; `now` is both the schedule's and the machine's time.

    The first run is behind: what was posted before NOON is backlog. `left_ms` is the time that each run has.
    """

    def __init__(self, *queries: str, has_begun: bool = True) -> None:
        self.now = NOON
        self.x = FakeX(lambda: self.now)
        self.mentions = FakeMentions()
        self.states = [FakeWalkState() for _ in queries or (QUERY,)]
        self.surges = FakeSurges()
        self.queries = list(queries or (QUERY,))
        self.left_ms = 240_000
        self._runs = count(1)
        if has_begun:
            self.listen()
            self.x.calls.clear()

    @property
    def state(self) -> FakeWalkState:
        return self.states[0]

    def listen(self, after: timedelta = timedelta(0)) -> ListenReport:
        """Run after this time."""
        self.now += after
        listening = Listening(
            x=self.x,
            mentions=self.mentions,
            state_of=lambda number: self.states[number],
            surges=self.surges,
            queries=self.queries,
            brand=BRAND,
            clock=lambda: self.now,
        )
        return listening.listen(self.now, f"run {next(self._runs)}", lambda: self.left_ms)

    def said(self, *minutes_ago: float, text: str = "제이드폰 어때요") -> list[XPost]:
        """Posts that were made so many minutes ago."""
        posts = [post_at(self.now - MINUTE * each, text) for each in minutes_ago]
        self.x.post(*posts)
        return posts

    def heard(self) -> set[str]:
        """The ids of what was heard."""
        return {key for key, each in self.mentions.mentions.items() if each.source is Source.LISTENING}

    def asked(self) -> list[str]:
        """The methods of X that were called since the last look, in order."""
        names = [call.name for call in self.x.calls]
        self.x.calls.clear()
        return names
