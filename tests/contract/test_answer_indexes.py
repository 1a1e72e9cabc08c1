"""The indexes of earlier answers: the fake keeps the promises of S3 and DynamoDB."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ResponseStreamingError

from desk.errors import IndexUnavailable, StoreBusy
from desk.suggestions.store import AnswerIndexes, AnswerIndexFiles, IndexVersion
from tests.contract.in_trouble import Broken, refused
from tests.contract.test_reports import bucket_on, s3_client
from tests.fakes.suggestions import FakeAnswerIndexes
from tests.tables import DYNAMODBS, dynamodb, local_aws

NIGHT = datetime(2026, 11, 24, 19, 40, tzinfo=UTC)


@pytest.fixture(params=["fake", *DYNAMODBS])
def indexes(request: pytest.FixtureRequest) -> Iterator[AnswerIndexes]:
    if request.param == "fake":
        yield FakeAnswerIndexes()
        return
    with dynamodb(request.param) as dynamo:
        client = s3_client(None if request.param == "moto" else local_aws())
        yield AnswerIndexFiles(lambda: client, bucket_on(client), dynamo.client, dynamo.tables.desk)


def test_no_index_holds_before_the_first(indexes: AnswerIndexes) -> None:
    assert indexes.current() is None


def test_the_last_index_holds_and_the_one_before_can_still_be_read(indexes: AnswerIndexes) -> None:
    first = indexes.publish(b"first", NIGHT, 1)
    second = indexes.publish(b"second", NIGHT + timedelta(days=1), 2)

    assert indexes.current() == second
    assert (second.made_at, second.answers) == (NIGHT + timedelta(days=1), 2)
    assert [indexes.load(version) for version in (first, second)] == [b"first", b"second"]


@pytest.mark.parametrize(
    "error", [refused("SlowDown"), refused("AccessDenied"), EndpointConnectionError(endpoint_url="https://s3")]
)
def test_an_error_of_s3_leaves_the_pointer_alone(error: Exception) -> None:
    broken: Any = Broken(error)
    indexes = AnswerIndexFiles(lambda: broken, "bucket", Broken(AssertionError()), "desk")  # type: ignore[arg-type]

    with pytest.raises(IndexUnavailable):
        indexes.publish(b"", NIGHT, 0)
    with pytest.raises(IndexUnavailable):
        indexes.load(IndexVersion("name", NIGHT, 0))


def test_a_busy_table_is_the_usual_error() -> None:
    busy: Any = Broken(refused("ThrottlingException"))

    with pytest.raises(StoreBusy):
        AnswerIndexFiles(lambda: busy, "bucket", busy, "desk").current()


def test_an_index_that_breaks_off_half_way_is_an_error() -> None:
    class Half:
        def get_object(self, **_asked: Any) -> Any:
            return {"Body": self}

        def read(self) -> bytes:
            raise ResponseStreamingError(error="cut")

    half: Any = Half()
    with pytest.raises(IndexUnavailable):
        AnswerIndexFiles(lambda: half, "bucket", half, "desk").load(IndexVersion("name", NIGHT, 0))
