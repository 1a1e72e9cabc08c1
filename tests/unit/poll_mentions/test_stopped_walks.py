"""A walk that stops short moves the checkpoint only over what is on record as a gap."""

from datetime import UTC, datetime

import pytest

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    NotAuthorised,
    OverBudget,
    RateLimited,
    Unavailable,
    failure_of,
)
from desk.mentions.poll_state import GapState
from desk.mentions.walk import Stop
from poll_mentions.poll import KNOWN_PAGES
from tests.unit.poll_mentions.scene import MINUTE, Scene, burst, calls_left, post_at

LATER = datetime(2026, 11, 24, 4, tzinfo=UTC)
REFUSALS = [
    pytest.param(RateLimited("429", LATER), Stop.RATE_LIMITED, id="429"),
    pytest.param(CreditsDepleted("402"), Stop.CREDITS_DEPLETED, id="402"),
    pytest.param(NotAuthorised("401"), Stop.NOT_AUTHORISED, id="401"),
    pytest.param(BreakerOpen("user:read: credits_depleted", LATER), Stop.BREAKER_OPEN, id="breaker"),
    pytest.param(OverBudget("mentions", "day", LATER), Stop.OVER_BUDGET, id="budget"),
    pytest.param(Unavailable("503"), Stop.UNAVAILABLE, id="503"),
    pytest.param(BadRequest("400"), Stop.BAD_REQUEST, id="400"),
]


@pytest.mark.parametrize(("error", "stop"), REFUSALS)
def test_a_refusal_in_mid_walk_leaves_a_gap_that_later_polls_fill(error: DeskError, stop: Stop) -> None:
    scene = Scene().started()
    posts = burst(250, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)
    scene.x.fail("mentions", error, first=2)

    report = scene.poll()

    assert report.stop is stop
    assert report.detail == failure_of(error)
    assert not report.succeeded
    assert report.polled == 100
    assert scene.checkpoint == posts[-1].id
    assert [(gap.before_id, gap.reason) for gap in scene.state.gaps.values()] == [(posts[150].id, stop)]
    scene.x.recover()
    scene.polls_until_no_gap_is_open()
    assert scene.stored == {post.id for post in posts}
    assert sum(scene.store.stored_on.values()) == 250


@pytest.mark.parametrize(("error", "stop"), REFUSALS)
def test_a_refusal_of_the_first_page_moves_nothing(error: DeskError, stop: Stop) -> None:
    scene = Scene().started()
    before = scene.checkpoint
    scene.x.post(*burst(250, scene.now - MINUTE, MINUTE))
    scene.x.fail("mentions", error)

    report = scene.poll()

    assert report.stop is stop
    assert report.detail == failure_of(error)
    assert (scene.checkpoint, scene.state.gaps, scene.stored) == (before, {}, set())


def test_a_walk_stops_before_the_deadline_and_the_next_poll_goes_on() -> None:
    scene = Scene().started()
    posts = burst(350, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)

    report = scene.poll(remaining_ms=calls_left(4))

    assert report.stop is Stop.DEADLINE
    assert report.succeeded
    assert 0 < len(scene.stored) < 350
    scene.polls_until_no_gap_is_open()
    assert scene.stored == {post.id for post in posts}


def test_page_tokens_that_repeat_for_ever_end_the_walk_with_a_gap() -> None:
    scene = Scene().started()
    posts = burst(350, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)
    scene.x.repeats = True

    report = scene.poll()

    assert report.stop is Stop.REPEATED
    scene.x.repeats = False
    scene.polls_until_no_gap_is_open()
    assert scene.stored == {post.id for post in posts}


def test_1500_after_an_outage_are_all_stored_those_beyond_800_from_search() -> None:
    scene = Scene().started()
    scene.passes(90 * MINUTE)
    posts = burst(1_500, scene.now - 80 * MINUTE, 80 * MINUTE)
    scene.x.post(*posts)

    report = scene.poll()

    assert report.polled >= 800
    assert report.gaps_open == 1
    scene.polls_until_no_gap_is_open()
    assert scene.stored == {post.id for post in posts}
    assert {gap.state for gap in scene.state.gaps.values()} == {GapState.FILLED}


def test_exactly_800_cost_one_more_question_and_no_more() -> None:
    scene = Scene().started()
    scene.passes(30 * MINUTE)
    posts = burst(800, scene.now - 20 * MINUTE, 20 * MINUTE)
    scene.x.post(*posts)

    report = scene.poll()

    assert report.gaps_open == 0
    assert scene.stored == {post.id for post in posts}
    assert (scene.x.count("mentions"), scene.x.count("search")) == (1 + 8 + 1, 1)


def test_a_first_walk_beyond_800_marks_what_fills_its_gap_as_backlog_too() -> None:
    scene = Scene()
    posts = burst(900, scene.now - 600 * MINUTE, 600 * MINUTE)
    scene.x.post(*posts)

    scene.poll()
    scene.polls_until_no_gap_is_open()

    assert scene.stored == {post.id for post in posts}
    assert all(mention.backlog for mention in scene.store.mentions.values())


def test_new_mentions_come_first_while_a_gap_is_open() -> None:
    scene = Scene().started()
    scene.passes(90 * MINUTE)
    scene.x.post(*burst(2_000, scene.now - 80 * MINUTE, 80 * MINUTE))
    scene.poll()
    scene.passes(MINUTE)
    new = post_at(scene.now - MINUTE / 2)
    scene.x.post(new)

    report = scene.poll()

    assert new.id in scene.stored
    assert report.gaps_open == 1


def test_a_first_poll_that_x_refuses_stays_the_first() -> None:
    scene = Scene()
    scene.x.post(post_at(scene.now - MINUTE))
    scene.x.fail("mentions", Unavailable("503"), times=1)
    scene.poll()
    scene.passes(MINUTE)

    scene.poll()

    assert len(scene.state.checkpoints) == 1
    assert all(mention.backlog for mention in scene.store.mentions.values())
    assert len(scene.stored) == 1


def test_a_burst_beyond_reach_is_not_read_again_and_again_once_nothing_new_comes() -> None:
    scene = Scene().started()
    scene.passes(5 * MINUTE)
    posts = burst(1_500, scene.now - 4 * MINUTE, 4 * MINUTE)
    scene.x.post(*posts)

    scene.poll()
    scene.passes(MINUTE)
    scene.poll()
    scene.passes(20 * MINUTE)
    scene.polls_until_no_gap_is_open()
    before = len(scene.x.calls)
    report = scene.poll()

    assert scene.stored == {post.id for post in posts}
    assert report.gaps_open == 0
    assert len(scene.x.calls) - before == KNOWN_PAGES


def test_polls_that_stop_at_the_same_place_open_one_gap_not_one_each() -> None:
    scene = Scene().started()
    scene.passes(5 * MINUTE)
    scene.x.post(*burst(500, scene.now - 4 * MINUTE, 4 * MINUTE))
    scene.x.fail("mentions", Unavailable("503"), first=2, times=1)
    scene.poll()
    scene.passes(MINUTE)
    scene.x.fail("mentions", Unavailable("503"), first=2, times=1)

    report = scene.poll()

    assert report.gaps_open == 1
