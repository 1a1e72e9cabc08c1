"""The handler that mails feedback as it is wired, on moto: settings in, mails out."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws

import mail_feedback.handler
from desk.aws.dynamodb import to_item
from desk.errors import TopicsUnavailable
from desk.mentions.items import mention_item, reading_attributes
from desk.reading import Kind, Need, Reading, Urgency, Why
from tests.brands import emerald
from tests.tables import REGION, create_tables
from tests.unit.routing.scene import mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

NEXT_MONDAY = {"scheduled_time": "2026-11-29T23:50:00Z"}  # ten to nine in Seoul
SEOUL = ZoneInfo("Asia/Seoul")


class Context:
    aws_request_id = "7d0c"

    def get_remaining_time_in_millis(self) -> int:
        return 600_000


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator["DynamoDBClient"]:
    """Tables and the topics of billing and network; the brand's other departments have none."""
    brand = emerald()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION,
        "POWERTOOLS_METRICS_NAMESPACE": "Dorothy", "POWERTOOLS_SERVICE_NAME": "test",
        "X_SITE_URL": "https://x.example",
        "TOPIC_PREFIX": f"arn:aws:sns:{REGION}:123456789012:desk-dept-",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("mail_feedback.wiring.load_brand", lambda: brand)
    with mock_aws():
        client = boto3.client("dynamodb")
        tables = create_tables(client)
        monkeypatch.setenv("MENTIONS_TABLE", tables.mentions)
        monkeypatch.setenv("DESK_TABLE", tables.desk)
        for place, department in enumerate(("billing", "network", "apps")):
            item = mention_item(mention(place, f"{department} 좋아요"), SEOUL)
            read = Reading(Kind.FEEDBACK, Need.RELATIONSHIP, department, Urgency.LOW, "ko", 0.9, (Why("opinion"),))
            client.put_item(TableName=tables.mentions, Item=item | to_item(reading_attributes(read)))
        yield client


@pytest.fixture
def got(dynamodb: "DynamoDBClient") -> Callable[[], list[dict[str, Any]]]:
    """What subscribers who want mail alone got of billing and network."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for department in ("billing", "network"):
        _subscribe(sns, department, arn)

    def messages() -> list[dict[str, Any]]:
        told = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        return [json.loads(message["Body"]) for message in told]

    return messages


def _subscribe(sns: "SNSClient", department: str, queue_arn: str) -> str:
    topic = sns.create_topic(Name=f"desk-dept-{department}")["TopicArn"]
    mail_alone = {"FilterPolicy": json.dumps({"delivery": ["mail"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes=mail_alone)
    return topic


def test_a_topic_that_is_missing_fails_the_run_after_the_others_have_their_mail_and_comes_with_the_next(
    got: Callable[[], list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TopicsUnavailable, match="apps"):
        mail_feedback.handler.lambda_handler(NEXT_MONDAY, Context())

    subjects = sorted(message["Subject"] for message in got())
    assert subjects == [
        "네트워크 의견 1건, 11월 23일(월)~11월 29일(일)",
        "요금·청구 의견 1건, 11월 23일(월)~11월 29일(일)",
    ]

    boto3.client("sns").create_topic(Name="desk-dept-apps")
    assert mail_feedback.handler.lambda_handler(NEXT_MONDAY, Context()) == {"sent": ["apps"], "put_off": []}
    assert mail_feedback.handler.lambda_handler(NEXT_MONDAY, Context()) == {"sent": [], "put_off": []}
    assert len(got()) == 2
    assert '"FeedbackMailsSent":[1.0]' in capsys.readouterr().out.replace(" ", "")
