"""New mentions come in once each, whatever X and the machine do."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.errors import BadRequest, LeaseLost, StoreBusy
from desk.mentions.poll_state import GapState
from desk.mentions.walk import Stop
from desk.x.model import earlier, first_id_at
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, burst, post_at

SECOND = timedelta(seconds=1)


def test_the_first_poll_looks_back_as_far_as_settings_say_and_marks_what_it_finds() -> None:
    scene = Scene()
    old, recent = post_at(NOON - timedelta(hours=25)), post_at(NOON - timedelta(hours=23))
    scene.x.post(old, recent)

    report = scene.poll()

    assert scene.stored == {recent.id}
    assert scene.store.mentions[recent.id].backlog
    assert report.succeeded
    assert scene.checkpoint == recent.id


def test_a_first_poll_that_finds_nothing_is_the_first_only_once() -> None:
    scene = Scene().started()
    new = post_at(scene.now - SECOND)
    scene.x.post(new)

    scene.poll()

    assert not scene.store.mentions[new.id].backlog


def test_the_first_walk_asks_from_a_time_on_and_later_ones_from_the_floor_on() -> None:
    scene = Scene().started()
    scene.poll()

    first, later = (call.asked for call in scene.x.calls if call.name == "mentions")
    assert (first["since_id"], first["start_time"]) == (None, NOON - BRAND.polling.first_look_back)
    assert (later["since_id"], later["start_time"]) == (earlier(first_id_at(NOON), BRAND.polling.overlap), None)


def test_a_burst_of_350_between_two_polls_is_stored_whole_and_counted() -> None:
    scene = Scene().started()
    posts = burst(350, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)

    report = scene.poll()

    assert scene.stored == {post.id for post in posts}
    assert report.polled == 350
    assert scene.store.stored_on == {NOON.astimezone(ZoneInfo(BRAND.timezone)).date(): 350}
    assert scene.checkpoint == posts[-1].id
    assert not scene.state.gaps


def test_a_stored_mention_is_neither_stored_nor_counted_again() -> None:
    scene = Scene().started()
    scene.x.post(*burst(5, scene.now - MINUTE, MINUTE))
    scene.poll()
    scene.passes(MINUTE)

    report = scene.poll()

    assert report.polled == 0
    assert len(scene.stored) == 5


def test_each_page_is_stored_before_the_next_is_asked_for() -> None:
    scene = Scene().started()
    scene.x.post(*burst(250, scene.now - MINUTE, MINUTE))
    scene.store.busy_after = 1

    with pytest.raises(StoreBusy):
        scene.poll()

    assert scene.x.count("mentions") == 1 + 2
    assert len(scene.stored) == 100


def test_when_the_tables_give_up_in_a_page_the_next_poll_loses_nothing() -> None:
    scene = Scene().started()
    posts = burst(250, scene.now - MINUTE, MINUTE)
    scene.x.post(*posts)
    scene.store.busy_after = 1
    with pytest.raises(StoreBusy):
        scene.poll()
    scene.store.busy_after = None
    scene.passes(MINUTE)

    scene.poll()

    assert scene.stored == {post.id for post in posts}
    assert sum(scene.store.stored_on.values()) == 250


def test_a_mention_that_x_indexes_late_is_found_within_the_overlap() -> None:
    scene = Scene().started()
    late = post_at(scene.now - 30 * SECOND)
    scene.x.post(post_at(scene.now - SECOND))
    scene.poll()
    scene.passes(5 * MINUTE)
    scene.x.post(late)

    scene.poll()

    assert late.id in scene.stored


def test_own_replies_are_not_imported() -> None:
    scene = Scene().started()
    scene.x.post(post_at(scene.now - SECOND, author_id=BRAND.user_id))

    scene.poll()

    assert scene.stored == set()


def test_a_retweet_storm_is_left_out_but_moves_the_checkpoint() -> None:
    scene = Scene().started()
    mention = post_at(scene.now - MINUTE)
    storm = [post_at(scene.now - SECOND * place / 5, retweets="77") for place in range(200)]
    scene.x.post(mention, *storm)

    scene.poll()

    assert scene.stored == {mention.id}
    assert scene.checkpoint == storm[0].id


def test_an_edit_is_stored_as_a_later_version_beside_the_first() -> None:
    scene = Scene().started()
    first = post_at(scene.now - 30 * SECOND, "청구서가 이상헤요")
    second = post_at(scene.now - SECOND, edit_ids=(first.id, "9"))
    scene.x.post(first, second)

    scene.poll()

    assert scene.stored == {first.id, second.id}
    assert scene.store.mentions[second.id].is_edit
    assert scene.store.mentions[second.id].post.first_id == first.id


def test_ten_long_posts_are_stored_with_every_syllable() -> None:
    scene = Scene().started()
    scene.x.post(*(post_at(scene.now - SECOND * place, "가" * 25_000) for place in range(10)))

    scene.poll()

    assert [len(mention.post.text) for mention in scene.store.mentions.values()] == [25_000] * 10


def test_what_was_erased_does_not_come_back() -> None:
    scene = Scene().started()
    erased, by_erased_author = post_at(scene.now - SECOND), post_at(scene.now - SECOND, author_id="666")
    scene.x.post(erased, by_erased_author)
    scene.store.erase(erased.id)
    scene.store.gone_authors.add("666")

    report = scene.poll()

    assert scene.stored == set()
    assert report.polled == 0


def test_a_protected_authors_post_costs_its_neighbours_nothing() -> None:
    scene = Scene().started()
    protected, shown = post_at(scene.now - 2 * SECOND), post_at(scene.now - SECOND)
    scene.x.post(protected, shown)
    scene.x.hidden.add(protected.id)

    report = scene.poll()

    assert scene.stored == {shown.id}
    assert report.stop is Stop.WHOLE


def test_nothing_at_all_is_a_success_that_leaves_the_checkpoint() -> None:
    scene = Scene().started()
    before = scene.checkpoint

    report = scene.poll()

    assert report.succeeded
    assert report.newest_lag is None
    assert scene.checkpoint == before


def test_on_quiet_days_the_checkpoint_follows_at_a_days_distance() -> None:
    scene = Scene().started()
    scene.passes(timedelta(days=5))

    scene.poll()

    assert scene.checkpoint == first_id_at(scene.now - timedelta(days=1))


def test_the_checkpoint_never_goes_down() -> None:
    scene = Scene().started()
    newest = post_at(scene.now - SECOND)
    scene.x.post(post_at(scene.now - 2 * SECOND), newest)
    scene.poll()
    scene.x.delete(newest.id)

    scene.poll()

    assert scene.checkpoint == newest.id


def test_a_since_id_that_x_finds_too_old_is_left_out_and_the_walk_ends_by_itself() -> None:
    scene = Scene().started()
    before_the_desk, missed = post_at(NOON - timedelta(hours=1)), post_at(NOON + timedelta(hours=1))
    scene.x.lets_since_id_grow_old = False
    scene.passes(timedelta(days=9))
    new = post_at(scene.now - SECOND)
    scene.x.post(before_the_desk, missed, new)

    report = scene.poll()

    assert scene.stored == {missed.id, new.id}
    assert report.succeeded
    assert not scene.state.gaps


def test_a_bad_request_for_any_other_reason_moves_nothing() -> None:
    scene = Scene().started()
    before = scene.checkpoint
    scene.x.fail("mentions", BadRequest("max_results"))

    report = scene.poll()

    assert not report.succeeded
    assert scene.checkpoint == before


def test_a_run_does_not_poll_while_another_holds_the_lease() -> None:
    scene = Scene().started()
    scene.state.take(scene.state.lease, holder="other", until=scene.now + MINUTE)

    with pytest.raises(LeaseLost):
        scene.poll()

    assert scene.x.count("mentions") == 1


def test_the_lease_of_a_holder_that_was_killed_runs_out() -> None:
    scene = Scene().started()
    scene.state.take(scene.state.lease, holder="killed", until=scene.now + MINUTE)
    scene.passes(MINUTE)
    new = post_at(scene.now - SECOND)
    scene.x.post(new)

    scene.poll()

    assert scene.stored == {new.id}


def test_a_run_whose_lease_was_taken_over_moves_no_checkpoint() -> None:
    scene = Scene().started()
    before = scene.checkpoint
    scene.x.post(post_at(scene.now - SECOND))

    def taken_over() -> int:
        scene.state.take(scene.state.lease, holder="other", until=scene.now + MINUTE)
        return 55_000

    with pytest.raises(LeaseLost):
        scene.poll(remaining_ms=taken_over)

    assert scene.checkpoint == before
    assert scene.state.lease is not None
    assert scene.state.lease.holder == "other"
    assert scene.state.lease.until > scene.now


def test_the_lease_is_free_after_a_poll_and_after_a_failure() -> None:
    scene = Scene().started()
    scene.x.post(post_at(scene.now - SECOND))
    scene.store.busy_after = 0
    with pytest.raises(StoreBusy):
        scene.poll("first")
    scene.store.busy_after = None

    report = scene.poll("second")

    assert report.polled == 1


def test_the_report_tells_how_old_the_newest_mention_was() -> None:
    scene = Scene().started()
    scene.x.post(post_at(scene.now - 20 * SECOND), post_at(scene.now - 50 * SECOND))

    report = scene.poll()

    assert report.newest_lag == 20 * SECOND


def test_posts_that_cannot_be_understood_are_given_up_on_record_once_and_cost_their_neighbours_nothing() -> None:
    scene = Scene().started()
    garbled, fine = post_at(scene.now - 2 * SECOND), post_at(scene.now - SECOND)
    scene.x.post(garbled, fine)
    scene.x.garbled.add(garbled.id)

    reports = [scene.poll(), scene.poll()]

    assert scene.stored == {fine.id}
    assert [report.unreachable for report in reports] == [1, 0]
    (given_up,) = scene.state.gaps.values()
    assert int(given_up.after_id) < int(garbled.id) < int(given_up.before_id)
    assert given_up.state is GapState.UNREACHABLE
