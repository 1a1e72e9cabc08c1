"""SNS delivers what it is sent and every answer is lost: how often a subscriber gets a message."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.core.models import botocore_stubber

import answer_case.wiring
import chase_cases.wiring
import daily_digest.wiring
import mail_feedback.wiring
import route_inquiry.handler
import route_inquiry.wiring
import sweep.handler
import sweep.wiring
from desk.brand import Brand
from desk.mentions.items import mention_item
from tests.brands import emerald
from tests.tables import REGION, create_tables
from tests.unit.routing.scene import mention, mention_id

QUESTION = "@emeraldmobile 이번 달 청구서가 이상해요. 환불은 언제 되나요?"
WIRED: Mapping[str, Callable[[Mapping[str, str], Brand], object]] = {
    "answer_case": answer_case.wiring.wire,
    "chase_cases": lambda environment, _: chase_cases.wiring.wire(environment),
    "daily_digest": daily_digest.wiring.wire,
    "mail_feedback": lambda environment, _: mail_feedback.wiring.wire(environment),
    "route_inquiry": lambda environment, _: route_inquiry.wiring.wire(environment),
    "sweep": lambda environment, _: sweep.wiring.wire(environment),
}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 240_000


class Sns:
    """moto's SNS; while `loses` is true it does what it is asked and nobody hears that it did.

    `clients` are those that functions made.
    """

    def __init__(self) -> None:
        self.loses = True
        self.attempts = 0
        self.clients: list[Any] = []
        self.session = boto3.Session()

    def client(self, service: str, **more: Any) -> Any:
        make: Any = self.session.client  # typed per service in the stubs; here the service is a value
        made = make(service, **more)
        if service == "sns":
            made.meta.events.register_first("before-send.sns", self._deliver)
            self.clients.append(made)
        return made

    def _deliver(self, request: Any, **more: Any) -> None:
        self.attempts += 1
        if self.loses:
            botocore_stubber(request=request, **more)
            raise ReadTimeoutError(endpoint_url=request.url)


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sns]:
    """Functions find settings, tables and topics; what is published to `billing` and on call is in `queue`."""
    settings = {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION,
        "POWERTOOLS_METRICS_NAMESPACE": "Dorothy", "POWERTOOLS_SERVICE_NAME": "test", "X_SECRET": "x",
        "API_URL": "https://desk.example", "X_API_URL": "https://x.example", "REPORTS_BUCKET": "reports",
        "X_SITE_URL": "https://x.example",
        "POSTS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/posts",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    brand = emerald()
    for module in ("route_inquiry", "sweep", "chase_cases", "mail_feedback"):
        monkeypatch.setattr(f"{module}.wiring.load_brand", lambda: brand)
    with mock_aws():
        tables = create_tables(boto3.client("dynamodb"))
        for name in ("mentions", "cases", "posts", "desk"):
            monkeypatch.setenv(f"{name.upper()}_TABLE", getattr(tables, name))
        topics = {
            key: boto3.client("sns").create_topic(Name=f"desk-dept-{key}")["TopicArn"] for key in brand.departments
        }
        monkeypatch.setenv("TOPIC_PREFIX", topics["billing"].removesuffix("billing"))
        for name in ("ON_CALL_TOPIC_ARN", "DIGEST_TOPIC_ARN"):
            monkeypatch.setenv(name, topics["billing"])
        losing = Sns()
        monkeypatch.setattr(boto3, "client", losing.client)
        yield losing


@pytest.fixture
def heard(sns: Sns) -> Callable[[], list[dict[str, Any]]]:
    """What subscribers of `billing` got since it was last asked for."""
    sqs, topics = sns.session.client("sqs"), sns.session.client("sns")
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topics.subscribe(TopicArn=os.environ["DIGEST_TOPIC_ARN"], Protocol="sqs", Endpoint=arn)

    def got() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            told += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return told

    return got


def notification_of(message: dict[str, Any]) -> str:
    return str(message["MessageAttributes"]["delivery"]["Value"])


@pytest.mark.parametrize("function", sorted(WIRED))
@pytest.mark.parametrize("publish", ["publish", "publish_batch"])
def test_whoever_publishes_makes_one_attempt_and_no_more(sns: Sns, function: str, publish: str) -> None:
    WIRED[function](os.environ, emerald())
    messages: dict[str, dict[str, Any]] = {
        "publish": {"Message": "안녕"},
        "publish_batch": {"PublishBatchRequestEntries": [{"Id": "1", "Message": "안녕"}]},
    }

    (client,) = sns.clients
    with pytest.raises(ReadTimeoutError):
        getattr(client, publish)(TopicArn=os.environ["DIGEST_TOPIC_ARN"], **messages[publish])

    assert sns.attempts == 1


def test_every_function_that_can_publish_is_among_those() -> None:
    functions = Path(route_inquiry.wiring.__file__).parents[1]
    makers = {file.parent.name for file in functions.rglob("*.py") if 'boto3.client("sns"' in file.read_text("utf-8")}

    assert makers - {"check_subscriptions", "routing"} <= WIRED.keys()  # routing is wired by route_inquiry and sweep


def test_a_mention_is_delivered_once_for_each_run_until_an_answer_comes_always_under_the_same_key(
    sns: Sns, heard: Callable[[], list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    item = mention_item(mention(1, QUESTION), ZoneInfo("Asia/Seoul"))
    sns.session.client("dynamodb").put_item(TableName=os.environ["MENTIONS_TABLE"], Item=item)
    record = {"dynamodb": {"Keys": {"mention_id": {"S": mention_id(1)}}, "SequenceNumber": "100"}}

    def stream() -> object:
        return route_inquiry.handler.lambda_handler({"Records": [record]}, object())["batchItemFailures"]

    def swept() -> object:
        return sweep.handler.lambda_handler({"scheduled_time": "2026-11-24T02:00:00Z"}, Context())["failures"]

    seen, mails, keys = [], [], set()
    for run, loses in ((stream, True), (stream, True), (swept, True), (swept, False), (swept, False)):
        sns.loses = loses
        failures, messages = run(), heard()
        cases = [json.loads(one["Message"]) for one in messages if notification_of(one) == "case"]
        keys |= {(case["mention"]["id"], case["event"], case["handed_at"]) for case in cases}
        seen.append((bool(failures), len(cases)))
        mails.append(len(messages) - len(cases))

    assert seen == [(True, 1), (False, 1), (True, 1), (False, 1), (False, 0)]
    assert max(mails) == 1  # the budget allows one a second, so not every run has one
    assert keys == {(mention_id(1), "case_opened", None)}
