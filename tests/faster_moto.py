"""moto without work that it repeats, with the same results.

For each attribute that a table returns, moto looks for ten members under four names. It copies each level of a value
once for each level above it, makes a whole item plain for each attribute of a projection, and adds up an item for each
of its attributes. It parses each update expression anew, and checks each part of one in itself and in all parts above.
For each call it lists the methods of a class, and botocore composes a user agent that nobody reads. These patches do
each of that once. `tests/unit/test_faster_moto.py` compares them with what they replace.
"""

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any, cast

from botocore.useragent import UserAgentString
from moto.core import responses, utils
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

Node = cast("Any", ast_nodes).Node
DepthFirstTraverser = cast("Any", ast_nodes).DepthFirstTraverser
UpdateExpressionParser = cast("Any", expressions).UpdateExpressionParser

LARGEST_ITEM = 405_000
"""Bytes from which moto refuses an item."""
_BINARY = frozenset({"B", "BS"})
_TEXT = frozenset({"S", "N"})
_TEXTS = frozenset({"SS", "NS"})

_serialize_structure: Any = BaseJSONSerializer._serialize_type_structure
_copy_value: Any = DynamoType.__deepcopy__
_plain_binary: Any = DynamoType.to_regular_json
_make_item: Any = Item.__init__
_project: Any = Item.project
_parse_update: Any = UpdateExpressionParser.make
_traverse: Any = DepthFirstTraverser.traverse
_visit_nodes: Any = DepthFirstTraverser.traverse_node_recursively


def make_once_what_moto_repeats() -> None:
    """Patch moto in this process, and the header of requests."""
    patches: Any = {
        responses: {"method_names_from_class": cache(utils.method_names_from_class)},
        UserAgentString: {"to_string": lambda _: "tests"},
        BaseJSONSerializer: {"_serialize_type_structure": serialize_structure},
        DynamoType: {"to_regular_json": plain, "__deepcopy__": copy_value},
        Item: {"__init__": make_item, "project": project},
        UpdateExpressionParser: {"make": cache(_parse_update)},
        DepthFirstTraverser: {"traverse_node_recursively": visit_nodes},
        ActionCountValidator: {"traverse": check_from_the_root},
        OverlappingPathsValidator: {"traverse": check_from_the_root},
    }
    for patched, methods in patches.items():
        for name, method in methods.items():
            setattr(patched, name, method)


def serialize_structure(self: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
    """Attribute values are already as they are sent."""
    if key and shape.name == "AttributeValue" and (sent := _sent(value)) is not None:
        serialized[self.get_serialized_name(shape, key)] = sent
    else:
        _serialize_structure(self, serialized, value, shape, key)


def _sent(value: Any) -> dict[str, Any] | None:
    """A value of DynamoDB as it is sent; None for one that moto must look at, such as bytes."""
    if type(value) is not dict or len(value) != 1:
        return None
    ((kind, content),) = value.items()
    if (kind in _TEXT and type(content) is str) or (kind in {"BOOL", "NULL"} and type(content) is bool):
        return {kind: content}
    if kind in _TEXTS and type(content) is list and all(type(one) is str for one in content):
        return {kind: list(content)}
    if kind == "M" and type(content) is dict:
        members = {name: _sent(one) for name, one in content.items()}
        return None if None in members.values() else {kind: members}
    if kind == "L" and type(content) is list:
        entries = [_sent(one) for one in content]
        return None if None in entries else {kind: entries}
    return None


def plain(self: Any) -> dict[str, Any]:
    """`DynamoType.to_regular_json`, which copies what it then takes apart."""
    value = self.value
    if isinstance(value, dict):
        return {self.type: {name: _plain(one) for name, one in value.items()}}
    if isinstance(value, list):
        return {self.type: [_plain(one) for one in value]}
    if self.type in _BINARY:
        return cast("dict[str, Any]", _plain_binary(self))
    return {self.type: value if isinstance(value, str | bool) else deepcopy(value)}


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, DynamoType) else deepcopy(value)


def copy_value(self: Any, memo: dict[int, Any]) -> Any:
    """`DynamoType.__deepcopy__`, less what it asks about each text."""
    if type(self.value) is not str:
        return _copy_value(self, memo)
    copied = DynamoType.__new__(DynamoType)
    copied.type, copied.value = self.type, self.value
    return copied


def make_item(self: Any, hash_key: Any, range_key: Any, attrs: dict[str, Any]) -> None:
    """`Item.__init__`, which adds up the whole item for each attribute."""
    self.hash_key, self.range_key, self.attrs = hash_key, range_key, LimitedSizeDict()
    for name, value in attrs.items():
        dict.__setitem__(self.attrs, name, DynamoType(value))
    if self.size() > LARGEST_ITEM:
        raise ItemSizeTooLarge


def project(self: Any, projection_expressions: Sequence[Sequence[str]]) -> Any:
    """`Item.project`, which makes the whole item plain for each name."""
    names = [path[0] for path in projection_expressions if len(path) == 1]
    is_simple = len(names) == len(projection_expressions) and not any("[" in name for name in names)
    chosen = {name: self.attrs[name] for name in names if name in self.attrs} if is_simple else {}
    if not is_simple or any(value.type in _BINARY for value in chosen.values()):
        return _project(self, projection_expressions)
    return Item(self.hash_key, self.range_key, {name: plain(value) for name, value in chosen.items()})


def visit_nodes(self: Any, node: Any, child_id: int = -1) -> Any:
    """`DepthFirstTraverser.traverse_node_recursively`, which asks for each node anew what is done with which class."""
    processors = tuple(self._processing_map().items())
    chosen: dict[type[Any], Any] = {}

    def visit(node: Any, child_id: int) -> Any:
        if not isinstance(node, Node):
            return node
        kind, parent = type(node), node.parent
        for position, child in enumerate(node.children or ()):
            self.pre_processing_of_child(node, position)
            visit(child, position)
        if kind not in chosen:
            chosen[kind] = next((process for each, process in processors if issubclass(kind, each)), None)
        if process := chosen[kind]:
            node = process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return visit(node, child_id)


def check_from_the_root(self: Any, node: Any) -> Any:
    """`traverse` of a validator that changes nothing, and finds at the root all that it finds at a part.

    Where it finds something, it goes all the way, since the lowest part says what is wrong.
    """
    try:
        return self.process(node)
    except Exception:  # noqa: BLE001 - it is raised again, by the part that moto names
        return _traverse(self, node)
