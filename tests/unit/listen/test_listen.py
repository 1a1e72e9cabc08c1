"""Listening: X is asked for counts, then for no more than there is to read; nothing is lost within seven days."""

from collections.abc import Iterable
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.brand import Purpose
from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    OverBudget,
    RateLimited,
    StoreBusy,
    Unavailable,
)
from desk.mentions.model import Mention, Source
from desk.mentions.poll_state import GapState
from desk.mentions.walk import SEARCHABLE, Stop
from desk.x.model import Page, PostMetrics, XPost, first_id_at, time_of
from listen.query_walk import MOST_TRIES
from tests.unit.listen.scene import BRAND, DAY, MINUTE, NOON, TEN_MINUTES, Scene
from tests.unit.poll_mentions.scene import burst, post_at


@pytest.fixture
def scene() -> Scene:
    return Scene()


def ids(posts: Iterable[XPost]) -> set[str]:
    return {post.id for post in posts}


def test_where_x_counts_nothing_no_post_is_asked_for(scene: Scene) -> None:
    report = scene.listen(TEN_MINUTES)

    assert scene.asked() == ["counts"]
    assert (report.succeeded, report.gaps_open) == (True, 0)


def test_what_x_counted_is_heard_once_and_stored_as_no_mention(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    posts = scene.said(9, 4, 2)
    scene.x.metrics[posts[0].id] = PostMetrics(3, 1, 2, 0, 90)

    first, second = scene.listen(), scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert [report.queries[0].heard for report in (first, second)] == [3, 0]
    assert scene.asked() == ["counts", "heard", "counts"]
    kept = scene.mentions.mentions[posts[0].id]
    assert (kept.backlog, kept.post.metrics) == (False, PostMetrics(3, 1, 2, 0, 90))


def test_no_page_is_larger_than_what_x_counted(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    scene.said(*(each / 5 for each in range(10, 40)))

    scene.listen()

    assert [call.asked["limit"] for call in scene.x.calls if call.name == "heard"] == [30]


def test_the_very_first_run_looks_back_an_hour_and_what_it_finds_is_backlog() -> None:
    scene = Scene(has_begun=False)
    old, recent = scene.said(62, 30)

    scene.listen()

    assert scene.heard() == {recent.id}
    assert scene.mentions.mentions[recent.id].backlog
    assert old.id not in scene.heard()


def test_what_x_indexes_late_is_heard_with_the_next_run_and_only_then_read_again(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    first = scene.said(8, 6)
    scene.listen()
    scene.asked()
    late = [post_at(scene.now - 5 * MINUTE)]
    scene.x.post(*late)

    scene.listen(TEN_MINUTES)
    found = scene.asked()
    scene.listen(TEN_MINUTES)

    assert scene.heard() == ids([*first, *late])
    assert (found, scene.asked()) == (["counts", "heard"], ["counts"])


def test_a_late_post_is_heard_although_x_counts_fewer_posts_than_it_shows(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.now += TEN_MINUTES
    first, count_all = scene.said(5.1, 5.2), scene.x.counts
    monkeypatch.setattr(
        scene.x, "counts", lambda **asked: [each._replace(posts=min(each.posts, 1)) for each in count_all(**asked)]
    )
    scene.listen()
    late = [post_at(scene.now - 3 * MINUTE)]
    scene.x.post(*late)

    scene.listen(TEN_MINUTES)

    assert scene.heard() == ids([*first, *late])


def test_posts_that_x_counts_and_does_not_show_yet_are_heard_once_it_shows_them(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    shown, hidden = scene.said(5, 4)
    scene.x.hidden.add(hidden.id)
    scene.listen()
    before = scene.heard()
    scene.x.hidden.clear()

    scene.listen(TEN_MINUTES)

    assert (before, scene.heard()) == ({shown.id}, {shown.id, hidden.id})


def test_a_mention_an_own_post_a_repost_and_an_erased_author_are_not_heard(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    mention = post_at(scene.now - 5 * MINUTE)
    scene.mentions.store([Mention(mention, scene.now)])
    scene.mentions.gone_authors.add("666")
    others = [
        post_at(scene.now - 4 * MINUTE, author_id=BRAND.user_id),
        post_at(scene.now - 3 * MINUTE, retweets="1"),
        post_at(scene.now - 3 * MINUTE, author_id="666"),
    ]
    scene.x.post(mention, *others)

    scene.listen()

    assert scene.heard() == set()
    assert scene.mentions.mentions[mention.id].source is Source.MENTIONS


def test_a_flood_costs_one_count_and_ten_posts_and_is_on_record_for_people(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    flood = burst(500, scene.now - 9 * MINUTE, 8 * MINUTE)
    flood[7] = flood[7]._replace(text="제이드폰 그리고 제이드 요금")
    scene.x.post(*flood)
    scene.x.metrics[flood[7].id] = PostMetrics(likes=900, replies=20, reposts=70, quotes=10)
    scene.x.metrics[flood[9].id] = PostMetrics(likes=50, replies=0, reposts=0, quotes=0)

    report = scene.listen()

    assert scene.asked() == ["counts", "heard"]
    assert (report.queries[0].heard, report.queries[0].surges, report.gaps_open) == (10, 1, 0)
    [surge] = scene.surges.between(NOON - MINUTE, scene.now)
    assert (surge.posts, surge.since, surge.until) == (500, NOON - MINUTE, scene.now - MINUTE)
    assert (surge.most_a_minute, surge.spread) == (63, 1_500)
    assert surge.words == ("제이드폰", "제이드 요금")
    assert flood[7].id in surge.post_ids
    assert scene.heard() == set(surge.post_ids)

    scene.listen(TEN_MINUTES)

    assert (scene.asked(), len(scene.heard())) == (["counts"], 10)


def test_of_a_flood_no_post_is_read_again_when_x_indexes_more_of_it(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    scene.x.post(*burst(500, scene.now - 9 * MINUTE, 8 * MINUTE))
    scene.listen()
    scene.asked()
    scene.said(3, 4, 5)

    scene.listen(TEN_MINUTES)

    assert (scene.asked(), len(scene.surges.kept)) == (["counts"], 1)


def test_the_last_posts_of_a_flood_count_as_known_to_the_next_run(scene: Scene) -> None:
    scene.now += 15 * MINUTE
    scene.x.post(*burst(150, NOON, 3 * MINUTE), *burst(20, NOON + 5 * MINUTE, MINUTE / 2))
    scene.listen()
    scene.asked()

    scene.listen(TEN_MINUTES)

    assert scene.asked() == ["counts"]


def test_people_see_no_erased_author_and_no_own_post_among_those_of_a_flood(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    scene.mentions.gone_authors.add("666")
    flood = burst(500, scene.now - 9 * MINUTE, 8 * MINUTE)
    flood[7] = flood[7]._replace(author_id="666", text="제이드 요금")
    flood[8] = flood[8]._replace(author_id=BRAND.user_id, text="제이드 요금")
    scene.x.post(*flood)
    scene.x.metrics |= {flood[place].id: PostMetrics(900, 0, 0, 0) for place in (7, 8)}

    scene.listen()

    [surge] = scene.surges.kept.values()
    assert not {flood[7].id, flood[8].id} & set(surge.post_ids)
    assert (surge.words, surge.spread) == ((), 500)


def test_after_a_long_pause_a_flood_hides_nothing_of_what_was_before_it(scene: Scene) -> None:
    scene.now += timedelta(hours=3)
    calm = scene.said(*range(5, 45, 9), *range(75, 180, 9))
    scene.x.post(*burst(300, scene.now - 60 * MINUTE, 5 * MINUTE))

    scene.listen()

    assert ids(calm) <= scene.heard()
    assert len(scene.heard()) < len(calm) + 25
    assert len(scene.surges.kept) == 1


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("429", NOON + DAY),
        Unavailable("503"),
        CreditsDepleted("402"),
        BreakerOpen("credits_depleted", NOON),
        OverBudget(Purpose.LISTENING, "day", NOON),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize(("name", "first"), [("counts", 1), ("heard", 1), ("heard", 2)])
def test_a_run_that_x_or_the_budget_ends_is_made_up_for_by_the_next(
    scene: Scene, error: DeskError, name: str, first: int
) -> None:
    scene.now += timedelta(hours=3)
    posts = burst(300, scene.now - 170 * MINUTE, 160 * MINUTE)
    scene.x.post(*posts)
    scene.x.fail(name, error, first=first, times=1)

    ended = scene.listen()
    scene.x.recover()
    assert ended.refused
    assert ended.succeeded == isinstance(error, OverBudget)
    assert ended.gaps_open == (first == 2)
    for _ in range(3):
        report = scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert (report.gaps_open, report.succeeded) == (0, True)


def test_no_post_is_paid_for_twice_when_a_run_ends_in_the_middle(scene: Scene) -> None:
    scene.now += timedelta(hours=3)
    posts = burst(300, scene.now - 170 * MINUTE, 160 * MINUTE)
    scene.x.post(*posts)
    scene.x.fail("heard", Unavailable("503"), first=2, times=1)
    scene.listen()
    oldest = min(scene.heard(), key=int)
    scene.x.recover()
    scene.x.calls.clear()

    scene.listen(TEN_MINUTES)

    pages = [call.asked for call in scene.x.calls if call.name == "heard"]
    assert [page["until_id"] for page in pages] == [oldest, oldest]
    assert scene.heard() == ids(posts)


@pytest.mark.parametrize("strange", ["blank", "repeated"])
def test_blank_pages_and_repeated_tokens_end_no_run_early_and_lose_nothing(scene: Scene, strange: str) -> None:
    scene.now += timedelta(hours=3)
    posts = burst(250, scene.now - 170 * MINUTE, 160 * MINUTE)
    scene.x.post(*posts)
    scene.x.blank_searches = 2 if strange == "blank" else 0
    scene.x.repeats = strange == "repeated"

    scene.listen()
    scene.x.repeats = False
    for _ in range(3):
        report = scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert report.gaps_open == 0


def test_an_end_that_comes_before_what_x_counts_is_not_believed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.now += timedelta(hours=3)
    posts = burst(250, scene.now - 170 * MINUTE, 160 * MINUTE)
    scene.x.post(*posts)
    page = scene.x._page
    monkeypatch.setattr(scene.x, "_page", lambda *asked: replace(page(*asked), next_token=None))

    report = scene.listen()

    assert (report.queries[0].stop, report.succeeded) == (Stop.UNPROVEN, True)
    assert (scene.heard(), report.gaps_open) == (ids(posts), 0)


def test_what_x_counts_and_never_shows_is_asked_for_a_few_times(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.now += timedelta(hours=3)
    scene.said(150, 140, 20)
    asked = []

    def shows_nothing(**question: object) -> Page:
        asked.append(question)
        return Page((), None, None, None, 0)

    monkeypatch.setattr(scene.x, "heard", shows_nothing)

    open_gaps = [scene.listen(TEN_MINUTES).gaps_open for _ in range(8)]

    assert (open_gaps[0], open_gaps[-1]) == (1, 0)
    assert len(asked) == 1 + MOST_TRIES


def test_a_run_without_time_for_another_page_leaves_a_gap_for_the_next(scene: Scene) -> None:
    scene.now += timedelta(hours=3)
    posts = burst(250, scene.now - 170 * MINUTE, 160 * MINUTE)
    scene.x.post(*posts)
    scene.left_ms = 1

    first = scene.listen()
    scene.left_ms = 240_000
    last = scene.listen(TEN_MINUTES)

    assert (first.queries[0].stop, first.gaps_open, first.succeeded) == (Stop.DEADLINE, 1, True)
    assert (scene.heard(), last.gaps_open) == (ids(posts), 0)


def test_a_gap_takes_no_more_than_its_share_of_pages(scene: Scene) -> None:
    scene.now += timedelta(hours=20)
    posts = burst(600, scene.now - 19 * timedelta(hours=1), 18 * timedelta(hours=1))
    scene.x.post(*posts)
    scene.left_ms = 1
    scene.listen()
    scene.left_ms = 240_000
    scene.asked()

    scene.listen(TEN_MINUTES)

    assert scene.asked().count("heard") == 3
    scene.listen(TEN_MINUTES)
    assert scene.heard() == ids(posts)


def let_searches_take_a_minute(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = scene.x.heard

    def slowly(**asked: Any) -> Page:
        scene.left_ms -= 60_000
        return answers(**asked)

    monkeypatch.setattr(scene.x, "heard", slowly)


def test_however_slow_x_is_a_gap_gets_half_of_the_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.now += timedelta(hours=5)
    old = burst(150, scene.now - 290 * MINUTE, 280 * MINUTE)
    scene.x.post(*old)
    scene.left_ms = 1
    scene.listen()
    scene.now += timedelta(hours=10)
    scene.x.post(*burst(900, scene.now - 590 * MINUTE, 580 * MINUTE))
    let_searches_take_a_minute(scene, monkeypatch)
    scene.left_ms = 240_000

    scene.listen()

    assert ids(old) <= scene.heard()
    assert len(scene.heard()) < 900


def test_however_much_there_is_for_one_query_the_next_gets_its_share_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene("one", "two")
    scene.x.matching = lambda post, query: query in post.text
    scene.now += timedelta(hours=10)
    scene.x.post(*(post._replace(text="one") for post in burst(900, scene.now - 590 * MINUTE, 580 * MINUTE)))
    two = scene.said(20, text="two")
    let_searches_take_a_minute(scene, monkeypatch)
    scene.left_ms = 240_000

    report = scene.listen()

    assert [each.stop for each in report.queries] == [Stop.DEADLINE, Stop.WHOLE]
    assert ids(two) <= scene.heard()
    assert scene.left_ms > 0


def test_what_fills_a_gap_of_the_very_first_run_is_backlog_as_well() -> None:
    scene = Scene(has_begun=False)
    posts = burst(150, scene.now - 59 * MINUTE, 55 * MINUTE)
    scene.x.post(*posts)
    scene.left_ms = 1
    scene.listen()
    scene.left_ms = 240_000

    scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert all(each.backlog for each in scene.mentions.mentions.values())


def test_days_without_a_run_are_read_day_by_day(scene: Scene) -> None:
    scene.now += 5 * DAY
    posts = scene.said(*(each * 60 + 5 for each in range(0, 5 * 24, 3)))

    for _ in range(6):
        report = scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert (report.gaps_open, sum(gap.state is GapState.UNREACHABLE for gap in scene.state.gaps.values())) == (0, 0)


def test_what_is_older_than_a_week_is_given_up_and_said_to_be(scene: Scene) -> None:
    scene.now += 9 * DAY
    posts = scene.said(*(each * 60 + 5 for each in range(0, 9 * 24, 5)))

    reports = [scene.listen(TEN_MINUTES) for _ in range(9)]

    reachable = {post.id for post in posts if post.created_at > scene.now - SEARCHABLE}
    assert reachable <= scene.heard()
    assert sum(report.queries[0].unreachable for report in reports) == 1
    [gone] = [gap for gap in scene.state.gaps.values() if gap.state is GapState.UNREACHABLE]
    assert gone.given_up_at is not None
    assert timedelta(0) <= gone.given_up_at - SEARCHABLE - time_of(gone.before_id) <= MINUTE


def test_a_since_id_that_x_finds_too_old_is_replaced_by_a_time(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    posts = scene.said(5)
    scene.x.fail("heard", BadRequest("since_id"), times=1)

    report = scene.listen()

    bounds = [(call.asked["since_id"], call.asked["start_time"]) for call in scene.x.calls if call.name == "heard"]
    assert bounds == [(str(int(first_id_at(NOON - MINUTE)) - 1), None), (None, NOON - MINUTE)]
    assert (scene.heard(), report.succeeded) == (ids(posts), True)


def test_a_post_that_cannot_be_parsed_is_on_record_once(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    shown, garbled = scene.said(5, 4)
    scene.x.garbled.add(garbled.id)

    reports = [scene.listen(), scene.listen(TEN_MINUTES)]

    assert [report.queries[0].unreachable for report in reports] == [1, 0]
    assert scene.heard() == {shown.id}


def test_another_run_that_holds_the_lease_is_left_alone(scene: Scene) -> None:
    scene.state.take(scene.state.lease, holder="another", until=scene.now + DAY)

    report = scene.listen(TEN_MINUTES)

    assert (report.left, scene.asked()) == (1, [])


def test_the_tables_fail_and_the_next_run_hears_everything(scene: Scene) -> None:
    scene.now += TEN_MINUTES
    posts = scene.said(5, 4)
    scene.mentions.busy_after = 0
    with pytest.raises(StoreBusy):
        scene.listen()
    scene.mentions.busy_after = None

    scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)


def test_each_query_has_a_walk_of_its_own_and_a_new_one_begins_where_the_others_are() -> None:
    scene = Scene("one")
    scene.x.matching = lambda post, query: query in post.text
    scene.now += TEN_MINUTES
    one = scene.said(5, text="one")
    two = scene.said(4, text="two")
    scene.queries.append("two")
    scene.states.append(type(scene.state)())

    scene.listen()

    assert scene.heard() == ids([*one, *two])
    assert not scene.mentions.mentions[two[0].id].backlog
    scene.x.fail("counts", Unavailable("503"), times=1)
    report = scene.listen(TEN_MINUTES)
    assert [each.stop for each in report.queries] == [Stop.UNAVAILABLE, Stop.WHOLE]


def test_a_new_query_begins_where_the_one_is_that_came_least_far() -> None:
    """A word may have moved to it from any of them."""
    scene = Scene("one", "two")
    scene.x.matching = lambda post, query: query in post.text
    scene.x.fail("counts", Unavailable("503"), times=1)
    moved = scene.said(-5, text="three")
    assert [each.stop for each in scene.listen(TEN_MINUTES).queries] == [Stop.UNAVAILABLE, Stop.WHOLE]
    scene.queries.append("three")
    scene.states.append(type(scene.state)())

    scene.listen(3 * TEN_MINUTES)

    assert scene.heard() == ids(moved)


def test_a_run_that_ended_leaves_the_queries_to_the_next_at_once(scene: Scene) -> None:
    scene.listen(TEN_MINUTES)

    assert scene.listen().left == 0


def test_what_a_new_query_leaves_as_a_gap_is_no_backlog() -> None:
    scene = Scene("one")
    scene.x.matching = lambda post, query: query in post.text
    scene.queries.append("two")
    scene.states.append(type(scene.state)())
    scene.now += timedelta(hours=3)
    posts = [post._replace(text="two") for post in burst(250, scene.now - 170 * MINUTE, 160 * MINUTE)]
    scene.x.post(*posts)
    scene.left_ms = 1
    assert scene.listen().gaps_open == 1

    scene.left_ms = 240_000
    scene.listen(TEN_MINUTES)

    assert scene.heard() == ids(posts)
    assert not any(each.backlog for each in scene.mentions.mentions.values())
