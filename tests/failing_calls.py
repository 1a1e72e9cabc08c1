"""boto3's calls, counted, of which one or two fail as a test says.

A clean run shows which calls there are. Then each of them fails in each way in which it can, or a sample of them does,
and the test sees what the runs that follow make of it. What botocore itself repeats is behind these calls: a call that
fails has been repeated.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, NamedTuple, cast
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.dynamodb.models import dynamodb_backends

from tests.contract.in_trouble import refused
from tests.fakes.in_trouble import Killed
from tests.families import sample
from tests.tables import MOTO_ACCOUNT, REGION

_READS = ("Get", "Query", "BatchGet", "List", "Describe")
_BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})


class Call(NamedTuple):
    """What is asked of a service."""

    service: str
    operation: str
    asked: dict[str, Any]

    @property
    def is_read(self) -> bool:
        return self.operation.startswith(_READS)


type Answers = Callable[[dict[str, Any]], Any]
"""Makes the call with these parameters."""


class Fault(NamedTuple):
    """A way in which a call fails, or what else befalls it: then it suits `any_call`."""

    name: str
    meets: Callable[[Call, Answers], Any]
    any_call: bool = False


type Trouble = Mapping[int, Fault]
"""By the number of the call, counted from 0."""


def _fails(name: str, error: Callable[[Call], BaseException], *, done: int = 0) -> Fault:
    """The call takes effect so often, and its answer is this error."""

    def meets(call: Call, answers: Answers) -> Any:
        for _ in range(done):
            answers(call.asked)
        raise error(call)

    return Fault(name, meets)


def _twice(call: Call, answers: Answers) -> Any:
    answers(call.asked)
    return answers(call.asked)


def _half(call: Call, answers: Answers) -> Any:
    """The first half takes effect, of one nothing; the answer says what did not."""
    ((table, about),) = call.asked["RequestItems"].items()
    if call.operation == "BatchGetItem":
        keys = about["Keys"]
        first, rest = keys[: len(keys) // 2], keys[len(keys) // 2 :]
        answer = answers({"RequestItems": {table: about | {"Keys": first}}}) if first else {"Responses": {}}
        return answer | {"UnprocessedKeys": {table: about | {"Keys": rest}}}
    first, rest = about[: len(about) // 2], about[len(about) // 2 :]
    answer = answers({"RequestItems": {table: first}}) if first else {}
    return answer | {"UnprocessedItems": {table: rest}}


@cache
def _entry_fails(place: int) -> Fault:
    """One message of a batch is not sent; the others are."""

    def meets(call: Call, answers: Answers) -> Any:
        entries = call.asked["PublishBatchRequestEntries"]
        others = [*entries[:place], *entries[place + 1 :]]
        answer = answers(call.asked | {"PublishBatchRequestEntries": others}) if others else {"Successful": []}
        return answer | {"Failed": [{"Id": entries[place]["Id"], "Code": "InternalError", "SenderFault": False}]}

    return Fault(f"message {place} of it not sent", meets)


def _timed_out(_call: Call) -> BaseException:
    return ReadTimeoutError(endpoint_url="https://aws")


def _failing(call: Call) -> ClientError:
    return refused("InternalServerError" if call.service == "dynamodb" else "InternalError")


def _conflict(call: Call) -> ClientError:
    return refused("TransactionCanceledException", *["TransactionConflict"] * len(call.asked["TransactItems"]))


_REFUSED = _fails("refused", lambda _: refused("AccessDeniedException"))
_KILLED_BEFORE = _fails("killed before", lambda _: Killed())
_BUSY = (
    _fails("500", _failing),
    _fails("throttled", lambda _: refused("ThrottlingException")),
    _fails("timed out", _timed_out),
)
KILLED_AFTER = _fails("killed after", lambda _: Killed(), done=1)
_LOST = (
    _fails("done, and the answer was lost", _timed_out, done=1),
    _fails("done, and 500", _failing, done=1),
)
_REPEATED = Fault("done twice, since the first answer was lost", _twice)
_HALF = Fault("half of it done", _half)
_CONFLICT = _fails("cancelled for a conflict", _conflict)


def faults_of(call: Call, number: int) -> list[Fault]:
    """In how many ways the call fails.

    What only reads has no effect that could be lost or come twice. A process that dies before a call leaves what the
    last write left, so that dying is left to the first call, and to after each write. Faults that the adapters make
    one error of, as their own tests show, take turns by the call's number; so do all by which reading fails.
    """
    busy = _BUSY[number % len(_BUSY)]
    faults = [_KILLED_BEFORE] if number == 0 else []
    if call.is_read:
        faults.append(_REFUSED if number % 2 else busy)
    else:
        faults += [_REFUSED, busy, _LOST[number % len(_LOST)], KILLED_AFTER]
    if not call.is_read and call.service == "dynamodb":
        faults.append(_REPEATED)
    faults += in_part(call)
    if call.operation == "TransactWriteItems":
        faults.append(_CONFLICT)
    return faults


def in_part(call: Call) -> list[Fault]:
    """In how many ways it is done in part, as its answer says; none for what is no batch."""
    if call.operation == "PublishBatch":
        return [_entry_fails(place) for place in range(len(call.asked["PublishBatchRequestEntries"]))]
    return [_HALF] if call.operation in _BATCHES else []


def each_alone(calls: Sequence[Call]) -> Iterator[Trouble]:
    """Each of the calls fails, in each of its ways."""
    for number, call in enumerate(calls):
        for fault in faults_of(call, number):
            yield {number: fault}


def some_together(calls: Sequence[Call], *, count: int, seed: int) -> Iterator[Trouble]:
    """Two of the calls fail; of the very many pairs so many."""
    random = Random(seed)
    for _ in range(count):
        yield {
            number: random.choice(faults_of(calls[number], number)) for number in random.sample(range(len(calls)), 2)
        }


def sample_of(
    family: str, troubles: Iterable[Trouble], calls: Sequence[Call], *, count: int = 12, always: Collection[str] = ()
) -> list[Trouble]:
    """Those of the troubles that this run tries (`tests.families.sample`); `always` has them as `told` names them."""
    return sample(family, troubles, count, named=lambda trouble: told(trouble, calls), always=always)


def first_of(operation: str, calls: Sequence[Call]) -> int:
    """The number of the first such call."""
    return next(number for number, call in enumerate(calls) if call.operation == operation)


def told(trouble: Trouble, calls: Sequence[Call]) -> str:
    """The trouble in words, for a test that fails."""
    return ", ".join(f"call {number} {calls[number].operation} {fault.name}" for number, fault in trouble.items())


@dataclass
class Calls:
    """The calls of one run as they were made, and those that took effect.

    After a first fault other calls come: one at a number of `trouble` that can't fail so is made as it is. Calls that a
    fault makes itself, of another function, are none of this run. `stand_ins` answer in the place of services, by their
    names.
    """

    trouble: Trouble = field(default_factory=dict)
    stand_ins: Mapping[str, Callable[[Call], Any]] = field(default_factory=dict)
    made: list[Call] = field(default_factory=list)
    done: list[Call] = field(default_factory=list)

    @contextmanager
    def watched(self) -> "Iterator[Calls]":
        """Until the end all clients' calls come by here."""
        original: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
        is_met = False

        def called(client: Any, operation: str, asked: dict[str, Any]) -> Any:
            nonlocal is_met
            if is_met:
                return original(client, operation, asked)
            call = Call(client.meta.service_model.service_name, operation, asked)

            def answers(parameters: dict[str, Any]) -> Any:
                meant = call._replace(asked=parameters)
                stand_in = self.stand_ins.get(call.service)
                answer = stand_in(meant) if stand_in else original(client, operation, parameters)
                self.done.append(meant)
                return answer

            number = len(self.made)
            fault = self.trouble.get(number)
            self.made.append(call)
            if fault is None or not (fault.any_call or fault in faults_of(call, number)):
                return answers(asked)
            is_met = True
            try:
                return fault.meets(call, answers)
            finally:
                is_met = False

        with patch.object(BaseClient, "_make_api_call", called):
            yield self


type Stored = dict[str, Any]


def stored() -> Stored:
    """What all of moto's tables hold, to be compared or put back."""
    return {name: deepcopy(table.items) for name, table in _tables().items()}


def put_back(state: Stored) -> None:
    """Have the tables hold just that."""
    for name, table in _tables().items():
        table.items = deepcopy(state[name])


def _tables() -> dict[str, Any]:
    return cast("dict[str, Any]", dynamodb_backends[MOTO_ACCOUNT][REGION].tables)
