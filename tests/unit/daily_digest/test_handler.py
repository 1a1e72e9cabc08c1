"""The function as Lambda calls it: tables, bucket and topic on moto, X over HTTP."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from daily_digest import handler
from daily_digest.handler import UnknownEdition
from daily_digest.wiring import wire
from desk.i18n import phrase
from desk.mentions.model import Mention
from desk.mentions.store import MentionStoreItems
from desk.reader.words_reader import WordsReader
from desk.routing.decide import plan
from desk.x.model import XPost
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.brands import small_brand
from tests.cases import unit_of_work_on
from tests.invocations import Context
from tests.tables import REGION, Tables, dynamodb
from tests.unit.daily_digest.scene import SEOUL

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
BRAND = small_brand(user_id="2590000001")


@dataclass
class Deployed:
    """The function with what it stands on."""

    client: "DynamoDBClient"
    tables: Tables
    x: XControl
    s3: Any
    sqs: Any
    queue: str

    def invoke(self, request: str = "request-1", **event: str) -> dict[str, Any]:
        return handler.lambda_handler({"scheduled_time": NOW.isoformat(), **event}, Context(aws_request_id=request))

    def mails(self) -> list[str]:
        messages = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["Message"] for message in messages]

    def page(self) -> str:
        body = self.s3.get_object(Bucket="reports", Key="reports/evening-2026-11-24.html")["Body"]
        return str(body.read().decode())

    def receive(self, number: int, text: str) -> str:
        """A mention polled and routed at noon; its id."""
        at = datetime(2026, 11, 24, 12, 0, tzinfo=SEOUL).astimezone(UTC) + timedelta(seconds=number)
        key = self.x.post(f"user{number}", text, created_at=at.isoformat())
        mention = Mention(XPost(key, text, f"9{number}", at, key, "ko", (key,)), at)
        MentionStoreItems(
            self.client, mentions_table=self.tables.mentions, desk_table=self.tables.desk, zone=SEOUL
        ).store([mention])
        routing = unit_of_work_on(self.client, self.tables)
        steps = plan([(mention, WordsReader(BRAND).read(mention))], {}, BRAND).steps
        assert routing.commit(steps, at).contested == frozenset()
        return key


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with dynamodb() as (client, tables), start(account=account, now=NOW) as x:
        boto3.client("secretsmanager").create_secret(Name="x", SecretString=account.secret_json())
        s3: Any = boto3.client("s3")
        sqs, sns = boto3.client("sqs"), boto3.client("sns")
        s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": REGION})
        topic, queue = sns.create_topic(Name="digest")["TopicArn"], sqs.create_queue(QueueName="all")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        settings = {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "X_SECRET": "x",
            "X_API_URL": x.url,
            "REPORTS_BUCKET": "reports",
            "DIGEST_TOPIC_ARN": topic,
            "API_URL": "https://desk.example",
            "X_SITE_URL": "https://x.example",
        }
        wired = wire(settings, BRAND)
        monkeypatch.setattr(handler, "_wired", lambda: wired)
        control = XControl(x.url)
        yield Deployed(client, tables, control, s3, sqs, queue)
        control.close()


def metrics_of(printed: str) -> dict[str, float]:
    for line in printed.splitlines():
        found = json.loads(line) if line.startswith("{") else {}
        if "_aws" in found:
            return {key: value[0] for key, value in found.items() if isinstance(value, list)}
    return {}


def test_a_day_becomes_a_page_a_table_and_a_mail_with_their_link(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = deployed.receive(1, "@jade 이번 달 청구서는 언제 나오나요?")
    deployed.receive(2, "@jade 안테나가 먹통이에요 전화가 안 터져요")
    deployed.x.post("jade", "확인해 볼게요", in_reply_to=answered, created_at=(NOW - timedelta(hours=1)).isoformat())

    answer = deployed.invoke(edition="evening")

    metrics = metrics_of(capsys.readouterr().out)
    [mail] = deployed.mails()
    page = deployed.page()
    assert answer == {"edition": "evening", "outcome": "made"}
    assert metrics["BalanceOff"] == 0
    assert "https://desk.example/reports/" in mail
    assert "청구서" in page
    table = deployed.s3.get_object(Bucket="reports", Key="reports/evening-2026-11-24.csv")["Body"].read().decode()
    seen = phrase("ko", "balance.reacted")
    assert re.search(rf",{seen},,1\r", table)
    items = deployed.client.scan(TableName=deployed.tables.desk)["Items"]
    [spend] = [item for item in items if item["part"] == {"S": "x_spend"} and "calls" in item]
    assert spend["calls"] == {"N": "2"}
    assert not [name for name in spend if name.startswith("reserved#")]


def test_an_unusable_secret_still_leaves_a_digest(deployed: Deployed) -> None:
    deployed.receive(1, "@jade 이번 달 청구서는 언제 나오나요?")
    boto3.client("secretsmanager").put_secret_value(SecretId="x", SecretString="{}")

    assert deployed.invoke(edition="evening")["outcome"] == "made"
    assert len(deployed.mails()) == 1
    assert deployed.x.counts() == {}


def test_half_of_the_time_is_kept_for_the_tables_however_slow_x_is(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([600_000, 600_000])
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: next(left, 290_000))

    assert deployed.invoke(edition="evening")["outcome"] == "made"
    assert deployed.x.counts() == {}


@pytest.mark.parametrize("event", [{}, {"edition": "noon"}, {"edition": ""}])
def test_an_unknown_edition_is_named(event: dict[str, str]) -> None:
    with pytest.raises(UnknownEdition, match="morning, evening, weekly, monthly"):
        handler.edition_of(event)
