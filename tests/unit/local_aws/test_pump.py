"""One test for each documented rule of a Lambda event source mapping on a DynamoDB stream."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from local.aws.mapping import StreamMapping
from local.aws.pump import FunctionError, Pump
from local.aws.records import Record

STREAM = "arn:aws:dynamodb:ap-northeast-2:000000000000:table/Mentions/stream/1"
NOW = 1_000_000.0


def record(number: int, *, name: str = "INSERT", at: float = NOW, size: int = 0) -> Record:
    return {
        "eventName": name,
        "eventSourceARN": STREAM,
        "dynamodb": {
            "SequenceNumber": f"{number:021}",
            "ApproximateCreationDateTime": at,
            "Keys": {"mention_id": {"S": str(number) + "x" * size}},
        },
    }


def numbers(records: list[Record]) -> list[int]:
    return [int(one["dynamodb"]["SequenceNumber"]) for one in records]


def failing(*places: int) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": f"{place:021}"} for place in places]}


@dataclass
class Function:
    """A fake function: `answers` decides by the record numbers of a batch; an exception is raised."""

    answers: Callable[[list[int]], Any] = lambda _: None
    seen: list[list[int]] = field(default_factory=list)

    def __call__(self, event: dict[str, Any]) -> Any:
        batch = numbers(event["Records"])
        self.seen.append(batch)
        answer = self.answers(batch)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Stream:
    arriving: dict[str, list[Record]] = field(default_factory=dict)

    def read(self) -> dict[str, list[Record]]:
        came, self.arriving = self.arriving, {}
        return came


@dataclass
class Bench:
    mapping: StreamMapping
    function: Function
    stream: Stream = field(default_factory=Stream)
    now: float = NOW
    given_up: list[dict[str, Any]] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pump = Pump(
            self.mapping,
            self.stream,
            self.function,
            self.given_up.append,
            clock=lambda: self.now,
            sleep=self._sleep,
        )

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def arrive(self, *records: Record, shard: str = "shard-1") -> None:
        self.stream.arriving.setdefault(shard, []).extend(records)


MAPPING = StreamMapping(function="arn:aws:lambda:…:route", stream_arn=STREAM, batch_size=10)


def test_records_reach_the_function_in_the_order_of_their_shard() -> None:
    bench = Bench(MAPPING, Function())
    bench.arrive(*(record(number) for number in range(1, 6)))

    bench.pump.step()

    assert bench.function.seen == [[1, 2, 3, 4, 5]]


def test_a_batch_is_never_larger_than_the_batch_size() -> None:
    bench = Bench(replace(MAPPING, batch_size=2), Function())
    bench.arrive(*(record(number) for number in range(1, 6)))

    bench.pump.step(flush=True)

    assert bench.function.seen == [[1, 2], [3, 4], [5]]


def test_a_batch_is_never_larger_than_six_megabytes() -> None:
    bench = Bench(MAPPING, Function())
    bench.arrive(record(1, size=2_500_000), record(2, size=2_500_000), record(3, size=2_500_000))

    bench.pump.step(flush=True)

    assert bench.function.seen == [[1, 2], [3]]


def test_a_record_alone_above_six_megabytes_still_goes() -> None:
    bench = Bench(MAPPING, Function())
    bench.arrive(record(1, size=7_000_000))

    bench.pump.step(flush=True)

    assert bench.function.seen == [[1]]


def test_a_batch_that_is_not_full_waits_for_its_window() -> None:
    bench = Bench(replace(MAPPING, window=timedelta(seconds=5)), Function())
    bench.arrive(record(1))

    bench.pump.step()
    bench.now += 4.9
    bench.pump.step()
    early = list(bench.function.seen)
    bench.now += 0.2
    bench.pump.step()

    assert early == []
    assert bench.function.seen == [[1]]


def test_a_full_batch_does_not_wait_for_its_window() -> None:
    bench = Bench(replace(MAPPING, window=timedelta(seconds=5), batch_size=2), Function())
    bench.arrive(record(1), record(2), record(3))

    bench.pump.step()

    assert bench.function.seen == [[1, 2]]


def test_filtered_records_reach_neither_the_function_nor_a_batch() -> None:
    inserts = replace(MAPPING, filters=({"eventName": ["INSERT"]},), batch_size=2)
    bench = Bench(inserts, Function())
    bench.arrive(record(1), record(2, name="MODIFY"), record(3, name="REMOVE"), record(4))

    bench.pump.step()

    assert bench.function.seen == [[1, 4]]


def test_one_of_several_filters_is_enough() -> None:
    either = replace(MAPPING, filters=({"eventName": ["INSERT"]}, {"eventName": ["REMOVE"]}))
    bench = Bench(either, Function())
    bench.arrive(record(1), record(2, name="MODIFY"), record(3, name="REMOVE"))

    bench.pump.step()

    assert bench.function.seen == [[1, 3]]


def test_a_function_without_partial_reports_is_not_asked_for_them() -> None:
    bench = Bench(MAPPING, Function(lambda _: failing(2)))
    bench.arrive(record(1), record(2))

    bench.pump.step()

    assert bench.function.seen == [[1, 2]]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, []])
def test_an_empty_report_is_a_success(answer: Any) -> None:
    bench = Bench(replace(MAPPING, reports_failures=True), Function(lambda _: answer))
    bench.arrive(record(1), record(2))

    bench.pump.step()

    assert bench.function.seen == [[1, 2]]
    assert bench.given_up == []


def test_the_lowest_reported_sequence_number_is_the_checkpoint() -> None:
    once = iter([failing(4, 2)])
    bench = Bench(replace(MAPPING, reports_failures=True), Function(lambda _: next(once, None)))
    bench.arrive(*(record(number) for number in range(1, 6)))

    bench.pump.step()

    assert bench.function.seen == [[1, 2, 3, 4, 5], [2, 3, 4, 5]]


@pytest.mark.parametrize(
    "item", [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"wrongKey": f"{2:021}"}, {"itemIdentifier": "9"}]
)
def test_a_report_with_a_bad_identifier_fails_the_whole_batch(item: dict[str, Any]) -> None:
    once = iter([{"batchItemFailures": [item]}])
    bench = Bench(replace(MAPPING, reports_failures=True), Function(lambda _: next(once, None)))
    bench.arrive(record(1), record(2))

    bench.pump.step()

    assert bench.function.seen == [[1, 2], [1, 2]]


def test_a_raise_repeats_the_whole_batch() -> None:
    once = iter([FunctionError()])
    bench = Bench(MAPPING, Function(lambda _: next(once, None)))
    bench.arrive(record(1), record(2))

    bench.pump.step()

    assert bench.function.seen == [[1, 2], [1, 2]]


def test_nothing_of_a_shard_overtakes_a_failing_batch() -> None:
    twice = iter([FunctionError(), FunctionError()])
    bench = Bench(replace(MAPPING, batch_size=1), Function(lambda _: next(twice, None)))
    bench.arrive(record(1), record(2))

    bench.pump.step()

    assert bench.function.seen == [[1], [1], [1], [2]]


def test_retries_are_bounded_and_then_the_next_batch_goes_on() -> None:
    bad_one = Function(lambda batch: FunctionError() if 1 in batch else None)
    bench = Bench(replace(MAPPING, batch_size=2, retries=3), bad_one)
    bench.arrive(record(1), record(2), record(3))

    bench.pump.step(flush=True)

    assert bench.function.seen == [[1, 2]] * 4 + [[3]]


def test_retries_wait_longer_each_time() -> None:
    bench = Bench(replace(MAPPING, retries=3), Function(lambda _: FunctionError()))
    bench.arrive(record(1))

    bench.pump.step()

    assert bench.naps == sorted(bench.naps)
    assert len(set(bench.naps)) == 3


def test_no_retries_means_one_attempt() -> None:
    bench = Bench(replace(MAPPING, retries=0), Function(lambda _: FunctionError()))
    bench.arrive(record(1))

    bench.pump.step()

    assert bench.function.seen == [[1]]
    assert len(bench.given_up) == 1


def test_a_partial_failure_counts_as_a_retry() -> None:
    bench = Bench(replace(MAPPING, reports_failures=True, retries=2), Function(lambda _: failing(2)))
    bench.arrive(record(1), record(2), record(3))

    bench.pump.step()

    assert bench.function.seen == [[1, 2, 3], [2, 3], [2, 3]]
    assert bench.given_up[0]["DDBStreamBatchInfo"]["startSequenceNumber"] == f"{2:021}"
    assert "functionError" not in bench.given_up[0]["responseContext"]


def test_bisecting_isolates_the_bad_record_and_saves_its_neighbours() -> None:
    bad_one = Function(lambda batch: FunctionError() if 3 in batch else None)
    bench = Bench(replace(MAPPING, bisects=True, retries=1), bad_one)
    bench.arrive(*(record(number) for number in range(1, 5)))

    bench.pump.step()

    assert bench.function.seen == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]
    assert [one["DDBStreamBatchInfo"]["batchSize"] for one in bench.given_up] == [1]


def test_splitting_does_not_use_up_retries() -> None:
    bad_one = Function(lambda batch: FunctionError() if 8 in batch else None)
    bench = Bench(replace(MAPPING, bisects=True, retries=2), bad_one)
    bench.arrive(*(record(number) for number in range(1, 9)))

    bench.pump.step()

    assert bench.function.seen.count([8]) == 3
    assert bench.given_up[0]["requestContext"]["approximateInvokeCount"] == 3


def test_with_a_report_the_batch_is_split_at_the_checkpoint() -> None:
    once = iter([failing(4)])
    both = replace(MAPPING, bisects=True, reports_failures=True)
    bench = Bench(both, Function(lambda _: next(once, None)))
    bench.arrive(*(record(number) for number in range(1, 6)))

    bench.pump.step()

    assert bench.function.seen == [[1, 2, 3, 4, 5], [4, 5]]


def test_a_record_above_the_maximum_age_is_given_up_without_a_call() -> None:
    bench = Bench(replace(MAPPING, maximum_age=timedelta(minutes=10)), Function())
    bench.arrive(record(1, at=NOW - 601), record(2, at=NOW - 599))

    bench.pump.step()

    assert bench.function.seen == [[2]]
    assert bench.given_up[0]["requestContext"]["condition"] == "RecordAgeExceeded"
    assert bench.given_up[0]["requestContext"]["approximateInvokeCount"] == 0


def test_a_batch_that_grows_too_old_while_it_is_retried_is_given_up() -> None:
    bench = Bench(replace(MAPPING, maximum_age=timedelta(seconds=60)), Function(lambda _: FunctionError()))
    bench.arrive(record(1))

    bench.pump.step()

    assert len(bench.function.seen) > 2
    assert [one["requestContext"]["condition"] for one in bench.given_up] == ["RecordAgeExceeded"]


def test_a_failed_batch_is_kept_as_a_pointer_without_its_records() -> None:
    bench = Bench(replace(MAPPING, retries=0), Function(lambda _: FunctionError()))
    bench.arrive(record(7, at=NOW - 2), record(8, at=NOW - 1))

    bench.pump.step()

    (document,) = bench.given_up
    assert document["DDBStreamBatchInfo"] == {
        "shardId": "shard-1",
        "startSequenceNumber": f"{7:021}",
        "endSequenceNumber": f"{8:021}",
        "approximateArrivalOfFirstRecord": "1970-01-12T13:46:38.000Z",
        "approximateArrivalOfLastRecord": "1970-01-12T13:46:39.000Z",
        "batchSize": 2,
        "streamArn": STREAM,
    }
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["responseContext"]["functionError"] == "Unhandled"
    assert "mention_id" not in str(document)


def test_one_shard_does_not_wait_for_another_ones_failure_to_be_batched() -> None:
    bad_one = Function(lambda batch: FunctionError() if 1 in batch else None)
    bench = Bench(replace(MAPPING, retries=1), bad_one)
    bench.arrive(record(1), shard="shard-1")
    bench.arrive(record(2), shard="shard-2")

    bench.pump.step()

    assert bench.function.seen == [[1], [1], [2]]
