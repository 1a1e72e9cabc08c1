"""The DynamoDBs on which a store is tested beside its fake."""

from collections.abc import Iterator

import pytest

from tests.tables import DYNAMODBS, Dynamo, dynamodb, stop_local_aws


@pytest.fixture(params=["fake", *DYNAMODBS])
def dynamo(request: pytest.FixtureRequest) -> Iterator[Dynamo | None]:
    """Fresh tables on each DynamoDB, and None for the fake."""
    if request.param == "fake":
        yield None
        return
    with dynamodb(request.param) as made:
        yield made


def pytest_sessionfinish() -> None:
    stop_local_aws()
