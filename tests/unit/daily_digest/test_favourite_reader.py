"""Liked posts are read, stored, listed once, and removed when X no longer shows them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.model import Favourite, Favourites
from daily_digest.people import FavouriteReader
from daily_digest.periods import Period
from desk.errors import BreakerOpen, CreditsDepleted, DeskError, SettingsError, StoreBusy, Unavailable
from desk.favourites.store import FavouriteNote, KeptFavourite
from desk.x.model import Author, XPost, first_id_at
from tests.fakes.reports import FakeFavouriteStore
from tests.fakes.x import FakeX

SEOUL = ZoneInfo("Asia/Seoul")
MORNING = datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL)
EVENING = datetime(2026, 11, 24, 18, 10, tzinfo=SEOUL)
DAY = timedelta(days=1)


class Scene:
    """An account that likes posts, and digests that read what it liked."""

    def __init__(self, *, begun: bool = True) -> None:
        self.x = FakeX(lambda: EVENING)
        self.store = FakeFavouriteStore()
        self.reader = FavouriteReader(self.x, self.x, self.store, SEOUL)
        if begun:
            self.read(MORNING - 7 * DAY)

    def likes(self, *numbers: int, at: datetime = EVENING - 30 * DAY) -> list[str]:
        """Like posts made then; their ids."""
        posts = [post(number, at) for number in numbers]
        self.x.like(*posts)
        self.x.post(*posts)
        return [each.id for each in posts]

    def read(self, now: datetime = EVENING, period: Period | None = None) -> Favourites:
        """What was liked in the period, or on the desk's day up to now."""
        midnight = datetime.combine(now.astimezone(SEOUL).date(), time(), SEOUL)
        return self.reader.read(now, period or Period(midnight, now + timedelta(microseconds=1)))

    def ids(self, now: datetime = EVENING) -> list[str]:
        return [each.post_id for each in self.read(now).liked]


def post(number: int, at: datetime) -> XPost:
    key = str(int(first_id_at(at)) + number)
    author = Author(str(number), f"user{number}", "Somebody")
    return XPost(
        key, f"감사합니다 {number}", author.id, at, conversation_id=key, lang="ko", edit_ids=(key,), author=author
    )


def test_liked_posts_are_listed_with_author_and_text_the_latest_first() -> None:
    scene = Scene()
    made = EVENING - 30 * DAY
    one, two = scene.likes(1, 2)

    read = scene.read()

    assert read == Favourites(
        (
            Favourite(two, Author("2", "user2", "Somebody"), made, EVENING, "감사합니다 2"),
            Favourite(one, Author("1", "user1", "Somebody"), made, EVENING, "감사합니다 1"),
        ),
        None,
    )


def test_private_numbers_in_liked_posts_are_masked() -> None:
    scene = Scene()
    liked = post(1, EVENING - 30 * DAY)._replace(text="고맙습니다. 010-1234-5678")
    scene.x.like(liked)
    scene.x.post(liked)

    assert scene.read().liked[0].text == "고맙습니다. ●●●-●●●●-●●78"


def test_an_unusable_secret_is_reported_without_its_name() -> None:
    scene = Scene()
    scene.x.likes_errors[1] = SettingsError("the secret arn:aws:secretsmanager:x is no JSON")

    assert scene.read() == Favourites((), "no usable credentials")


def test_two_digests_of_a_day_list_a_favourite_once_each_and_the_next_day_does_not() -> None:
    scene = Scene()
    [one] = scene.likes(1)
    assert scene.ids(MORNING) == [one]
    [two] = scene.likes(2)

    assert scene.ids(EVENING) == [two, one]
    assert scene.ids(EVENING) == [two, one]
    assert scene.ids(EVENING + DAY) == []
    assert {each.noted_at for each in scene.store.stored.values()} == {MORNING, EVENING}


def test_a_period_lists_posts_that_were_first_seen_in_it() -> None:
    scene = Scene()
    [one] = scene.likes(1)
    scene.read(MORNING)
    [two] = scene.likes(2)
    scene.read(EVENING)

    week = scene.read(EVENING + DAY, Period(MORNING - 7 * DAY, EVENING))

    assert [each.post_id for each in week.liked] == [one]
    assert two in scene.store.stored


def test_reading_ends_at_the_first_post_that_is_known() -> None:
    scene = Scene()
    scene.x.likes_page = 2
    scene.likes(1, 2, 3, 4)
    scene.read(MORNING)
    before = scene.x.count("liked_posts")
    [five] = scene.likes(5)

    scene.read(EVENING)

    assert scene.x.count("liked_posts") == before + 1
    assert scene.store.stored[five].noted_at == EVENING


def test_no_more_than_three_pages_are_read_and_deeper_posts_never_count_as_new() -> None:
    scene = Scene()
    scene.x.likes_page = 2
    liked = scene.likes(*range(1, 10))
    assert scene.ids(MORNING) == liked[:2:-1]
    before = scene.x.count("liked_posts")

    assert scene.ids(EVENING) == liked[:2:-1]

    assert scene.x.count("liked_posts") == before + 1


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("X is failing"),
        CreditsDepleted("X is failing"),
        BreakerOpen("X is failing", EVENING.astimezone(UTC)),
    ],
)
def test_when_x_refuses_the_digest_says_so_and_lists_what_is_known(error: DeskError) -> None:
    scene = Scene()
    [one] = scene.likes(1)
    scene.read(MORNING)
    scene.x.likes_errors = {1: error}

    read = scene.read()

    assert [each.post_id for each in read.liked] == [one]
    assert read.refused is not None
    assert "X is failing" in read.refused


def test_a_refusal_half_way_keeps_what_was_read_and_loses_nothing_below() -> None:
    scene = Scene()
    scene.x.likes_page = 2
    [known] = scene.likes(1)
    scene.read(MORNING)
    new = scene.likes(2, 3, 4, 5)
    scene.x.likes_errors = {2: Unavailable("X is failing")}
    half = scene.read()
    assert (half.refused, [each.post_id for each in half.liked]) == ("X is failing", [new[3], new[2], known])

    scene.x.likes_errors = {}
    [later] = scene.likes(6)
    whole = scene.ids(EVENING + timedelta(minutes=5))

    assert whole == [later, new[1], new[0], new[3], new[2], known]
    assert all(each.settled for each in scene.store.stored.values())


def test_a_refusal_in_the_very_first_walk_leaves_it_the_first() -> None:
    scene = Scene(begun=False)
    scene.x.likes_page = 2
    scene.likes(1, 2, 3, 4)
    scene.x.likes_errors = {2: Unavailable("X is failing")}
    scene.read(MORNING)
    scene.x.likes_errors = {}

    assert scene.ids(EVENING) == []
    assert len(scene.store.stored) == 4


def test_a_store_that_failed_half_way_loses_nothing() -> None:
    scene = Scene()
    liked = scene.likes(*range(1, 8))
    scene.store.fail_half = 1
    with pytest.raises(StoreBusy):
        scene.read(MORNING)

    assert sorted(scene.ids()) == liked


def test_a_store_that_failed_while_settling_loses_nothing() -> None:
    scene = Scene()
    scene.x.likes_page = 2
    liked = scene.likes(*range(1, 6))
    scene.x.likes_errors = {3: Unavailable("X is failing")}
    scene.read(MORNING)
    scene.x.likes_errors = {}
    save, calls = scene.store.save, list[int]()

    def fails_at_the_second(favourites: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            scene.store.fail_half = 1
        save(favourites)  # type: ignore[arg-type]  # handed on as it came

    scene.store.save = fails_at_the_second  # type: ignore[method-assign]  # for this one time
    with pytest.raises(StoreBusy):
        scene.read(EVENING)
    scene.store.save = save  # type: ignore[method-assign]  # as it was

    assert sorted(scene.ids()) == liked


def test_posts_liked_before_the_desk_began_are_stored_but_not_listed_today() -> None:
    scene = Scene(begun=False)
    old = scene.likes(1, 2)
    [todays] = scene.likes(3, at=EVENING - timedelta(hours=3))

    assert scene.ids() == [todays]

    assert scene.store.stored.keys() == {*old, todays}
    assert scene.ids(EVENING + DAY) == []


def test_an_old_post_liked_later_belongs_to_the_day_on_which_it_was_first_seen() -> None:
    scene = Scene(begun=False)
    scene.read(MORNING)
    [one] = scene.likes(1, at=EVENING - 400 * DAY)

    assert scene.ids(EVENING) == [one]


def test_a_post_that_x_no_longer_shows_is_removed_the_next_day() -> None:
    scene = Scene()
    gone, there = scene.likes(1, 2)
    scene.read(EVENING)
    scene.x.likes.clear()
    scene.x.delete(gone)

    scene.read(EVENING + DAY)

    assert scene.store.stored.keys() == {there}
    assert scene.store.stored[there].checked_at == EVENING + DAY


def test_a_post_that_the_look_up_finds_gone_is_not_listed() -> None:
    scene = Scene()
    [gone] = scene.likes(1)
    scene.read(MORNING - DAY)
    scene.x.likes.clear()
    scene.x.delete(gone)

    week = scene.read(MORNING, Period(MORNING - 7 * DAY, MORNING))

    assert week.liked == ()


def test_a_hundred_posts_a_day_are_looked_up_those_unseen_for_longest_first() -> None:
    scene = Scene()
    first = scene.likes(*range(1, 81))
    scene.read(MORNING - DAY)
    second = scene.likes(*range(81, 161))
    scene.read(EVENING - timedelta(hours=30))
    scene.x.likes.clear()
    scene.x.calls.clear()

    for now in (MORNING, EVENING, MORNING + DAY):
        scene.read(now)

    asked = [call.asked["ids"] for call in scene.x.calls if call.name == "posts"]
    assert asked == [tuple(first + second[:20]), tuple(second[20:] + first[:40])]


def test_a_post_that_x_has_just_returned_is_not_looked_up() -> None:
    scene = Scene()
    scene.likes(1, 2)
    scene.read(MORNING - DAY)
    scene.x.calls.clear()

    scene.read(MORNING)

    assert [call.name for call in scene.x.calls] == ["liked_posts"]


def test_a_refused_look_up_is_repeated_by_the_next_digest() -> None:
    scene = Scene()
    [gone] = scene.likes(1)
    scene.read(EVENING - DAY)
    scene.x.likes.clear()
    scene.x.delete(gone)
    scene.x.fail("posts", Unavailable("X is failing"))

    refused = scene.read(MORNING)
    assert (refused.refused, list(scene.store.stored)) == (None, [gone])
    scene.x.recover()
    scene.read(EVENING)

    assert scene.store.stored == {}


def test_posts_of_an_erased_author_are_not_stored() -> None:
    scene = Scene()
    erased, there = scene.likes(1, 2)
    scene.store.erased = {"1"}

    assert scene.ids() == [there]
    assert erased not in scene.store.stored


def without_text(scene: Scene, *ids: str) -> None:
    """As an earlier release stored posts."""
    scene.store.stored |= {key: scene.store.stored[key]._replace(post=None) for key in ids}


def text_of(scene: Scene, post_id: str) -> str | None:
    stored = scene.store.stored[post_id].post
    return stored.text if stored else None


def test_texts_are_stored_with_the_posts_and_follow_where_they_were_not() -> None:
    scene = Scene()
    one, two = scene.likes(1, 2)
    scene.read(MORNING)
    assert text_of(scene, two) == "감사합니다 2"
    without_text(scene, one, two)

    scene.read(MORNING)

    assert [text_of(scene, each) for each in (one, two)] == ["감사합니다 1", "감사합니다 2"]


def test_the_text_of_a_post_below_the_walk_comes_with_its_daily_look_up() -> None:
    scene = Scene()
    scene.x.likes_page = 1
    one, _, _ = scene.likes(1, 2, 3)
    scene.read(MORNING)
    without_text(scene, one)

    scene.read(EVENING + DAY)

    assert text_of(scene, one) == "감사합니다 1"


def test_a_text_that_is_stored_is_listed_although_x_does_not_return_it() -> None:
    scene = Scene()
    scene.x.likes_page = 1
    scene.likes(1, 2, 3)
    scene.read(MORNING)
    scene.x.likes_errors[1] = Unavailable("503")

    assert [each.text for each in scene.read(MORNING).liked] == ["감사합니다 3", "감사합니다 2", "감사합니다 1"]


def test_what_an_earlier_release_stored_is_listed_in_order_once() -> None:
    scene = Scene()
    scene.likes(1)
    scene.read(MORNING)
    scene.store.saved_progress = scene.store.saved_progress._replace(in_order=False)
    before = len(scene.store.saves)

    scene.read(EVENING)
    scene.read(EVENING)

    assert [len(some) for some in scene.store.saves[before:]].count(1) == 1
    assert scene.store.saved_progress.in_order


def test_a_post_that_people_kept_is_listed_and_ends_no_walk_until_it_is_liked() -> None:
    scene = Scene()
    scene.x.likes_page = 2
    kept = post(3, EVENING - 30 * DAY)
    note = FavouriteNote("후보", "박지민", MORNING, "keep-jimin")
    scene.store.stored[kept.id] = KeptFavourite(
        kept.id, kept.author_id, kept.author, kept.created_at, MORNING, MORNING, settled=False, post=kept,
        notes=(note,), is_liked=False,
    )  # fmt: skip
    scene.x.post(kept)
    [one] = scene.likes(1)

    assert [(each.post_id, each.is_liked, each.notes) for each in scene.read().liked] == [
        (one, True, ()),
        (kept.id, False, (note,)),
    ]
    assert not scene.store.stored[kept.id].settled
    [two] = scene.likes(2)
    scene.x.like(kept)

    assert set(scene.ids()) == {one, two, kept.id}
    assert scene.store.stored[kept.id].is_liked
    assert scene.store.stored[kept.id].notes == (note,)


def test_a_link_gets_its_author_from_x_and_goes_if_that_author_was_erased() -> None:
    scene = Scene()
    posts = [post(number, EVENING - DAY) for number in (1, 2)]
    scene.x.post(*posts)
    scene.store.stored |= {
        each.id: KeptFavourite(each.id, "", None, each.created_at, EVENING, EVENING, settled=False, is_liked=False)
        for each in posts
    }
    scene.store.erased.add("2")

    assert [each.text for each in scene.read(EVENING + DAY, Period(MORNING, EVENING + DAY)).liked] == ["감사합니다 1"]
    assert [each.author_id for each in scene.store.stored.values()] == ["1"]
