"""Which tables, indexes and keys a call of DynamoDB touches, and with which action of IAM."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

type TableProperties = Mapping[str, Any]
"""What the template says of an AWS::DynamoDB::Table."""

_SINGLE = {"GetItem", "PutItem", "UpdateItem", "DeleteItem"}
_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class Access(NamedTuple):
    """One action on a table, or on one of its indexes. `leading_keys` are the values of the partition key."""

    action: str
    table: str
    leading_keys: tuple[str, ...] = ()
    index_name: str = ""


def accesses(
    operation: str, parameters: Mapping[str, Any], properties: Callable[[str], TableProperties]
) -> Iterator[Access]:
    """What IAM decides about one by one: each action of a transaction, and a batch's keys of one table together.

    `properties` finds the template's table by the name that the call uses. Raises ValueError for an operation that
    reads whole tables, or that is not known.
    """
    if operation in _SINGLE:
        yield _single(operation, parameters, properties)
    elif operation == "Query":
        yield _query(parameters, properties)
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for table, keys in batched(parameters).items():
            partition = key_names(properties(table))[0]
            yield Access(operation, table, tuple(dict.fromkeys(plain(key[partition]) for key in keys)))
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        for action, one in transacted(parameters):
            yield _single(action, one, properties)
    else:
        raise ValueError(f"dynamodb.{operation} is not to be used: no policy can say which keys it may touch")


def batched(parameters: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The keys, or whole items, of a batch by table."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for table, asked in parameters["RequestItems"].items():
        if "Keys" in asked:
            told[table] = list(asked["Keys"])
        else:
            told[table] = [
                one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"] for one in asked
            ]
    return told


def transacted(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each action of a transaction, as IAM calls it, with its parameters."""
    for entry in parameters["TransactItems"]:
        ((kind, one),) = entry.items()
        yield _IN_TRANSACTION.get(kind, "GetItem"), one


def key_names(properties: TableProperties, index: str = "") -> list[str]:
    """The attributes of the table's key, or of its index's: partition key first."""
    schema = index_of(properties, index)["KeySchema"] if index else properties["KeySchema"]
    return [one["AttributeName"] for one in sorted(schema, key=lambda one: one["KeyType"])]


def index_of(properties: TableProperties, index: str) -> Mapping[str, Any]:
    """What the template says of the index. Raises ValueError when the table has none of this name."""
    for one in properties.get("GlobalSecondaryIndexes", []):
        if one["IndexName"] == index:
            found: Mapping[str, Any] = one
            return found
    raise ValueError(f"the table has no index {index}")


def plain(typed: Mapping[str, Any]) -> str:
    """A key attribute's value without its type."""
    (value,) = typed.values()
    return str(value)


def _single(action: str, parameters: Mapping[str, Any], properties: Callable[[str], TableProperties]) -> Access:
    table = parameters["TableName"]
    partition = key_names(properties(table))[0]
    item = parameters.get("Key") or parameters["Item"]
    return Access(action, table, (plain(item[partition]),))


def _query(parameters: Mapping[str, Any], properties: Callable[[str], TableProperties]) -> Access:
    table, index = parameters["TableName"], parameters.get("IndexName", "")
    partition = key_names(properties(table), index)[0]
    names = parameters.get("ExpressionAttributeNames", {})
    for name, value in re.findall(r"([#\w]+)\s*=\s*(:\w+)", parameters["KeyConditionExpression"]):
        if names.get(name, name) == partition:
            return Access("Query", table, (plain(parameters["ExpressionAttributeValues"][value]),), index)
    raise ValueError(f"the query's condition does not say which {partition} it wants")
