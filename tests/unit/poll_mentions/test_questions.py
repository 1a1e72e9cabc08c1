"""What X is asked about a gap: just as much as proves that nothing is missing."""

from datetime import timedelta
from itertools import pairwise

import pytest

from desk.errors import BreakerOpen, DeskError, Unavailable
from desk.mentions.poll_state import Gap, GapSource
from desk.mentions.walk import SEARCHABLE
from desk.x.model import first_id_at
from poll_mentions.gaps import MOST_TRIES
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, burst, post_at

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
AFTER, BEFORE = NOON - HOUR + SECOND / 2, NOON - HOUR / 2 + SECOND / 4
END_OF_BEFORE = first_id_at(NOON - HOUR / 2 + SECOND)


def scene_with_gap(source: GapSource = GapSource.SEARCH, *, after_id: str | None = None) -> Scene:
    scene = Scene()
    gap = Gap("g", after_id or first_id_at(AFTER), first_id_at(BEFORE), NOON, "unavailable", source)
    scene.state.gaps["g"] = gap
    return scene


def asked(scene: Scene) -> tuple[object, object]:
    """The ends of the first question about the gap."""
    scene.poll()
    question = next(call.asked for call in scene.x.calls if call.asked.get("until_id"))
    return question["since_id"], question["until_id"]


@pytest.mark.parametrize("source", list(GapSource))
def test_the_question_takes_in_the_nearest_mention_on_either_side(source: GapSource) -> None:
    scene = scene_with_gap(source)
    far, below, above, farther = (post_at(NOON - HOUR * part) for part in (2, 1.1, 0.3, 0.2))
    scene.knows(far, below, above, farther)

    assert asked(scene) == (str(int(below.id) - 1), str(int(above.id) + 1))


def test_a_mention_at_the_very_end_of_the_gap_is_the_nearest() -> None:
    last_seen, at_the_end = post_at(NOON - HOUR / 2), post_at(NOON - HOUR)
    scene = scene_with_gap(after_id=at_the_end.id)
    scene.state.gaps["g"] = scene.state.gaps["g"]._replace(before_id=last_seen.id)
    scene.knows(last_seen, at_the_end, post_at(NOON - 2 * HOUR), post_at(NOON))

    assert asked(scene) == (str(int(at_the_end.id) - 1), END_OF_BEFORE)


def test_a_mention_just_inside_the_gap_is_no_end_of_the_question() -> None:
    inside, below = post_at(NOON - HOUR + SECOND), post_at(NOON - 2 * HOUR)
    scene = scene_with_gap(after_id=str(int(inside.id) - 1))
    scene.knows(inside, below)

    assert asked(scene) == (str(int(below.id) - 1), END_OF_BEFORE)


def test_a_mention_younger_than_the_minute_of_the_poll_counts_as_well() -> None:
    scene = scene_with_gap()
    young = post_at(NOON + MINUTE / 2)
    scene.knows(young)

    assert asked(scene)[1] == str(int(young.id) + 1)


def test_with_nothing_stored_below_search_is_asked_for_all_that_it_has_and_the_timeline_without_end() -> None:
    limit = first_id_at(NOON - SEARCHABLE)

    assert asked(scene_with_gap(GapSource.SEARCH)) == (limit, END_OF_BEFORE)
    assert asked(scene_with_gap(GapSource.MENTIONS)) == (None, END_OF_BEFORE)


def test_a_mention_that_search_no_longer_reaches_is_no_end_of_a_question() -> None:
    scene = scene_with_gap()
    scene.knows(post_at(NOON - SEARCHABLE - MINUTE))

    assert asked(scene)[0] == first_id_at(NOON - SEARCHABLE)


def test_each_try_that_proves_nothing_takes_in_twice_as_many_mentions_on_either_side() -> None:
    scene = scene_with_gap()
    below, above = burst(70, NOON - 2 * HOUR, HOUR), burst(70, NOON - HOUR / 3, HOUR / 4)
    scene.knows(*below, *above)
    for post in (*below, *above):
        scene.x.delete(post.id)

    scene.polls_until_no_gap_is_open()

    asked = [call.asked for call in scene.x.calls if call.name == "search"]
    lower = [sum(int(post.id) > int(str(each["since_id"])) for post in below) for each in asked]
    upper = [sum(int(post.id) < int(str(each["until_id"])) for post in above) for each in asked]
    assert lower == upper == [1, 2, 4, 8, 16, 32]
    assert len(asked) == MOST_TRIES


@pytest.mark.parametrize(("error", "asked"), [(Unavailable("503"), BRAND.polling.gap_pages), (None, 7)])
def test_a_refusal_by_x_uses_up_a_call_of_the_share_and_an_open_breaker_does_not(
    error: DeskError | None, asked: int
) -> None:
    scene = Scene()
    scene.knows(*burst(100, NOON - 9 * HOUR, 8 * HOUR))
    ends = [first_id_at(NOON - 9 * HOUR + number * HOUR) for number in range(8)]
    for after_id, before_id in pairwise(ends):
        scene.state.gaps[after_id] = Gap(after_id, after_id, before_id, NOON, "unavailable", GapSource.SEARCH)
    scene.x.fail("search", error or BreakerOpen("user:read:search", NOON))

    scene.poll()

    assert scene.x.count("search") == asked


def test_a_gap_is_asked_for_only_when_it_is_due() -> None:
    scene = scene_with_gap(GapSource.MENTIONS)
    scene.knows(post_at(NOON - 2 * HOUR), post_at(NOON - HOUR / 3))
    scene.state.gaps["g"] = scene.state.gaps["g"]._replace(due_at=NOON + MINUTE)

    scene.poll()
    early = scene.x.count("mentions")
    scene.passes(MINUTE)
    scene.poll()

    assert (early, scene.x.count("mentions")) == (1, 3)
