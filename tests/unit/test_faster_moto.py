"""What moto makes of values and of update expressions is the same with the patches as without them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.validators import (
    ActionCountValidator,
    OverlappingPathsValidator,
    UpdateExpressionValidator,
)

from tests import faster_moto
from tests.faster_moto import DepthFirstTraverser, UpdateExpressionParser
from tests.tables import dynamodb

NUMBERS = st.integers(-(10**12), 10**12).map(str)
LEAVES = (
    st.text().map(lambda text: {"S": text})
    | NUMBERS.map(lambda number: {"N": number})
    | st.booleans().map(lambda yes: {"BOOL": yes})
    | st.just({"NULL": True})
    | st.lists(st.text(min_size=1), min_size=1, max_size=3, unique=True).map(lambda texts: {"SS": texts})
    | st.lists(NUMBERS, min_size=1, max_size=3, unique=True).map(lambda numbers: {"NS": numbers})
    | st.just({"B": "YQ=="})
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda entries: {"L": entries})
        | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3).map(lambda members: {"M": members})
    ),
    max_leaves=8,
)
KEY = DynamoType({"S": "key"})
ACTIONS = {
    "SET": (
        "a = :n", "a = :s", "#b = :s", "#b = a - :n", "c = if_not_exists(d, :n)", "l = list_append(l, :l)", "m.x = :n",
        "m = :s", "m.x.y = :n", "z.y = :n", "item = :s", "c = :gone", "#gone = :n", "c = a + #b", "c = size(a)",
    ),
    "REMOVE": ("a", "d", "l[0]", "l[1]", "m.x", "#b", "item"),
    "ADD": ("a :n", "k :k", "#b :n", "d :k"),
    "DELETE": ("k :k", "a :k"),
}  # fmt: skip
"""Parts of update expressions, also of some that DynamoDB refuses."""
NAMES = {"#b": "b"}
ARGUMENTS: dict[str, Any] = {
    ":n": {"N": "2"}, ":s": {"S": "text"}, ":l": {"L": [{"S": "last"}]}, ":k": {"SS": ["one", "two"]},
}  # fmt: skip
UPDATED: dict[str, Any] = {
    "item": {"S": "key"}, "a": {"N": "5"}, "b": {"S": "b"}, "d": {"N": "1"}, "l": {"L": [{"S": "x"}, {"S": "y"}]},
    "m": {"M": {"x": {"N": "3"}}}, "k": {"SS": ["two", "three"]},
}  # fmt: skip
CLAUSES = st.sampled_from(sorted(ACTIONS)).flatmap(
    lambda name: st.lists(st.sampled_from(ACTIONS[name]), min_size=1, max_size=4).map(
        lambda actions: f"{name} {', '.join(actions)}"
    )
)


@contextmanager
def as_moto_does() -> Iterator[None]:
    """Without the patches that change how moto handles values."""
    with (
        patch.object(BaseJSONSerializer, "_serialize_type_structure", faster_moto._serialize_structure),
        patch.object(DynamoType, "to_regular_json", faster_moto._plain_binary),
        patch.object(DynamoType, "__deepcopy__", faster_moto._copy_value),
        patch.object(Item, "__init__", faster_moto._make_item),
        patch.object(Item, "project", faster_moto._project),
        patch.object(UpdateExpressionParser, "make", faster_moto._parse_update),
        patch.object(DepthFirstTraverser, "traverse_node_recursively", faster_moto._visit_nodes),
        patch.object(ActionCountValidator, "traverse", faster_moto._traverse),
        patch.object(OverlappingPathsValidator, "traverse", faster_moto._traverse),
    ):
        yield


def update(expression: str) -> Any:
    """What the expression makes of an item, or why moto refuses it."""
    item = Item(KEY, None, deepcopy(UPDATED))
    table: Any = SimpleNamespace(table_key_attrs=["item"], attribute_keys=["item"], attr=[])
    try:
        parsed = UpdateExpressionParser.make(expression)
        checked: Any = UpdateExpressionValidator(parsed, NAMES, deepcopy(ARGUMENTS), item, table).validate()
        checked.normalize()
        UpdateExpressionExecutor(checked, item, NAMES).execute()
    except Exception as refused:  # noqa: BLE001 - also what moto itself raises by mistake is to stay
        return type(refused), str(refused)
    return {name: sorted_sets(value) for name, value in item.to_json()["Attributes"].items()}


def sorted_sets(value: Any) -> Any:
    """The value with its sets in one order, since they have none."""
    if isinstance(value, dict):
        return {kind: sorted(one) if kind in {"SS", "NS"} else sorted_sets(one) for kind, one in value.items()}
    return [sorted_sets(one) for one in value] if isinstance(value, list) else value


@given(VALUES)
def test_a_value_is_made_plain_and_copied_as_moto_does(value: dict[str, Any]) -> None:
    ours = DynamoType(value)
    made = ours.to_regular_json(), repr(deepcopy(ours))

    with as_moto_does():
        assert made == (ours.to_regular_json(), repr(deepcopy(ours)))


@given(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4), st.lists(st.sampled_from("abcde"), max_size=3))
def test_an_item_is_made_and_projected_as_moto_does(attributes: dict[str, Any], names: list[str]) -> None:
    paths = [[name] for name in names]
    item = Item(KEY, None, deepcopy(attributes))
    made = item.to_json(), sorted_sets(item.project(paths).to_json())

    with as_moto_does():
        item = Item(KEY, None, deepcopy(attributes))
        assert made == (item.to_json(), sorted_sets(item.project(paths).to_json()))


@given(st.lists(CLAUSES, min_size=1, max_size=3).map(" ".join))
def test_an_item_is_updated_or_the_update_is_refused_as_moto_does(expression: str) -> None:
    made = update(expression), update(expression)

    with as_moto_does():
        as_made = update(expression)
    assert made == (as_made, as_made)


def test_parts_of_an_attribute_are_projected_as_moto_does() -> None:
    item = Item(KEY, None, {"a": {"M": {"b": {"S": "1"}, "c": {"S": "2"}}}, "l": {"L": [{"S": "x"}, {"S": "y"}]}})
    paths = [["a", "b"], ["l[1]"]]
    made = item.project(paths).to_json()

    with as_moto_does():
        assert made == item.project(paths).to_json()


@pytest.mark.parametrize(("size", "is_refused"), [(404_900, False), (405_100, True)])
def test_an_item_is_too_large_from_the_same_byte(size: int, is_refused: bool) -> None:
    def refuses() -> bool:
        try:
            Item(KEY, None, {"a": {"S": "x" * (size // 2)}, "b": {"S": "x" * (size // 2)}})
        except ItemSizeTooLarge:
            return True
        return False

    made = refuses()

    with as_moto_does():
        assert (made, refuses()) == (is_refused, is_refused)


def test_what_a_table_answers_is_what_moto_would_send() -> None:
    item: dict[str, Any] = {
        "mention_id": {"S": "1"}, "text": {"S": ""}, "number": {"N": "1.50"}, "yes": {"BOOL": True},
        "none": {"NULL": True}, "names": {"SS": ["b", "a"]}, "bytes": {"B": b"\x00\xff"},
        "map": {"M": {"list": {"L": [{"M": {}}, {"L": []}, {"B": b"1"}]}}},
    }  # fmt: skip
    with dynamodb() as (client, tables):
        client.put_item(TableName=tables.mentions, Item=item)

        def answers() -> Any:
            return client.get_item(TableName=tables.mentions, Key={"mention_id": {"S": "1"}})["Item"]

        made = answers()
        with as_moto_does():
            assert sorted_sets(made) == sorted_sets(answers()) == sorted_sets(item)
