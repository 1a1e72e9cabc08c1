"""Every release reads what all earlier ones stored and sent."""

import ast
import importlib
from inspect import signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.recorded.described import described, lost
from tests.recorded.messages import MESSAGES
from tests.recorded.releases import MESSAGES_FILE, RECORDINGS, read, releases, replay

FUNCTIONS = Path(__file__).parents[2] / "functions"
RECORDED = [path for release in releases() for path in sorted(release.glob("*.json")) if path.name != MESSAGES_FILE]
SENT = [release / MESSAGES_FILE for release in releases()]
READ_ONLY = {
    "GlanceItems": "reads cases, presence and settings of their stores",
    "KeptPostItems": "finds posts in other stores, to erase them there",
}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_release_stored_is_read_as_it_was_meant(path: Path) -> None:
    recorded = read(path)

    assert lost(recorded["value"], replay(recorded, RECORDINGS[path.stem])) == []


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.parent.name)
def test_what_a_release_sent_is_read_as_it_was_meant(path: Path) -> None:
    readers = {each.name: each.read for each in MESSAGES}
    recorded = read(path)

    assert {name: described(readers[name](each["body"])) for name, each in recorded.items()} == {
        name: each["value"] for name, each in recorded.items()
    }


def test_every_store_has_a_recording() -> None:
    recorded = {store.__name__ for each in RECORDINGS.values() for store in each.stores}

    assert stores_in_code() - recorded - READ_ONLY.keys() == set()


def test_every_recording_is_in_the_newest_release() -> None:
    assert RECORDINGS.keys() == {path.stem for path in RECORDED if path.parent == releases()[-1]}


def test_every_kind_of_item_of_the_desk_table_is_recorded() -> None:
    kinds = partitions_in_code()
    items = (each for path in RECORDED for each in read(path)["items"])
    found = {each["item"]["item"]["S"] for each in items if each["table"] == "desk"}

    assert len(kinds) > 30, "fewer would mean that they are no longer found"
    assert {kind for kind in kinds if not any(item.startswith(kind) for item in found)} == set()


def stores_in_code() -> set[str]:
    """The classes that are given a client of DynamoDB."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in FUNCTIONS.rglob("*.py"))
    classes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {node.name for node in classes if any(map(_takes_dynamodb, node.body))}


def _takes_dynamodb(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.name != "__init__":
        return False
    arguments = (*node.args.args, *node.args.kwonlyargs)
    return any(each.annotation and "DynamoDBClient" in ast.unparse(each.annotation) for each in arguments)


def partitions_in_code() -> set[str]:
    """What the code names as a partition of the Desk table: constants, and the constant beginnings of f-strings."""
    found = set()
    for path in (FUNCTIONS / "desk").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "item" in text:
            module = importlib.import_module(".".join(path.relative_to(FUNCTIONS).with_suffix("").parts))
            nodes = (node for each in ast.walk(ast.parse(text)) for node in _partitions(each, module))
            found |= {beginning for node in nodes if (beginning := _beginning(node, module))}
    return found


def _partitions(node: ast.AST, module: ModuleType) -> list[ast.expr]:
    """What the expression gives as a partition: the value of the key `item`, or the argument of this name."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "item"]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        called = getattr(module, node.func.id, None)
        names = list(signature(called).parameters) if isinstance(called, FunctionType) else []
        return [argument for name, argument in zip(names, node.args, strict=False) if name == "item"]
    return []


def _beginning(node: ast.expr, module: ModuleType) -> str:
    """The text with which the partition begins; "" where only a run knows it."""
    value: Any = ""
    match node:
        case ast.Constant(value=value):
            pass
        case ast.Name(id=name) if name.isupper():
            value = getattr(module, name)
        case ast.JoinedStr(values=[ast.Constant(value=value), *_]):
            pass
        case ast.JoinedStr(values=[ast.FormattedValue(value=first), *_]):
            value = _beginning(first, module)
        case ast.Dict(values=[inner]):
            value = _beginning(inner, module)
    return value if isinstance(value, str) else ""
