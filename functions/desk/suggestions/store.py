"""Where the index of earlier answers lies: each night's index under a name of its own, and which one holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of, from_item, store_errors, to_item
from desk.errors import IndexUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class IndexVersion(NamedTuple):
    """An index that was made: its name, when it was made (aware), and how many answers it has."""

    name: str
    made_at: datetime
    answers: int


class AnswerIndexes(Protocol):
    """The indexes of earlier answers. Every method raises IndexUnavailable or StoreBusy."""

    def publish(self, content: bytes, made_at: datetime, answers: int) -> IndexVersion:
        """Store an index and let it hold from now on: readers see the one before or this one, never a part of it."""
        ...

    def current(self) -> IndexVersion | None:
        """The index that holds, read consistently; None before the first one."""
        ...

    def load(self, version: IndexVersion) -> bytes:
        """An index as it was stored."""
        ...


def name_of(content: bytes) -> str:
    """The name of an index, which its content decides."""
    return sha256(content).hexdigest()[:32]


PREFIX = "answers/"
"""A rule of the bucket deletes what lies under it after a week: a new index is made every night."""

_POINTER = to_item({"item": "answer_index", "part": "current"})


class AnswerIndexFiles:
    """Implements AnswerIndexes on S3, with the pointer in the Desk table.

    `s3` makes the client, at its first use: the console's start need not wait for it.
    """

    def __init__(self, s3: "Callable[[], S3Client]", bucket: str, dynamodb: "DynamoDBClient", desk_table: str) -> None:
        self._s3 = cache(s3)
        self._bucket = bucket
        self._dynamodb = dynamodb
        self._desk = desk_table

    def publish(self, content: bytes, made_at: datetime, answers: int) -> IndexVersion:
        """See AnswerIndexes."""
        version = IndexVersion(name_of(content), made_at, answers)
        with _s3_errors():
            self._s3().put_object(
                Bucket=self._bucket, Key=PREFIX + version.name, Body=content, ContentType="application/octet-stream"
            )
        plain = {"name": version.name, "made_at": made_at.isoformat(), "answers": answers}
        with store_errors():
            self._dynamodb.put_item(TableName=self._desk, Item=_POINTER | to_item(plain))
        return version

    def current(self) -> IndexVersion | None:
        """See AnswerIndexes."""
        with store_errors():
            answer = self._dynamodb.get_item(TableName=self._desk, Key=_POINTER, ConsistentRead=True)
        if "Item" not in answer:
            return None
        plain = from_item(answer["Item"])
        return IndexVersion(plain["name"], datetime.fromisoformat(plain["made_at"]), int(plain["answers"]))

    def load(self, version: IndexVersion) -> bytes:
        """See AnswerIndexes. A file that breaks off half-way raises IndexUnavailable."""
        with _s3_errors():
            return self._s3().get_object(Bucket=self._bucket, Key=PREFIX + version.name)["Body"].read()


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        raise IndexUnavailable(code_of(exc)) from exc
    except BotoCoreError as exc:
        raise IndexUnavailable(type(exc).__name__) from exc
