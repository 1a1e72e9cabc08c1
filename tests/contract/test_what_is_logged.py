"""What every function of the template writes: ids and numbers, never words, handles or tokens, whatever fails."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import uuid4

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.cases.links import CaseLinkItems
from desk.clock import utc_now
from desk.logs import desk_log, join_all_loggers
from desk.notifications.phone_news import PHONES, PhoneNews, phone_message
from desk.outbox.model import OutboxKind, new_entry
from desk.outbox.store import OutboxItems
from desk.staff.devices import Device, DeviceItems, PushKind
from desk.staff.model import Person, Role
from desk.staff.sessions import SessionItems
from local.x.control import XControl
from local.x.server import RunningX
from notify_phones.web_push import new_private_key, public_key
from operator_console.app import COOKIE
from tests.brands import emerald
from tests.families import for_each
from tests.invocations import Context, beside_x
from tests.template.stack_template import template
from tests.unit.operator_console.scene import DOMAIN, JIMIN
from tests.unit.operator_console.scene import event as console_event
from tests.unit.post_update.api.scene import event as api_event

MARK = "zqmark"
"""Every text, handle and token of this test begins with it, and no id does."""
TEXT, HANDLE, TOKEN = f"{MARK} 청구서가 두 번 왔어요", f"{MARK}_who", f"{MARK}-0123456789-0123456789-0123456789"
SAID = f"{TEXT} @{HANDLE} {TOKEN}"
SCHEDULED = {"scheduled_time": "2026-11-24T02:00:00Z"}
NEXT_DAY = {"scheduled_time": "2026-11-25T02:00:00Z"}
FAULTS: Sequence[tuple[int, Callable[[str], Exception]]] = (
    (0, lambda operation: ClientError({"Error": {"Code": "ValidationException", "Message": SAID}}, operation)),
    (1, lambda _: ReadTimeoutError(endpoint_url=SAID)),
    (2, lambda _: ValueError(SAID)),
    (4, lambda operation: ClientError({"Error": {"Code": "ThrottlingException", "Message": SAID}}, operation)),
    (8, lambda _: ValueError(SAID)),
)
"""From which call on AWS fails, and how: each message quotes what it was given."""


@dataclass
class Scene:
    """Tables and queues on moto, a local X where somebody wrote TEXT, and the functions as they are wired."""

    x: XControl
    dynamodb: Any
    cookie: str
    form_token: str
    written: StringIO

    def mention_ids(self) -> list[str]:
        found = self.dynamodb.scan(TableName=os.environ["MENTIONS_TABLE"])["Items"]
        return [item["mention_id"]["S"] for item in found]

    def case_id(self) -> str:
        found = self.dynamodb.scan(TableName=os.environ["CASES_TABLE"])["Items"]
        return next((item["case_id"]["S"] for item in found), "c0")

    def link(self) -> str:
        """A department's link to its case."""
        found = self.dynamodb.scan(TableName=os.environ["CASES_TABLE"])["Items"]
        department = next((item["department"]["S"] for item in found if "department" in item), "operator")
        links = CaseLinkItems(self.dynamodb, os.environ["DESK_TABLE"])
        return links.make([self.case_id()], department, utc_now())[self.case_id()]

    def post_ids(self) -> list[str]:
        found = self.dynamodb.scan(TableName=os.environ["POSTS_TABLE"])["Items"]
        return [item["post_id"]["S"] for item in found if "post_id" in item] or ["p0"]

    def is_full(self) -> bool:
        """Whether there is a mention, its case, and a post."""
        return bool(self.mention_ids()) and self.case_id() != "c0" and self.post_ids() != ["p0"]

    def says_more(self) -> dict[str, Any]:
        """A mention comes that nothing routes; the event of the next day."""
        self.x.post(HANDLE, f"@{emerald().handle} {TEXT}", name=HANDLE)
        invoke(import_module("poll_mentions.handler"), SCHEDULED)
        return NEXT_DAY

    def is_new_to_people(self) -> dict[str, Any]:
        """What the first poll found is no backlog, of which nobody is reminded; the event of the next day."""
        for mention_id in self.mention_ids():
            self.dynamodb.update_item(
                TableName=os.environ["MENTIONS_TABLE"],
                Key={"mention_id": {"S": mention_id}},
                UpdateExpression="REMOVE backlog",
            )
        return NEXT_DAY

    def asks_console(self, method: str, path: str, **fields: str) -> dict[str, Any]:
        sent = {"origin": f"https://{DOMAIN}", "x-csrf-token": self.form_token, "hx-request": "true"}
        return console_event(
            method, path, cookies={COOKIE: self.cookie}, headers=sent, body=urlencode(fields) if fields else ""
        )

    def asks_api(self, method: str, path: str, body: Any = None, token: str = TOKEN) -> dict[str, Any]:
        sent = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return api_event(method, path, json.dumps(body) if body is not None else None, sent)


def queued(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{place}", "body": body} for place, body in enumerate(bodies)]}


def link_event(path: str, link: str, body: str = "") -> dict[str, Any]:
    event = console_event("POST" if body else "GET", "", body=body)
    return event | {"rawPath": f"/{path}/{link}", "routeKey": f"GET /{path}/{{link}}", "pathParameters": {"link": link}}


EVENTS: Mapping[str, Callable[[Scene], Sequence[Mapping[str, Any]]]] = {
    "poll_mentions": lambda _: [SCHEDULED],
    "listen": lambda _: [SCHEDULED],
    "route_inquiry": lambda at: [
        {"mention_ids": at.mention_ids()},
        {"Records": [{"dynamodb": {"Keys": {"other": {"S": SAID}}}}]},
    ],
    "post_update.api": lambda at: [
        at.asks_api("POST", "/posts", {"text": TEXT}),
        at.asks_api("POST", "/posts", {"text": TEXT * 90, "by": SAID}),
        at.asks_api("GET", f"/cases/{at.case_id()}"),
        at.asks_api("GET", "/cases", token=f"{TOKEN}-wrong"),
    ],
    "post_update.publisher": lambda at: [queued(*[json.dumps({"post_id": each}) for each in at.post_ids()], SAID)],
    "operator_console": lambda at: [
        at.asks_console("GET", "inbox/all"),
        at.asks_console("GET", f"case/{at.case_id()}"),
        at.asks_console("POST", f"case/{at.case_id()}/note", version="1", request="form-0001", text=TEXT),
        at.asks_console("GET", f"sign-in/callback?state={TOKEN}&code={TOKEN}"),
        at.asks_console("GET", f"search?text={TEXT}"),
        at.asks_console("GET", f"case/{TEXT}"),
    ],
    "answer_case": lambda at: [
        link_event("answer", TOKEN),
        link_event("answer", at.link()),
        link_event("answer", TOKEN, urlencode({"text": TEXT, "name": HANDLE})),
    ],
    "open_report": lambda _: [link_event("reports", TOKEN)],
    "chase_cases": lambda at: [SCHEDULED, SCHEDULED | {"task": "attend"}, at.is_new_to_people()],
    "sweep": lambda at: [SCHEDULED, SCHEDULED | {"task": "retention"}, at.says_more()],
    "daily_digest": lambda _: [SCHEDULED | {"edition": "evening"}, SCHEDULED | {"edition": "morning"}],
    "mail_feedback": lambda _: [SCHEDULED],
    "index_answers": lambda _: [SCHEDULED],
    "check_subscriptions": lambda _: [{}],
    "follow_deletions": lambda _: [SCHEDULED],
    "look_up": lambda at: [
        queued(json.dumps({"keys": ["author#1", "thread#1"]}), json.dumps({"keys": [SAID]}), SAID),
        {},
    ],
    "check_link": lambda _: [{"url": f"https://127.0.0.1:1/{TOKEN}"}, {"text": SAID}],
    "notify_phones": lambda at: [
        {"Records": [{"Sns": {"Message": SAID}}]},
        {"Records": [{"Sns": {"Message": news_of(at.case_id())}}]},
    ],
    "prepare_picture": lambda _: [queued(json.dumps({"picture_id": "0" * 12}), SAID)],
    "read_trends": lambda _: [SCHEDULED],
    "greet": lambda _: [SCHEDULED],
    "read_feeds": lambda _: [SCHEDULED],
    "measure_posts": lambda _: [SCHEDULED],
}
"""What each function is given: marked words wherever an event, a form, a table or X can have them."""
NAMED: Mapping[str, str] = {
    "poll_mentions": "mention",
    "route_inquiry": "mention",
    "sweep": "mention",
    "look_up": "mention",
    "operator_console": "case",
    "answer_case": "case",
    "chase_cases": "case",
    "notify_phones": "case",
    "post_update.api": "post",
    "post_update.publisher": "post",
    "prepare_picture": "picture",
}
"""What some line of a function names, by the field that has the id."""
NAMES_NOTHING: Mapping[str, str] = {
    "listen": "stores as poll_mentions does, with the same line; emerald listens to nothing",
    "follow_deletions": "here nothing is deleted; its own test has the line",
    "greet": "submits as post_update.api does, with the same line",
    "read_feeds": "submits as post_update.api does, with the same line",
    "measure_posts": "measures a hundred posts at once, by numbers",
    "read_trends": "counts posts of a trend",
    "daily_digest": "sums up a day",
    "mail_feedback": "sums up a day",
    "open_report": "shows a day",
    "index_answers": "reads all answers",
    "check_subscriptions": "knows addresses only",
    "check_link": "knows a link only",
}
"""Why no line of a function names anything."""
FUNCTIONS = sorted(
    resource["Properties"]["Handler"].removesuffix(".handler.lambda_handler")
    for resource in template()["Resources"].values()
    if isinstance(resource, dict) and resource["Type"] == "AWS::Serverless::Function"
)


FIRST = ["poll_mentions", "route_inquiry", "post_update.api"]
"""These make what the others find in the tables."""


def news_of(case_id: str) -> str:
    news = PhoneNews(PushKind.DANGER, f"{case_id} danger", "billing", case_id, "", utc_now())
    return phone_message("m1", news).body


def test_every_function_of_the_template_is_given_marked_words_and_names_ids_or_says_why_not() -> None:
    assert sorted(EVENTS) == FUNCTIONS
    assert sorted([*NAMED, *NAMES_NOTHING]) == FUNCTIONS


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    brand, now = emerald(), utc_now()
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.INFO)
    with beside_x(monkeypatch, brand, now) as (dynamo, x):
        settings = _settings(brand.departments, x)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"marked-{uuid4()}")
        for function in EVENTS:
            wiring = import_module(f"{function}.wiring")
            if hasattr(wiring, "load_brand"):
                monkeypatch.setattr(wiring, "load_brand", lambda: brand)
        log, written = desk_log(), StringIO()
        for stream_handler in log.handlers:
            monkeypatch.setattr(stream_handler, "stream", written)
        join_all_loggers(log)
        control = XControl(x.url)
        control.post(HANDLE, f"@{brand.handle} {TEXT}", name=HANDLE)
        control.write_privately(HANDLE, TEXT)
        sessions = SessionItems(dynamo.client, os.environ["DESK_TABLE"])
        cookie = sessions.begin(Person(JIMIN.id, HANDLE, JIMIN.role, JIMIN.departments), now, id_token=TOKEN)
        session = sessions.find(cookie, now)
        assert session
        OutboxItems(dynamo.client, os.environ["DESK_TABLE"]).settle(
            [], [new_entry("billing", OutboxKind.MENTION, "1", "read", now)]
        )
        person, at_service = Person("p1", HANDLE, Role.OPERATOR, frozenset()), f"https://127.0.0.1:1/{TOKEN}"
        DeviceItems(dynamo.client, os.environ["DESK_TABLE"]).save(
            Device(
                "d1", person, at_service, public_key(new_private_key()), "AAAAAAAAAAAAAAAAAAAAAA", "Chrome", "ko", now
            )
        )
        yield Scene(control, dynamo.client, cookie, session.csrf, written)
        control.close()


def _settings(departments: Iterable[str], x: RunningX) -> dict[str, str]:
    sqs, sns, s3 = boto3.client("sqs"), boto3.client("sns"), boto3.client("s3")
    queues = {
        f"{name}_QUEUE_URL": sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("POSTS", "LOOK_UPS", "PICTURES")
    }
    topics = {name: sns.create_topic(Name=f"desk-{name}")["TopicArn"] for name in ("oncall", "digest", "dept-operator")}
    for key in (*departments, "_phones"):
        sns.create_topic(Name=f"desk-dept-{key}")
    for bucket in ("reports", "pictures"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    tokens = {"cms": {"token": TOKEN, "may": ["post", "cases:read", "cases:answer"]}}
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="tokens", SecretString=json.dumps(tokens))
    secrets.create_secret(Name="push", SecretString=json.dumps({"private_key": new_private_key()}))
    failed = sqs.create_queue(QueueName="failed")["QueueUrl"]
    sqs.send_message(QueueUrl=failed, MessageBody=json.dumps({"requestPayload": SAID}))
    return {
        **queues,
        "DEAD_LETTERS": f"invocations={failed}",
        "TOPIC_PREFIX": topics["dept-operator"].removesuffix("operator"),
        "ON_CALL_TOPIC_ARN": topics["oncall"], "DIGEST_TOPIC_ARN": topics["digest"],
        "PICTURES_BUCKET": "pictures", "PICTURES_DOMAIN": "pictures.example", "REPORTS_BUCKET": "reports",
        "API_URL": "https://desk.example", "X_SITE_URL": x.url, "IMAGE_SOURCES": "https://pbs.example",
        "SIGN_IN_PARAMETER": "/desk/sign-in", "POSTS_QUEUE_ARN": "posts", "SCHEDULE_GROUP": "posts",
        "SCHEDULE_ROLE_ARN": "role", "SCHEDULE_DLQ_ARN": "dlq", "CHECK_LINK_FUNCTION": "check-link",
        "FETCH_EXCEPTIONS": "", "ROUTE_INQUIRY_FUNCTION": "route-inquiry",
        "API_TOKENS_SECRET": "tokens", "PUSH_SECRET": "push",
    }  # fmt: skip


CALLS: Any = BaseClient
MAKE_CALL = CALLS._make_api_call


class FailingFrom:
    """boto3's calls: from the one with this number on each raises, with all marked words in its message."""

    def __init__(self, number: int, fault: Callable[[str], Exception]) -> None:
        self._left = number
        self._fault = fault
        self._make = CALLS._make_api_call

    def __call__(self, client: Any, operation: str, asked: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise self._fault(operation)
        return self._make(client, operation, asked)


def keeping_what_may_fail(bodies: list[str]) -> Callable[[Any, str, Any], Any]:
    """boto3's calls. What they give to queues, schedules, functions and devices is added: if it fails, it is kept."""

    def call(client: Any, operation: str, asked: Any) -> Any:
        is_for_phones = str(asked.get("TopicArn", "")).endswith(PHONES)
        if is_for_phones or operation in {"SendMessage", "SendMessageBatch", "Invoke", "CreateSchedule"}:
            bodies.append(str(asked))
        return MAKE_CALL(client, operation, asked)

    return call


def invoke(handler: Any, event: Mapping[str, Any]) -> None:
    """As Lambda does: it writes the message of what is raised."""
    try:
        handler.lambda_handler(dict(event), Context(900_000))
    except Exception as exc:  # noqa: BLE001 - Lambda writes any error
        sys.stdout.write(f"{exc}\n")


@pytest.mark.emulator
@for_each("function", sorted(EVENTS, key=[*FIRST, *FUNCTIONS].index))
def test_a_function_writes_the_ids_of_what_it_works_on_and_no_words_handles_or_tokens_whatever_fails(
    scene: Scene, function: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = import_module(f"{function}.handler")
    wired = handler.wire(os.environ)
    monkeypatch.setattr(handler, "_wired", lambda: wired)

    bodies: list[str] = []
    for event in EVENTS[function](scene):
        with patch.object(BaseClient, "_make_api_call", keeping_what_may_fail(bodies)):
            invoke(handler, event)
        for number, fault in FAULTS:
            make_call = FailingFrom(number, fault)
            with patch.object(BaseClient, "_make_api_call", lambda *asked, call=make_call: call(*asked)):
                invoke(handler, event)

    assert function != FIRST[-1] or scene.is_full()
    lines = [json.loads(line) for line in scene.written.getvalue().splitlines() if line.startswith("{")]
    assert function in NAMES_NOTHING or [line for line in lines if line.get(NAMED[function])]
    assert [body for body in bodies if MARK in body] == [], "failed events are kept, so they are pointers"
    written = scene.written.getvalue() + capsys.readouterr().out  # metrics are printed
    scene.written.seek(0)
    scene.written.truncate(0)
    assert written
    assert [
        line for line in written.splitlines() if any(each in line for each in (MARK, scene.cookie, scene.form_token))
    ] == []
