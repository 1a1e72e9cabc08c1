"""Measures each AWS call of a Lambda worker, and kills the process at some. On PYTHONPATH, Python runs this at start.

A killed process has no last words: what it did is on disk before, a line a call. It dies before the call or right after
it, so that the call has its effect and nobody gets the answer. Whatever the chance, each function also dies right after
its first call of each kind that changes something: between a change and what must follow it.
"""

import json
import os
import re
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.cost.capacity import read_units
from tests.aws_rules.hook.sitecustomize import let_calls_go_through

FOLDER, KILLED_ONE_IN, SEED = "DOROTHY_LOAD_FOLDER", "DOROTHY_LOAD_KILLED_ONE_IN", "DOROTHY_LOAD_SEED"
"""Settings: where the lines go; one call in how many kills, 0 for none; what the chances follow from."""
_READING = ("Get", "BatchGet", "Query", "Scan", "List", "Describe", "Head")
"""How the names of operations begin that change nothing."""
MAIL, NOTICE = "mail", "case"
"""Kinds of delivery: to people, and to machines."""
CASE_ID = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_READS = frozenset({"GetItem", "BatchGetItem", "Query"})

type Told = tuple[str, ...]
"""What somebody was told by a mail or a notice: which of both, and all that it is known by."""


class MeasuredCalls:
    """Makes the calls of one process, measures them, and ends it at some."""

    def __init__(self, folder: Path, function: str, killed_one_in: int, seed: str) -> None:
        self._function = function
        self._folder = folder
        self._file = os.open(folder / f"{os.getpid()}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._killed_one_in = killed_one_in
        processes = len(list(folder.glob("*.jsonl")))
        self._random = Random(f"{seed} {function} {processes}")  # noqa: S311 - chances, not secrets
        self._unsettled: list[Told] = []
        self._begins_anew = False

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
        self._remember(operation, asked)
        if dies or self._ends_first(operation):
            self._die(operation)
        uses = _uses(service, operation, asked, answer, call)
        self._write(service=service, operation=operation, uses=uses, kilobytes=_peak())
        return answer

    def _dies(self) -> bool:
        return bool(self._killed_one_in) and self._random.randrange(self._killed_one_in) == 0

    def _ends_first(self, operation: str) -> bool:
        """Whether this function's first call of a kind that changes something ends its process."""
        if not self._killed_one_in or operation.startswith(_READING):
            return False
        try:
            os.close(os.open(self._folder / f"{self._function}-{operation}.first", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _remember(self, operation: str, asked: Mapping[str, Any]) -> None:
        """Keep what this process has sent and may not have removed from the outbox yet, which takes several calls."""
        if operation == "BatchWriteItem":
            removes = any("DeleteRequest" in each for items in asked["RequestItems"].values() for each in items)
            self._begins_anew = self._begins_anew or removes
        elif messages := published(operation, asked):
            kept = () if self._begins_anew else self._unsettled
            self._unsettled = [*kept, *(told for message in messages for told in message.tells())]
            self._begins_anew = False

    def _die(self, operation: str) -> None:
        self._write(killed_at=operation, unsettled=self._unsettled)
        os.kill(os.getpid(), signal.SIGKILL)

    def _write(self, **about: Any) -> None:
        os.write(self._file, json.dumps({"function": self._function, **about}).encode() + b"\n")


class Message(NamedTuple):
    """What SNS is given. `delivery` says to whom: people, who get mails, or machines."""

    delivery: str
    topic: str
    subject: str
    text: str

    def tells(self) -> list[Told]:
        """What it tells people or machines, who must be told it once."""
        if self.delivery == NOTICE:
            return [told_by_notice(self.text)]
        return told_by_mail(self.topic, self.subject, self.text) if self.delivery == MAIL else []


def published(operation: str, asked: Mapping[str, Any]) -> list[Message]:
    """The messages that a call gives to SNS."""
    if not operation.startswith("Publish"):
        return []
    messages = []
    for entry in asked.get("PublishBatchRequestEntries", [asked]):
        delivery = entry.get("MessageAttributes", {}).get("delivery", {}).get("StringValue", MAIL)
        messages.append(Message(delivery, asked["TopicArn"], entry.get("Subject", ""), entry["Message"]))
    return messages


def told_by_mail(topic: str, subject: str, body: str) -> list[Told]:
    """What a mail tells people: nothing that could be told from another mail if it names no case."""
    cases = sorted(set(CASE_ID.findall(body)))
    return [(MAIL, topic, subject, *cases)] if cases else []


def told_by_notice(text: str) -> Told:
    """What a notice tells machines, which know it from another by this."""
    notice = json.loads(text)
    return (NOTICE, notice["department"], notice["mention"]["id"], notice["event"], str(notice["handed_at"]))


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
    if messages := published(operation, asked):
        return {"publishes": len(messages), "mails": sum(each.delivery == MAIL for each in messages)}
    return {"sqs": 1} if service == "sqs" else {}


def _peak() -> int:
    """The most memory that this process had at a time, in kilobytes. What getrusage says is the parent's at first."""
    found = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


if os.environ.get(FOLDER) and (_name := os.environ.get("AWS_LAMBDA_FUNCTION_NAME")):
    let_calls_go_through(
        MeasuredCalls(Path(os.environ[FOLDER]), _name, int(os.environ[KILLED_ONE_IN]), os.environ[SEED])
    )
