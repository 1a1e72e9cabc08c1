"""Routing, the calls of every minute and the sweep as they are deployed, on tables and topics of moto."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest

import chase_cases.handler
import route_inquiry.handler
import sweep.handler
from desk.brand import OnCall
from desk.cases.model import case_id_of
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.spikes.history import DayFaults, FaultHistoryItems
from tests.brands import small_brand
from tests.contract.case_scene import SEOUL
from tests.failing_calls import Call, Trouble
from tests.invocations import Function, Invocation, set_up
from tests.tables import Tables, dynamodb
from tests.unit.routing.scene import TUESDAY, mention

BRAND = small_brand(on_call=OnCall(webhooks=("https://oncall.jade.example/hook",)))
MINUTE = timedelta(minutes=1)
POLLED = TUESDAY + 3 * MINUTE
FAULT = "@jade 전화가 먹통이에요. 신호가 안 잡혀요"


class Sent(NamedTuple):
    """A message that a topic took: of a spike (`spike`), or of cases, which its `text` names."""

    topic: str
    delivery: str
    spike: bool
    text: str

    def cases(self, among: Sequence[str]) -> frozenset[str]:
        """Those of these cases that it names."""
        return frozenset(case for case in among if case in self.text)


@dataclass
class Deployed:
    """One stack. `now` is the machine's time, `sent` what was sent so far."""

    client: Any
    tables: Tables
    functions: dict[str, Function]
    now: datetime = POLLED
    sent: list[Sent] = field(default_factory=list)

    def starts(self, at: datetime = POLLED) -> None:
        """Nothing was sent yet, and all functions come to new processes."""
        self.now, self.sent = at, []
        for function in self.functions.values():
            function.starts()

    def receives(self, mentions: Sequence[Mention], *, first: datetime = TUESDAY, polled: datetime = POLLED) -> None:
        """A poll finds these, the first of which was posted then, and each of the others 15 seconds after another."""
        for place, one in enumerate(mentions):
            post = one.post._replace(created_at=first + timedelta(seconds=15 * place))
            item = mention_item(one._replace(post=post, received_at=polled), SEOUL)
            self.client.put_item(TableName=self.tables.mentions, Item=item)

    def routes(self, ids: Sequence[str], trouble: Trouble | None = None, *, by: str = "route") -> Invocation:
        """One delivery by the stream."""
        records = [{"dynamodb": {"Keys": {"mention_id": {"S": key}}, "SequenceNumber": key}} for key in ids]
        return self._invoked(by, {"Records": records}, trouble)

    def runs(self, function: str, after: timedelta, trouble: Trouble | None = None) -> Invocation:
        """The schedule's next run, so much later."""
        self.now += after
        return self._invoked(function, {"scheduled_time": _scheduled(self.now), "task": "attend"}, trouble)

    def _invoked(self, function: str, event: dict[str, Any], trouble: Trouble | None) -> Invocation:
        made = self.functions[function].invoked(event, trouble)
        self.sent += [message for call in made.done if call.service == "sns" for message in _messages(call)]
        return made

    def mails(self, topic: str) -> list[Sent]:
        return [one for one in self.sent if (one.topic, one.delivery) == (topic, "mail")]

    def calls(self) -> list[Sent]:
        return [one for one in self.sent if one.topic == "oncall"]


def _scheduled(now: datetime) -> str:
    """The minute for which the schedule fired; functions start some seconds after it."""
    return now.replace(second=0).isoformat()


def ids_of(mentions: Sequence[Mention]) -> list[str]:
    return [one.id for one in mentions]


def cases_of(mentions: Sequence[Mention]) -> list[str]:
    return [case_id_of(one.post.conversation_id, one.post.author_id) for one in mentions]


def faults(first: int, last: int) -> list[Mention]:
    """One fault of each of so many authors."""
    return [mention(number, FAULT) for number in range(first, last + 1)]


def _messages(call: Call) -> Iterator[Sent]:
    topic = call.asked["TopicArn"].rsplit("-", 1)[-1]
    for entry in call.asked.get("PublishBatchRequestEntries", [call.asked]):
        text = entry["Message"]
        delivery = entry["MessageAttributes"].get("delivery", {}).get("StringValue", "call")
        spike = "급증" in entry.get("Subject", text if delivery == "call" else "")
        yield Sent(topic, delivery, spike, text)


@contextmanager
def deployed(patched: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """A stack without mentions, on which `route2` is another process of routing.

    Days and stages have one shard: each costs a call.
    """
    for module in ("desk.mentions.model", "desk.mentions.store", "desk.spikes.faults", "desk.retention.store"):
        patched.setattr(f"{module}.SHARDS", 1)
    for module in ("route_inquiry", "chase_cases", "sweep"):
        patched.setattr(f"{module}.wiring.load_brand", lambda: BRAND)
    with dynamodb() as (client, tables):
        set_up(patched, {})
        sns: Any = boto3.client("sns")
        names = (*BRAND.departments, "_phones", "oncall")
        topics = {name: sns.create_topic(Name=f"desk-{name}")["TopicArn"] for name in names}
        settings = {
            "MENTIONS_TABLE": tables.mentions, "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts, "DESK_TABLE": tables.desk, "PICTURES_BUCKET": "pictures",
            "TOPIC_PREFIX": topics["network"].removesuffix("network"), "ON_CALL_TOPIC_ARN": topics["oncall"],
            "API_URL": "https://desk.example", "X_SITE_URL": "https://x.example",
            "POSTS_QUEUE_URL": "https://sqs.example/posts",
            "DEAD_LETTERS": f"posts={boto3.client('sqs').create_queue(QueueName='failed')['QueueUrl']}",
        }  # fmt: skip
        set_up(patched, settings)
        quiet = DayFaults({"billing": (1, *(0,) * 23)}, TUESDAY)  # and the sweep need not count
        FaultHistoryItems(client, tables.desk).keep(TUESDAY.date(), quiet)
        handlers = {
            "route": route_inquiry.handler,
            "route2": route_inquiry.handler,
            "attend": chase_cases.handler,
            "sweep": sweep.handler,
        }
        made = Deployed(client, tables, {name: Function(each, patched) for name, each in handlers.items()})
        for module in ("desk.routing.wiring", "desk.notifications.wiring", "sweep.wiring", "chase_cases.wiring"):
            patched.setattr(f"{module}.utc_now", lambda: made.now)
        made.starts()
        yield made
