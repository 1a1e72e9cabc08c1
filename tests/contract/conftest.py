"""On what the tests of an adapter on one table run."""

from collections.abc import Iterator

import pytest

from tests.tables import DYNAMODBS, Dynamo, dynamodb


@pytest.fixture(params=["fake", *DYNAMODBS])
def dynamo(request: pytest.FixtureRequest) -> Iterator[Dynamo | None]:
    """Fresh tables on each DynamoDB, and none when it is the fake's turn."""
    if request.param == "fake":
        yield None
        return
    with dynamodb(request.param) as made:
        yield made
