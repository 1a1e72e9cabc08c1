from typing import Any

import pytest

from tests.aws_rules.dynamodb_calls import Access, accesses
from tests.aws_rules.dynamodb_rules import broken, item_size

TABLE = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("item", "part", "day", "at")],
    "KeySchema": [{"AttributeName": "part", "KeyType": "RANGE"}, {"AttributeName": "item", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_day",
            "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind"]},
        }
    ],
}
A_KEY = {"item": {"S": "gap"}, "part": {"S": "1"}}
OTHER_KEY = {"item": {"S": "lease"}, "part": {"S": "1"}}


def found(operation: str, **parameters: Any) -> list[str]:
    return broken(operation, {"TableName": "desk", **parameters}, lambda _: TABLE)


def queried(**more: Any) -> list[str]:
    asked = {
        "IndexName": "by_day",
        "KeyConditionExpression": "#day = :day",
        "ExpressionAttributeNames": {"#day": "day"} | more.pop("names", {}),
        "ExpressionAttributeValues": {":day": {"S": "2026-11-24"}} | more.pop("values", {}),
    }
    return found("Query", **asked, **more)


def test_a_call_as_it_should_be_breaks_nothing() -> None:
    put = {
        "TableName": "desk",
        "Item": A_KEY,
        "ConditionExpression": "attribute_not_exists(part) AND NOT size(kind) < :n",
    }

    assert found("GetItem", Key=A_KEY, ConsistentRead=True) == []
    assert found("PutItem", **put | {"ExpressionAttributeValues": {":n": {"N": "1"}}}) == []
    assert queried(FilterExpression="kind <> :junk", values={":junk": {"S": "junk"}}) == []
    assert queried(ProjectionExpression="part, kind, #at", names={"#at": "at"}) == []


@pytest.mark.parametrize(
    "expression", ["SET #n = :n, state = :n", "SET #n = :n REMOVE ttl", "ADD #n :n SET #n.data = :n"]
)
def test_a_reserved_word_is_refused_in_any_expression(expression: str) -> None:
    about = {"ExpressionAttributeNames": {"#n": "n"}, "ExpressionAttributeValues": {":n": {"N": "1"}}}

    (reason,) = found("UpdateItem", Key=A_KEY, UpdateExpression=expression, **about)

    assert "reserved words in UpdateExpression" in reason


def test_a_function_s_name_is_no_reserved_word_and_a_projected_one_is() -> None:
    assert found("DeleteItem", Key=A_KEY, ConditionExpression="size(part) > :n AND part IN (:n, :n)") == [
        "placeholders without a definition: [':n']"
    ]
    assert "reserved words in ProjectionExpression: ['SIZE']" in found(
        "GetItem", Key=A_KEY, ProjectionExpression="size"
    )


def test_placeholders_are_defined_and_used() -> None:
    assert found("UpdateItem", Key=A_KEY, UpdateExpression="SET #n = :n", ExpressionAttributeNames={"#x": "n"}) == [
        "placeholders without a definition: ['#n', ':n']",
        "placeholders that no expression uses: ['#x']",
    ]


def test_no_key_stands_twice_in_a_batch_or_a_transaction() -> None:
    keys = [A_KEY, OTHER_KEY, A_KEY]
    writes = [{"PutRequest": {"Item": A_KEY | {"n": {"N": "1"}}}}, {"DeleteRequest": {"Key": A_KEY}}]
    actions = [{"Put": {"TableName": "desk", "Item": A_KEY}}, {"ConditionCheck": {"TableName": "desk", "Key": A_KEY}}]

    for reasons in (
        found("BatchGetItem", RequestItems={"desk": {"Keys": keys}}),
        found("BatchWriteItem", RequestItems={"desk": writes}),
        found("TransactWriteItems", TransactItems=actions),
    ):
        assert len(reasons) == 1
        assert "2 times in a" in reasons[0]


def test_an_index_shows_what_it_projects_and_is_never_read_consistently() -> None:
    assert queried(ProjectionExpression="part, urgency") == [
        "attributes that the index by_day does not project: ['urgency']"
    ]
    assert queried(FilterExpression="attribute_not_exists(urgency)") == [
        "attributes that the index by_day does not project: ['urgency']"
    ]
    assert queried(ConsistentRead=True) == ["a consistent read of the index by_day"]
    assert queried(FilterExpression="#at < :day", names={"#at": "at"}) == ["a filter on ['at'], which are keys"]


def test_keys_are_whole_of_their_type_and_not_empty() -> None:
    assert found("GetItem", Key={"item": {"S": "gap"}}) == ["a key of ['item'], where the table's is ['item', 'part']"]
    assert found("GetItem", Key=A_KEY | {"part": {"S": ""}}) == ["an empty key attribute part"]
    assert found("PutItem", Item=A_KEY | {"day": {"S": ""}}) == ["an empty key attribute day"]
    assert found("PutItem", Item=A_KEY | {"at": {"N": "1"}}) == ["the key attribute at of type N, where S is declared"]
    assert found("PutItem", Item=A_KEY | {"part": {"S": "x" * 1025}}) == ["the key attribute part of 1025 bytes"]
    assert found("UpdateItem", Key=A_KEY, UpdateExpression="SET #d = :d", ExpressionAttributeNames={"#d": "day"},
                 ExpressionAttributeValues={":d": {"S": ""}}) == ["an empty key attribute day"]  # fmt: skip


def test_sizes_are_what_dynamodb_takes() -> None:
    large = A_KEY | {"text": {"S": "가" * 140_000}}
    many = [{"Delete": {"TableName": "desk", "Key": A_KEY | {"part": {"S": str(n)}}}} for n in range(101)]
    heavy = [{"Put": {"TableName": "desk", "Item": large | {"part": {"S": str(n)}}}} for n in range(11)]

    assert found("PutItem", Item=large) == [f"an item of {item_size(large)} bytes"]
    assert found("TransactWriteItems", TransactItems=many) == ["a transaction of 101 actions"]
    assert any(reason.startswith("a transaction of 46") for reason in found("TransactWriteItems", TransactItems=heavy))
    assert found("BatchWriteItem", RequestItems={"desk": []}) == ["a batch of 0 writes"]


def test_an_item_s_size_counts_names_and_values_as_utf_8() -> None:
    assert item_size(
        {"a": {"S": "가"}, "b": {"BOOL": True}, "c": {"L": [{"S": "x"}]}, "d": {"M": {"e": {"N": "12"}}}}
    ) == ((1 + 3) + (1 + 1) + (1 + 3 + 1 + 1) + (1 + 3 + 1 + 1 + 3))


def test_the_size_of_bytes_is_that_before_they_were_recorded_as_base64() -> None:
    assert item_size({"a": {"B": {"base64": "AAAAAA=="}}}) == 1 + 4


def test_a_batch_asks_iam_with_all_its_keys_and_a_transaction_for_each_of_its_actions() -> None:
    batch = {"RequestItems": {"desk": {"Keys": [A_KEY, OTHER_KEY]}}}
    actions = {
        "TransactItems": [
            {"Put": {"TableName": "desk", "Item": A_KEY}},
            {"Update": {"TableName": "desk", "Key": OTHER_KEY}},
        ]
    }

    assert list(accesses("BatchGetItem", batch, lambda _: TABLE)) == [Access("BatchGetItem", "desk", ("gap", "lease"))]
    assert list(accesses("TransactWriteItems", actions, lambda _: TABLE)) == [
        Access("PutItem", "desk", ("gap",)),
        Access("UpdateItem", "desk", ("lease",)),
    ]


def test_a_scan_is_an_error_since_its_keys_are_not_known() -> None:
    with pytest.raises(ValueError, match="not to be used"):
        list(accesses("Scan", {"TableName": "desk"}, lambda _: TABLE))
