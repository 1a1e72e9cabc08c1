"""A gap counts as filled only when X showed what is known to be on both sides of it."""

from datetime import timedelta

import pytest

from desk.errors import BadRequest
from desk.mentions.poll_state import Gap, GapSource, GapState
from desk.mentions.walk import Stop
from desk.x.model import first_id_at, time_of
from poll_mentions.gaps import MOST_TRIES, UNPROVEN
from poll_mentions.poll import PollReport
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, burst, calls_left, post_at

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NEVER = timedelta(days=30)
OVERLAP = BRAND.polling.overlap


def gap_of(scene: Scene, after_id: str, before_id: str, source: GapSource = GapSource.SEARCH) -> None:
    scene.state.gaps["g"] = Gap("g", after_id, before_id, NOON, "unavailable", source)


def searched(*, after: timedelta = HOUR, before: timedelta = MINUTE) -> Scene:
    """A desk with a gap that only search can fill, and 20 stored mentions above and below it."""
    scene = Scene()
    above = burst(20, NOON - before, before)
    scene.knows(*above, *burst(20, NOON - after - MINUTE, MINUTE))
    gap_of(scene, first_id_at(NOON - after), above[0].id)
    scene.poll()
    return scene


def polls_until_closed(scene: Scene, limit: int = 50) -> list[PollReport]:
    reports = [scene.poll()]
    return reports if not reports[0].gaps_open else [*reports, *scene.polls_until_no_gap_is_open(limit)]


@pytest.mark.parametrize("seconds", [1, 2, 3, 5])
def test_posts_that_share_their_seconds_are_all_stored_though_search_shows_nothing(seconds: int) -> None:
    scene = Scene().started()
    scene.x.seconds_run_forward, scene.x.search_lag = True, NEVER
    posts = [post_at(scene.now - (2 + number % seconds) * SECOND + number * SECOND / 1_000) for number in range(235)]
    scene.x.post(*posts)

    polls_until_closed(scene)

    assert scene.stored == {post.id for post in posts}


def test_a_walk_that_is_cut_within_a_second_leaves_the_rest_of_that_second_too() -> None:
    scene = Scene().started()
    scene.x.seconds_run_forward = True
    second = scene.now - 5 * SECOND
    posts = [post_at(second + number * SECOND / 1_000) for number in range(250)]
    scene.x.post(*posts)

    report = scene.poll(remaining_ms=calls_left(2))

    assert (report.stop, report.polled) == (Stop.DEADLINE, 100)
    scene.polls_until_no_gap_is_open()
    assert scene.stored == {post.id for post in posts}


@pytest.mark.parametrize("forward", [False, True])
def test_a_second_with_more_posts_than_a_poll_may_ask_for_is_read_over_several_polls(forward: bool) -> None:
    scene = searched()
    scene.x.seconds_run_forward = forward
    posts = [post_at(NOON - HOUR / 2 + number * SECOND / 1_000) for number in range(750)]
    scene.x.post(*posts)
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))

    polls_until_closed(scene, 3)

    assert scene.found == {post.id for post in posts}
    assert scene.state.gaps["g"].state is GapState.FILLED


def _above(scene: Scene) -> str:
    return min((key for key in scene.stored if int(key) > int(first_id_at(NOON - MINUTE))), key=int)


def test_a_search_that_shows_nothing_closes_no_gap_at_first_and_then_as_unreachable() -> None:
    scene = searched()
    missing = post_at(NOON - HOUR / 2)
    scene.x.post(missing)
    scene.x.search_lag, scene.x.reach = NEVER, 10
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))

    reports = polls_until_closed(scene)

    gap = scene.state.gaps["g"]
    assert (gap.state, gap.reason, gap.tries) == (GapState.UNREACHABLE, UNPROVEN, MOST_TRIES)
    assert gap.given_up_at == NOON + 31 * MINUTE
    assert int(gap.after_id) < int(missing.id) < int(gap.before_id)
    assert [report.unreachable for report in reports if report.unreachable] == [1]


def test_pauses_between_answers_that_prove_nothing_double() -> None:
    scene = searched()
    scene.x.search_lag, scene.x.reach = NEVER, 10
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))
    asked = []

    for minute in range(40):
        before = scene.x.count("search")
        scene.poll()
        asked += [minute] if scene.x.count("search") > before else []
        scene.passes(MINUTE)

    assert asked == [0, 1, 3, 7, 15, 31]


def test_a_gap_that_search_shows_only_later_is_filled_then() -> None:
    scene = Scene().started()
    scene.passes(3 * MINUTE)
    posts = burst(1_500, scene.now - 2 * MINUTE, 2 * MINUTE)
    scene.knows(*burst(5, NOON - HOUR, MINUTE))
    scene.x.post(*posts)
    scene.x.search_lag = 7 * MINUTE

    polls_until_closed(scene)

    assert scene.found == {post.id for post in posts}
    assert {gap.state for gap in scene.state.gaps.values()} == {GapState.FILLED}


def test_an_answer_that_begins_below_the_gap_proves_nothing() -> None:
    scene = searched()
    scene.x.search_lag = HOUR / 2  # the mentions below the gap are found, what lies in and above it is not
    above = _above(scene)
    scene.x.reach = 0
    gap_of(scene, first_id_at(NOON - HOUR), above)

    report = scene.poll()

    assert (report.gaps_open, scene.state.gaps["g"].before_id) == (1, above)


def test_an_answer_that_begins_within_the_gap_is_stored_but_closes_nothing_above_it() -> None:
    scene = searched()
    inside = post_at(NOON - 40 * MINUTE)
    scene.x.post(inside)
    scene.x.search_lag = HOUR / 2
    above = _above(scene)
    scene.x.reach = 0
    gap_of(scene, first_id_at(NOON - HOUR), above)

    scene.poll()

    assert scene.found == {inside.id}
    assert (scene.state.gaps["g"].state, scene.state.gaps["g"].before_id) == (GapState.OPEN, above)


@pytest.mark.parametrize("deleted", [1, 15])
def test_another_mention_serves_where_the_nearest_were_deleted_on_x(deleted: int) -> None:
    scene = searched()
    above = _above(scene)
    higher = sorted((key for key in scene.stored if int(key) >= int(above)), key=int)
    lower = sorted((key for key in scene.stored if int(key) < int(above)), key=int, reverse=True)
    for key in [*higher[:deleted], *lower[:deleted]]:
        scene.x.delete(key)
    inside = post_at(NOON - HOUR / 2)
    scene.x.post(inside)
    gap_of(scene, first_id_at(NOON - HOUR), above)

    polls_until_closed(scene)

    assert scene.found == {inside.id}
    assert scene.state.gaps["g"].state is GapState.FILLED


def test_where_nothing_is_stored_below_a_gap_search_goes_down_to_its_end() -> None:
    scene = Scene()
    above, inside = post_at(NOON - MINUTE), post_at(NOON - HOUR / 2)
    scene.knows(above)
    scene.x.post(inside)
    gap_of(scene, first_id_at(NOON - HOUR), above.id)

    scene.poll()

    assert scene.found == {inside.id}
    assert scene.state.gaps["g"].state is GapState.FILLED
    assert scene.state.gaps["g"].before_id == scene.state.gaps["g"].after_id
    assert scene.x.count("search") == 1


def test_where_nothing_is_stored_above_a_gap_search_must_have_had_time_to_index_what_there_is() -> None:
    scene = Scene()
    storm, inside, below = post_at(NOON - MINUTE, retweets="7"), post_at(NOON - HOUR / 2), post_at(NOON - 2 * HOUR)
    scene.knows(below)
    scene.x.post(storm, inside)
    scene.x.reach = 0
    gap_of(scene, first_id_at(NOON - HOUR), storm.id)

    reports = polls_until_closed(scene)

    assert scene.now - time_of(storm.id) >= OVERLAP
    assert scene.now - time_of(storm.id) < 2 * OVERLAP
    assert {report.unreachable for report in reports} == {0}
    assert scene.found == {inside.id}


def test_a_gap_with_nothing_on_either_side_is_never_proved() -> None:
    scene = Scene()
    gap_of(scene, first_id_at(NOON - 2 * HOUR), first_id_at(NOON - HOUR))

    polls_until_closed(scene)

    assert scene.state.gaps["g"].state is GapState.UNREACHABLE


def test_a_gap_that_the_timeline_still_shows_from_edge_to_edge_costs_no_search() -> None:
    scene = searched()
    posts = burst(150, NOON - HOUR / 2, MINUTE)
    scene.x.post(*posts)
    before = scene.x.count("search")
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene), GapSource.MENTIONS)

    scene.poll()

    assert scene.found == {post.id for post in posts}
    assert scene.state.gaps["g"].state is GapState.FILLED
    assert scene.x.count("search") == before


def test_a_page_token_that_x_has_forgotten_is_given_up_and_the_question_asked_again() -> None:
    scene = searched()
    posts = [post_at(NOON - HOUR / 2 + number * SECOND / 1_000) for number in range(650)]
    scene.x.post(*posts)
    scene.x.seconds_run_forward = True
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))
    scene.poll()
    begun = scene.state.gaps["g"]
    scene.x.fail("search", BadRequest("next_token"), times=1)
    scene.passes(MINUTE)

    scene.poll()

    assert begun.question is not None
    assert scene.state.gaps["g"] == begun._replace(question=None)
    scene.polls_until_no_gap_is_open(15)
    assert scene.found == {post.id for post in posts}


def test_empty_pages_are_followed_over_several_polls() -> None:
    scene = searched()
    inside = post_at(NOON - HOUR / 2)
    scene.x.post(inside)
    scene.x.reach, scene.x.blank_searches = 0, 5
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))

    scene.poll()
    begun = scene.state.gaps["g"]
    scene.passes(MINUTE)
    scene.poll()

    assert (begun.state, begun.tries) == (GapState.OPEN, 0)
    assert scene.found == {inside.id}
    assert scene.state.gaps["g"].state is GapState.FILLED


def test_a_try_that_proved_nothing_leaves_no_question_to_go_on_with() -> None:
    scene = searched()
    scene.x.reach, scene.x.search_lag, scene.x.blank_searches = 0, NEVER, 1
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))

    scene.poll()

    assert (scene.state.gaps["g"].tries, scene.state.gaps["g"].question) == (1, None)


def test_a_page_that_is_named_again_ends_the_question_but_not_the_filling() -> None:
    scene = searched()
    posts = burst(250, NOON - 50 * MINUTE, MINUTE)
    scene.x.post(*posts)
    scene.x.reach, scene.x.repeats = 0, True
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))

    scene.poll()

    assert scene.found == {post.id for post in posts}
    assert (scene.state.gaps["g"].state, scene.state.gaps["g"].tries) == (GapState.FILLED, 0)


def test_a_search_after_the_timeline_begins_a_question_of_its_own() -> None:
    scene = Scene()
    above, posts = post_at(NOON - MINUTE), burst(150, NOON - HOUR / 2, MINUTE)
    scene.knows(above)
    scene.x.post(*posts)
    gap_of(scene, first_id_at(NOON - HOUR), above.id, GapSource.MENTIONS)

    scene.poll()

    (search,) = (call.asked for call in scene.x.calls if call.name == "search")
    assert search["page_token"] is None
    assert search["since_id"] is not None
    assert scene.found == {post.id for post in posts}
    assert scene.state.gaps["g"].state is GapState.FILLED


def test_an_answer_below_what_is_stored_above_proves_nothing_however_old_the_gap_is() -> None:
    scene = Scene()
    above, inside, below = (post_at(NOON - part * HOUR) for part in (0.5, 0.7, 2))
    scene.knows(above, below)
    scene.x.post(inside)
    scene.x.search_lag, scene.x.reach = 36 * MINUTE, 0
    gap_of(scene, first_id_at(NOON - HOUR), above.id)

    scene.poll()

    assert scene.found == {inside.id}
    assert (scene.state.gaps["g"].state, scene.state.gaps["g"].before_id) == (GapState.OPEN, above.id)


def test_an_answer_that_begins_too_low_is_not_followed() -> None:
    scene = searched()
    scene.x.post(*burst(250, NOON - 50 * MINUTE, MINUTE))
    scene.x.search_lag, scene.x.reach = 40 * MINUTE, 0
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))
    before = scene.x.count("search")

    scene.poll()

    assert (scene.x.count("search") - before, scene.state.gaps["g"].tries) == (1, 1)


def test_a_gap_that_was_filled_keeps_nothing_of_how_that_was_done() -> None:
    scene = searched()
    scene.x.post(*burst(30, NOON - HOUR / 2, MINUTE))
    scene.knows(*burst(150, NOON - HOUR - 2 * MINUTE, MINUTE))
    gap_of(scene, first_id_at(NOON - HOUR), _above(scene))
    open_ = scene.state.gaps["g"]._replace(tries=3, due_at=NOON)
    scene.state.gaps["g"] = open_

    scene.poll()

    filled = open_._replace(state=GapState.FILLED, before_id=open_.after_id, shrunk_at=NOON, due_at=None, tries=0)
    assert scene.state.gaps["g"] == filled


def test_a_source_that_names_the_same_page_for_ever_is_left() -> None:
    scene = searched()
    above = _above(scene)
    gap_of(scene, first_id_at(NOON - HOUR), above)
    for post in [key for key in scene.stored if int(key) < int(above)]:
        scene.x.delete(post)
    scene.x.repeats = True

    scene.poll()

    assert scene.x.calls[-1].name == "search"
    assert scene.state.gaps["g"].tries == 1


def test_the_end_of_an_unreachable_range_takes_in_the_whole_second_of_the_last_post_seen() -> None:
    scene = searched()
    above = post_at(NOON - 30 * MINUTE + SECOND / 3)
    scene.knows(above)
    scene.x.search_lag, scene.x.reach = NEVER, 10
    gap_of(scene, first_id_at(NOON - HOUR), above.id)

    polls_until_closed(scene)

    assert time_of(scene.state.gaps["g"].before_id) == NOON - 30 * MINUTE + SECOND
