"""Gaps are filled in a bounded share of each poll, and closed honestly when X no longer shows them."""

from datetime import timedelta
from itertools import pairwise

import pytest

from desk.errors import BadRequest, BreakerOpen, DeskError, RateLimited
from desk.mentions.poll_state import Checkpoint, Gap, GapSource, GapState
from desk.mentions.walk import SEARCHABLE, Stop
from desk.x.model import first_id_at, time_of
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, burst, post_at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def with_gap(after: timedelta, before: timedelta, *, source: GapSource = GapSource.MENTIONS) -> Scene:
    """A desk that polled just now, with a gap that began and ended so long ago, and a mention on either side of it."""
    scene = Scene()
    add_gap(scene, after, before, source=source)
    scene.state.checkpoints.append(Checkpoint(first_id_at(NOON), NOON))
    return scene


def add_gap(
    scene: Scene, after: timedelta, before: timedelta, *, source: GapSource = GapSource.SEARCH, name: str = "g"
) -> None:
    oldest_seen, below = post_at(NOON - before), post_at(NOON - after - MINUTE)
    scene.knows(oldest_seen, below)
    scene.state.gaps[name] = Gap(
        id=name,
        after_id=first_id_at(NOON - after),
        before_id=oldest_seen.id,
        opened_at=NOON,
        reason="unavailable",
        source=source,
    )


def test_a_gap_takes_no_more_calls_of_a_poll_than_its_share() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    scene.x.post(*burst(700, NOON - 2 * HOUR, HOUR))

    report = scene.poll()

    assert scene.x.count("mentions") == 1 + BRAND.polling.gap_pages
    assert 95 * BRAND.polling.gap_pages < report.polled < 100 * BRAND.polling.gap_pages
    assert report.gaps_open == 1


def test_each_page_that_was_kept_lowers_the_gap_so_that_no_page_is_asked_for_twice() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    posts = burst(700, NOON - 2 * HOUR, HOUR)
    scene.x.post(*posts)

    scene.poll()

    assert scene.state.gaps["g"].before_id == min(scene.found, key=int)
    assert scene.state.gaps["g"].shrunk_at == NOON
    assert scene.found == {post.id for post in posts[-len(scene.found) :]}


def test_only_mentions_within_the_gap_are_stored() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    inside = post_at(NOON - 2 * HOUR)
    scene.x.post(post_at(NOON - 4 * HOUR), inside, post_at(NOON - HOUR / 2))

    scene.polls_until_no_gap_is_open()

    assert scene.found == {inside.id}


def test_the_oldest_gap_goes_first_since_x_stops_showing_it_first() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    add_gap(scene, 3 * DAY, 2 * DAY, name="old")
    posts = burst(500, NOON - 2 * DAY - HOUR, HOUR)
    scene.x.post(*posts, *burst(10, NOON - 2 * HOUR, HOUR))

    scene.poll()

    assert scene.found == {post.id for post in posts[-len(scene.found) :]}
    assert len(scene.found) > 95 * BRAND.polling.gap_pages


def test_a_gap_older_than_a_week_is_filled_as_far_as_the_timeline_still_shows_it() -> None:
    scene = with_gap(20 * DAY, 10 * DAY)
    posts = [post_at(NOON - 15 * DAY), post_at(NOON - 12 * DAY)]
    scene.x.post(*posts)
    scene.x.lets_since_id_grow_old = False

    scene.polls_until_no_gap_is_open()

    assert scene.found == {post.id for post in posts}


def test_a_gap_that_cannot_be_filled_is_closed_as_unreachable_with_its_range_kept() -> None:
    scene = with_gap(20 * DAY, 10 * DAY, source=GapSource.SEARCH)
    before = scene.state.gaps["g"]

    report = scene.poll()

    after = scene.state.gaps["g"]
    assert (report.unreachable, report.gaps_open, report.succeeded) == (1, 0, True)
    assert (after.state, after.given_up_at) == (GapState.UNREACHABLE, NOON)
    assert after.after_id == before.after_id
    assert before.before_id < after.before_id <= first_id_at(time_of(before.before_id) + timedelta(seconds=1))
    assert scene.x.count("search") == 0


def test_of_a_gap_that_reaches_back_beyond_a_week_only_the_part_beyond_is_unreachable() -> None:
    scene = with_gap(20 * DAY, DAY, source=GapSource.SEARCH)
    reachable = post_at(NOON - 6 * DAY)
    scene.x.post(reachable, post_at(NOON - 10 * DAY))

    report = scene.poll()

    assert scene.found == {reachable.id}
    assert report.unreachable == 1
    assert time_of(scene.state.gaps["g"].before_id) == NOON - SEARCHABLE
    assert scene.state.gaps["g"].given_up_at == NOON


def test_an_unreachable_range_is_reported_once() -> None:
    scene = with_gap(20 * DAY, 10 * DAY, source=GapSource.SEARCH)
    scene.poll()
    scene.passes(MINUTE)

    report = scene.poll()

    assert report.unreachable == 0


def test_only_a_bad_request_of_the_timeline_leaves_a_gap_to_search() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    scene.x.fail("mentions", RateLimited("429", NOON), first=2)

    scene.poll()

    assert scene.state.gaps["g"].source is GapSource.MENTIONS


@pytest.mark.parametrize("error", [RateLimited("429", NOON), BreakerOpen("user:read", NOON), BadRequest("400")])
def test_a_gap_that_x_refuses_stays_open_and_stops_no_new_mention(error: DeskError) -> None:
    scene = with_gap(3 * HOUR, HOUR, source=GapSource.SEARCH)
    new = post_at(NOON - MINUTE / 2)
    scene.x.post(new)
    scene.x.fail("search", error)

    report = scene.poll()

    assert scene.found == {new.id}
    assert report.succeeded
    assert report.gaps_open == 1
    assert report.refused == {Stop(scene.state.gaps["g"].reason)}


def test_a_gap_that_x_refuses_leaves_its_turn_to_the_next() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    add_gap(scene, 3 * DAY, 2 * DAY, name="old")
    inside = post_at(NOON - 2 * HOUR)
    scene.x.post(inside)
    scene.x.fail("search", RateLimited("429", NOON))

    scene.poll()

    assert scene.found == {inside.id}


def test_a_timeline_that_does_not_take_a_gaps_ends_leaves_it_to_search() -> None:
    scene = with_gap(3 * HOUR, HOUR)
    inside = post_at(NOON - 2 * HOUR)
    scene.x.post(inside)
    scene.x.fail("mentions", BadRequest("until_id"), first=2, times=1)

    scene.polls_until_no_gap_is_open()

    assert scene.found == {inside.id}


def test_gaps_wait_when_x_has_just_refused_the_walk() -> None:
    scene = with_gap(3 * HOUR, HOUR, source=GapSource.SEARCH)
    scene.x.fail("mentions", RateLimited("429", NOON))

    report = scene.poll()

    assert scene.x.count("search") == 0
    assert report.gaps_open == 1


@pytest.mark.parametrize("error", [BreakerOpen("user:read:search", NOON), BadRequest("400")])
def test_gaps_that_x_refuses_for_good_do_not_use_up_the_share_of_the_others(error: DeskError) -> None:
    scene = with_gap(3 * HOUR, HOUR)
    for number in range(BRAND.polling.gap_pages):
        add_gap(scene, (4 + number) * HOUR, (3.5 + number) * HOUR, name=str(number))
    inside = post_at(NOON - 2 * HOUR)
    scene.x.post(inside)
    scene.x.fail("search", error)

    for _ in range(2):
        scene.poll()
        scene.passes(MINUTE)

    assert scene.found == {inside.id}


@pytest.mark.parametrize("span", [MINUTE / 60, MINUTE])
def test_a_burst_beyond_the_timelines_reach_is_filled_from_the_same_poll_on(span: timedelta) -> None:
    scene = Scene().started()
    posts = burst(2_500, scene.now - 2 * span, span)
    scene.x.post(*posts)
    stored = []

    for _ in range(7):
        scene.poll()
        scene.passes(MINUTE)
        stored.append(len(scene.stored))

    assert all(before + 180 < after for before, after in pairwise([800, *stored[:5]]))
    assert scene.stored == {post.id for post in posts}
    scene.polls_until_no_gap_is_open()
    assert {gap.state for gap in scene.state.gaps.values()} == {GapState.FILLED}


def test_posts_of_a_second_that_x_shows_in_another_order_are_found_after_what_is_below_it() -> None:
    scene = Scene().started()
    scene.x.seconds_run_forward = True
    posts = burst(1_500, scene.now - 2 * MINUTE / 60, MINUTE / 60)
    scene.x.post(*posts)

    scene.polls_until_no_gap_is_open()

    assert scene.stored == {post.id for post in posts}
