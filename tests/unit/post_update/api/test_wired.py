"""The handler as it is wired, on moto: settings and API Gateway's events in, answers, items and schedules out."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from desk.cases.items import case_item
from desk.mentions.items import mention_item
from desk.pictures.store import picture_id_in
from post_update.api.handler import lambda_handler
from post_update.api.wiring import wire
from tests.brands import emerald
from tests.contract.test_api_tokens import document
from tests.fakes.api_tokens import CMS, CRM, EDITOR
from tests.tables import REGION, create_tables
from tests.unit.post_update.api.a_case import CASE, PATH, mention
from tests.unit.post_update.api.scene import SEOUL, event

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

SETTINGS = (
    "MENTIONS_TABLE",
    "CASES_TABLE",
    "POSTS_TABLE",
    "DESK_TABLE",
    "POSTS_QUEUE_URL",
    "POSTS_QUEUE_ARN",
    "SCHEDULE_GROUP",
    "SCHEDULE_ROLE_ARN",
    "SCHEDULE_DLQ_ARN",
    "API_TOKENS_SECRET",
    "PICTURES_QUEUE_URL",
    "FETCH_EXCEPTIONS",
)


class Deployed(NamedTuple):
    """What the API touches."""

    scheduler: "EventBridgeSchedulerClient"
    woken: Callable[[], list[str]]
    open_a_case: Callable[[], object]
    pictures_to_prepare: Callable[[], list[str]]

    def scheduled(self) -> list[str]:
        return [each["Name"] for each in self.scheduler.list_schedules(GroupName="posts")["Schedules"]]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setattr("post_update.api.wiring.load_brand", emerald)
    with mock_aws():
        here = _deployed(monkeypatch)
        api = wire(os.environ)
        monkeypatch.setattr("post_update.api.handler._wired", lambda: api)
        yield here


def _deployed(monkeypatch: pytest.MonkeyPatch) -> Deployed:
    tables = create_tables(boto3.client("dynamodb", region_name=REGION))
    sqs, scheduler = boto3.client("sqs", region_name=REGION), boto3.client("scheduler", region_name=REGION)
    queue = sqs.create_queue(QueueName="posts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    scheduler.create_schedule_group(Name="posts")
    secret = boto3.client("secretsmanager", region_name=REGION).create_secret(
        Name="tokens", SecretString=document([CMS, EDITOR, CRM])
    )
    values = (
        tables.mentions,
        tables.cases,
        tables.posts,
        tables.desk,
        queue,
        arn,
        "posts",
        "arn:aws:iam::123456789012:role/scheduler",
        arn,
        secret["ARN"],
        sqs.create_queue(QueueName="pictures")["QueueUrl"],
        "",
    )
    for name, value in zip(SETTINGS, values, strict=True):
        monkeypatch.setenv(name, value)

    def woken() -> list[str]:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["post_id"] for message in messages]

    def open_a_case() -> None:
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        asked = mention(text="@emeraldmobile 청구서가 두 번 왔어요").mention
        dynamodb.put_item(TableName=tables.mentions, Item=mention_item(asked, SEOUL))
        dynamodb.put_item(TableName=tables.cases, Item=case_item(CASE))

    def pictures_to_prepare() -> list[str]:
        url = os.environ["PICTURES_QUEUE_URL"]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [picture_id_in(message["Body"]) for message in messages]

    return Deployed(scheduler, woken, open_a_case, pictures_to_prepare)


def call(method: str, path: str, body: Any = None, token: str = CMS.token, **headers: str) -> tuple[int, Any]:
    sent = {"authorization": f"Bearer {token}", "content-type": "application/json", **headers}
    text = None if body is None else json.dumps(body)
    answer = lambda_handler(event(method, path, text, sent), None)
    return answer["statusCode"], json.loads(answer["body"])


def test_a_post_is_stored_and_wakes_the_publisher_once(deployed: Deployed) -> None:
    body = {"text": "5G 요금제 개편 안내"}

    status, first = call("POST", "/posts", body, **{"idempotency-key": "1"})
    again = call("POST", "/posts", body, **{"idempotency-key": "1"})

    assert (status, again) == (202, (202, first))
    assert deployed.woken() == [first["id"]]
    assert first.pop("warnings") == []
    assert call("GET", f"/posts/{first['id']}") == (200, first | {"performance": None})


def test_a_picture_is_kept_and_queued_once(deployed: Deployed) -> None:
    body = {"text": "새 매장", "media": [{"url": "https://www.example.com/store.jpg", "alt": "초록 간판"}]}

    status, first = call("POST", "/posts", body, **{"idempotency-key": "2"})
    again = call("POST", "/posts", body, **{"idempotency-key": "2"})

    assert (status, again) == (202, (202, first))
    assert call("GET", f"/posts/{first['id']}")[1]["media"] == first["media"]
    assert first["media"][0]["state"] == "waiting"
    assert len(deployed.pictures_to_prepare()) == 1


def test_a_later_post_gets_a_timer_that_goes_with_it(deployed: Deployed) -> None:
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    _, post = call("POST", "/posts", {"text": "5G 요금제 개편 안내", "publish_at": later})
    standing = deployed.scheduled()

    status, cancelled = call("DELETE", f"/posts/{post['id']}")

    assert (post["state"], standing) == ("scheduled", [post["id"]])
    assert (status, cancelled["state"], deployed.scheduled()) == (200, "cancelled", [])


def test_the_desk_is_paused_and_resumed(deployed: Deployed) -> None:
    paused = call("PUT", "/pause", {"reason": "outage"}, token=EDITOR.token)
    seen = call("GET", "/pause")
    resumed = call("DELETE", "/pause", token=EDITOR.token)

    assert (paused[0], seen[1]["reason"], resumed[1]["held"]["posts"]) == (200, "outage", [])
    assert call("GET", "/pause")[1]["paused"] is False


def test_a_case_is_found_read_and_answered_once(deployed: Deployed) -> None:
    deployed.open_a_case()
    listed = call("GET", "/cases", token=CRM.token)[1]["cases"]
    read = call("GET", PATH, token=CRM.token)[1]["mentions"]

    answers = [
        call("POST", f"{PATH}/answer", {"text": "다시 보내 드렸습니다."}, CRM.token, **{"idempotency-key": "1"})
        for _ in range(2)
    ]

    assert ([one["id"] for one in listed], [one["id"] for one in read]) == ([CASE.id], ["100"])
    assert (answers[0][0], answers[0]) == (202, answers[1])
    assert deployed.woken() == [answers[0][1]["post_id"]]
    shown = call("GET", PATH, token=CRM.token)[1]
    assert (shown["case"]["state"], [event["by"] for event in shown["events"]]) == ("queued", ["crm"])


def test_a_secret_that_is_gone_shuts_the_api(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKENS_SECRET", "no-such-secret")
    monkeypatch.setattr("post_update.api.handler._wired", lambda: wire(os.environ))

    assert call("GET", "/pause")[0] == 503


def test_tables_that_are_gone_are_a_defect_not_a_secret(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTS_TABLE", "no-such-table")
    monkeypatch.setattr("post_update.api.handler._wired", lambda: wire(os.environ))

    status, problem = call("POST", "/posts", {"text": "5G 요금제 개편 안내"})

    assert (status, "no-such-table" in json.dumps(problem)) == (500, False)
