"""A deployed desk whose calls are counted: its handlers run in this process, on the local AWS and X."""

import io
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import boto3
from botocore.client import BaseClient

from benchmarks.cost.assumptions import AWS_CALL_MS, OWN_MS, RUN_LOG_BYTES, X_CALL_MS
from benchmarks.cost.capacity import read_units
from desk import clock
from local.aws.clients import Aws
from local.aws.deploy import ApiAccess, Deployed, XAccess, deploy
from local.aws.mailbox import Mailboxes
from local.aws.ministack import ministack
from local.aws.schedules import Schedule, schedules_of
from local.brand.load import load_desk
from local.x.auth import account_of
from local.x.control import XControl
from local.x.server import RunningX, start

type Counts = defaultdict[str, float]
"""How often each entry of `benchmarks.cost.prices.PER_UNIT` was used; `x:<purpose>` are micro-dollars at X."""

_WRITES = ("Put", "Update", "Delete", "BatchWrite", "TransactWrite")
_COUNTED = {
    ("sqs", ""): "sqs",
    ("s3", "PutObject"): "puts",
    ("s3", "CopyObject"): "puts",
    ("s3", "ListObjectsV2"): "puts",
    ("s3", ""): "gets",
    ("secretsmanager", ""): "secret_reads",
    ("scheduler", "CreateSchedule"): "runs",
}
"""What a call of another service counts as. An empty operation stands for all others of the service."""


@dataclass
class CountedDesk:
    """A desk whose time only `pass_time` changes; `counts` is what has been used so far."""

    deployed: Deployed
    x: RunningX
    control: XControl
    token: str
    now: datetime
    printed: io.StringIO
    words_days: int
    """Days after which the words of mentions are removed."""
    counts: Counts = field(default_factory=lambda: defaultdict(float))
    logs: dict[str, str] = field(default_factory=dict)
    """What each function printed last."""
    is_running: bool = False
    """Whether a function runs now; calls between runs are the benchmark's own."""
    _functions: dict[str, tuple[ModuleType, dict[str, Any]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    """Functions call AWS in several threads."""

    def __post_init__(self) -> None:
        self.schedules: dict[str, Schedule] = schedules_of(self.deployed)

    def pass_time(self, span: timedelta) -> None:
        """Move the time of the desk and of X forward by this span."""
        self.now += span
        self.x.state.clock.set(self.now)

    def reach(self, moment: datetime) -> None:
        """Move the time forward to this moment."""
        self.pass_time(moment - self.now)

    @contextmanager
    def counting(self) -> Iterator[Counts]:
        """Yield the counts of what the body uses, filled when it ends."""
        before, used = self.counts.copy(), defaultdict[str, float](float)
        yield used
        used.update({name: more for name, now in self.counts.items() if (more := now - before[name])})

    def fire(self, name: str) -> Any:
        """Invoke a schedule's function for this moment."""
        schedule = self.schedules[name]
        stated = schedule.input.replace("<aws.scheduler.scheduled-time>", f"{self.now:%Y-%m-%dT%H:%M:%SZ}")
        self.counts["runs"] += 1
        return self.invoke(self.function_of(name), json.loads(stated))

    def function_of(self, schedule: str) -> str:
        """The logical id of the function that a schedule invokes."""
        physical = self.schedules[schedule].target.name  # type: ignore[attr-defined]
        return next(name for name, other in self.deployed.resources.items() if other == physical)

    def request(self, function: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Invoke a function as the HTTP API does. Raises RuntimeError if it answers with an error."""
        self.counts["requests"] += 1
        answer: Mapping[str, Any] = self.invoke(function, event)
        if int(answer["statusCode"]) >= 400:
            raise RuntimeError(f"{function}: {answer}")
        return answer

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Invoke the function's handler, warm after its first invocation."""
        module, about = self._function(function)
        before, begun = self.counts.copy(), self.printed.tell()
        os.environ.update(about["Environment"]["Variables"])
        self.is_running = True
        try:
            answer = module.lambda_handler(event, _context(function, about))
        finally:
            self.is_running = False
        self.logs[function] = self.printed.getvalue()[begun:]
        waited = AWS_CALL_MS * (self.counts["aws_calls"] - before["aws_calls"])
        waited += X_CALL_MS * (self.counts["x_calls"] - before["x_calls"])
        self.counts["invocations"] += 1
        self.counts["log_bytes"] += RUN_LOG_BYTES
        self.counts["gb_seconds"] += (OWN_MS + waited) / 1000 * about["MemorySize"] / 1024
        return answer

    def queued(self, queue: str) -> list[dict[str, Any]]:
        """Take a queue's messages as the records of its function's event. Lambda would receive and delete each."""
        sqs, url = self.deployed.aws.client("sqs"), self.deployed.outputs[queue]
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append({"messageId": message["MessageId"], "body": message["Body"]})
        self.counts["sqs"] += 2 * len(found)
        return found

    def metrics(self) -> set[tuple[str, str]]:
        """The metrics that CloudWatch would take from what was printed so far, by function and name."""
        lines = (json.loads(line) for line in self.printed.getvalue().splitlines() if '"_aws"' in line)
        return {
            (line["service"], each["Name"])
            for line in lines
            for about in line["_aws"]["CloudWatchMetrics"]
            for each in about["Metrics"]
        }

    def memory_of(self, function: str) -> float:
        """The function's memory in gigabytes."""
        return float(self._function(function)[1]["MemorySize"]) / 1024

    def _function(self, name: str) -> tuple[ModuleType, dict[str, Any]]:
        if name not in self._functions:
            about = self.deployed.aws.client("lambda").get_function_configuration(
                FunctionName=self.deployed.resources[name]
            )
            os.environ.update(about["Environment"]["Variables"])
            module = import_module(about["Handler"].removesuffix(".lambda_handler"))
            cast("Any", module)._wired = self._wired(module, dict(os.environ))  # noqa: SLF001
            self._functions[name] = module, dict(about)
        return self._functions[name]

    def _wired(self, module: ModuleType, settings: Mapping[str, str]) -> Callable[[], Any]:
        """What a start in Lambda makes of the module of a handler; its calls count."""
        if not hasattr(module, "with_live_settings"):
            wired = module.wire(settings)
            return lambda: wired
        self.is_running = True
        try:
            live: Callable[[], Any] = module.with_live_settings(module.wire, settings)
        finally:
            self.is_running = False
        return live

    def count_capacity(self, kind: str, units: float) -> None:
        """Add a call of DynamoDB with the units that it took: `reads` or `writes`."""
        with self._lock:
            self.counts["aws_calls"] += 1
            self.counts[kind] += units

    def count_call(self, service: str, operation: str, asked: Mapping[str, Any]) -> None:
        """Add a call of another service."""
        with self._lock:
            self._count_call(service, operation, asked)

    def _count_call(self, service: str, operation: str, asked: Mapping[str, Any]) -> None:
        self.counts["aws_calls"] += 1
        if service == "sns" and operation.startswith("Publish"):
            for entry in asked.get("PublishBatchRequestEntries", [asked]):
                self.counts["publishes"] += 1
                kind = entry.get("MessageAttributes", {}).get("delivery", {}).get("StringValue", "mail")
                self.counts["published_mails"] += kind == "mail"
        elif counted := _COUNTED.get((service, operation)) or _COUNTED.get((service, "")):
            self.counts[counted] += 1


def scaled(counts: Counts, factor: float) -> Counts:
    """The counts times this factor."""
    return defaultdict(float, {name: count * factor for name, count in counts.items()})


@contextmanager
def counted_desk(now: datetime) -> Iterator[CountedDesk]:
    """A newly deployed desk of desk.yaml at that moment. Its time is `desk.clock.utc_now` in this process.

    Enter this before any function is imported, since functions keep the clock that they import.
    """
    desk = load_desk(Path("desk.yaml"))
    found: list[CountedDesk] = []
    with (
        patch.object(clock, "utc_now", lambda: found[0].now if found else now),
        start(account=account_of(desk), now=now, zone=desk.brand.timezone, rehearsal=True) as x,
        ministack() as aws,
        TemporaryDirectory() as folder,
        redirect_stdout(io.StringIO()) as printed,
    ):
        api = ApiAccess("http://127.0.0.1:9", "crm")
        deployed = deploy(aws, desk, XAccess(x.url, x.account.secret()), api=api, year=now.year)
        _stop_queues(aws)
        _use(aws)
        Mailboxes(deployed, Path(folder), lambda: found[0].now).open(desk)
        control = XControl(x.url)
        found.append(CountedDesk(deployed, x, control, api.token, now, printed, desk.retention.words_days))
        with _counting_calls(found[0]), _counting_spend(found[0]), _one_client_a_service():
            yield found[0]
        control.close()


def _stop_queues(aws: Aws) -> None:
    """Keep the local AWS from delivering messages to processes of its own."""
    client = aws.client("lambda")
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _use(aws: Aws) -> None:
    os.environ.update(
        AWS_ENDPOINT_URL=aws.endpoint,
        AWS_DEFAULT_REGION=aws.region,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
    )


@contextmanager
def _counting_calls(desk: CountedDesk) -> Iterator[None]:
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001

    def counted(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if not desk.is_running:
            return call(client, operation, asked)
        if service != "dynamodb":
            desk.count_call(service, operation, asked)
            return call(client, operation, asked)
        if operation.startswith(_WRITES):
            answer = call(client, operation, {**asked, "ReturnConsumedCapacity": "TOTAL"})
            desk.count_capacity("writes", _stated(answer))
        else:
            answer = call(client, operation, asked)
            desk.count_capacity("reads", read_units(operation, asked, answer, partial(call, client, operation)))
        return answer

    with patch.object(BaseClient, "_make_api_call", counted):
        yield


def _stated(answer: Mapping[str, Any]) -> float:
    stated = answer["ConsumedCapacity"]
    return sum(float(each["CapacityUnits"]) for each in (stated if isinstance(stated, list) else [stated]))


@contextmanager
def _counting_spend(desk: CountedDesk) -> Iterator[None]:
    """Count what the desk itself counts for each purpose at X."""
    from desk.x.meter import SpendMeter  # noqa: PLC0415 - after the clock was set

    count = SpendMeter.count

    def counted(meter: Any, micro_usd: int) -> None:
        desk.counts["x_calls"] += 1
        desk.counts[f"x:{meter._purpose}"] += micro_usd  # noqa: SLF001 - there is no other way to see it
        count(meter, micro_usd)

    with patch.object(SpendMeter, "count", counted):
        yield


@contextmanager
def _one_client_a_service() -> Iterator[None]:
    """Make one client for each service, since making clients is slow."""
    make, made = boto3.client, dict[str, Any]()

    def client(service: str, **_: Any) -> Any:
        if service not in made:
            made[service] = make(service)  # type: ignore[call-overload]
        return made[service]

    with patch.object(boto3, "client", client):
        yield


def _context(function: str, about: Mapping[str, Any]) -> Any:
    return SimpleNamespace(
        function_name=function,
        memory_limit_in_mb=about["MemorySize"],
        invoked_function_arn=function,
        aws_request_id="cost",
        get_remaining_time_in_millis=lambda: about["Timeout"] * 1000,
    )
