"""What DynamoDB bills for reads: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html"""

from typing import Any

import pytest

from benchmarks.cost.capacity import read_units


def item(size: int) -> dict[str, Any]:
    """An item of so many bytes."""
    return {"k": {"S": "x" * (size - 1)}}


def never(_: Any) -> Any:
    pytest.fail("the answer shows all that was read")


def query(items: list[dict[str, Any]], **asked: Any) -> float:
    return read_units("Query", asked, {"Items": items, "ScannedCount": len(items)}, never)


def test_a_query_is_billed_by_the_sum_of_its_items_in_units_of_four_kilobytes() -> None:
    assert query([item(1_000)] * 8) == 1.0
    assert query([item(1_000)] * 9) == 1.5
    assert query([item(1_000)] * 9, ConsistentRead=True) == 3


def test_a_query_that_finds_nothing_is_billed_as_a_small_one() -> None:
    assert query([]) == 0.5


def test_each_item_of_a_batch_is_billed_by_itself_and_a_missing_one_as_a_small_one() -> None:
    asked = {"RequestItems": {"t": {"Keys": [{}] * 3, "ConsistentRead": True}}}

    assert read_units("BatchGetItem", asked, {"Responses": {"t": [item(100), item(5_000)]}}, never) == 1 + 2 + 1


def test_what_a_query_filters_out_and_does_not_show_is_billed() -> None:
    asked = {
        "KeyConditionExpression": "d = :day",
        "FilterExpression": "#kind = :fault",
        "ProjectionExpression": "#kind",
        "ExpressionAttributeNames": {"#kind": "kind"},
        "ExpressionAttributeValues": {":day": {"S": "1"}, ":fault": {"S": "fault"}},
    }
    questions = []

    def ask(question: Any) -> Any:
        questions.append(question)
        return {"Items": [item(3_000)] * 4}

    assert read_units("Query", asked, {"Items": [{}], "ScannedCount": 4}, ask) == 1.5
    assert questions == [{"KeyConditionExpression": "d = :day", "ExpressionAttributeValues": {":day": {"S": "1"}}}]


def test_names_and_values_count_by_their_bytes() -> None:
    large = {"목록": {"L": [{"S": "가" * 1_000}] * 2}, "zahl": {"N": "12345678"}, "wahr": {"BOOL": True}}

    assert read_units("GetItem", {"ConsistentRead": True}, {"Item": large}, never) == 2  # 6 kB; 2,000 letters
