"""Calls of AWS that workers of the local AWS wrote down, as `hook/sitecustomize.py` records them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Call(NamedTuple):
    """One call. `function` is the physical name of the function that made it, `parameters` are boto3's."""

    function: str
    service: str
    operation: str
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.service}.{self.operation} {json.dumps(self.parameters, ensure_ascii=False)[:400]}"


def recorded(folder: Path) -> Iterator[Call]:
    """The calls of all processes; a line that a killed process left half written is passed over."""
    for path in sorted(folder.glob("calls-*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from (Call(**json.loads(line)) for line in lines if line.endswith("\n"))
