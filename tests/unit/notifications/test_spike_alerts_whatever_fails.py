"""Each AWS call of an alert fails in each way, alone or with another one: the runs that follow make up for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from desk.brand import OnCall
from desk.notifications.spike_alerts import SpikeAlerts
from desk.notifications.wiring import wire_on_call
from desk.outbox.model import ON_CALL, OutboxEntry
from desk.outbox.store import OutboxItems
from desk.routing.wiring import parts
from desk.spikes.model import SpikeNotice
from desk.spikes.store import SpikeItems
from tests.brands import small_brand
from tests.contract.case_scene import Routing
from tests.failing_calls import Call, Stored, Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.invocations import Function, set_up
from tests.tables import Tables, dynamodb
from tests.unit.notifications.test_spike_alerts import SPIKE, fault

pytestmark = pytest.mark.emulator

BRAND = small_brand(on_call=OnCall(webhooks=("https://oncall.jade.example/hook",)))
LATER = timedelta(minutes=5)
ENDED_AT = SPIKE.detected_at + timedelta(hours=1)


@dataclass
class Deployed:
    """A spike with two faults on moto, and a function that notifies people of it. `now` is the machine's time."""

    client: Any
    tables: Tables
    patched: pytest.MonkeyPatch
    now: datetime = SPIKE.detected_at
    done: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        handler = SimpleNamespace(_wired=None, wire=self._wire, lambda_handler=self._handle)
        self.function = Function(handler, self.patched)
        self.handler = handler

    def _wire(self, environment: Mapping[str, str]) -> SpikeAlerts:
        made = parts(environment, BRAND)
        topic = environment["ON_CALL_TOPIC_ARN"]
        on_call = wire_on_call(environment, BRAND, made.dynamodb, made.sns, made.notifier.links, topic_arn=topic)
        return made.spike_alerts(on_call)

    def _handle(self, event: dict[str, Any], _context: object) -> dict[str, Any]:
        alerts: SpikeAlerts = self.handler._wired()
        return {"failures": alerts.notify(SPIKE.id, event["entries"]).failures}

    def put_back(self, state: Stored) -> None:
        """Nothing has happened yet, and the next run comes to a new process."""
        put_back(state)
        self.function.starts()
        self.done = []

    def runs(self, task: str, trouble: Trouble | None = None) -> list[Call]:
        """One run, five minutes after the one before; returns the calls that it made."""
        self.now += LATER
        made = self.function.invoked({"entries": self.unsent(task)}, trouble)
        assert made.error is None
        self.done += made.done
        return made.made

    def unsent(self, task: str) -> list[OutboxEntry]:
        outbox = OutboxItems(self.client, self.tables.desk)
        entries = [entry for recipient in (ON_CALL, "network", "operator") for entry in outbox.entries(recipient)]
        return [entry for entry in entries if (entry.what == SpikeNotice.END_MAIL) is (task == "ended")]

    def sent(self) -> dict[str, int]:
        """How many messages each topic took."""
        counts = dict.fromkeys(("network", "operator", "oncall"), 0)
        for call in self.done:
            if call.service == "sns":
                counts[call.asked["TopicArn"].rsplit("-", 1)[-1]] += 1
        return counts


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Days have one shard: each costs a call."""
    for module in ("desk.mentions.model", "desk.spikes.faults"):
        monkeypatch.setattr(f"{module}.SHARDS", 1)
    with dynamodb() as (client, tables):
        set_up(monkeypatch, {})
        sns = boto3.client("sns")
        topics = {name: sns.create_topic(Name=f"desk-{name}")["TopicArn"] for name in (*BRAND.departments, "oncall")}
        settings = {
            "MENTIONS_TABLE": tables.mentions, "CASES_TABLE": tables.cases, "DESK_TABLE": tables.desk,
            "TOPIC_PREFIX": topics["network"].removesuffix("network"), "ON_CALL_TOPIC_ARN": topics["oncall"],
            "API_URL": "https://desk.example",
        }  # fmt: skip
        set_up(monkeypatch, settings)
        made = Deployed(client, tables, monkeypatch)
        for module in ("desk.routing.wiring", "desk.notifications.wiring"):
            monkeypatch.setattr(f"{module}.utc_now", lambda: made.now)
        routing = Routing(client, tables)
        for number in (1, 2):
            mention, reading = fault(number)
            routing.route(mention, reading=reading)
        SpikeItems(client, tables.desk).begin(SPIKE)
        yield made


def wrong(stack: Deployed, task: str, trouble: Trouble) -> Iterator[str]:
    """What is not as it must be after the run that the trouble befell, and the two that follow."""
    first = stack.runs(task, trouble)
    stack.runs(task)
    stack.runs(task)
    before_any = not any(call.operation.startswith("Publish") for call in first)  # a first fault may leave calls out
    for topic, times in stack.sent().items():
        wanted = 0 if task == "ended" and topic == "oncall" else 1
        if not wanted <= times <= wanted * (1 if before_any else 2):
            yield f"{topic} was notified {times} times"
    spike = SpikeItems(stack.client, stack.tables.desk).get(SPIKE.id)
    assert spike
    marks = (spike.mailed_at, spike.called_at) if task == "alert" else (spike.end_mailed_at,)
    if not all(marks):
        yield f"not everything is marked: {spike}"
    before = stack.sent()
    stack.runs(task)
    if stack.sent() != before:
        yield "somebody was notified again afterwards"


@pytest.mark.parametrize("task", ["alert", "ended"])
def test_everybody_is_notified_once_or_twice_if_that_could_not_be_recorded(task: str, stack: Deployed) -> None:
    if task == "ended":
        SpikeItems(stack.client, stack.tables.desk).end(SPIKE, ENDED_AT)
    state = stored()
    calls = stack.runs(task)
    assert stack.sent() == {"network": 1, "operator": 1, "oncall": int(task == "alert")}

    every = chain(each_alone(calls), some_together(calls, count=8, seed=5))
    for trouble in sample_of(f"spike alerts: {task}", every, calls):
        stack.put_back(state)
        assert not list(wrong(stack, task, trouble)), told(trouble, calls)
