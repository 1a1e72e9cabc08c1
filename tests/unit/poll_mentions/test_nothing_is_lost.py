"""Whatever X, the tables and the machine do, each mention ends stored exactly once, or in a range on record.

Each seed is another life of the desk: bursts, also within a second, and storms of retweets, posts that X shows late,
a search that lags, seconds in any order, refusals, short deadlines, runs killed before or after any write, days without
a poll. All late posts come within the overlap.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    NotAuthorised,
    RateLimited,
    StoreBusy,
    Unavailable,
)
from desk.mentions.model import Mention
from desk.mentions.poll_state import Checkpoint, Gap, GapState, Lease
from desk.x.model import XPost
from tests.fakes.mentions import FakeMentions, FakePollState
from tests.fakes.x import FakeX
from tests.families import variants
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, post_at

REFUSALS = (
    BadRequest("400"),
    BreakerOpen("user:read", NOON),
    CreditsDepleted("402"),
    NotAuthorised("403"),
    RateLimited("429", NOON),
    Unavailable("503"),
)
LATEST = BRAND.polling.overlap - MINUTE / 60


class Killed(BaseException):
    """The process is gone: nothing that follows happens, no cleaning up either."""


class Fate:
    """Decides what fails; a run that was killed does nothing more."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.is_kind = True
        self.is_dead = False

    def strikes(self, chance: float) -> bool:
        return not self.is_kind and self.random.random() < chance

    def may_kill(self, chance: float = 0.02) -> None:
        self.is_dead = self.is_dead or self.strikes(chance)
        if self.is_dead:
            raise Killed


class MoodyX(FakeX):
    """Refuses now and then."""

    fate: Fate

    def _called(self, name: str, **asked: object) -> None:
        self.fate.may_kill(0.01)
        super()._called(name, **asked)
        self.repeats = self.fate.strikes(0.02)
        self.search_lag = LATEST if self.fate.strikes(0.2) else timedelta(0)
        if self.fate.strikes(0.06):
            raise self.fate.random.choice(REFUSALS)


class MortalStore(FakeMentions):
    """Gives up, or dies with the run, before or after it stored."""

    fate: Fate

    def known(self, ids: Collection[str], *, heard: bool = True) -> frozenset[str]:
        self.fate.may_kill()
        return super().known(ids, heard=heard)

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        self.fate.may_kill()
        half = mentions[: len(mentions) // 2] if self.fate.strikes(0.03) else mentions
        stored = super().store(half)
        if len(half) < len(mentions):
            raise StoreBusy("half of it is stored")
        self.fate.may_kill()
        return stored


class MortalState(FakePollState):
    """Dies with the run, before or after it settled."""

    fate: Fate

    def settle(
        self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = (), releases: bool = False
    ) -> None:
        self.fate.may_kill()
        super().settle(lease, checkpoint=checkpoint, gaps=gaps, releases=releases)
        self.fate.may_kill()

    def release(self, lease: Lease) -> None:
        self.fate.may_kill()
        super().release(lease)


class Life(Scene):
    """A desk whose every part may fail, and what people said to it meanwhile."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.fate = Fate(seed)
        self.random = self.fate.random
        self.x = MoodyX(lambda: self.now)
        self.x.seconds_run_forward = seed % 2 == 1
        self.store = MortalStore(ZoneInfo(BRAND.timezone))
        self.state = MortalState()
        self.x.fate = self.store.fate = self.state.fate = self.fate
        self.owed = set[str]()
        self.late: list[XPost] = []

    def people_speak(self, since: timedelta) -> None:
        """Posts over the time since the last poll or within a second, some of them to be shown later only."""
        number = self.random.choice((0, 1, 3, 20, 20, 150, 400, 1_100))
        span = self.random.choice((since, since, MINUTE / 60))
        for _ in range(number):
            is_retweet = self.random.random() < 0.3
            post = post_at(self.now - span * self.random.random(), "chat", retweets="7" if is_retweet else None)
            self.owed |= set() if is_retweet else {post.id}
            self.late.append(post)
        visible = [post for post in self.late if self._is_shown(post)]
        self.late = [post for post in self.late if post not in visible] if len(visible) < len(self.late) else []
        self.x.post(*visible)

    def _is_shown(self, post: XPost) -> bool:
        return self.now - post.created_at >= LATEST or self.random.random() < 0.95

    def polls_as_fate_will(self) -> None:
        self.fate.is_dead = False
        try:
            self.poll(holder=str(self.random.random()), remaining_ms=self._time_left())
        except (Killed, DeskError):
            return

    def _time_left(self) -> Callable[[], int]:
        looks = self.random.choice((2, 5, 30, 1_000))
        remaining = iter(range(looks))
        return lambda: 55_000 if next(remaining, None) is not None else 1_000

    def recovers(self) -> None:
        """Everything works again, and what was late is shown."""
        self.fate.is_kind, self.fate.is_dead, self.x.repeats = True, False, False
        self.passes(2 * MINUTE)
        self.x.post(*self.late)
        self.polls_until_no_gap_is_open(limit=3_000)


def live(seed: int, polls: int, rests: Sequence[timedelta]) -> Life:
    life = Life(seed)
    life.started()
    life.fate.is_kind = False
    for _ in range(polls):
        rest = life.random.choice(rests)
        life.passes(rest)
        life.people_speak(rest)
        life.polls_as_fate_will()
    life.recovers()
    return life


@variants("seed", range(8), 2)
def test_a_desk_that_polls_each_minute_stores_everything_once(seed: int) -> None:
    life = live(seed, polls=25, rests=[MINUTE, MINUTE, 3 * MINUTE, 30 * MINUTE])

    assert life.owed - life.stored == set()
    assert sum(life.store.stored_on.values()) == len(life.stored)
    assert {gap.state for gap in life.state.gaps.values()} <= {GapState.FILLED}


@variants("seed", range(4), 1)
def test_a_desk_that_sleeps_for_days_has_what_it_lost_on_record(seed: int) -> None:
    life = live(seed, polls=15, rests=[MINUTE, timedelta(hours=8), timedelta(days=5), timedelta(days=9)])

    given_up = [gap for gap in life.state.gaps.values() if gap.state is GapState.UNREACHABLE]
    lost = {each for each in life.owed - life.stored if not any(_within(each, gap) for gap in given_up)}
    assert lost == set()
    assert sum(life.store.stored_on.values()) == len(life.stored)


def _within(post_id: str, gap: Gap) -> bool:
    return int(gap.after_id) < int(post_id) < int(gap.before_id)
