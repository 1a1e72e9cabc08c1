"""MiniStack without work and waiting that one machine does not need, with the same answers."""

import tempfile
import threading
import zipfile
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any


def share_code(runtime: ModuleType) -> None:
    """Let all workers that run one package use one copy of its files.

    MiniStack unpacks some hundred files for each worker, which would then translate its own copies of what it imports.
    The first worker's bytecode now serves the others.
    """
    unpacked: dict[tuple[int, ...], Path] = {}
    lock = threading.Lock()

    class SharedZip(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            content = tuple(one.CRC for one in self.infolist())
            with lock:
                if content not in unpacked:
                    shared = Path(tempfile.mkdtemp(prefix="package-"))
                    super().extractall(shared, members, pwd)
                    unpacked[content] = shared
            Path(path).rmdir()
            Path(path).symlink_to(unpacked[content])

    runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": SharedZip})  # type: ignore[attr-defined]


def wait_for_no_log(runtime: ModuleType) -> None:
    """Let an answer go once it is there: MiniStack waits up to 50 ms for lines of a log that nobody reads here."""
    runtime.Worker._drain_stderr_bounded = runtime.Worker._drain_stderr  # noqa: SLF001 - there is no other place


def parse_once(handlers: ModuleType) -> None:
    """Let a template be parsed once; MiniStack parses it whenever somebody asks for it, in half a second."""
    parsed = cache(handlers._parse_template)  # noqa: SLF001 - there is no other place to change it
    handlers._parse_template = lambda body: deepcopy(parsed(body))  # type: ignore[attr-defined]  # noqa: SLF001 - see above


_EXPRESSIONS = 1_000
"""How many expressions are remembered. Values have names in them, so that the desk has fewer."""


def check_expressions_once(dynamodb: ModuleType) -> None:
    """Let an expression be taken apart and checked once; MiniStack does so for each item that it looks at.

    For each page of a query it looks at all items of the partition, of which most queries ask nothing else: a page of
    some thousand cases took seconds.
    """
    for name in ("_tokenize", "_condition_syntax_error"):
        setattr(dynamodb, name, lru_cache(_EXPRESSIONS)(getattr(dynamodb, name)))
    evaluate, tokenize = dynamodb._evaluate_condition, dynamodb._tokenize  # noqa: SLF001 - there is no other place
    sound: set[tuple[str, str]] = set()

    def evaluate_once(expr: str, item: Any, values: Any, names: Any, slot: str = "ConditionExpression") -> Any:
        match tokenize(expr) if (expr, slot) in sound else ():
            case [(_, name), ("EQ", _), ("VALUE_REF", value), _] if item.get(names.get(name, name)) == values[value]:
                return True
        result = evaluate(expr, item, values, names, slot)
        sound.add((expr, slot))  # otherwise it had raised
        return result

    dynamodb._evaluate_condition = evaluate_once  # type: ignore[attr-defined]  # noqa: SLF001 - see above
