"""The store of posts and the pause switch: the fake and DynamoDB keep the same promises."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from desk.errors import Paused, PostMoved
from desk.links import cursor_to
from desk.outbox.model import OutboxKind, new_entry
from desk.outbox.store import Outbox, OutboxItems
from desk.posts.model import IdempotentRequest, LastGreeting, Post, PostKind, PostReason, PostState, UniqueKey
from desk.posts.pause import Pause, PauseItems, PauseScope, PauseSwitch
from desk.posts.store import PostStore, PostStoreItems, post_item, post_of
from desk.posts.transitions import continuation_post, published
from desk.promises.model import PromiseKind
from tests.cases import a_promise
from tests.fakes.posts import FakePosts
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)
OUTAGE = Pause("the network is down", "mina", NOON)
MONDAY = LastGreeting(date(2026, 11, 23), "좋은 아침이에요!")
TUESDAY = LastGreeting(date(2026, 11, 24), "Good morning!")


class Subject(NamedTuple):
    """The store under test and the pause switch beside it."""

    store: PostStore
    switch: PauseSwitch
    outbox: Outbox


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakePosts()
        return Subject(fake, fake.switch, fake.outbox)
    tables = dynamo.tables
    store = PostStoreItems(dynamo.client, posts_table=tables.posts, desk_table=tables.desk)
    return Subject(store, PauseItems(dynamo.client, tables.desk), OutboxItems(dynamo.client, tables.desk))


@pytest.fixture
def store(subject: Subject) -> PostStore:
    return subject.store


@pytest.fixture
def switch(subject: Subject) -> PauseSwitch:
    return subject.switch


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


WHOLE = post("whole")._replace(
    in_reply_to="1990",
    external_id="article-7",
    case_id="7Q2M4-XD93K",
    continuation="이어서 안내드려요",
    continues="p0",
    decided_by="박지민",
    decided_at=NOON,
    published_at=NOON,
    taken_down_by="이수진",
    private_message=True,
    through_pause=True,
    claimed_at=NOON + timedelta(microseconds=5),
    reconcile_attempts=3,
    reason=PostReason.ANSWER_LOST,
    detail="Something went wrong",
    x_id="1991",
    spent_micro_usd=15_000,
    author_id="jimin",
    approved_by="이수진",
    approved_at=NOON,
    written_for=NOON,
    promise=a_promise(NOON, "whole", kind=PromiseKind.NEXT_UPDATE),
    keeps=a_promise(NOON, "p0", kind=PromiseKind.NEXT_UPDATE, words=""),
    moves=True,
    version=4,
)
"""A post in which every field has a value."""


def test_a_post_is_stored_with_all_its_fields_and_nothing_else_is_found(store: PostStore) -> None:
    store.add(post(), [], None)
    store.add(WHOLE, [], None)

    assert (store.get("a"), store.get("whole")) == (post(), WHOLE)
    assert (store.get("b"), store.holder("external#1"), store.request("request#1")) == (None, None, None)


def test_posts_are_found_by_their_ids_and_unknown_ones_are_left_out(store: PostStore) -> None:
    first, second = post("a"), post("b", minutes=1)
    for each in (first, second):
        store.add(each, [], None)

    assert store.get_many(["b", "a", "a", "c"]) == {"a": first, "b": second}
    assert store.get_many([]) == {}


def test_a_reason_of_another_release_does_not_make_a_post_unreadable() -> None:
    """After a rollback, one such post would hide all others of its state from the sweep."""
    item = post_item(WHOLE, write="w") | {"reason": {"S": "not_known_yet"}}

    assert post_of(item) == WHOLE._replace(reason=None)


def test_a_unique_key_leads_to_its_post_as_it_is_now(store: PostStore) -> None:
    store.add(post(), [UniqueKey("external#1"), UniqueKey("text#1", forget_at=NOON + WEEK)], None)
    saved = store.save(post(state=PostState.PUBLISHED), post())

    assert store.holder("external#1") == store.holder("text#1") == saved


def test_a_request_is_answered_with_the_post_as_it_was(store: PostStore) -> None:
    request = IdempotentRequest("request#1", "f1", WHOLE, NOON + WEEK)
    store.add(WHOLE, [UniqueKey("text#1")], request)
    store.save(WHOLE._replace(state=PostState.PUBLISHED), WHOLE)

    assert store.request("request#1") == request
    assert (store.get("text#1"), store.get("request#1")) == (None, None)


def test_a_unique_key_has_one_holder_and_a_refused_post_leaves_nothing_behind(store: PostStore) -> None:
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


def test_unique_keys_of_several_posts_pass_to_a_new_post_together_and_once(store: PostStore) -> None:
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

    with pytest.raises(PostMoved):
        store.add(post("d"), [UniqueKey("text#1", replaces=post("a"))], None)
    assert {store.holder(key) for key in ("text#1", "text#2", "text#3", "external#1")} == {post("c")}


def test_a_holder_that_has_changed_since_it_was_seen_keeps_its_key(store: PostStore) -> None:
    dropped = post("a", state=PostState.CANCELLED)
    store.add(dropped, [UniqueKey("external#1")], None)
    found = store.save(published(dropped, "1990", NOON), dropped)

    with pytest.raises(PostMoved):
        store.add(post("b"), [UniqueKey("external#1", replaces=dropped)], None)

    assert (store.holder("external#1"), store.get("b")) == (found, None)


def test_a_unique_key_that_was_forgotten_meanwhile_is_free(store: PostStore) -> None:
    store.add(post("a"), [], None)

    store.add(post("b"), [UniqueKey("text#1", replaces=post("a"))], None)

    assert store.holder("text#1") == post("b")


def test_a_change_gets_the_next_version_and_removes_fields_that_are_none(store: PostStore) -> None:
    store.add(WHOLE, [], None)

    saved = store.save(WHOLE._replace(reason=None, detail=None), WHOLE)

    assert saved == store.get("whole")
    assert (saved.version, saved.reason, saved.detail) == (5, None, None)


def test_a_step_of_which_the_operator_is_notified_is_in_the_outbox_and_one_that_lost_is_not(subject: Subject) -> None:
    waits = post("waits", state=PostState.AWAITING_APPROVAL)
    subject.store.add(waits, [], None)
    subject.store.add(queued := post("a", minutes=5), [], None)
    claimed = subject.store.save(queued._replace(state=PostState.PUBLISHING), queued)
    doubt = claimed._replace(state=PostState.IN_DOUBT, at=NOON + 7 * MINUTE)
    in_doubt = subject.store.save(doubt, claimed)
    subject.store.save(in_doubt._replace(reason=None), in_doubt)
    with pytest.raises(PostMoved):
        subject.store.save(claimed._replace(state=PostState.REFUSED), claimed)

    assert list(subject.outbox.entries("operator")) == [
        new_entry("operator", OutboxKind.POST, "waits#1", "awaiting_approval", NOON, timedelta(0)),
        new_entry("operator", OutboxKind.POST, "a#3", "in_doubt", NOON + 7 * MINUTE, timedelta(0)),
    ]


def test_of_two_changes_to_the_same_version_the_first_one_is_saved(store: PostStore) -> None:
    store.add(post(), [], None)
    saved = store.save(post(state=PostState.PUBLISHING), post())

    for absent_or_changed in (post(state=PostState.CANCELLED), post("never-added")):
        with pytest.raises(PostMoved):
            store.save(absent_or_changed, absent_or_changed)

    assert (store.get("a"), store.get("never-added")) == (saved, None)


def test_a_change_takes_unique_keys_along_also_those_that_the_post_has(store: PostStore) -> None:
    gone = post("gone", state=PostState.CANCELLED)
    store.add(post("a"), [UniqueKey("text#1"), UniqueKey("text#2")], None)
    store.add(gone, [UniqueKey("text#4")], None)
    keys = [UniqueKey("text#2", post("a")), UniqueKey("text#3", forget_at=NOON + WEEK), UniqueKey("text#4", gone)]

    saved = store.save(post("a", minutes=9), post("a"), unique_keys=keys)

    assert [store.holder(f"text#{number}") for number in (1, 2, 3, 4)] == [saved] * 4
    assert (saved.version, store.get("a")) == (2, saved)


def test_a_change_whose_unique_key_is_taken_changes_nothing(store: PostStore) -> None:
    gone = post("gone", state=PostState.CANCELLED)
    store.add(post("a"), [UniqueKey("text#1")], None)
    store.add(post("b"), [UniqueKey("text#2")], None)
    store.add(gone, [UniqueKey("text#4")], None)
    found = store.save(published(gone, "1990", NOON), gone)

    for keys in (
        [UniqueKey("text#3"), UniqueKey("text#2")],
        [UniqueKey("text#3"), UniqueKey("text#2", replaces=post("a"))],
        [UniqueKey("text#3"), UniqueKey("text#4", replaces=gone)],
    ):
        with pytest.raises(PostMoved):
            store.save(post("a", minutes=9), post("a"), unique_keys=keys)

    assert (store.get("a"), store.holder("text#2"), store.holder("text#3")) == (post("a"), post("b"), None)
    assert store.holder("text#4") == found


def test_a_pause_stops_only_changes_that_ask_for_it(subject: Subject) -> None:
    store, switch, _ = subject
    store.add(post(), [], None)
    first = store.save(post(), post(), unless_paused=True)
    switch.pause(OUTAGE)

    with pytest.raises(Paused):
        store.save(first._replace(state=PostState.PUBLISHING), first, unless_paused=True)
    with pytest.raises(PostMoved):  # an outdated post is reported as such, not as the pause
        store.save(post(), post(), unless_paused=True)

    assert store.get("a") == first
    assert store.save(first._replace(state=PostState.HELD), first).state is PostState.HELD


def with_continuation(post_id: str = "a") -> Post:
    return post(post_id)._replace(continuation="이어서 안내드려요", case_id="7Q2M4-XD93K")


def test_the_continuation_is_stored_with_the_step_to_published_and_only_then(store: PostStore) -> None:
    store.add(with_continuation(), [], None)
    claimed = store.save(with_continuation()._replace(state=PostState.PUBLISHING), with_continuation())
    before = store.get("a-2")

    first = store.save(published(claimed, "1990", NOON), claimed)
    second = store.get("a-2")
    assert (before, second) == (None, continuation_post(first, claimed))
    assert second is not None
    assert store.due(PostState.QUEUED, until=NOON, limit=9) == [second]

    confirmed = store.save(published(second, "1991", NOON), second)
    store.save(first._replace(spent_micro_usd=10_000), first)
    assert store.get("a-2") == confirmed


def test_a_step_to_published_that_is_refused_stores_no_continuation(store: PostStore) -> None:
    for post_id in ("a", "b"):
        store.add(with_continuation(post_id), [], None)
    store.save(with_continuation("a")._replace(state=PostState.CANCELLED), with_continuation("a"))
    store.add(post("b-2"), [], None)

    for post_id in ("a", "b"):
        with pytest.raises(PostMoved):
            store.save(published(with_continuation(post_id), "1990", NOON), with_continuation(post_id))

    assert (store.get("a-2"), store.get("b"), store.get("b-2")) == (None, with_continuation("b"), post("b-2"))


def add_several(store: PostStore, *minutes: float, state: PostState = PostState.QUEUED) -> None:
    for number in minutes:
        store.add(post(f"{state}-{number}", minutes=number, state=state), [], None)


def test_due_posts_come_in_the_order_of_their_time(store: PostStore) -> None:
    add_several(store, 2, 0.5, 1, 0, 3)
    add_several(store, 1, state=PostState.HELD)

    due = store.due(PostState.QUEUED, until=NOON + 2 * MINUTE, limit=10)

    assert [found.id for found in due] == ["queued-0", "queued-0.5", "queued-1", "queued-2"]
    assert [found.id for found in store.due(PostState.QUEUED, until=NOON, limit=10)] == ["queued-0"]
    assert len(store.due(PostState.QUEUED, until=NOON + WEEK, limit=3)) == 3


def test_a_post_is_listed_by_its_present_state_only(store: PostStore) -> None:
    store.add(post(), [], None)
    saved = store.save(post()._replace(state=PostState.PUBLISHING, at=NOON + MINUTE), post())

    assert store.due(PostState.QUEUED, until=NOON + WEEK, limit=10) == []
    assert store.due(PostState.PUBLISHING, until=NOON + MINUTE, limit=10) == [saved]


def test_a_span_includes_its_beginning_and_not_its_end(store: PostStore) -> None:
    add_several(store, 0, 1, 2, 3)

    found = store.between(PostState.QUEUED, NOON + MINUTE, NOON + 3 * MINUTE, limit=10)

    assert [each.id for each in found] == ["queued-1", "queued-2"]
    assert store.between(PostState.QUEUED, NOON, NOON, limit=10) == []
    assert len(store.between(PostState.QUEUED, NOON, NOON + WEEK, limit=3)) == 3


def test_a_span_has_posts_of_the_named_kinds_only_and_the_limit_counts_these(store: PostStore) -> None:
    for number, kind in enumerate((PostKind.REPLY, PostKind.THANKS, PostKind.REPLY, PostKind.OUTAGE)):
        store.add(post(f"p{number}", minutes=number)._replace(kind=kind), [], None)

    def found(*kinds: PostKind, limit: int = 9) -> list[str]:
        posts = store.between(PostState.QUEUED, NOON, NOON + WEEK, limit=limit, kinds=kinds)
        return [each.id for each in posts]

    assert found(PostKind.THANKS, PostKind.OUTAGE) == ["p1", "p3"]
    assert found(PostKind.THANKS, PostKind.OUTAGE, limit=1) == ["p1"]
    assert found(PostKind.REPLY, limit=2) == ["p0", "p2"]
    assert found(*PostKind) == ["p0", "p1", "p2", "p3"]


def test_times_of_any_zone_are_compared_to_the_microsecond(store: PostStore) -> None:
    store.add(post("late")._replace(at=NOON + timedelta(microseconds=1)), [], None)
    store.add(post("on-time")._replace(at=NOON.astimezone()), [], None)

    due = store.due(PostState.QUEUED, until=NOON + WEEK, limit=10)

    assert [found.id for found in due] == ["on-time", "late"]
    assert [found.id for found in store.due(PostState.QUEUED, until=NOON, limit=10)] == ["on-time"]


def test_pages_show_all_posts_of_a_state_the_latest_first(store: PostStore) -> None:
    add_several(store, 0, 1, 2, 3)
    add_several(store, 9, state=PostState.HELD)

    first = store.page(PostState.QUEUED, limit=3)
    second = store.page(PostState.QUEUED, limit=3, cursor=first.next_cursor)
    full = store.page(PostState.QUEUED, limit=4)
    between = store.page(PostState.QUEUED, limit=9, cursor=cursor_to(NOON + 1.5 * MINUTE, "never-was"))

    ids = [[found.id for found in page.posts] for page in (first, second, full, between)]
    all_ids = ["queued-3", "queued-2", "queued-1", "queued-0"]
    assert ids == [all_ids[:3], all_ids[3:], all_ids, all_ids[2:]]
    assert (second.next_cursor, full.next_cursor) == (None, None)


def test_a_cursor_that_is_not_ours_is_refused(store: PostStore) -> None:
    for cursor in ("no cursor", "bm9uZQ", "1764039600000120.", "1764039600000120.external#1", "한글", "1" * 5000, "%"):
        with pytest.raises(ValueError):  # noqa: PT011 - its message is for nobody
            store.page(PostState.QUEUED, limit=2, cursor=cursor)


def test_the_greeting_of_the_latest_day_is_saved_and_for_a_day_the_first_one(store: PostStore) -> None:
    silent = LastGreeting(date(2026, 11, 25), None)
    assert store.last_greeting() is None

    assert store.save_greeting(TUESDAY) == TUESDAY
    assert store.save_greeting(TUESDAY._replace(text="Hello!")) == TUESDAY
    assert store.save_greeting(MONDAY) == TUESDAY == store.last_greeting()
    assert store.save_greeting(silent) == silent == store.last_greeting()


def test_a_pause_of_scheduled_posts_stops_no_other(subject: Subject) -> None:
    store, switch, _ = subject
    sooner = NOON - 2 * MINUTE
    planned = [post("a")._replace(accepted_at=sooner), post("b")._replace(kind=PostKind.GREETING)]
    others = [post("c"), post("d")._replace(kind=PostKind.REPLY, accepted_at=sooner)]
    for each in planned + others:
        store.add(each, [], None)
    switch.pause(replace(OUTAGE, scope=PauseScope.SCHEDULED))

    for each in planned:
        with pytest.raises(Paused):
            store.save(each._replace(state=PostState.PUBLISHING), each, unless_paused=True)
    for each in others:
        assert store.save(each, each, unless_paused=True).version == 2
    switch.pause(replace(OUTAGE, reason="worse", began_at=NOON + MINUTE))
    with pytest.raises(Paused):
        store.save(others[0], others[0]._replace(version=2), unless_paused=True)


def test_a_pause_of_everything_takes_the_place_of_one_of_scheduled_posts(switch: PauseSwitch) -> None:
    narrow = replace(OUTAGE, scope=PauseScope.SCHEDULED)
    assert switch.pause(narrow) == narrow

    wide = switch.pause(Pause("worse", "jun", NOON))  # at the very same time

    assert (wide.reason, wide.scope, switch.current()) == ("worse", PauseScope.ALL, wide)
    assert switch.pause(replace(narrow, began_at=NOON + MINUTE)) == wide
    first, second = switch.since(NOON - MINUTE)
    assert (first.reason, first.ended_by, first.ended_at) == (OUTAGE.reason, "jun", wide.began_at)
    assert second == wide


def test_a_pause_runs_with_its_reason_until_it_is_ended(switch: PauseSwitch) -> None:
    assert (switch.current(), tuple(switch.since(NOON))) == (None, ())
    assert switch.resume(by="jun", at=NOON) is None

    assert switch.pause(OUTAGE) == OUTAGE == switch.current()
    assert switch.pause(Pause("lunch", "jun", NOON + MINUTE)) == OUTAGE
    assert tuple(switch.since(NOON)) == (OUTAGE,)

    ended = switch.resume(by="jun", at=NOON + MINUTE)
    assert ended == replace(OUTAGE, ended_at=NOON + MINUTE, ended_by="jun")
    assert switch.resume(by="mina", at=NOON + 2 * MINUTE) is None
    assert switch.resume(by="jun", at=NOON + MINUTE) == ended  # the same call, repeated after a lost answer
    assert (switch.current(), tuple(switch.since(NOON))) == (None, (ended,))


def test_only_the_pause_that_was_seen_is_ended(switch: PauseSwitch) -> None:
    running = switch.pause(OUTAGE)

    assert switch.resume(by="jun", at=NOON + MINUTE, began_at=NOON - MINUTE) is None
    assert switch.current() == running
    assert switch.resume(by="jun", at=NOON + MINUTE, began_at=NOON) is not None


def test_two_pauses_of_the_same_time_are_both_on_record(switch: PauseSwitch) -> None:
    switch.pause(OUTAGE)
    switch.resume(by="jun", at=NOON + MINUTE)

    again = switch.pause(replace(OUTAGE, reason="again"))

    assert [pause.reason for pause in switch.since(NOON)] == ["the network is down", "again"]
    assert switch.current() == again


def test_pauses_since_a_time_are_those_that_ran_after_it_the_earliest_first(switch: PauseSwitch) -> None:
    half_a_second = timedelta(milliseconds=500)
    spans = (
        (timedelta(), half_a_second),
        (half_a_second, 10 * MINUTE),
        (20 * MINUTE, 40 * MINUTE),
        (50 * MINUTE, None),
    )
    for number, (start, end) in enumerate(spans):
        switch.pause(Pause(str(number), "mina", NOON + start))
        if end:
            switch.resume(by="mina", at=NOON + end)

    moments = (-1, 10, 30, 60)
    found = [[pause.reason for pause in switch.since(NOON + minutes * MINUTE)] for minutes in moments]
    assert found == [["0", "1", "2", "3"], ["2", "3"], ["2", "3"], ["3"]]
