"""What a function's code asks its environment for, and which metrics it names, found in the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.template.stack_template import ROOT

SOURCE = ROOT / "functions"


def settings_read_by(function: str) -> set[str]:
    """Names given to `setting(environment, "NAME")` in the handler and in whatever it imports from here."""
    return {
        str(call.args[1].value)
        for tree in _trees_below(f"{function}.handler")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "setting"
        and isinstance(call.args[1], ast.Constant)
    }


def words_in(function: str) -> set[str]:
    """Every string literal of the function's own folder: the names of its metrics are among them."""
    return {
        node.value
        for file in sorted((SOURCE / function).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


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
