"""Measures each AWS call of a Lambda worker, and kills the process at some. On PYTHONPATH, Python runs this at start.

A killed process has no last words: what it did is on disk before, a line a call. It dies before the call or right after
it, so that the call has its effect and nobody gets the answer. The first process of each function dies at one of its
first calls, whatever the chance, so that each function that runs at all is killed.
"""

import json
import os
import re
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.cost.capacity import read_units
from tests.aws_rules.hook.sitecustomize import let_calls_go_through

FOLDER, KILLED_ONE_IN, SEED = "DOROTHY_LOAD_FOLDER", "DOROTHY_LOAD_KILLED_ONE_IN", "DOROTHY_LOAD_SEED"
"""Settings: where the lines go; one call in how many kills, 0 for none; what the chances follow from."""
_FIRST_CALLS = 4
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_READS = frozenset({"GetItem", "BatchGetItem", "Query"})


class _MeasuredCalls:
    def __init__(self, folder: Path, function: str, killed_one_in: int, seed: str) -> None:
        self._function = function
        self._file = os.open(folder / f"{os.getpid()}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._killed_one_in = killed_one_in
        processes = len(list(folder.glob("*.jsonl")))
        self._random = Random(f"{seed} {function} {processes}")  # noqa: S311 - chances, not secrets
        self._left = self._random.randint(1, _FIRST_CALLS) if killed_one_in and _is_first(folder, function) else 0

    def __call__(self, make_call: Callable[..., Any], client: Any, operation: str, asked: dict[str, Any]) -> Any:
        """Make the call, unless the process ends here."""
        dies = self._dies()
        dies_before = dies and self._random.random() < 0.5
        if dies_before:
            self._die(operation)
        call = partial(make_call, client, operation)
        service = client.meta.service_model.service_name
        if service == "dynamodb" and operation not in _READS:
            asked = {**asked, "ReturnConsumedCapacity": "TOTAL"}
        answer = call(asked)
        if dies:
            self._die(operation)
        uses = _uses(service, operation, asked, answer, call)
        self._write(service=service, operation=operation, uses=uses, kilobytes=_peak())
        return answer

    def _dies(self) -> bool:
        if self._left:
            self._left -= 1
            return self._left == 0
        return bool(self._killed_one_in) and self._random.randrange(self._killed_one_in) == 0

    def _die(self, operation: str) -> None:
        self._write(killed_at=operation)
        os.kill(os.getpid(), signal.SIGKILL)

    def _write(self, **about: Any) -> None:
        os.write(self._file, json.dumps({"function": self._function, **about}).encode() + b"\n")


def _is_first(folder: Path, function: str) -> bool:
    try:
        os.close(os.open(folder / f"{function}.first", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _uses(
    service: str, operation: str, asked: Mapping[str, Any], answer: Any, call: Callable[[Any], Any]
) -> dict[str, float]:
    """What AWS bills for the call, by the names of `benchmarks.cost.prices`."""
    if service == "dynamodb" and operation in _READS:
        return {"reads": read_units(operation, asked, answer, call)}
    if service == "dynamodb":
        stated = answer.get("ConsumedCapacity", [])
        return {
            "writes": sum(float(each["CapacityUnits"]) for each in (stated if isinstance(stated, list) else [stated]))
        }
    if service == "sns" and operation.startswith("Publish"):
        entries = asked.get("PublishBatchRequestEntries", [asked])
        kinds = [each.get("MessageAttributes", {}).get("delivery", {}).get("StringValue", "mail") for each in entries]
        return {"publishes": len(kinds), "mails": kinds.count("mail")}
    return {"sqs": 1} if service == "sqs" else {}


def _peak() -> int:
    """The most memory that this process had at a time, in kilobytes. What getrusage says is the parent's at first."""
    found = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


if os.environ.get(FOLDER) and (_name := os.environ.get("AWS_LAMBDA_FUNCTION_NAME")):
    let_calls_go_through(
        _MeasuredCalls(Path(os.environ[FOLDER]), _name, int(os.environ[KILLED_ONE_IN]), os.environ[SEED])
    )
