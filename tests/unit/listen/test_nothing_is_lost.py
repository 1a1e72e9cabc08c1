"""Each post is heard once, also if X, the tables or the machine fail, or is in a range on record.

Each seed is another life of a desk that listens, with the trouble that the poll's lives have. Nothing surges here:
of a surge only some posts are read.
"""

from collections.abc import Sequence
from datetime import timedelta

from desk.errors import DeskError
from desk.mentions.poll_state import GapState
from desk.x.model import XPost
from tests.families import variants
from tests.unit.listen.scene import DAY, TEN_MINUTES, Scene
from tests.unit.poll_mentions.scene import post_at
from tests.unit.poll_mentions.test_nothing_is_lost import (
    LATEST,
    Fate,
    Killed,
    MoodyX,
    MortalState,
    MortalStore,
)

HOUR = timedelta(hours=1)


class Life(Scene):
    """A desk whose every part may fail, and what people said about its brand meanwhile."""

    def __init__(self, seed: int) -> None:
        super().__init__("one", "two", has_begun=False)
        self.fate = Fate(seed)
        self.random = self.fate.random
        self.x = MoodyX(lambda: self.now)
        self.x.matching = lambda post, query: query in post.text
        self.mentions = MortalStore()
        self.x.fate = self.mentions.fate = self.fate
        for number in range(len(self.queries)):
            state = MortalState()
            state.fate = self.fate
            self.states[number] = state
        self.said_in_all = set[str]()
        self.late: list[XPost] = []

    def people_speak(self, since: timedelta) -> None:
        """Posts over the time since the last run, some of them to be indexed later only."""
        number = self.random.choice((0, 0, 1, 3, 12)) * max(1, min(since, DAY) // (3 * TEN_MINUTES))
        for _ in range(number):
            text = self.random.choice(("one", "two", "one and two"))
            post = post_at(self.now - since * self.random.random(), text)
            self.said_in_all.add(post.id)
            self.late.append(post)
        visible = [post for post in self.late if self._is_shown(post)]
        self.late = [post for post in self.late if post not in visible]
        self.x.post(*visible)

    def _is_shown(self, post: XPost) -> bool:
        return self.now - post.created_at >= LATEST or self.random.random() < 0.9

    def listens_as_fate_will(self) -> None:
        self.fate.is_dead = False
        self.left_ms = self.random.choice((1, 240_000, 240_000))
        try:
            self.listen()
        except (Killed, DeskError):
            return

    def recovers(self) -> None:
        """Everything works again, and what was late is shown."""
        self.fate.is_kind, self.fate.is_dead, self.x.repeats = True, False, False
        self.left_ms = 240_000
        self.now += TEN_MINUTES
        self.x.post(*self.late)
        for _ in range(200):
            if not self.listen(TEN_MINUTES).gaps_open:
                return
        raise AssertionError("a gap stays open")


def live(seed: int, runs: int, rests: Sequence[timedelta]) -> Life:
    life = Life(seed)
    life.listen()
    life.fate.is_kind = False
    for _ in range(runs):
        rest = life.random.choice(rests)
        life.now += rest
        life.people_speak(rest)
        life.listens_as_fate_will()
    life.recovers()
    return life


@variants("seed", range(12), 3)
def test_a_desk_that_listens_every_ten_minutes_hears_everything_once(seed: int) -> None:
    life = live(seed, runs=40, rests=[TEN_MINUTES, TEN_MINUTES, 3 * TEN_MINUTES, 5 * HOUR])

    assert life.said_in_all - life.heard() == set()
    assert sum(map(len, life.mentions.heard_rows.values())) == len(life.heard())
    assert {gap.state for state in life.states for gap in state.gaps.values()} <= {GapState.FILLED}
    assert life.surges.kept == {}


@variants("seed", range(6), 2)
def test_a_desk_that_sleeps_for_days_has_what_it_lost_on_record(seed: int) -> None:
    life = live(seed, runs=15, rests=[TEN_MINUTES, 8 * HOUR, 5 * DAY, 9 * DAY])

    gone = [gap for state in life.states for gap in state.gaps.values() if gap.state is GapState.UNREACHABLE]
    lost = life.said_in_all - life.heard()
    assert all(any(int(gap.after_id) < int(each) < int(gap.before_id) for gap in gone) for each in lost)
    assert life.surges.kept == {}
