"""The morning's greeting: a draft that people change, skip or send, and that holds itself back when it must."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.errors import PostMoved, StoreBusy
from desk.posts.commands import CancelPost, Decider, PostCommand, ReleasePost, RewordGreeting
from desk.posts.decisions import PostChanged, PostDecisions, PostTooLate, StillPaused, WrongState
from desk.posts.errors import MentionNotAllowed, PostNotAccepted, SameText, TextEmpty, TextTooLong
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.settle import PublishOutcome
from desk.posts.submit import text_keys
from desk.reading import Safety, Urgency
from desk.spikes.model import Spike
from tests.fakes.posts import FakePostTimer
from tests.unit.posts.scene import MINUTE, NOON, Scene, a_case, a_post

HOUR = timedelta(hours=1)
SCHEDULED, HELD, PUBLISHED = PostState.SCHEDULED, PostState.HELD, PostState.PUBLISHED
TIME = NOON + 15 * MINUTE
"""The greeting's time; the draft is from noon."""
MINA, SUJIN = Decider("이수진", person_id="mina"), Decider("박지민", person_id="sujin")
DANGER = a_case(safety=Safety.DANGER, urgency=Urgency.HIGH)
CHECK = a_case(safety=Safety.CHECK)
SPIKE = Spike("s1", "network", NOON, NOON, 3, 30, 2.0)


def a_greeting(**changes: Any) -> Post:
    """A greeting that is planned, and no different from one call to the next."""
    about = {
        "state": SCHEDULED,
        "publish_at": TIME,
        "at": TIME,
        "expires_at": TIME + 30 * MINUTE,
        "id": "g",
        "accepted_at": NOON,
    }
    return a_post(**{"text": "좋은 아침이에요", "kind": PostKind.GREETING, "by": "schedule", **about, **changes})


class Morning(Scene):
    """A morning with its greeting, and people who decide about it."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(a_greeting(**changes))

    def performs(self, command: Callable[[str, Decider], PostCommand], by: Decider = MINA) -> Post:
        seen = by._replace(seen=self.greeting.version)
        return self.decisions.perform(command("g", seen))

    @property
    def decisions(self) -> PostDecisions:
        errors: list[Exception] = []
        return PostDecisions(self.store, self.switch, self.queue, FakePostTimer(), lambda: self.now, errors.append)

    @property
    def greeting(self) -> Post:
        return self.post("g")

    @property
    def said(self) -> list[str]:
        return [post.text for post in self.x.made]

    def comes(self) -> Post:
        """Its time comes, and the publisher is woken."""
        self.now = max(self.now, TIME)
        self.wake("g")
        return self.greeting


def reword(text: str) -> Callable[[str, Decider], PostCommand]:
    return lambda post_id, by: RewordGreeting(post_id, by, text)


# It goes out by itself, or waits for a person


def test_a_greeting_that_nobody_touched_goes_out_at_its_time() -> None:
    morning = Morning()
    morning.wake("g")
    assert morning.said == []

    assert (morning.comes().state, morning.said) == (PUBLISHED, ["좋은 아침이에요"])


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        (lambda morning: morning.cases.put(DANGER), PostReason.DANGER_OPEN),
        (lambda morning: morning.spikes.begin(SPIKE), PostReason.SPIKE_OPEN),
        (lambda morning: morning.pause(), PostReason.PAUSED),
    ],
    ids=["danger", "spike", "pause"],
)
def test_it_holds_itself_back_until_the_morning_is_over_and_the_operator_hears_why(
    begins: Callable[[Morning], object], reason: PostReason
) -> None:
    morning = Morning()
    begins(morning)

    held = morning.comes()

    assert (held.state, held.reason, morning.said) == (HELD, reason, [])
    assert held.expires_at == held.at == TIME + 3 * HOUR
    assert morning.store.notifies(held)

    morning.now = TIME + 3 * HOUR
    over = morning.comes()
    assert (over.state, over.reason, morning.said) == (PostState.EXPIRED, PostReason.TOO_LATE, [])
    assert morning.store.notifies(over)


def test_what_may_be_danger_but_is_not_sure_does_not_hold_it() -> None:
    morning = Morning()
    morning.cases.put(CHECK)

    assert morning.comes().state is PUBLISHED


def test_danger_holds_no_other_post() -> None:
    morning = Morning()
    morning.cases.put(DANGER)
    morning.put(a_post(id="notice"))

    morning.wake("notice")

    assert morning.post("notice").state is PUBLISHED


def test_while_it_is_unknown_whether_somebody_is_in_danger_it_waits_for_the_next_wake_up() -> None:
    morning = Morning()
    morning.spikes.busy.add("open")
    morning.now = TIME

    report = morning.wake("g")

    assert (set(report.failures), morning.greeting.state, morning.said) == ({"g"}, SCHEDULED, [])
    morning.spikes.busy.clear()
    assert morning.comes().state is PUBLISHED


@pytest.mark.parametrize("is_held", [False, True])
def test_what_a_person_sends_goes_out_although_somebody_is_in_danger(is_held: bool) -> None:
    morning = Morning()
    morning.cases.put(DANGER)
    if is_held:
        morning.comes()

    sent = morning.performs(ReleasePost)

    assert (sent.state, sent.by, sent.author_id) == (PostState.QUEUED, "이수진", "mina")
    morning.wake("g")
    assert morning.said == ["좋은 아침이에요"]


def test_not_even_a_person_sends_it_during_a_pause_or_after_the_morning() -> None:
    morning = Morning()
    morning.pause()
    morning.comes()
    with pytest.raises(StillPaused):
        morning.performs(ReleasePost)

    morning.now = TIME + 3 * HOUR
    morning.switch.resume(by="m", at=morning.now)
    with pytest.raises(PostTooLate):
        morning.performs(ReleasePost)
    assert morning.said == []


def test_only_a_greeting_is_sent_before_its_time() -> None:
    morning = Morning(kind=PostKind.ANNOUNCEMENT)

    with pytest.raises(WrongState):
        morning.performs(ReleasePost)


# It is changed or skipped


def test_the_changed_text_goes_out_at_its_time_and_still_holds_itself_back() -> None:
    morning = Morning()

    changed = morning.performs(reword(" 비가 와요,\r\n조심히 오세요! "))

    assert (changed.text, changed.state, changed.by) == ("비가 와요,\n조심히 오세요!", SCHEDULED, "schedule")
    assert (changed.weighted_length, changed.decided_by) == (25, "이수진")
    morning.cases.put(DANGER)
    assert (morning.comes().state, morning.said) == (HELD, [])


@pytest.mark.parametrize(
    ("text", "error"),
    [("  ", TextEmpty), ("가" * 141, TextTooLong), ("안녕 @somebody", MentionNotAllowed), ("어제 인사", SameText)],
)
def test_a_text_that_cannot_be_posted_changes_nothing(text: str, error: type[PostNotAccepted]) -> None:
    morning = Morning()
    yesterday = a_greeting(id="y", text="어제 인사", state=PUBLISHED, publish_at=TIME - 23 * HOUR)
    morning.put(yesterday)
    morning.store.holders |= dict.fromkeys(text_keys(yesterday._replace(publish_at=TIME)), "y")

    with pytest.raises(error):
        morning.performs(reword(text))

    assert morning.greeting == a_greeting()


def test_only_a_greeting_that_is_not_on_its_way_is_changed() -> None:
    for state in set(PostState) - {SCHEDULED, HELD}:
        morning = Morning(state=state)
        with pytest.raises(WrongState):
            morning.performs(reword("새 인사"))
    morning = Morning(kind=PostKind.ANNOUNCEMENT)
    with pytest.raises(WrongState):
        morning.performs(reword("새 인사"))


def test_a_skipped_greeting_does_not_go_out() -> None:
    morning = Morning()

    morning.performs(CancelPost)

    assert (morning.comes().state, morning.said) == (PostState.CANCELLED, [])


# At the same moment


@pytest.mark.parametrize("command", [reword("새 인사"), CancelPost, ReleasePost], ids=["change", "skip", "send"])
def test_of_a_person_and_the_schedule_one_is_first_and_it_goes_out_at_most_once(
    command: Callable[[str, Decider], PostCommand],
) -> None:
    morning = Morning(state=SCHEDULED)
    morning.now = TIME
    morning.store.meanwhile["save"].append(lambda: morning.wake("g"))

    with pytest.raises((PostChanged, WrongState)):
        morning.performs(command)
    morning.wake("g")

    assert (morning.greeting.state, morning.said) == (PUBLISHED, ["좋은 아침이에요"])


def test_a_change_that_comes_between_the_look_and_the_claim_wins_and_is_what_goes_out() -> None:
    morning = Morning()
    morning.now = TIME
    morning.spikes.meanwhile["open"].append(lambda: morning.performs(reword("새 인사")))

    assert morning.wake("g").outcomes[PublishOutcome.NOTHING] == 1
    morning.wake("g")

    assert morning.said == ["새 인사"]


def test_of_two_people_the_first_decides_and_a_repeated_change_is_taken_once() -> None:
    morning = Morning()
    seen = morning.greeting.version
    first = RewordGreeting("g", MINA._replace(seen=seen), "새 인사")

    assert morning.decisions.perform(first) == morning.decisions.perform(first)
    with pytest.raises(PostChanged):
        morning.decisions.perform(CancelPost("g", SUJIN._replace(seen=seen)))


def test_a_change_whose_answer_was_lost_is_taken_once() -> None:
    morning = Morning()
    morning.store.fail_after.append("save")
    command = RewordGreeting("g", MINA._replace(seen=1), "새 인사")

    with pytest.raises((StoreBusy, PostMoved)):
        morning.decisions.perform(command)

    assert morning.decisions.perform(command).text == "새 인사"
    assert morning.greeting.version == 2
