"""The four tables as infra/template.yaml makes them, for tests; and the DynamoDBs on which they are made."""

from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from local.aws.ministack import ministack
from tests.aws_rules.dynamodb_calls import TableProperties
from tests.aws_rules.dynamodb_rules import broken
from tests.families import tries_all
from tests.faster_moto import make_once_what_moto_repeats
from tests.moto_transactions import keep_what_is_touched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "ap-northeast-2"
MOTO_ACCOUNT = "123456789012"
"""The account that moto has, unless it is told another."""
DYNAMODBS: list[Any] = ["moto", *([pytest.param("local_aws", marks=pytest.mark.process)] if tries_all() else [])]
"""Those on which the contract of each store is tested: one in this process, and with all variants a second one."""

keep_what_is_touched()
make_once_what_moto_repeats()
_started = ExitStack()
_empty_tables: dict[str, Any] = {}
"""moto's four tables as they are made, once one test has made them."""

BY_DAY_PROJECTS = (
    "kind",
    "need",
    "department",
    "urgency",
    "lang",
    "terms",
    "review",
    "author_id",
    "read_at",
    "case_id",
    "received_at",
    "backlog",
    "search_text",
    "handle",
)

UNSEEN_PROJECTS = ("post", "kind", "department", "urgency", "review")

BY_AUTHOR_PROJECTS = ("department", "kind", "state", "answered_at")

INBOX_PROJECTS = ("row", "author_id", "department", "kind", "state", "answered_at", "due_at", "version")


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of the four tables."""

    mentions: str
    cases: str
    desk: str
    posts: str


class Dynamo(NamedTuple):
    """A client, and the tables that it finds there."""

    client: "DynamoDBClient"
    tables: Tables


def _index(name: str, hash_: str, range_: str, projection: str, *extra: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": hash_, "KeyType": "HASH"},
            {"AttributeName": range_, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": projection, **({"NonKeyAttributes": list(extra)} if extra else {})},
    }


def definitions(tables: Tables) -> list[dict[str, Any]]:
    """What create_table takes, table by table: mentions, cases, desk, posts."""
    return [
        _table(
            tables.mentions,
            ["mention_id"],
            [
                _index("waiting", "waiting", "waiting_since", "KEYS_ONLY"),
                _index("unseen", "unseen", "created_at", "INCLUDE", *UNSEEN_PROJECTS),
                _index("by_day", "day_shard", "created_at", "INCLUDE", *BY_DAY_PROJECTS),
                _index("by_author", "author_id", "mention_id", "KEYS_ONLY"),
            ],
        )
        | {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
        _table(
            tables.cases,
            ["case_id", "what"],
            [
                _index("open_by_due", "open", "due_at", "ALL"),
                _index("by_state", "state", "opened_at", "ALL"),
                _index("events_by_day", "day", "at", "ALL"),
                _index("by_author", "author_id", "opened_at", "INCLUDE", *BY_AUTHOR_PROJECTS),
                _index("inbox", "inbox", "inbox_order", "INCLUDE", *INBOX_PROJECTS),
                _index("urgent", "urgent", "inbox_order", "INCLUDE", *INBOX_PROJECTS, "inbox"),
            ],
        ),
        _table(tables.desk, ["item", "part"], []),
        _table(tables.posts, ["post_id"], [_index("by_state", "state", "at", "ALL")]),
    ]


def _table(name: str, key: list[str], indexes: list[dict[str, Any]]) -> dict[str, Any]:
    schema = [{"AttributeName": each, "KeyType": kind} for each, kind in zip(key, ("HASH", "RANGE"), strict=False)]
    names = {entry["AttributeName"] for keys in [schema, *(i["KeySchema"] for i in indexes)] for entry in keys}
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": schema,
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in sorted(names)],
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }


def _named(prefix: str) -> Tables:
    return Tables(f"{prefix}-mentions", f"{prefix}-cases", f"{prefix}-desk", f"{prefix}-posts")


def create_tables(client: "DynamoDBClient", prefix: str = "test") -> Tables:
    """Make the four tables, ready for use."""
    tables = _named(prefix)
    for definition in definitions(tables):
        made = client.create_table(**definition)
        if made["TableDescription"]["TableStatus"] != "ACTIVE":
            client.get_waiter("table_exists").wait(TableName=definition["TableName"], WaiterConfig={"Delay": 1})
    return tables


@cache
def local_aws() -> str:
    """The endpoint of a local AWS, which is started for the first test of a process that needs it."""
    return _started.enter_context(ministack()).endpoint


def stop_local_aws() -> None:
    """Let nothing be left of it at the end of a process."""
    _started.close()
    local_aws.cache_clear()


def _tables_of_moto(client: "DynamoDBClient") -> Tables:
    """The four tables, copies of those that the first test made: moto takes twenty milliseconds to make four."""
    backend: Any = dynamodb_backends[MOTO_ACCOUNT][REGION]
    if not _empty_tables:
        create_tables(client)
        _empty_tables.update(deepcopy(backend.tables))
    backend.tables.update(deepcopy(_empty_tables))
    return _named("test")


@contextmanager
def dynamodb(kind: str = "moto") -> "Iterator[Dynamo]":
    """A client and fresh tables on moto, or on the local AWS."""
    if kind == "moto":
        with mock_aws():
            client = _client(None)
            tables = _tables_of_moto(client)
            client.meta.events.register("provide-client-params.dynamodb", _require_rules)
            yield Dynamo(client, tables)
        return
    client = _client_of_local_aws()
    tables = create_tables(client, f"test-{uuid4().hex[:8]}")
    try:
        yield Dynamo(client, tables)
    finally:
        for definition in definitions(tables):
            client.delete_table(TableName=definition["TableName"])


def _require_rules(params: "Mapping[str, Any]", model: Any, **_: Any) -> None:
    """Fail for what DynamoDB refuses and moto lets pass, such as an empty key in a transaction."""
    if rules := broken(model.name, params, _properties_of_moto):
        raise AssertionError(f"{model.name} {params}: {rules}")


@cache
def _properties_of_moto(table: str) -> TableProperties:
    """A table as it is made, also where it was restored; one that a test does without counts as the Desk table."""
    made: dict[str, TableProperties] = {each["TableName"]: each for each in definitions(_named("test"))}
    return made.get(table.partition("-at-")[0], made["test-desk"])


@cache
def _session() -> boto3.Session:
    """Shared by all clients: making a session takes twice as long as making a client."""
    return boto3.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@cache
def _client_of_local_aws() -> "DynamoDBClient":
    return _client(local_aws())


def _client(endpoint: str | None) -> "DynamoDBClient":
    return _session().client("dynamodb", endpoint_url=endpoint)
