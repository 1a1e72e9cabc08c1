"""What DynamoDB refuses and local emulators let pass.

Limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.aws_rules.dynamodb_calls import TableProperties, batched, index_of, key_names, transacted

ITEM_BYTES = 400 * 1024
TRANSACTION_ACTIONS, TRANSACTION_BYTES = 100, 4 * 1024 * 1024
BATCH_WRITES, BATCH_BYTES, BATCH_READS = 25, 16 * 1024 * 1024, 100
PARTITION_KEY_BYTES, SORT_KEY_BYTES, EXPRESSION_BYTES = 2048, 1024, 4096

_EXPRESSIONS = (
    "ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression", "UpdateExpression",
)  # fmt: skip
_RESERVED = frozenset(word.upper() for word in ReservedKeywords.get_reserved_keywords())
_SYNTAX = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})
_TOKEN = re.compile(r"[#:]?\w+")
_FUNCTION = re.compile(r"\w+(?=\s*\()")

type Properties = Callable[[str], TableProperties]


def broken(operation: str, parameters: Mapping[str, Any], properties: Properties) -> list[str]:
    """Each rule that the call breaks, in a sentence."""
    return list(_broken(operation, parameters, properties))


def item_size(item: Mapping[str, Any]) -> int:
    """The bytes that DynamoDB counts for an item in typed form."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _broken(operation: str, parameters: Mapping[str, Any], properties: Properties) -> Iterator[str]:
    if operation.startswith("Transact"):
        yield from _in_transaction(list(transacted(parameters)), properties)
    elif operation == "BatchGetItem":
        yield from _in_batch_read(parameters, properties)
    elif operation == "BatchWriteItem":
        yield from _in_batch_write(parameters, properties)
    elif operation == "Query":
        yield from _in_query(parameters, properties)
    elif "TableName" in parameters:  # others, such as a restore, have no item
        yield from _in_action(parameters, properties)


def _in_action(parameters: Mapping[str, Any], properties: Properties) -> Iterator[str]:
    table = properties(parameters["TableName"])
    yield from _in_expressions(parameters)
    if "Item" in parameters:
        yield from _in_item(parameters["Item"], table)
    if "Key" in parameters:
        yield from _in_key(parameters["Key"], table)
    yield from _in_update(parameters, table)


def _in_transaction(actions: Sequence[tuple[str, Mapping[str, Any]]], properties: Properties) -> Iterator[str]:
    targets = []
    size = 0
    for _, one in actions:
        yield from _in_action(one, properties)
        targets.append((one["TableName"], *_key_of(one.get("Key") or one["Item"], properties(one["TableName"]))))
        size += item_size(one.get("Item") or one["Key"]) + item_size(one.get("ExpressionAttributeValues", {}))
    yield from _twice(targets, "a transaction")
    if len(actions) > TRANSACTION_ACTIONS:
        yield f"a transaction of {len(actions)} actions"
    if size > TRANSACTION_BYTES:
        yield f"a transaction of {size} bytes"


def _in_batch_read(parameters: Mapping[str, Any], properties: Properties) -> Iterator[str]:
    count = 0
    for name, keys in batched(parameters).items():
        table = properties(name)
        count += len(keys)
        yield from _in_expressions(parameters["RequestItems"][name])
        yield from _twice([(name, *_key_of(key, table)) for key in keys], "a batch")
        for key in keys:
            yield from _in_key(key, table)
    if not 0 < count <= BATCH_READS:
        yield f"a batch of {count} reads"


def _in_batch_write(parameters: Mapping[str, Any], properties: Properties) -> Iterator[str]:
    count = size = 0
    for name, writes in parameters["RequestItems"].items():
        table = properties(name)
        count += len(writes)
        targets = []
        for write in writes:
            item = write["PutRequest"]["Item"] if "PutRequest" in write else write["DeleteRequest"]["Key"]
            yield from _in_item(item, table) if "PutRequest" in write else _in_key(item, table)
            targets.append((name, *_key_of(item, table)))
            size += item_size(item)
        yield from _twice(targets, "a batch")
    if not 0 < count <= BATCH_WRITES:
        yield f"a batch of {count} writes"
    if size > BATCH_BYTES:
        yield f"a batch of {size} bytes"


def _in_query(parameters: Mapping[str, Any], properties: Properties) -> Iterator[str]:
    table, index = properties(parameters["TableName"]), parameters.get("IndexName", "")
    yield from _in_expressions(parameters)
    keys = key_names(table, index)
    conditioned = _attributes(parameters, "KeyConditionExpression")
    if extra := conditioned - set(keys):
        yield f"a key condition on {sorted(extra)}, which are no keys"
    if extra := _attributes(parameters, "FilterExpression") & set(keys):
        yield f"a filter on {sorted(extra)}, which are keys"
    for value in parameters.get("ExpressionAttributeValues", {}).values():
        if value == {"S": ""}:
            yield "an empty value in a query"
    if not index:
        return
    if parameters.get("ConsistentRead"):
        yield f"a consistent read of the index {index}"
    asked = _attributes(parameters, "FilterExpression") | _attributes(parameters, "ProjectionExpression")
    if lacking := asked - _projected(table, index):
        yield f"attributes that the index {index} does not project: {sorted(lacking)}"


def _projected(table: TableProperties, index: str) -> set[str]:
    projection = index_of(table, index)["Projection"]
    if projection["ProjectionType"] == "ALL":
        return _Everything()
    return {*key_names(table), *key_names(table, index), *projection.get("NonKeyAttributes", [])}


class _Everything(set[str]):
    def __rsub__(self, other: object) -> set[str]:
        return set()


def _in_expressions(parameters: Mapping[str, Any]) -> Iterator[str]:
    names, values = parameters.get("ExpressionAttributeNames", {}), parameters.get("ExpressionAttributeValues", {})
    used: set[str] = set()
    for kind in _EXPRESSIONS:
        expression = parameters.get(kind)
        if expression is None:
            continue
        if len(expression.encode()) > EXPRESSION_BYTES or not expression.strip():
            yield f"{kind} of {len(expression.encode())} bytes"
        tokens = set(_TOKEN.findall(expression))
        used |= {token for token in tokens if token[0] in "#:"}
        if reserved := _words(kind, expression) & _RESERVED:
            yield f"reserved words in {kind}: {sorted(reserved)}"
    if undefined := used - names.keys() - values.keys():
        yield f"placeholders without a definition: {sorted(undefined)}"
    if unused := (names.keys() | values.keys()) - used:
        yield f"placeholders that no expression uses: {sorted(unused)}"


def _words(kind: str, expression: str) -> set[str]:
    """The bare attribute names of an expression, in capitals."""
    functions = set(_FUNCTION.findall(expression)) if kind != "ProjectionExpression" else set()
    bare = {token for token in _TOKEN.findall(expression) if token[0] not in "#:" and not token.isdigit()}
    return {word.upper() for word in bare - functions} - (_SYNTAX if kind != "ProjectionExpression" else frozenset())


def _attributes(parameters: Mapping[str, Any], kind: str) -> set[str]:
    """The attributes that an expression names at its top level."""
    expression, names = parameters.get(kind, ""), parameters.get("ExpressionAttributeNames", {})
    functions = set(_FUNCTION.findall(expression)) - _SYNTAX
    whole = re.sub(r"\.[#\w]+|\[\d+\]", "", expression)
    tokens = {token for token in _TOKEN.findall(whole) if token[0] != ":" and not token.isdigit()}
    return {names.get(token, token) for token in tokens - functions if token.upper() not in _SYNTAX}


def _in_item(item: Mapping[str, Any], table: TableProperties) -> Iterator[str]:
    size = item_size(item)
    if size > ITEM_BYTES:
        yield f"an item of {size} bytes"
    yield from _in_key({name: item[name] for name in key_names(table) if name in item}, table)
    for name, value in item.items():
        yield from _as_index_key(name, value, table)


def _in_update(parameters: Mapping[str, Any], table: TableProperties) -> Iterator[str]:
    names, values = parameters.get("ExpressionAttributeNames", {}), parameters.get("ExpressionAttributeValues", {})
    for name, value in re.findall(r"([#\w]+)\s*=\s*(:\w+)", parameters.get("UpdateExpression", "")):
        attribute = names.get(name, name)
        if attribute in key_names(table):
            yield f"an update of the key attribute {attribute}"
        yield from _as_index_key(attribute, values.get(value, {"S": "?"}), table)


def _in_key(key: Mapping[str, Any], table: TableProperties) -> Iterator[str]:
    names = key_names(table)
    if set(key) != set(names):
        yield f"a key of {sorted(key)}, where the table's is {sorted(names)}"
        return
    for name, limit in zip(names, (PARTITION_KEY_BYTES, SORT_KEY_BYTES), strict=False):
        yield from _as_key(name, key[name], limit, _types(table)[name])


def _as_index_key(name: str, value: Mapping[str, Any], table: TableProperties) -> Iterator[str]:
    for index in table.get("GlobalSecondaryIndexes", []):
        keys = key_names(table, index["IndexName"])
        if name in keys and name not in key_names(table):
            limit = (PARTITION_KEY_BYTES, SORT_KEY_BYTES)[keys.index(name)]
            yield from _as_key(name, value, limit, _types(table)[name])


def _as_key(name: str, value: Mapping[str, Any], limit: int, wanted: str) -> Iterator[str]:
    ((kind, content),) = value.items()
    if kind != wanted:
        yield f"the key attribute {name} of type {kind}, where {wanted} is declared"
    elif content == "":
        yield f"an empty key attribute {name}"
    elif len(str(content).encode()) > limit:
        yield f"the key attribute {name} of {len(str(content).encode())} bytes"


def _types(table: TableProperties) -> dict[str, str]:
    return {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}


def _key_of(item: Mapping[str, Any], table: TableProperties) -> tuple[str, ...]:
    return tuple(str(item.get(name)) for name in key_names(table))


def _twice(targets: Sequence[tuple[str, ...]], where: str) -> Iterator[str]:
    for target, count in Counter(targets).items():
        if count > 1:
            yield f"{target} {count} times in {where}"


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            size = len(content.encode())
        case "B":  # recorded as base64
            size = len(content if isinstance(content, bytes) else b64decode(content["base64"]))
        case "N":
            size = len(str(content)) // 2 + 2
        case "BOOL" | "NULL":
            size = 1
        case "M":
            size = 3 + sum(1 + len(name.encode()) + _value_size(one) for name, one in content.items())
        case "L":
            size = 3 + sum(1 + _value_size(one) for one in content)
        case "SS" | "NS":
            size = 3 + sum(1 + len(str(one).encode()) for one in content)
        case _:
            raise ValueError(f"no size is known of a value of type {kind}")
    return size
