"""Delivers a stream's records to their function, by the documented rules of a Lambda event source mapping.

The local AWS has mappings of its own, but a partial failure is lost there and an exception is retried forever. So they
are switched off, and this pump does what Lambda would, with the properties that the template states:

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import json
from collections import deque
from collections.abc import Callable, Sequence
from copy import replace
from dataclasses import dataclass
from typing import Any, Protocol

from local.aws.mapping import FOREVER, StreamMapping
from local.aws.pointer import Pointer
from local.aws.records import Record, created_at, sequence_number

_PAYLOAD_BYTES = 6_000_000
_FIRST_BACKOFF_SECONDS = 0.1
_LONGEST_BACKOFF_SECONDS = 60.0


class FunctionError(Exception):
    """The function raised, or ran out of time."""


class Shards(Protocol):
    """A stream that is read shard by shard."""

    def read(self) -> dict[str, list[Record]]:
        """By shard, the records that came since the last call, oldest first, in the shape of a Lambda event."""
        ...


class Invoke(Protocol):
    """Calls the function and waits for its answer."""

    def __call__(self, event: dict[str, Any]) -> Any:
        """What the function returned; raises FunctionError when it failed."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one shard that go together; `attempts` counts the invocations that failed for them."""

    shard: str
    records: tuple[Record, ...]
    attempts: int = 0


class Pump:
    """One mapping. `clock` returns seconds since 1970; `sleep` waits between attempts."""

    def __init__(  # noqa: PLR0913 - each is a collaborator that a test replaces
        self,
        mapping: StreamMapping,
        shards: Shards,
        invoke: Invoke,
        give_up: Callable[[dict[str, Any]], None],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._mapping = mapping
        self._shards = shards
        self._invoke = invoke
        self._give_up = give_up
        self._clock = clock
        self._sleep = sleep
        self._waiting: dict[str, deque[Record]] = {}
        self._waiting_since: dict[str, float] = {}
        self.invocations = 0
        """How many times the function was called so far."""

    def step(self, *, flush: bool = False) -> int:
        """Read new records and deliver each batch that is full or whose window has passed. Returns records done.

        `flush` delivers everything without waiting for windows.
        """
        done = 0
        self._take()
        for shard in sorted(self._waiting):
            while batch := self._next_batch(shard, flush=flush):
                self._bring(batch)
                done += len(batch.records)
        return done

    def _take(self) -> None:
        for shard, records in self._shards.read().items():
            admitted = [record for record in records if self._mapping.admits(record)]
            if admitted:
                self._waiting.setdefault(shard, deque()).extend(admitted)
                self._waiting_since.setdefault(shard, self._clock())

    def _next_batch(self, shard: str, *, flush: bool) -> Batch | None:
        waiting = self._waiting[shard]
        size = self._how_many_fit(waiting)
        is_full = size == self._mapping.batch_size or size < len(waiting)
        since = self._waiting_since.get(shard, self._clock())
        is_due = self._clock() - since >= self._mapping.window.total_seconds()
        if not waiting or not (flush or is_full or is_due):
            return None
        records = tuple(waiting.popleft() for _ in range(size))
        self._waiting_since.pop(shard)
        if waiting:
            self._waiting_since[shard] = self._clock()
        return Batch(shard, records)

    def _how_many_fit(self, waiting: Sequence[Record]) -> int:
        size, total = 0, 0
        for record in waiting:
            total += len(json.dumps(record, ensure_ascii=False).encode())
            if size == self._mapping.batch_size or (size and total > _PAYLOAD_BYTES):
                break
            size += 1
        return size

    def _bring(self, batch: Batch) -> None:
        """Deliver a batch until it is done or given up. Later records of the shard wait."""
        pending = [batch]
        while pending:
            current = self._without_aged(pending.pop())
            failure = self._attempt(current) if current.records else None
            if failure is not None:
                rest = replace(current, records=current.records[failure.first :], attempts=current.attempts + 1)
                pending.extend(reversed(self._again(rest, failure)))

    def _without_aged(self, batch: Batch) -> Batch:
        limit = self._mapping.maximum_age
        if limit is None:
            return batch
        oldest = self._clock() - limit.total_seconds()
        aged = [record for record in batch.records if created_at(record) < oldest]
        if aged:
            self._discard(replace(batch, records=tuple(aged)), "RecordAgeExceeded", None)
        return replace(batch, records=tuple(record for record in batch.records if created_at(record) >= oldest))

    def _attempt(self, batch: Batch) -> "_Failure | None":
        try:
            answer = self._invoke({"Records": list(batch.records)})
        except FunctionError:
            return _Failure(0, error="Unhandled")
        finally:
            self.invocations += 1
        return _reported(answer, batch.records) if self._mapping.reports_failures else None

    def _again(self, rest: Batch, failure: "_Failure") -> list[Batch]:
        """The batches to try again, in order; none when the retries are used up, which is reported."""
        if self._mapping.bisects and not failure.is_checkpoint and len(rest.records) > 1:
            middle = len(rest.records) // 2
            # Splitting does not count as a retry.
            halves = rest.records[:middle], rest.records[middle:]
            return [replace(rest, records=half, attempts=rest.attempts - 1) for half in halves]
        if self._mapping.retries != FOREVER and rest.attempts > self._mapping.retries:
            self._discard(rest, "RetryAttemptsExhausted", failure.error)
            return []
        self._sleep(min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2.0 ** min(rest.attempts - 1, 10)))
        return [rest]

    def _discard(self, batch: Batch, condition: str, error: str | None) -> None:
        pointer = Pointer(self._mapping, batch.shard, batch.records, condition, batch.attempts, error)
        self._give_up(pointer.document(self._clock()))


@dataclass(frozen=True, slots=True)
class _Failure:
    """From record `first` on a batch failed. `is_checkpoint`: the function itself said from where."""

    first: int
    is_checkpoint: bool = False
    error: str | None = None


def _reported(answer: Any, records: Sequence[Record]) -> _Failure | None:
    """What the function reported: the lowest sequence number is the checkpoint, nothing is a success.

    A report with an empty, missing or unknown identifier fails the whole batch.
    """
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return None
    places = {sequence_number(record): place for place, record in enumerate(records)}
    try:
        return _Failure(min(places[failure["itemIdentifier"]] for failure in failures), is_checkpoint=True)
    except (KeyError, TypeError):
        return _Failure(0)
