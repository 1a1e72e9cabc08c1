"""What a function's code asks its environment for, and which metrics it names, found in the source itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from desk.invocation import Metric
from tests.template.stack_template import ROOT

SOURCE = ROOT / "functions"

_METHODS = frozenset({"get", "post", "put", "delete"})
_PLACEHOLDER = re.compile(r"<\w+>")
_LOOKED_FOR = (ast.Attribute, ast.Call, ast.Import, ast.ImportFrom)
_OF_A_SETTING = 2  # arguments; DynamoDB's updates are made by a function of that name with one


@cache
def settings_read_by(folder: str) -> frozenset[str]:
    """Names given to `setting(environment, "NAME")` in the handler and in whatever it imports from here.

    `folder` is that of the handler, with dots: `post_update.api`.
    """
    return frozenset(
        str(call.args[1].value)
        for call in _calls_below(folder)
        if isinstance(call.func, ast.Name)
        and call.func.id == "setting"
        and len(call.args) == _OF_A_SETTING
        and isinstance(call.args[1], ast.Constant)
    )


def methods_called_by(folder: str) -> set[str]:
    """Names of every method that is called in the handler or in whatever it imports from here."""
    return {call.func.attr for call in _calls_below(folder) if isinstance(call.func, ast.Attribute)}


def metrics_of(folder: str) -> set[Metric]:
    """The metrics that the function's own folder names; those below it that have handlers are functions themselves."""
    here = SOURCE / Path(*folder.split("."))
    return {
        Metric[node.attr]
        for file in here.glob("*.py")
        for node in _nodes(file)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Metric"
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
    for module in _modules_below(f"{folder}.handler"):
        yield from (node for node in _nodes(_file_of(module)) if isinstance(node, ast.Call))


@cache
def _modules_below(start: str) -> tuple[str, ...]:
    """The module and each that it imports from here, directly or not."""
    waiting, seen = [start], {start}
    while waiting:
        fresh = {module for module in _imported(waiting.pop()) if module not in seen and _file_of(module).exists()}
        seen |= fresh
        waiting.extend(fresh)
    return tuple(sorted(seen))


@cache
def _imported(module: str) -> tuple[str, ...]:
    imported: list[str] = []
    for node in _nodes(_file_of(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            imported += [name.name for name in node.names]
    return tuple(imported)


@cache
def _nodes(file: Path) -> tuple[ast.AST, ...]:
    """What is looked for in the file: attributes, calls and imports. It is parsed once for all tests."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, _LOOKED_FOR))


def _file_of(module: str) -> Path:
    return SOURCE / Path(*module.split(".")).with_suffix(".py")
