"""The function of reminders, calls and acknowledgements, on tables, topics and a queue of moto."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import boto3
import pytest

from chase_cases import handler
from desk.aws.dynamodb import to_item
from desk.brand import Acknowledgement, Brand, OnCall
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent
from desk.cases.store import CaseStoreItems
from desk.mentions.items import mention_item, reading_attributes
from desk.posts.model import Post
from desk.posts.store import post_of
from desk.reading import Kind, Reading
from tests.brands import small_brand
from tests.failing_calls import Call, Stored, Trouble, put_back
from tests.invocations import Function, Invocation, set_up
from tests.tables import Tables, dynamodb
from tests.unit.chase_cases.scene import DUE, SEOUL, mention_of

ON_CALL = "oncall"
TEXTS = ("문의 받았습니다. {due}까지 답변드릴게요.", "접수했습니다. {due}까지 알려 드릴게요.")
BRAND = small_brand(
    on_call=OnCall(webhooks=("https://oncall.jade.example/hook",)),
    acknowledgements=MappingProxyType({Kind.INQUIRY: Acknowledgement(TEXTS, timedelta(hours=2))}),
)


@dataclass
class Deployed:
    """One stack and the machine's time; `done` are the calls that took effect since it was set up or put back."""

    client: Any
    tables: Tables
    cases: CaseStoreItems
    function: Function
    now: datetime = DUE
    done: list[Call] = field(default_factory=list)

    def has(
        self, case: Case, *, text: str = "@jade 청구서가 이상해요", reading: Reading | None = None, **changes: Any
    ) -> None:
        """This case waits, with its mention, which was read so."""
        self.client.put_item(TableName=self.tables.cases, Item=case_item(case))
        item = mention_item(mention_of(case, text, **changes), SEOUL)
        read = reading_attributes(reading) if reading else {}
        item |= to_item({name: value for name, value in read.items() if value is not None})
        self.client.put_item(TableName=self.tables.mentions, Item=item)

    def put_back(self, state: Stored) -> None:
        """Nothing has happened yet, and the next run comes to a new process."""
        put_back(state)
        self.function.starts()
        self.done = []

    def runs(self, at: datetime, task: str = "", trouble: Trouble | None = None, **context: int) -> Invocation:
        """One invocation of the schedule at this moment."""
        self.now = at
        made = self.function.invoked({"scheduled_time": at.isoformat(), "task": task}, trouble, **context)
        self.done += made.done
        return made

    def sent(self, topic: str) -> list[str]:
        """The texts that this topic took."""
        return [text for name, text in _messages(self.done) if name == topic]

    def events(self, case: Case) -> list[CaseEvent]:
        file = self.cases.file(case.id)
        return list(file.events) if file else []

    def posts(self) -> list[Post]:
        """All posts there are, however they came there."""
        items = self.client.scan(TableName=self.tables.posts)["Items"]
        return [post for item in items if (post := post_of(item))]


def _messages(calls: Iterable[Call]) -> Iterator[tuple[str, str]]:
    for call in calls:
        topic = call.asked.get("TopicArn", "").rsplit("-", 1)[-1]
        if call.operation == "Publish":
            yield topic, call.asked["Message"]
        if call.operation == "PublishBatch":
            yield from ((topic, entry["Message"]) for entry in call.asked["PublishBatchRequestEntries"])


@contextmanager
def deployed(patched: pytest.MonkeyPatch, brand: Brand = BRAND) -> Iterator[Deployed]:
    """A stack without any case."""
    with dynamodb() as (client, tables):
        set_up(patched, {})
        sqs: Any = boto3.client("sqs")
        set_up(patched, _settings(brand, tables, sqs.create_queue(QueueName="posts")["QueueUrl"]))
        cases = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        made = Deployed(client, tables, cases, Function(handler, patched))
        patched.setattr("chase_cases.wiring.load_brand", lambda: brand)
        for module in ("chase_cases.wiring", "desk.notifications.wiring"):
            patched.setattr(f"{module}.utc_now", lambda: made.now)
        made.function.starts()
        yield made


def _settings(brand: Brand, tables: Tables, posts_queue: str) -> Mapping[str, str]:
    sns = boto3.client("sns")
    departments = [sns.create_topic(Name=f"desk-dept-{key}")["TopicArn"] for key in (*brand.departments, "_phones")]
    return {
        "TOPIC_PREFIX": departments[0].removesuffix(next(iter(brand.departments))),
        "ON_CALL_TOPIC_ARN": sns.create_topic(Name=f"desk-{ON_CALL}")["TopicArn"],
        "MENTIONS_TABLE": tables.mentions,
        "CASES_TABLE": tables.cases,
        "POSTS_TABLE": tables.posts,
        "DESK_TABLE": tables.desk,
        "POSTS_QUEUE_URL": posts_queue,
        "API_URL": "https://desk.example",
        "X_SITE_URL": "https://x.example",
    }
