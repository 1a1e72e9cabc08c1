"""The handlers as they are wired, on moto: settings in, messages out, also when every answer of SNS is lost."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.core.models import botocore_stubber

import answer_case.wiring
import chase_cases.wiring
import check_subscriptions.handler
import daily_digest.wiring
import mail_feedback.wiring
import operator_console.handler
import operator_console.wiring
import route_inquiry.handler
import route_inquiry.wiring
import sweep.handler
import sweep.wiring
from desk.brand import Brand
from desk.clock import utc_now
from desk.mentions.items import mention_item
from desk.outbox.model import new_entry
from desk.routing.decide import case_id_for
from desk.staff.model import Person
from desk.staff.sessions import SessionItems
from desk.staff.settings import PersonSettings, SettingsItems
from operator_console.app import COOKIE
from tests.brands import emerald
from tests.families import variants
from tests.invocations import Context
from tests.tables import REGION, create_tables
from tests.unit.operator_console.scene import DOMAIN, JIMIN, event
from tests.unit.routing.scene import mention, mention_id

QUESTION = "@emeraldmobile 이번 달 청구서가 이상해요. 환불은 언제 되나요?"
WIRED: Mapping[str, Callable[[Mapping[str, str], Brand], object]] = {
    "answer_case": answer_case.wiring.wire,
    "chase_cases": lambda environment, _: chase_cases.wiring.wire(environment),
    "daily_digest": daily_digest.wiring.wire,
    "mail_feedback": lambda environment, _: mail_feedback.wiring.wire(environment),
    "operator_console": operator_console.wiring.wire,
    "route_inquiry": lambda environment, _: route_inquiry.wiring.wire(environment),
    "sweep": lambda environment, _: sweep.wiring.wire(environment),
}
SECTIONS = (
    "practice", "write", "calendar", "stop", "people", "people/regulars", "people/opted_out", "favourites", "trends",
    "today/review", "spikes", "trial", "costs", "health", "settings", "replies",
)  # fmt: skip
SWEEP_EVENT = {"scheduled_time": "2026-11-24T02:00:00Z"}


class Deployed:
    """Settings, tables and topics on moto; a queue gets all messages to departments and to those on call.

    While `loses` is true, SNS delivers what functions publish and its answers are lost. `sns_clients` are those that
    functions made, and `attempts` counts their calls. `asked` is what they asked DynamoDB.
    """

    def __init__(self, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loses, self.attempts = False, 0
        self.sns_clients: list[Any] = []
        self.asked: list[tuple[str, bytes]] = []
        self._session = boto3.Session()
        self._dynamodb, self._sqs = self._session.client("dynamodb"), self._session.client("sqs")
        sns, tables = self._session.client("sns"), create_tables(self._dynamodb)
        self._queue = self._sqs.create_queue(QueueName="all")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        topics = {}
        for name in (*(f"desk-dept-{key}" for key in (*brand.departments, "_phones")), "desk-oncall", "desk-digest"):
            topics[name] = sns.create_topic(Name=name)["TopicArn"]
            sns.subscribe(TopicArn=topics[name], Protocol="sqs", Endpoint=attributes["QueueArn"])
        settings = {
            "MENTIONS_TABLE": tables.mentions, "CASES_TABLE": tables.cases,
            "DESK_TABLE": tables.desk, "POSTS_TABLE": tables.posts,
            "TOPIC_PREFIX": topics["desk-dept-billing"].removesuffix("billing"),
            "ON_CALL_TOPIC_ARN": topics["desk-oncall"], "DIGEST_TOPIC_ARN": topics["desk-digest"],
            "POSTS_QUEUE_URL": self._sqs.create_queue(QueueName="posts")["QueueUrl"],
            "DEAD_LETTERS": f"posts={self._sqs.create_queue(QueueName='failed')['QueueUrl']}",
            "LOOK_UPS_QUEUE_URL": self._sqs.create_queue(QueueName="look-ups")["QueueUrl"],
            "PICTURES_QUEUE_URL": self._sqs.create_queue(QueueName="pictures")["QueueUrl"],
            "PICTURES_BUCKET": "pictures", "PICTURES_DOMAIN": "pictures.example",
            "API_URL": "https://desk.example", "X_API_URL": "https://x.example", "X_SITE_URL": "https://x.example",
            "X_SECRET": "x", "REPORTS_BUCKET": "reports", "IMAGE_SOURCES": "https://pbs.example",
            "SIGN_IN_PARAMETER": "/desk/sign-in", "POSTS_QUEUE_ARN": "posts", "SCHEDULE_GROUP": "posts",
            "SCHEDULE_ROLE_ARN": "role", "SCHEDULE_DLQ_ARN": "dlq", "CHECK_LINK_FUNCTION": "check-link",
            "FETCH_EXCEPTIONS": "", "ROUTE_INQUIRY_FUNCTION": "route-inquiry",
        }  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "client", self._client)

    def receive(self, number: int, text: str = QUESTION, at: datetime | None = None) -> dict[str, Any]:
        """Store a mention, of this time; its record of the stream."""
        made = mention(number, text)
        made = made._replace(post=made.post._replace(created_at=at or made.post.created_at))
        item = mention_item(made, ZoneInfo("Asia/Seoul"))
        self._dynamodb.put_item(TableName=os.environ["MENTIONS_TABLE"], Item=item)
        return {"dynamodb": {"Keys": {"mention_id": {"S": mention_id(number)}}, "SequenceNumber": f"{number}00"}}

    def messages(self) -> list[dict[str, Any]]:
        """All messages since the last call."""
        received: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            received += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return received

    def signs_in_and_undoes_nothing(self, person: Person, now: datetime | None = None) -> tuple[str, str]:
        """Sign the person in to the console, where replies go out at once: the session's id and its token."""
        table, now = os.environ["DESK_TABLE"], now or utc_now()
        SettingsItems(self._dynamodb, table, PersonSettings()).save(person.id, PersonSettings(undo_seconds=0), now)
        sessions = SessionItems(self._dynamodb, table)
        session_id = sessions.begin(person, now, id_token="")
        session = sessions.find(session_id, now)
        assert session
        return session_id, session.csrf

    def posts_to_publish(self) -> list[str]:
        """The bodies of the messages in the queue of posts, ten at most."""
        queue = os.environ["POSTS_QUEUE_URL"]
        answer = self._sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    def _client(self, service: str, **more: Any) -> Any:
        make: Any = self._session.client  # typed per service in the stubs; here the service is a value
        made = make(service, **more)
        if service == "sns":
            made.meta.events.register_first("before-send.sns", self._deliver)
            self.sns_clients.append(made)
        if service == "dynamodb":
            made.meta.events.register_first("before-send.dynamodb", self._note)
        return made

    def _note(self, request: Any, **_: Any) -> None:
        self.asked.append((str(request.headers["X-Amz-Target"]), bytes(request.body)))

    def _deliver(self, request: Any, **more: Any) -> None:
        self.attempts += 1
        if self.loses:
            botocore_stubber(request=request, **more)
            raise ReadTimeoutError(endpoint_url=request.url)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    brand = emerald()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_SERVICE_NAME"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Dorothy")
    for module in ("route_inquiry", "sweep", "check_subscriptions", "chase_cases", "mail_feedback", "operator_console"):
        monkeypatch.setattr(f"{module}.wiring.load_brand", lambda: brand)
    with mock_aws():
        yield Deployed(brand, monkeypatch)


def delivery(message: dict[str, Any]) -> str:
    return str(message["MessageAttributes"]["delivery"]["Value"])


def deliveries(messages: list[dict[str, Any]]) -> list[str]:
    return sorted(map(delivery, messages))


def test_a_stream_event_becomes_json_and_a_mail_at_the_departments_topic(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [deployed.receive(1), deployed.receive(2)]

    answer = route_inquiry.handler.lambda_handler({"Records": records}, object())

    messages = deployed.messages()
    assert answer == {"batchItemFailures": []}
    assert deliveries(messages) == ["case", "case", "mail"]
    assert {message["TopicArn"].rsplit("-", 1)[1] for message in messages} == {"billing"}


def test_a_reply_form_of_the_console_becomes_a_message_to_the_publisher(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    route_inquiry.handler.lambda_handler({"Records": [deployed.receive(1)]}, object())
    case_id = case_id_for(mention(1, QUESTION))
    cookie, token = deployed.signs_in_and_undoes_nothing(JIMIN)
    form = urlencode({"version": "1", "request": "form-0001", "text": "한 장은 지난달 것입니다."})
    sent = {"origin": f"https://{DOMAIN}", "x-csrf-token": token, "hx-request": "true"}

    response = operator_console.handler.lambda_handler(
        event("POST", f"case/{case_id}/send", cookies={COOKIE: cookie}, headers=sent, body=form), object()
    )

    assert response["statusCode"] == 204
    assert len(deployed.posts_to_publish()) == 1


def test_each_section_of_the_console_opens_with_the_stores_that_it_is_given(deployed: Deployed) -> None:
    cookie, token = deployed.signs_in_and_undoes_nothing(JIMIN)
    console = operator_console.wiring.wire(os.environ)
    cookies, sent = {COOKIE: cookie}, {"origin": f"https://{DOMAIN}", "x-csrf-token": token, "hx-request": "true"}

    opened = {path: console.respond(event("GET", path, cookies=cookies), utc_now()) for path in SECTIONS}
    text = urlencode({"kind": "announcement", "text": "오늘 밤 점검합니다.", "when": "now"})
    checked = console.respond(event("POST", "check", cookies=cookies, headers=sent, body=text), utc_now())

    assert {path: response["statusCode"] for path, response in opened.items()} == dict.fromkeys(SECTIONS, 200)
    assert checked["statusCode"] == 200


def test_today_asks_dynamodb_for_little_and_for_nothing_twice(deployed: Deployed) -> None:
    now = datetime(2026, 11, 24, 0, 20, tzinfo=UTC)  # 9:20 on a Tuesday in Seoul
    cookie, _ = deployed.signs_in_and_undoes_nothing(JIMIN, now)
    deployed.receive(1, at=now - timedelta(hours=2))
    console = operator_console.wiring.wire(os.environ)

    counts = {}
    for path in ("today", "poll?page=today"):
        for _ in range(2):  # what an instance reads once, such as the night, is read in the first
            deployed.asked.clear()
            page = console.respond(
                event("GET", path, cookies={COOKIE: cookie}, headers={"cache-control": "no-cache"}), now
            )
            assert page["statusCode"] == 200
        assert len(set(deployed.asked)) == len(deployed.asked), path
        counts[path] = len(deployed.asked)

    assert counts == {"today": 22, "poll?page=today": 23}


def test_an_emergency_on_the_stream_calls_those_on_call_once(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    record = deployed.receive(1, "@emeraldmobile 대리점 창고에 갇혔어요 살려주세요")

    for _ in range(2):
        route_inquiry.handler.lambda_handler({"Records": [record]}, object())

    calls = [one for one in deployed.messages() if one["TopicArn"].endswith("oncall")]
    assert [one["Message"].split()[0] for one in calls] == ["[긴급]"]


def test_the_sweep_routes_a_mention_that_the_stream_lost(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.receive(1)

    answer = sweep.handler.lambda_handler(SWEEP_EVENT, Context())

    assert (answer["unread"], answer["failures"]) == (1, {})
    assert deliveries(deployed.messages()) == ["case", "mail"]


def test_a_mail_to_a_department_without_subscribers_goes_to_the_operator_too(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check_subscriptions.handler.lambda_handler({}, object())
    record = deployed.receive(1)

    route_inquiry.handler.lambda_handler({"Records": [record]}, object())

    mails = [one for one in deployed.messages() if delivery(one) == "mail"]
    assert found["missing"] >= 11
    assert {mail["TopicArn"].rsplit("-", 1)[1] for mail in mails} == {"billing", "operator"}


@variants("function, publish", product(sorted(WIRED), ["publish", "publish_batch"]), 4, named="-".join)
def test_a_function_publishes_with_one_attempt(deployed: Deployed, function: str, publish: str) -> None:
    deployed.loses = True
    WIRED[function](os.environ, emerald())
    messages: dict[str, dict[str, Any]] = {
        "publish": {"Message": "안녕"},
        "publish_batch": {"PublishBatchRequestEntries": [{"Id": "1", "Message": "안녕"}]},
    }

    (client,) = deployed.sns_clients
    with pytest.raises(ReadTimeoutError):
        getattr(client, publish)(TopicArn=os.environ["DIGEST_TOPIC_ARN"], **messages[publish])

    assert deployed.attempts == 1


def test_every_function_that_can_publish_is_among_those() -> None:
    functions = Path(route_inquiry.wiring.__file__).parents[1]
    makers = {file.parent.name for file in functions.rglob("*.py") if 'boto3.client("sns"' in file.read_text("utf-8")}

    assert makers - {"check_subscriptions", "routing"} <= WIRED.keys()  # routing is wired by route_inquiry and sweep


def test_a_mention_is_delivered_by_the_stream_then_by_the_sweep_until_sns_answers_always_with_the_same_key(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = deployed.receive(1)

    def stream() -> object:
        return route_inquiry.handler.lambda_handler({"Records": [record]}, object())["batchItemFailures"]

    def swept() -> object:
        return sweep.handler.lambda_handler(SWEEP_EVENT, Context())["failures"]

    monkeypatch.setattr(new_entry, "__defaults__", (timedelta(0),))  # the sweep need not wait two minutes
    seen, mails, keys = [], [], set()
    for run, loses in ((stream, True), (stream, True), (swept, True), (swept, False), (swept, False)):
        deployed.loses = loses
        failures, messages = run(), deployed.messages()
        cases = [json.loads(one["Message"]) for one in messages if delivery(one) == "case"]
        keys |= {(case["mention"]["id"], case["event"], case["handed_at"]) for case in cases}
        seen.append((bool(failures), len(cases)))
        mails.append(len(messages) - len(cases))

    assert seen == [(False, 1), (False, 0), (True, 1), (False, 1), (False, 0)]
    assert max(mails) == 1  # the budget allows one a second, so not every run has one
    assert keys == {(mention_id(1), "case_opened", None)}
