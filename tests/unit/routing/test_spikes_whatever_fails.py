"""Each AWS call of routing a batch that shows a spike fails in each way: the runs that follow make up for it.

The danger among its faults is mailed and called for by itself, and its department learns of the outage.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
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
from desk.spikes.history import DayFaults, FaultHistoryItems
from desk.spikes.store import SpikeItems
from tests.brands import small_brand
from tests.contract.case_scene import SEOUL
from tests.failing_calls import Call, Trouble, faults_of, first_of, in_part, put_back, some_together, stored, told
from tests.invocations import Function, Invocation, set_up
from tests.tables import Tables, dynamodb
from tests.unit.routing.scene import TUESDAY, mention

BRAND = small_brand(on_call=OnCall(webhooks=("https://oncall.jade.example/hook",)))
MINUTE = timedelta(minutes=1)
FAULT, DANGER = (
    "@jade 전화가 먹통이에요. 신호가 안 잡혀요",
    "@jade 전화가 먹통이라 119 신고가 안 돼요. 아이가 숨을 안 쉬어요",
)
INQUIRY = "@jade 안테나 설치는 어떻게 신청하나요?"
MENTIONS = [mention(number, text) for number, text in enumerate((*[FAULT] * 6, DANGER, INQUIRY), 1)]
CASES = [case_id_of(one.post.conversation_id, one.post.author_id) for one in MENTIONS]
*FAULTS, IN_DANGER, ASKED = CASES


class Sent(NamedTuple):
    """A message that a topic took: of the spike (`spike`), or of the cases that it names."""

    topic: str
    delivery: str
    spike: bool
    cases: frozenset[str]


@dataclass
class Deployed:
    """Routing, the calls of every minute and the sweep. `now` is the machine's time, `sent` what was sent so far."""

    client: Any
    tables: Tables
    functions: dict[str, Function]
    now: datetime = TUESDAY
    sent: list[Sent] = field(default_factory=list)

    def starts(self) -> None:
        self.now, self.sent = TUESDAY + 3 * MINUTE, []
        for function in self.functions.values():
            function.starts()

    def routes(self, trouble: Trouble | None = None) -> Invocation:
        """One delivery by the stream."""
        records = [{"dynamodb": {"Keys": {"mention_id": {"S": one.id}}, "SequenceNumber": one.id}} for one in MENTIONS]
        return self._invoked("route", {"Records": records}, trouble)

    def runs(self, function: str, after: timedelta) -> Invocation:
        """The schedule's next run, so much later."""
        self.now += after
        return self._invoked(function, {"scheduled_time": self.now.isoformat(), "task": "attend"}, None)

    def _invoked(self, function: str, event: dict[str, Any], trouble: Trouble | None) -> Invocation:
        made = self.functions[function].invoked(event, trouble)
        self.sent += [message for call in made.done if call.service == "sns" for message in _messages(call)]
        return made

    def mails(self, topic: str) -> list[Sent]:
        return [one for one in self.sent if (one.topic, one.delivery) == (topic, "mail")]

    def calls_for_danger(self) -> list[Sent]:
        return [one for one in self.sent if one.topic == "oncall" and IN_DANGER in one.cases]


def _messages(call: Call) -> Iterator[Sent]:
    topic = call.asked["TopicArn"].rsplit("-", 1)[-1]
    for entry in call.asked.get("PublishBatchRequestEntries", [call.asked]):
        text = entry["Message"]
        delivery = entry["MessageAttributes"].get("delivery", {}).get("StringValue", "call")
        spike = "급증" in entry.get("Subject", text if delivery == "call" else "")
        yield Sent(topic, delivery, spike, frozenset(case for case in CASES if case in text))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Days and stages have one shard: each costs a call."""
    for module in ("desk.mentions.model", "desk.mentions.store", "desk.spikes.faults", "desk.retention.store"):
        monkeypatch.setattr(f"{module}.SHARDS", 1)
    for module in ("route_inquiry", "chase_cases", "sweep"):
        monkeypatch.setattr(f"{module}.wiring.load_brand", lambda: BRAND)
    with dynamodb() as (client, tables):
        set_up(monkeypatch, {})
        sns: Any = boto3.client("sns")
        topics = {key: sns.create_topic(Name=f"desk-{key}")["TopicArn"] for key in (*BRAND.departments, "oncall")}
        settings = {
            "MENTIONS_TABLE": tables.mentions, "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts, "DESK_TABLE": tables.desk,
            "TOPIC_PREFIX": topics["network"].removesuffix("network"), "ON_CALL_TOPIC_ARN": topics["oncall"],
            "API_URL": "https://desk.example", "X_SITE_URL": "https://x.example",
            "POSTS_QUEUE_URL": "https://sqs.example/posts",
        }  # fmt: skip
        set_up(monkeypatch, settings)
        quiet = DayFaults({"billing": (1, *(0,) * 23)}, TUESDAY)  # and the sweep need not count
        FaultHistoryItems(client, tables.desk).keep(TUESDAY.date(), quiet)
        for place, one in enumerate(MENTIONS):
            post = one.post._replace(created_at=TUESDAY + timedelta(seconds=15 * place))
            item = mention_item(one._replace(post=post, received_at=TUESDAY + 3 * MINUTE), SEOUL)
            client.put_item(TableName=tables.mentions, Item=item)
        handlers = {"route": route_inquiry.handler, "attend": chase_cases.handler, "sweep": sweep.handler}
        made = Deployed(client, tables, {name: Function(each, monkeypatch) for name, each in handlers.items()})
        for module in ("desk.routing.wiring", "desk.notifications.wiring", "sweep.wiring", "chase_cases.wiring"):
            monkeypatch.setattr(f"{module}.utc_now", lambda: made.now)
        made.starts()
        yield made


def wrong(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """What is not as it must be after the delivery that the trouble befell, the next one, and the schedules' runs."""
    first = stack.routes(trouble)
    if first.error and min(trouble) > first_of("TransactWriteItems", calls):
        yield f"mentions that were read hold up the stream's shard: {first.error!r}"
    stack.now += MINUTE
    again = stack.routes()
    if again.error or again.answer["batchItemFailures"]:
        yield f"the stream's shard is held up: {again.error or again.answer}"
    for function, after in {"attend": MINUTE, "sweep": 5 * MINUTE}.items():
        later = stack.runs(function, after)
        if later.error or later.answer["failures"]:
            yield f"{function} was not well: {later.error or later.answer}"
    yield from unrouted(stack)
    yield from unheard(stack)


def unrouted(stack: Deployed) -> Iterator[str]:
    """Mentions that wait or were not read, and cases that were not opened just once."""
    items = stack.client.scan(TableName=stack.tables.mentions)["Items"]
    yield from (f"{item} waits" for item in items if "waiting" in item or "read_at" not in item)
    events = [
        item["case_id"]["S"] for item in stack.client.scan(TableName=stack.tables.cases)["Items"] if "told" in item
    ]
    if sorted(events) != sorted(CASES):
        yield f"opened were {sorted(events)}"


def unheard(stack: Deployed) -> Iterator[str]:
    """What people and machines did not hear of, or heard of too often."""
    cases = Counter(case for one in stack.sent if one.delivery == "case" for case in one.cases)
    if cases.keys() != set(CASES):
        yield f"machines heard of {sorted(cases)}"
    network, usual = stack.mails("network"), Counter[str]()
    usual.update(case for one in network if not one.spike for case in one.cases)
    if not 1 <= usual[IN_DANGER] <= 2 or any(one.spike and IN_DANGER in one.cases for one in network):
        yield f"of the danger {usual[IN_DANGER]} mails were sent"
    if not 1 <= len(calls := stack.calls_for_danger()) <= 2:
        yield f"for the danger people were called {len(calls)} times"
    if not usual[ASKED]:
        yield "nobody was mailed the inquiry"
    spikes = SpikeItems(stack.client, stack.tables.desk).recent(TUESDAY)
    places = [place for place, one in enumerate(network) if one.spike]
    if len(spikes) > 1 or len(places) > 2 or bool(spikes) != bool(places):
        yield f"{len(places)} mails were sent about {spikes}"
    if not spikes and not usual.keys() >= set(FAULTS):
        yield f"nobody was mailed of {set(FAULTS) - usual.keys()}"
    if places and any(one.cases & set(FAULTS) for one in network[places[0] :] if not one.spike):
        yield "faults were mailed after the spike's mail"


def troubles(calls: Sequence[Call]) -> Iterator[Trouble]:
    """Each call fails alone, except those that have tests of their own; some of all fail together.

    Of the questions about one author after the other the first fails; of a call and an alert the claim; of a mail the
    sending, in which the last message is the mail.
    """
    asks = [number for number, call in enumerate(calls) if call.asked.get("IndexName") == "by_author"]
    claims = [number for number, call in enumerate(calls) if "claimed_until" in call.asked.get("UpdateExpression", "")]
    publish = first_of("PublishBatch", calls)
    for number in [*range(asks[0] + 1), *range(publish, claims[0] + 1), *claims[1:]]:
        others = in_part(calls[number])[:-1]
        yield from ({number: fault} for fault in faults_of(calls[number], number) if fault not in others)
    yield from some_together(calls, count=4, seed=6)


def test_danger_is_mailed_and_called_for_and_the_outage_is_heard_of(stack: Deployed) -> None:
    state = stored()
    calls = stack.routes().made
    heard_of = [(one.topic, one.spike) for one in stack.sent if one.delivery != "case"]
    danger, alert = [("network", False), ("oncall", False)], [("oncall", True), ("network", True), ("operator", True)]
    assert heard_of == danger + alert, "nothing about the outage holds up the danger"

    for trouble in troubles(calls):
        put_back(state)
        stack.starts()
        assert not list(wrong(stack, trouble, calls)), told(trouble, calls)
