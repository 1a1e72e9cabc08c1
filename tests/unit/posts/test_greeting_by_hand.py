"""A greeting that people wrote on X itself becomes the greeting of its day, once, and takes no other post's place."""

from datetime import time, timedelta
from itertools import count
from typing import Any

import pytest

from desk.errors import BreakerOpen, DeskError, RateLimited, StoreBusy, Unavailable
from desk.posts.commands import Decider, ReleasePost
from desk.posts.decisions import WrongState
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.performance import Performance
from desk.x.model import first_id_at, time_of
from tests.brands import small_brand
from tests.families import for_each
from tests.unit.posts.scene import MINUTE, NOON, a_post
from tests.unit.posts.test_greeting import Morning, a_greeting

BRAND = small_brand(greeting_words=("좋은 아침", "Good Morning"), greeting_time=time(12, 15))
GREETING = "good morning, 오늘도 힘내요"
HOUR = timedelta(hours=1)
DAY = "greeting-2026-11-24"
_numbers = count(1)


def on_x(text: str = GREETING, *, after: timedelta = timedelta(0), **changes: Any) -> Performance:
    """A post that the account's timeline shows, so long after noon."""
    return Performance(str(int(first_id_at(NOON + after)) + next(_numbers)), None, text=text)._replace(**changes)


class ByHand(Morning):
    """A morning on which people may write on X itself; its greeting has the id of its day."""

    def __init__(self, **changes: Any) -> None:
        super().__init__()
        self.store.posts.clear()
        self.put(a_greeting(id=DAY, **changes))

    def recognise(self, *shown: Performance) -> Post | None:
        """What the sweep does once the timeline has shown these posts."""
        self.performances.performances |= {each.x_id: each for each in shown}
        now = max([self.now, *(each.published_at + MINUTE for each in shown)])
        return self.by_hand.recognise(now)

    def greets_unaware(self) -> None:
        """The publisher greets before the timeline shows it what people wrote."""
        self.performances.performances.clear()
        self.wake(DAY)

    @property
    def by_hand(self) -> GreetingsByHand:
        return GreetingsByHand(self.store, self.performances, BRAND)

    @property
    def greeting(self) -> Post:
        return self.post(DAY)


@for_each("state", [PostState.SCHEDULED, PostState.QUEUED, PostState.HELD, PostState.CANCELLED, PostState.EXPIRED])
def test_a_greeting_by_hand_takes_the_place_of_one_that_is_not_on_its_way_and_only_it_is_on_x(state: PostState) -> None:
    morning, shown = ByHand(state=state, reason=PostReason.PAUSED), on_x()

    morning.recognise(shown)
    morning.now = NOON + 20 * MINUTE
    morning.wake(DAY)

    taken = morning.greeting
    assert (taken.state, taken.x_id, taken.text, taken.at) == (
        PostState.PUBLISHED,
        shown.x_id,
        GREETING,
        time_of(shown.x_id),
    )
    assert (taken.is_by_hand, taken.is_unattended, taken.reason, taken.estimated_micro_usd) == (True, False, None, 0)
    assert morning.said == []


def test_on_a_morning_without_a_planned_greeting_such_as_in_a_trial_it_is_the_greeting_too() -> None:
    morning, shown = ByHand(), on_x()
    morning.store.posts.clear()

    morning.recognise(shown)
    morning.recognise(shown)

    assert morning.by_hand.take(shown.x_id, GREETING, by="이수진") == morning.greeting
    assert (morning.greeting.kind, morning.greeting.x_id) == (PostKind.GREETING, shown.x_id)


@for_each("state", [PostState.PUBLISHING, PostState.RECONCILING, PostState.IN_DOUBT, PostState.PUBLISHED])
def test_a_greeting_of_the_desk_that_is_or_may_be_on_x_stays_the_greeting(state: PostState) -> None:
    morning = ByHand(state=state, x_id="55")
    before = morning.greeting

    assert morning.recognise(on_x()) is None
    assert morning.by_hand.take(on_x().x_id, "인사", by="이수진") is None

    assert morning.greeting == before


@pytest.mark.parametrize(
    "shown",
    [
        on_x("오늘부터 로밍 요금이 내려갑니다"),
        on_x(after=-3 * HOUR),
        on_x(after=4 * HOUR),
        on_x(gone_at=NOON),
    ],
    ids=["no word", "too early", "too late", "gone"],
)
def test_a_post_that_does_not_clearly_greet_leaves_the_planned_greeting_alone(shown: Performance) -> None:
    morning = ByHand()

    assert morning.recognise(shown) is None

    assert morning.greeting.state is PostState.SCHEDULED


def test_without_configured_words_only_a_person_says_what_the_greeting_is() -> None:
    morning, shown = ByHand(), on_x()
    morning.performances.performances[shown.x_id] = shown
    without = GreetingsByHand(morning.store, morning.performances, BRAND._replace(greeting_words=()))
    assert without.recognise(NOON + MINUTE) is None

    without.take(shown.x_id, shown.text, by="이수진", by_id="mina")

    assert (morning.greeting.x_id, morning.greeting.decided_by) == (shown.x_id, "이수진")


@pytest.mark.parametrize("state", [PostState.PUBLISHED, PostState.PUBLISHING, PostState.IN_DOUBT])
def test_a_notice_of_the_desk_with_such_words_is_no_greeting_by_hand(state: PostState) -> None:
    morning, shown = ByHand(), on_x()
    at = NOON if state is PostState.PUBLISHED else NOON + HOUR
    x_id = shown.x_id if state is PostState.PUBLISHED else None
    morning.put(a_post(GREETING, id="notice", state=state, at=at, x_id=x_id))

    assert morning.recognise(shown) is None


def test_of_two_posts_by_hand_the_one_that_a_person_chose_counts() -> None:
    morning, first, second = ByHand(), on_x(), on_x(after=MINUTE)
    morning.recognise(first)
    assert morning.recognise(second) is None

    morning.by_hand.take(second.x_id, "이게 인사예요", by="이수진")
    morning.recognise(first)

    assert (morning.greeting.x_id, morning.greeting.text) == (second.x_id, "이게 인사예요")


def test_of_the_schedule_and_a_post_by_hand_whoever_saves_first_decides_and_nothing_is_lost() -> None:
    morning, shown = ByHand(), on_x()
    morning.now = NOON + 15 * MINUTE
    morning.store.meanwhile["save"].append(morning.greets_unaware)
    assert morning.recognise(shown) is None
    assert (morning.greeting.x_id, len(morning.said)) == (morning.x.made[0].id, 1)

    other = ByHand()
    other.now = NOON + 15 * MINUTE
    other.spikes.meanwhile["open"].append(lambda: other.recognise(shown))
    other.wake(DAY)
    assert (other.greeting.x_id, other.said) == (shown.x_id, [])


def test_a_greeting_that_a_person_wrote_in_the_minute_before_is_seen_on_x_and_nothing_is_greeted_twice() -> None:
    morning = ByHand()
    morning.now = NOON + 15 * MINUTE - timedelta(seconds=20)
    for text in ("오늘 점검이 있어요", GREETING):
        morning.x.add_own_post(text)
    by_hand = morning.x.made[-1].id

    morning.passes(timedelta(seconds=20))
    morning.wake(DAY)

    assert (morning.greeting.x_id, morning.greeting.text, morning.greeting.is_by_hand) == (by_hand, GREETING, True)
    assert morning.x.count("create_post") == 0


@pytest.mark.parametrize("error", [RateLimited("429", NOON), BreakerOpen("own_posts", NOON), Unavailable("503")])
def test_if_x_does_not_say_what_people_wrote_the_greeting_goes_out_as_planned(error: DeskError) -> None:
    morning = ByHand()
    morning.x.fail("own_posts", error)
    morning.now = NOON + 15 * MINUTE

    morning.wake(DAY)

    assert (morning.greeting.state, len(morning.said)) == (PostState.PUBLISHED, 1)


def test_a_reply_a_repost_and_a_post_of_the_desk_that_the_timeline_shows_are_no_greeting_by_hand() -> None:
    morning = ByHand()
    morning.now = NOON + 14 * MINUTE
    morning.x.add_own_post(GREETING, in_reply_to="77")
    notice = morning.x.add_own_post(GREETING)
    morning.put(a_post(GREETING, id="notice", state=PostState.PUBLISHED, at=morning.now, x_id=notice))

    morning.passes(MINUTE)
    morning.wake(DAY)

    assert (morning.greeting.is_by_hand, morning.greeting.x_id) == (False, morning.x.made[-1].id)


def test_a_person_cannot_send_the_planned_text_after_a_greeting_by_hand() -> None:
    morning = ByHand()
    morning.recognise(on_x())

    with pytest.raises(WrongState):
        morning.decisions.perform(ReleasePost(DAY, Decider("이수진")))


@pytest.mark.parametrize("lost", ["fail_before", "fail_after"])
def test_a_failure_while_it_is_recorded_is_made_up_by_the_next_poll(lost: str) -> None:
    morning, shown = ByHand(), on_x()
    getattr(morning.store, lost).append("save")
    with pytest.raises(StoreBusy):
        morning.recognise(shown)

    morning.recognise(shown)

    assert morning.greeting.x_id == shown.x_id
