"""Writes down every AWS call of a Lambda worker before it is made. On PYTHONPATH, Python runs this file at start-up.

Each process has a file of its own, one JSON line a call, flushed at once, since workers are killed. Only the standard
library is imported here: importing botocore for a process that does not use it would change its start-up.
"""

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = "DOROTHY_RECORDED_CALLS"
"""The environment variable that names the folder to write to."""

_PATCHED = "botocore.client"

type Around = Callable[[Callable[..., Any], Any, str, Any], Any]
"""Makes a call: by the function that makes it, with its client, its operation and its parameters."""


class _Recorder:
    def __init__(self, folder: str, function: str) -> None:
        self._path = Path(folder, f"calls-{os.getpid()}-{time.monotonic_ns()}.jsonl")
        self._function = function

    def __call__(self, make_call: Callable[..., Any], client: Any, operation: str, parameters: Any) -> Any:
        service = client.meta.service_model.service_name
        call = {"function": self._function, "service": service, "operation": operation, "parameters": parameters}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(call, ensure_ascii=False, default=_plain) + "\n")
        return make_call(client, operation, parameters)


class _PatchingLoader(Loader):
    """Loads botocore.client as usual and then wraps the one method that every call goes through."""

    def __init__(self, loader: Any, around: Around) -> None:
        self._loader = loader
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        client: Any = module
        make_call: Callable[..., Any] = client.BaseClient._make_api_call
        around = self._around

        def called(self: Any, operation_name: str, api_params: Any) -> Any:
            return around(make_call, self, operation_name, api_params)

        client.BaseClient._make_api_call = called


class _Finder(MetaPathFinder):
    def __init__(self, around: Around) -> None:
        self._around = around

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _PATCHED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None:
            spec.loader = _PatchingLoader(spec.loader, self._around)
        return spec


def let_calls_go_through(around: Around) -> None:
    """Let this process make each AWS call as `around` does."""
    sys.meta_path.insert(0, _Finder(around))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


if os.environ.get(FOLDER) and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    let_calls_go_through(_Recorder(os.environ[FOLDER], os.environ["AWS_LAMBDA_FUNCTION_NAME"]))
