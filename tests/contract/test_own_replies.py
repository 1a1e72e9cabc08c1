"""What is kept of the walk over own posts: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from desk.mentions.poll_state import OwnReplyItems, OwnReplyState
from tests.contract.case_scene import CASE_ID, Routing, mention
from tests.fakes.mentions import FakeOwnReplyState
from tests.tables import DYNAMODBS, dynamodb


@dataclass
class Subject:
    """The port, with mention 1 in a case, and mention 2 received but not read yet."""

    state: OwnReplyState


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield Subject(FakeOwnReplyState(cases={"1": CASE_ID}))
        return
    with dynamodb(request.param) as (client, tables):
        routing = Routing(client, tables)
        routing.route(mention(1))
        routing.receive(mention(2))
        yield Subject(OwnReplyItems(client, desk_table=tables.desk, mentions_table=tables.mentions))


def test_the_checkpoint_is_where_it_was_moved_to(subject: Subject) -> None:
    assert subject.state.seen_up_to() is None

    subject.state.move("1990000000000000002")
    subject.state.move("1990000000000000001")

    assert subject.state.seen_up_to() == "1990000000000000001"


def test_only_mentions_that_were_read_have_a_case(subject: Subject) -> None:
    assert subject.state.case_ids(["1", "2", "3", "1"]) == {"1": CASE_ID}
    assert subject.state.case_ids([]) == {}
