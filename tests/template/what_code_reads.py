"""What a function's code asks its environment for, and which metrics it names, found in the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.template.stack_template import ROOT

SOURCE = ROOT / "functions"

_METHODS = frozenset({"get", "post", "put", "delete"})
_PLACEHOLDER = re.compile(r"<\w+>")
_OF_A_SETTING = 2  # arguments; DynamoDB's updates are made by a function of that name with one


def settings_read_by(folder: str) -> set[str]:
    """Names given to `setting(environment, "NAME")` in the handler and in whatever it imports from here.

    `folder` is that of the handler, with dots: `post_update.api`.
    """
    return {
        str(call.args[1].value)
        for call in _calls_below(folder)
        if isinstance(call.func, ast.Name)
        and call.func.id == "setting"
        and len(call.args) == _OF_A_SETTING
        and isinstance(call.args[1], ast.Constant)
    }


def methods_called_by(folder: str) -> set[str]:
    """Names of every method that is called in the handler or in whatever it imports from here."""
    return {call.func.attr for call in _calls_below(folder) if isinstance(call.func, ast.Attribute)}


def words_in(folder: str) -> set[str]:
    """Every string literal of the function's own folder and those above: the names of its metrics are among them."""
    here = SOURCE / Path(*folder.split("."))
    above = [file for parent in here.relative_to(SOURCE).parents[:-1] for file in (SOURCE / parent).glob("*.py")]
    return {
        node.value
        for file in sorted([*here.rglob("*.py"), *above])
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def routes_in(folder: str) -> set[str]:
    """Routes of a Powertools resolver as API Gateway writes them, `GET /posts/{}`, found where they are registered."""
    return {
        f"{call.func.attr.upper()} {_PLACEHOLDER.sub('{}', str(call.args[0].value))}"
        for call in _calls_below(folder)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in _METHODS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and str(call.args[0].value).startswith("/")
    }


def _calls_below(folder: str) -> Iterator[ast.Call]:
    for tree in _trees_below(f"{folder}.handler"):
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _trees_below(start: str) -> Iterator[ast.Module]:
    waiting, seen = [start], {start}
    while waiting:
        file = _file_of(waiting.pop())
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield tree
        fresh = {module for module in _imported(tree) if module not in seen and _file_of(module).exists()}
        seen |= fresh
        waiting.extend(fresh)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def _file_of(module: str) -> Path:
    return SOURCE / Path(*module.split(".")).with_suffix(".py")
