"""Replies that were written on X to mentions without a case: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime

import pytest

from desk.mentions.replied_on_x import RepliesOnX, RepliesOnXItems
from tests.fakes.mentions import FakeRepliesOnX
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def replies(dynamo: Dynamo | None) -> RepliesOnX:
    return RepliesOnXItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeRepliesOnX()


def test_recorded_replies_are_found_by_the_mentions_that_they_answer(replies: RepliesOnX) -> None:
    replies.record({"700": "900", "701": "901"}, NOON)
    replies.record({"700": "900"}, NOON)
    replies.record({}, NOON)

    assert replies.among(["700", "702", "700"]) == {"700": "900"}
    assert replies.among([]) == {}


def test_many_mentions_are_asked_for_at_once(replies: RepliesOnX) -> None:
    replies.record({str(number): str(1000 + number) for number in range(250)}, NOON)

    assert len(replies.among([str(number) for number in range(300)])) == 250
