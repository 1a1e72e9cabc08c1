"""People who move one post, or take its text, between any two calls of each other."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from desk.errors import PostMoved
from desk.posts.commands import Decider, MovePost
from desk.posts.decisions import PostChanged, PostDecisions
from desk.posts.errors import SameText
from desk.posts.model import Post, PostState, UniqueKey
from desk.posts.pause import PauseItems
from desk.posts.transitions import cancelled, moved
from tests.contract.in_trouble import Retrying
from tests.contract.test_posts_in_trouble import NEWS, NOON, POST, Interrupted, Subject, posts_in, store_on, submit
from tests.fakes.posts import FakePostQueue, FakePostTimer
from tests.tables import DYNAMODBS, Dynamo, dynamodb

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALLS = 4
"""A move reads the post and the keys of its text on two new days; then it writes."""
TOMORROW = NEWS._replace(external_id=None, publish_at=NOON + DAY)


@pytest.fixture(params=DYNAMODBS)
def real(request: pytest.FixtureRequest) -> Iterator[Dynamo]:
    with dynamodb(request.param) as made:
        yield made


@pytest.fixture
def subject() -> Iterator[Subject]:
    with dynamodb() as (client, tables):
        yield Subject(Retrying(client), tables, [])


def move(dynamo: Dynamo, post: Post, hours: int, by: str, client: Any = None) -> Post:
    decisions = PostDecisions(
        store_on(dynamo, client),
        PauseItems(dynamo.client, dynamo.tables.desk),
        FakePostQueue(),
        FakePostTimer(),
        lambda: NOON,
        lambda _: None,
    )
    return decisions.perform(MovePost(post.id, Decider(by, seen=post.version), NOON + hours * HOUR))


@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_of_two_people_who_move_one_post_one_is_first_and_the_other_is_told(real: Dynamo, number: int) -> None:
    post = submit(store_on(real), TOMORROW).post
    client = Interrupted(real.client, number, lambda: move(real, post, 100, "mina"))

    with pytest.raises(PostChanged) as refused:
        move(real, post, 200, "jun", client)

    (now,) = posts_in(store_on(real))
    assert (now.publish_at, now.decided_by, now.version) == (NOON + 100 * HOUR, "mina", 2)
    assert refused.value.post == now


@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_text_is_planned_once_within_a_day_whoever_is_first(real: Dynamo, number: int) -> None:
    post = submit(store_on(real), TOMORROW).post
    near = TOMORROW._replace(publish_at=NOON + 110 * HOUR)

    def submits() -> None:
        with suppress(SameText):
            submit(store_on(real), near)

    with suppress(SameText):
        move(real, post, 100, "jun", Interrupted(real.client, number, submits))

    times = sorted(each.publish_at for each in posts_in(store_on(real)))
    assert times in ([NOON + DAY, NOON + 110 * HOUR], [NOON + 100 * HOUR])


def test_a_move_whose_answer_was_lost_is_recognised_and_another_persons_move_is_not(
    subject: Subject,
) -> None:
    store, seen = subject.store, POST._replace(state=PostState.SCHEDULED)
    store.add(seen, [UniqueKey("text#1")], None)
    keys = [UniqueKey("text#1", replaces=seen), UniqueKey("text#2")]
    after = moved(seen, NOON + DAY)
    subject.dynamodb.lost = 1

    saved = store.save(after, seen, unique_keys=keys)

    assert saved == store.get("a") == after._replace(version=2)
    assert store.holder("text#2") == saved
    for other in (moved(seen, NOON + 2 * DAY), cancelled(seen, NOON)):
        with pytest.raises(PostMoved):
            subject.other.save(other, seen, unique_keys=[UniqueKey("text#1", replaces=seen)])
    assert store.get("a") == saved
