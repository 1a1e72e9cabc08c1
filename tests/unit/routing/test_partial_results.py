"""What DynamoDB and SNS do in part when mentions are routed: their answers say what is left, and just that is done."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest

import route_inquiry.handler
import sweep.handler
from desk.mentions.items import mention_item
from tests.brands import small_brand
from tests.failing_calls import Call, Trouble, in_part, put_back, stored, told
from tests.invocations import Function, set_up
from tests.tables import dynamodb
from tests.unit.routing.scene import TUESDAY, mention, mention_id

pytestmark = pytest.mark.emulator

TEXTS = (
    "@jade 첫째 청구서가 이상해요. 왜 그런가요?",
    "@jade 둘째 청구서가 이상해요. 왜 그런가요?",
    "@jade 셋째 안테나가 안 떠요. 왜 그런가요?",
)
NAMED = re.compile("첫째|둘째|셋째")
MINUTE = timedelta(minutes=1)


@dataclass
class Deployed:
    """Routing and the sweep. `now` is the machine's time, `sent` what the topics took since the start."""

    route: Function
    sweep: Function
    now: Any = TUESDAY
    sent: list[dict[str, Any]] = field(default_factory=list)

    def starts(self) -> None:
        self.now, self.sent = TUESDAY, []
        self.route.starts()
        self.sweep.starts()

    def routes(self, trouble: Trouble | None = None) -> list[Call]:
        """One delivery by the stream, which holds all mentions."""
        records = [
            {"dynamodb": {"Keys": {"mention_id": {"S": mention_id(number)}}, "SequenceNumber": f"{number}"}}
            for number in (1, 2, 3)
        ]
        return self._invoked(self.route, {"Records": records}, trouble)

    def sweeps(self) -> None:
        self._invoked(self.sweep, {"scheduled_time": self.now.isoformat()}, None)

    def _invoked(self, function: Function, event: dict[str, Any], trouble: Trouble | None) -> list[Call]:
        self.now += MINUTE
        invocation = function.invoked(event, trouble)
        assert not invocation.error
        for call in invocation.done:
            self.sent += call.asked.get("PublishBatchRequestEntries", [])
        return invocation.made

    def heard_of(self, delivery: str) -> Counter[str]:
        """How many messages of this kind name each mention."""
        bodies = [
            one["Message"] for one in self.sent if one["MessageAttributes"]["delivery"]["StringValue"] == delivery
        ]
        return Counter(name for body in bodies for name in set(NAMED.findall(body)))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for module in ("route_inquiry", "sweep"):
        monkeypatch.setattr(f"{module}.wiring.load_brand", small_brand)
    with dynamodb() as (client, tables):
        set_up(monkeypatch, {"MENTIONS_TABLE": tables.mentions, "CASES_TABLE": tables.cases})
        set_up(monkeypatch, {"POSTS_TABLE": tables.posts, "DESK_TABLE": tables.desk})
        set_up(monkeypatch, {"PICTURES_BUCKET": "pictures"})
        set_up(monkeypatch, {"API_URL": "https://desk.example", "X_SITE_URL": "https://x.example"})
        sns: Any = boto3.client("sns")
        prefixes = {
            sns.create_topic(Name=f"desk-dept-{key}")["TopicArn"].removesuffix(key) for key in small_brand().departments
        }
        sns.create_topic(Name="desk-dept-_phones")
        on_call = sns.create_topic(Name="desk-oncall")["TopicArn"]
        set_up(monkeypatch, {"TOPIC_PREFIX": prefixes.pop(), "ON_CALL_TOPIC_ARN": on_call})
        failed = boto3.client("sqs").create_queue(QueueName="failed")["QueueUrl"]
        set_up(monkeypatch, {"POSTS_QUEUE_URL": "https://sqs.example/posts", "DEAD_LETTERS": f"posts={failed}"})
        for number, text in enumerate(TEXTS, 1):
            item = mention_item(mention(number, text), ZoneInfo("Asia/Seoul"))
            client.put_item(TableName=tables.mentions, Item=item)
        made = Deployed(Function(route_inquiry.handler, monkeypatch), Function(sweep.handler, monkeypatch))
        for module in ("desk.routing.wiring", "desk.notifications.wiring", "sweep.wiring"):
            monkeypatch.setattr(f"{module}.utc_now", lambda: made.now)
        yield made


def test_each_mention_is_sent_once_to_machines_and_once_to_people(stack: Deployed) -> None:
    state = stored()
    stack.starts()
    calls = stack.routes()
    once = dict.fromkeys(("첫째", "둘째", "셋째"), 1)
    assert (stack.heard_of("case"), stack.heard_of("mail")) == (once, once)

    troubles: list[Trouble] = [{number: fault} for number, call in enumerate(calls) for fault in in_part(call)]
    for trouble in troubles:
        put_back(state)
        stack.starts()
        stack.routes(trouble)
        if {calls[number].service for number in trouble} == {"dynamodb"}:
            assert stack.heard_of("case") == once, "what a table left is asked for again at once"
        stack.routes()
        stack.now += 60 * MINUTE
        stack.sweeps()
        assert (stack.heard_of("case"), stack.heard_of("mail")) == (once, once), told(trouble, calls)
    assert {calls[number].operation for trouble in troubles for number in trouble} >= {
        "BatchGetItem",
        "BatchWriteItem",
        "PublishBatch",
    }
