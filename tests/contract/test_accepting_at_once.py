"""Two requests about one article whose calls to DynamoDB overlap: whatever comes in between, one post is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.posts.model import NewPost, Post, PostKind, PostState
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter, Submitted
from desk.posts.transitions import cancelled, published
from tests.fakes.posts import FakePostQueue, FakePostTimer
from tests.tables import DYNAMODBS, Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEWS = NewPost(PostKind.ANNOUNCEMENT, "점검을 마쳤습니다", by="cms", external_id="article-7")
CHANGED = NEWS._replace(text="점검을 한 시간 뒤에 마칩니다")
READS = 3
"""A request reads who holds its article, and who holds its text on each of two days; then it writes."""


@dataclass
class Interrupted:
    """A client of DynamoDB; `between` runs once, before the call of that number."""

    client: Any
    number: int = 0
    between: Callable[[], object] | None = None
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.calls.append(name)
            if self.between and len(self.calls) == self.number:
                between, self.between = self.between, None
                between()
            return getattr(self.client, name)(**asked)

        return call


@pytest.fixture(params=DYNAMODBS)
def dynamo(request: pytest.FixtureRequest) -> Iterator[Dynamo]:
    with dynamodb(request.param) as made:
        yield made


def store_of(dynamo: Dynamo, client: Any = None) -> PostStoreItems:
    return PostStoreItems(client or dynamo.client, posts_table=dynamo.tables.posts, desk_table=dynamo.tables.desk)


def accept(store: PostStoreItems, new: NewPost) -> Submitted:
    unheard: list[object] = []
    return PostSubmitter(store, FakePostQueue(), FakePostTimer(), lambda: NOON, unheard.append).submit(new)


def posts_in(store: PostStoreItems) -> list[Post]:
    return [post for state in PostState for post in store.page(state, limit=9).posts]


@pytest.mark.parametrize("number", range(1, READS + 2))
def test_another_request_between_any_two_calls_makes_no_second_post(dynamo: Dynamo, number: int) -> None:
    others: list[Submitted] = []
    client = Interrupted(dynamo.client, number, lambda: others.append(accept(store_of(dynamo), NEWS)))

    answer = accept(store_of(dynamo, client), CHANGED)

    assert answer == Submitted(others[0].post, already_known=True)
    assert posts_in(store_of(dynamo)) == [answer.post]


@pytest.mark.parametrize("number", range(2, READS + 3))
def test_a_post_that_x_confirms_between_any_two_calls_keeps_its_article(dynamo: Dynamo, number: int) -> None:
    """The article has a holder that was given up, which is one read more."""
    store = store_of(dynamo)
    first = accept(store, NEWS).post
    dropped = store.save(cancelled(first, NOON), first)
    client = Interrupted(dynamo.client, number, lambda: store.save(published(dropped, "1990", NOON), dropped))

    answer = accept(store_of(dynamo, client), CHANGED)

    assert (answer.post.id, answer.post.state, answer.already_known) == (first.id, PostState.PUBLISHED, True)
    assert posts_in(store) == [answer.post]
