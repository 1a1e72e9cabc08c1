"""However slow X is, new mentions and gaps both get their share, and what is known is not read again and again."""

from datetime import timedelta
from itertools import product

from desk.errors import RateLimited
from desk.mentions.poll_state import GapState
from desk.mentions.walk import Stop
from desk.x.model import time_of
from poll_mentions.poll import KNOWN_PAGES
from tests.families import variants
from tests.unit.poll_mentions.scene import BRAND, MINUTE, Scene, burst, post_at

SECOND = timedelta(seconds=1)
OVERLAP = BRAND.polling.overlap


POLLS = [(1, 3), (6, 8), (15, 18), (30, 18)]
"""How many seconds a page of X takes, and how many polls are enough then."""


def after_a_burst(number: int) -> Scene:
    scene = Scene().started()
    scene.passes(5 * MINUTE)
    scene.x.post(*burst(number, scene.now - 4 * MINUTE, 4 * MINUTE))
    return scene


@variants("pace, new_a_minute", product(POLLS, [0, 20]), 2)
def test_a_burst_of_1501_is_stored_whole_within_so_many_polls(pace: tuple[int, int], new_a_minute: int) -> None:
    page_seconds, polls = pace
    scene = after_a_burst(1_501)
    number = 1_501
    for _ in range(polls):
        scene.passes(MINUTE)
        new = burst(new_a_minute, scene.now - MINUTE, MINUTE)
        scene.x.post(*new)
        number += len(new)

        scene.slow_poll(page_seconds * SECOND)

        assert {post.id for post in new} <= scene.stored

    assert len(scene.stored) == number


def test_a_walk_leaves_half_of_the_time_to_a_gap_that_waits() -> None:
    scene = after_a_burst(1_501)
    scene.slow_poll(6 * SECOND)
    scene.passes(MINUTE)
    scene.x.post(*burst(600, scene.now - MINUTE, MINUTE))
    gaps = dict(scene.state.gaps)

    report = scene.slow_poll(6 * SECOND)

    assert report.stop is Stop.DEADLINE
    assert any(scene.state.gaps[key].before_id != gap.before_id for key, gap in gaps.items())


def test_pages_that_were_walked_before_are_not_all_read_again() -> None:
    scene = after_a_burst(700)
    scene.poll()
    scene.passes(MINUTE)
    new = post_at(scene.now - SECOND)
    scene.x.post(new)
    before = scene.x.count("mentions")

    report = scene.poll()

    assert report.stop is Stop.KNOWN
    assert new.id in scene.stored
    assert scene.x.count("mentions") - before == 1 + KNOWN_PAGES


def test_a_page_of_retweets_that_no_poll_has_seen_is_no_known_page() -> None:
    scene = Scene().started()
    missing = post_at(scene.now - 50 * SECOND)
    scene.x.post(missing)
    scene.x.post(*(post_at(scene.now - 10 * SECOND + SECOND * n / 100, retweets="7") for n in range(500)))

    scene.poll()

    assert scene.stored == {missing.id}


def test_a_late_mention_among_known_pages_is_found_with_the_next_poll_and_the_walk_goes_on_below_it() -> None:
    scene = after_a_burst(700)
    scene.poll()
    scene.passes(MINUTE)
    late = [post_at(scene.now - MINUTE - part * MINUTE) for part in (0.9, 1.4, 1.9)]  # pages 2 to 4 of the burst
    scene.x.post(*late)

    scene.poll()

    assert {post.id for post in late} <= scene.stored


def test_a_late_mention_deep_in_the_overlap_is_found_once_x_had_time_to_index_all() -> None:
    scene = after_a_burst(700)
    scene.poll()
    scene.passes(MINUTE)
    scene.poll()
    late = post_at(scene.now - 4.5 * MINUTE)
    scene.x.post(late)
    asked = scene.x.count("mentions")

    reports = scene.polls_until_no_gap_is_open(30)

    assert late.id in scene.stored
    assert len(reports) * MINUTE <= OVERLAP + MINUTE
    assert scene.x.count("mentions") - asked <= len(reports) * KNOWN_PAGES + 8


def test_a_gap_to_check_again_waits_and_does_not_count_as_stalled() -> None:
    scene = after_a_burst(700)
    scene.poll()
    scene.passes(MINUTE)

    reports = [scene.poll()]

    (again,) = scene.state.gaps.values()
    assert again.due_at == time_of(again.before_id) + OVERLAP
    while scene.now < again.due_at - MINUTE:
        scene.passes(MINUTE)
        reports.append(scene.poll())
    assert {report.gap_stalled for report in reports} == {timedelta(0)}
    assert scene.state.gaps[again.id].shrunk_at is None


def test_gaps_to_check_again_are_joined_up_to_the_overlap() -> None:
    scene = Scene().started()
    for _ in range(12):
        scene.x.post(*burst(150, scene.now - MINUTE, MINUTE))
        scene.poll()
        scene.passes(MINUTE)

    again = [gap for gap in scene.state.gaps.values() if gap.due_at]
    assert len(again) <= 5
    assert len(scene.stored) == 12 * 150


def test_unseen_ranges_are_filled_before_gaps_to_check_again() -> None:
    scene = after_a_burst(700)
    scene.poll()
    scene.passes(MINUTE)
    scene.poll()
    scene.passes(2 * OVERLAP)
    posts = burst(900, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)

    scene.poll()

    (again,) = (gap for gap in scene.state.gaps.values() if gap.due_at)
    assert scene.stored >= {post.id for post in posts}
    assert (again.state, again.shrunk_at) == (GapState.OPEN, None)


def test_a_gap_that_does_not_shrink_is_reported_with_the_time_for_which_it_has_not() -> None:
    scene = after_a_burst(1_501)
    scene.poll()
    scene.passes(MINUTE)
    shrinking = scene.poll()
    scene.x.fail("search", RateLimited("429", scene.now))
    stopped_at = scene.now

    reports = []
    for _ in range(20):
        scene.passes(MINUTE)
        reports.append(scene.poll())

    assert shrinking.gap_stalled == timedelta(0)
    assert reports[-1].gap_stalled == scene.now - stopped_at
    scene.x.recover()
    scene.polls_until_no_gap_is_open()
    assert scene.poll().gap_stalled == timedelta(0)
