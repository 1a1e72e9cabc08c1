"""Where posts are kept: the fake and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from desk.errors import Paused, PostMoved
from desk.links import cursor_to
from desk.posts.model import IdempotentRequest, LastGreeting, Post, PostKind, PostReason, PostState, UniqueKey
from desk.posts.pause import Pause, PauseItems, PauseSwitch
from desk.posts.store import PostStore, PostStoreItems
from desk.posts.transitions import continuation_post, published
from tests.fakes.posts import FakePosts
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


class Subject(NamedTuple):
    """The store under test and the pause switch beside it."""

    store: PostStore
    switch: PauseSwitch

    def pause(self) -> None:
        self.switch.pause(Pause("outage", "mina", NOON))


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakePosts()
        return Subject(fake, fake.switch)
    tables = dynamo.tables
    store = PostStoreItems(dynamo.client, posts_table=tables.posts, desk_table=tables.desk)
    return Subject(store, PauseItems(dynamo.client, tables.desk))


@pytest.fixture
def store(subject: Subject) -> PostStore:
    return subject.store


def post(post_id: str = "a", *, minutes: float = 0, state: PostState = PostState.QUEUED) -> Post:
    return Post(
        id=post_id,
        kind=PostKind.ANNOUNCEMENT,
        text="점검을 마쳤습니다 👨‍👩‍👧‍👦",
        by="cms",
        accepted_at=NOON,
        publish_at=NOON,
        expires_at=NOON + timedelta(days=1),
        state=state,
        at=NOON + timedelta(minutes=minutes),
        weighted_length=28,
        estimated_micro_usd=15_000,
    )


WHOLE = post()._replace(
    in_reply_to="1990",
    external_id="article-7",
    case_id="7Q2M4-XD93K",
    continuation="이어서 안내드려요",
    continues="p0",
    private_message=True,
    through_pause=True,
    claimed_at=NOON + timedelta(microseconds=5),
    reconcile_attempts=3,
    reason=PostReason.ANSWER_LOST,
    detail="Something went wrong",
    x_id="1991",
    spent_micro_usd=15_000,
    notification_pending=True,
    version=4,
)
"""A post with everything that one can have."""


@pytest.mark.parametrize("whole", [post(), WHOLE])
def test_a_post_that_was_accepted_is_there_as_it_was(store: PostStore, whole: Post) -> None:
    store.add(whole, [], None)

    assert store.get("a") == whole


def test_a_post_that_was_never_accepted_is_not_there(store: PostStore) -> None:
    assert (store.get("a"), store.holder("external#1"), store.request("request#1")) == (None, None, None)


def test_a_guard_leads_to_the_post_as_it_stands(store: PostStore) -> None:
    store.add(post(), [UniqueKey("external#1"), UniqueKey("text#1", forget_at=NOON + WEEK)], None)
    saved = store.save(post(state=PostState.PUBLISHED), post())

    assert store.holder("external#1") == store.holder("text#1") == saved


def test_a_request_is_answered_with_the_post_as_it_was(store: PostStore) -> None:
    request = IdempotentRequest("request#1", "f1", WHOLE, NOON + WEEK)
    store.add(WHOLE, [], request)
    store.save(WHOLE._replace(state=PostState.PUBLISHED), WHOLE)

    assert store.request("request#1") == request


def test_guards_and_requests_are_no_posts(store: PostStore) -> None:
    store.add(post(), [UniqueKey("text#1")], IdempotentRequest("request#1", "f1", post(), NOON + WEEK))

    assert (store.get("text#1"), store.get("request#1")) == (None, None)


def test_what_only_one_may_have_is_given_once_and_a_loser_leaves_nothing_behind(store: PostStore) -> None:
    request = IdempotentRequest("request#1", "f1", post(), NOON + WEEK)
    store.add(post("a"), [UniqueKey("external#1"), UniqueKey("text#1")], request)

    for loser, unique_keys, asked in [
        (post("a"), [], None),
        (post("b"), [UniqueKey("text#2"), UniqueKey("external#1")], None),
        (post("c"), [UniqueKey("text#3")], request),
    ]:
        with pytest.raises(PostMoved):
            store.add(loser, unique_keys, asked)

    assert (store.get("b"), store.get("c"), store.holder("text#2"), store.holder("text#3")) == (None,) * 4


def test_a_guard_passes_on_from_the_holder_that_was_seen(store: PostStore) -> None:
    store.add(post("a"), [UniqueKey("text#1")], None)

    store.add(post("b"), [UniqueKey("text#1", replaces=post("a"))], None)

    with pytest.raises(PostMoved):
        store.add(post("c"), [UniqueKey("text#1", replaces=post("a"))], None)
    assert store.holder("text#1") == post("b")


def test_guards_of_several_posts_pass_on_together(store: PostStore) -> None:
    store.add(post("a"), [UniqueKey("text#1"), UniqueKey("text#2")], None)
    store.add(post("b"), [UniqueKey("external#1")], None)

    store.add(
        post("c"),
        [
            UniqueKey("text#1", post("a")),
            UniqueKey("text#2", post("a")),
            UniqueKey("external#1", post("b")),
            UniqueKey("text#3"),
        ],
        IdempotentRequest("request#1", "f1", post("c"), NOON + WEEK),
    )

    assert {store.holder(key) for key in ("text#1", "text#2", "text#3", "external#1")} == {post("c")}


def test_a_holder_that_has_changed_since_it_was_seen_gives_nothing_up(store: PostStore) -> None:
    dropped = post("a", state=PostState.CANCELLED)
    store.add(dropped, [UniqueKey("external#1")], None)
    found = store.save(published(dropped, "1990", NOON), dropped)

    with pytest.raises(PostMoved):
        store.add(post("b"), [UniqueKey("external#1", replaces=dropped)], None)

    assert (store.holder("external#1"), store.get("b")) == (found, None)


def test_a_guard_that_is_forgotten_meanwhile_is_free(store: PostStore) -> None:
    store.add(post("a"), [], None)

    store.add(post("b"), [UniqueKey("text#1", replaces=post("a"))], None)

    assert store.holder("text#1") == post("b")


def test_a_change_is_counted_and_kept(store: PostStore) -> None:
    store.add(post(), [], None)

    saved = store.save(WHOLE, post())

    assert saved == WHOLE._replace(version=2) == store.get("a")


def test_what_becomes_none_is_gone(store: PostStore) -> None:
    store.add(WHOLE, [], None)

    saved = store.save(WHOLE._replace(reason=None, detail=None, notification_pending=False), WHOLE)

    assert store.get("a") == saved
    assert (saved.reason, saved.detail, saved.notification_pending) == (None, None, False)


def test_only_the_first_of_two_who_saw_the_same_changes_it(store: PostStore) -> None:
    store.add(post(), [], None)
    store.save(post(state=PostState.PUBLISHING), post())

    with pytest.raises(PostMoved):
        store.save(post(state=PostState.CANCELLED), post())

    found = store.get("a")
    assert found is not None
    assert found.state is PostState.PUBLISHING


def test_a_post_that_is_not_there_cannot_be_changed(store: PostStore) -> None:
    with pytest.raises(PostMoved):
        store.save(post(), post())

    assert store.get("a") is None


def test_a_pause_stops_only_what_asks_for_it(subject: Subject) -> None:
    subject.store.add(post(), [], None)
    first = subject.store.save(post(), post(), unless_paused=True)
    subject.pause()

    with pytest.raises(Paused):
        subject.store.save(first._replace(state=PostState.PUBLISHING), first, unless_paused=True)

    assert subject.store.get("a") == first
    assert subject.store.save(first._replace(state=PostState.HELD), first).state is PostState.HELD


def test_who_saw_an_older_post_hears_of_that_rather_than_of_the_pause(subject: Subject) -> None:
    subject.store.add(post(), [], None)
    subject.store.save(post(), post())
    subject.pause()

    with pytest.raises(PostMoved):
        subject.store.save(post(), post(), unless_paused=True)


def goes_on(post_id: str = "a") -> Post:
    return post(post_id)._replace(continuation="이어서 안내드려요", case_id="7Q2M4-XD93K")


def test_what_goes_on_is_followed_by_its_second_part_once_it_stands(store: PostStore) -> None:
    store.add(goes_on(), [], None)
    claimed = store.save(goes_on()._replace(state=PostState.PUBLISHING), goes_on())
    before = store.get("a-2")

    saved = store.save(published(claimed, "1990", NOON), claimed)

    second = store.get("a-2")
    assert (before, second) == (None, continuation_post(saved, claimed))
    assert second is not None
    assert (second.text, second.in_reply_to, second.continues) == ("이어서 안내드려요", "1990", "a")
    assert store.due(PostState.QUEUED, until=NOON, limit=9) == [second]


def test_what_stands_already_is_not_followed_again(store: PostStore) -> None:
    store.add(goes_on(), [], None)
    first = store.save(published(goes_on(), "1990", NOON), goes_on())
    second = store.get("a-2")
    assert second is not None
    said = store.save(published(second, "1991", NOON), second)

    store.save(first._replace(spent_micro_usd=10_000), first)

    assert store.get("a-2") == said


def test_who_comes_too_late_leaves_no_second_part(store: PostStore) -> None:
    store.add(goes_on(), [], None)
    store.save(goes_on()._replace(state=PostState.CANCELLED), goes_on())

    with pytest.raises(PostMoved):
        store.save(published(goes_on(), "1990", NOON), goes_on())

    assert store.get("a-2") is None


def test_a_second_part_takes_no_other_posts_place(store: PostStore) -> None:
    store.add(goes_on(), [], None)
    store.add(post("a-2"), [], None)

    with pytest.raises(PostMoved):
        store.save(published(goes_on(), "1990", NOON), goes_on())

    assert (store.get("a"), store.get("a-2")) == (goes_on(), post("a-2"))


def several(store: PostStore, *minutes: float, state: PostState = PostState.QUEUED) -> None:
    for number in minutes:
        store.add(post(f"{state}-{number}", minutes=number, state=state), [], None)


def test_due_posts_come_in_the_order_of_their_time(store: PostStore) -> None:
    several(store, 2, 0.5, 1, 0, 3)
    several(store, 1, state=PostState.RECONCILING)

    due = store.due(PostState.QUEUED, until=NOON + timedelta(minutes=2), limit=10)

    assert [found.id for found in due] == ["queued-0", "queued-0.5", "queued-1", "queued-2"]
    assert [found.id for found in store.due(PostState.QUEUED, until=NOON, limit=10)] == ["queued-0"]
    assert len(store.due(PostState.QUEUED, until=NOON + WEEK, limit=3)) == 3


def test_a_post_that_moved_on_is_due_as_what_it_is_now(store: PostStore) -> None:
    store.add(post(), [], None)
    later = NOON + timedelta(minutes=3)
    saved = store.save(post()._replace(state=PostState.PUBLISHING, at=later), post())

    assert store.due(PostState.QUEUED, until=NOON + WEEK, limit=10) == []
    assert store.due(PostState.PUBLISHING, until=later, limit=10) == [saved]


def test_a_span_has_its_beginning_and_not_its_end(store: PostStore) -> None:
    several(store, 0, 1, 2, 3)

    found = store.between(PostState.QUEUED, NOON + timedelta(minutes=1), NOON + timedelta(minutes=3), limit=10)

    assert [each.id for each in found] == ["queued-1", "queued-2"]
    assert store.between(PostState.QUEUED, NOON, NOON, limit=10) == []
    assert len(store.between(PostState.QUEUED, NOON, NOON + WEEK, limit=3)) == 3


def test_moments_of_any_zone_are_told_apart_to_the_microsecond(store: PostStore) -> None:
    store.add(post("late")._replace(at=NOON + timedelta(microseconds=1)), [], None)
    store.add(post("on-time")._replace(at=NOON.astimezone()), [], None)

    due = store.due(PostState.QUEUED, until=NOON + WEEK, limit=10)

    assert [found.id for found in due] == ["on-time", "late"]
    assert [found.id for found in store.due(PostState.QUEUED, until=NOON, limit=10)] == ["on-time"]


def test_pages_show_all_posts_of_a_state_the_latest_first(store: PostStore) -> None:
    several(store, 0, 1, 2, 3, 4)
    several(store, 9, state=PostState.HELD)

    first = store.page(PostState.QUEUED, limit=2)
    second = store.page(PostState.QUEUED, limit=2, cursor=first.next_cursor)
    third = store.page(PostState.QUEUED, limit=2, cursor=second.next_cursor)

    ids = [[found.id for found in page.posts] for page in (first, second, third)]
    assert ids == [["queued-4", "queued-3"], ["queued-2", "queued-1"], ["queued-0"]]
    assert third.next_cursor is None


def test_the_last_page_may_be_full(store: PostStore) -> None:
    several(store, 0, 1, 2, 3)
    first = store.page(PostState.QUEUED, limit=2)

    second = store.page(PostState.QUEUED, limit=2, cursor=first.next_cursor)

    assert (len(second.posts), second.next_cursor) == (2, None)


def test_a_cursor_leads_to_its_place_whatever_stands_there_by_then(store: PostStore) -> None:
    several(store, 0, 1, 2)

    page = store.page(PostState.QUEUED, limit=9, cursor=cursor_to(NOON + timedelta(minutes=1.5), "never-was"))

    assert [found.id for found in page.posts] == ["queued-1", "queued-0"]


@pytest.mark.parametrize(
    "cursor", ["not a cursor", "bm9uZQ", "1764039600000120.", "1764039600000120.external#1", "한글", "1" * 5000, "%"]
)
def test_a_cursor_that_is_not_ours_is_refused(store: PostStore, cursor: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is for nobody
        store.page(PostState.QUEUED, limit=2, cursor=cursor)


MONDAY = LastGreeting(date(2026, 11, 23), "좋은 아침이에요!")
TUESDAY = LastGreeting(date(2026, 11, 24), "Good morning!")


def test_a_new_desk_has_not_greeted(store: PostStore) -> None:
    assert store.last_greeting() is None


def test_the_last_greeting_is_saved(store: PostStore) -> None:
    assert store.save_greeting(MONDAY) == MONDAY
    assert store.save_greeting(TUESDAY) == TUESDAY

    assert store.last_greeting() == TUESDAY


def test_of_two_greetings_of_a_day_the_first_one_is_saved_and_returned(store: PostStore) -> None:
    store.save_greeting(TUESDAY)

    assert store.save_greeting(TUESDAY._replace(text="Hello!")) == TUESDAY
    assert store.last_greeting() == TUESDAY


def test_the_greeting_of_an_earlier_day_replaces_nothing(store: PostStore) -> None:
    store.save_greeting(TUESDAY)

    assert store.save_greeting(MONDAY) == TUESDAY
    assert store.last_greeting() == TUESDAY


def test_a_silent_morning_is_saved_too(store: PostStore) -> None:
    store.save_greeting(MONDAY)

    store.save_greeting(TUESDAY._replace(text=None))

    assert store.last_greeting() == TUESDAY._replace(text=None)
