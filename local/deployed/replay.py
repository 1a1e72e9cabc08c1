"""Driving mentions again from the tables, through the function that the stream drives."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import batched
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from botocore.config import Config

from desk.mentions.store import MentionStoreItems
from desk.retention.store import RetentionItems
from local.deployed.errors import DeployedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient

PATIENCE = Config(connect_timeout=5, read_timeout=90, retries={"total_max_attempts": 1})
"""Longer than routing may run, start included, and one attempt: a second one would route the same beside the first."""

_BATCH = 100
_LIMIT = 100_000
_EVER = datetime.max.replace(tzinfo=UTC)  # a rehearsal may play a day to come


@dataclass(slots=True)
class Replayed:
    """What the function did; `failures` says why by mention id."""

    asked: int = 0
    read: int = 0
    published: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def waiting_ids(dynamodb: "DynamoDBClient", mentions_table: str, desk_table: str) -> list[str]:
    """The mentions that wait to be read, for any reason, oldest first. The sweep sends what the outbox has."""
    waiting = MentionStoreItems(dynamodb, mentions_table=mentions_table, desk_table=desk_table, zone=ZoneInfo("UTC"))
    return [one.mention_id for one in waiting.unread(before=_EVER, limit=_LIMIT)]


def ids_of_day(dynamodb: "DynamoDBClient", mentions_table: str, cases_table: str, day: date) -> list[str]:
    """The mentions of a day in the desk's zone; those that are done will be left alone."""
    days = RetentionItems(dynamodb, None, mentions_table=mentions_table, cases_table=cases_table)
    return [one.mention_id for some in days.mentions_of_day(day) for one in some]


def replay(client: "LambdaClient", function: str, mention_ids: Sequence[str]) -> Iterator[Replayed]:
    """Drive the mentions, a batch at a time; raises DeployedError when the function itself fails."""
    for ids in batched(mention_ids, _BATCH, strict=False):
        answer = client.invoke(FunctionName=function, Payload=json.dumps({"mention_ids": ids}).encode())
        result = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise DeployedError(f"{function} failed: {result.get('errorMessage', result)}")
        yield Replayed(len(ids), result["read"], result["published"], result["failures"])
