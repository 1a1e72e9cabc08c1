"""The function as Lambda calls it: tables and queue on moto, X over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from desk.cases.items import case_item
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseStoreItems
from desk.cases.transitions import queued
from desk.posts.model import Post, PostState
from desk.posts.pause import Pause, PauseItems
from desk.posts.queue import wake_up
from desk.posts.store import PostStoreItems
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from post_update.publisher import handler
from post_update.publisher.wiring import Wired, wire
from tests.brands import small_brand
from tests.invocations import Context
from tests.tables import dynamodb
from tests.unit.posts.scene import a_case, a_post

NOW = datetime.now(UTC).replace(microsecond=0)
BRAND = small_brand(user_id="2590000001")

CASE = a_case()


@dataclass
class Deployed:
    """The function with what it stands on."""

    wired: Wired
    x: XControl
    store: PostStoreItems
    cases: CaseStoreItems
    pause: PauseItems
    sqs: Any
    queue: str
    settings: dict[str, str]

    def accepts(self, text: str = "안녕하세요", **changes: Any) -> Post:
        times = {"publish_at": NOW, "accepted_at": NOW, "at": NOW, "expires_at": NOW + timedelta(hours=24)}
        post = a_post(text, **(times | changes))
        self.store.add(post, [], None)
        return post

    def replies(self, text: str, mention_id: str) -> Post:
        """A reply of CASE on its way."""
        after = queued(CASE, "r1", Draft(text, "mina", NOW), ReplyAs.ANSWER)
        self.cases.save(after, CASE, CaseEvent(CaseEventKind.QUEUED, NOW, "mina", text, post_id="r1"))
        return self.accepts(text, id="r1", in_reply_to=mention_id, case_id=CASE.id)

    def invoke(self, *bodies: str, context: Context | None = None) -> dict[str, Any]:
        records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
        return handler.lambda_handler({"Records": records}, context or Context(115_000))

    def state(self, post: Post) -> PostState | None:
        stored = self.store.get(post.id)
        return stored and stored.state


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with dynamodb() as (client, tables), start(account=account, now=NOW) as x:
        boto3.client("secretsmanager").create_secret(Name="x", SecretString=account.secret_json())
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="posts")["QueueUrl"]
        settings = {
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "CASES_TABLE": tables.cases,
            "MENTIONS_TABLE": tables.mentions,
            "POSTS_QUEUE_URL": queue,
            "PICTURES_BUCKET": "pictures",
            "PICTURES_QUEUE_URL": queue,
            "X_SECRET": "x",
            "X_API_URL": x.url,
        }
        wired = wire(settings, BRAND)
        monkeypatch.setattr(handler, "_wired", lambda: wired)
        control = XControl(x.url)
        store = PostStoreItems(client, posts_table=tables.posts, desk_table=tables.desk)
        cases = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        client.put_item(TableName=tables.cases, Item=case_item(CASE))
        yield Deployed(wired, control, store, cases, PauseItems(client, tables.desk), sqs, queue, settings)
        control.close()


def metrics_of(printed: str) -> dict[str, float]:
    for line in printed.splitlines():
        found = json.loads(line) if line.startswith("{") else {}
        if "_aws" in found:
            return {key: value[0] for key, value in found.items() if isinstance(value, list)}
    return {}


def published(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The fields of the line with which the last run ended."""
    return [record.__dict__ for record in caplog.records if record.message == "published"][-1]


def test_a_message_becomes_a_post_on_x(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    post = deployed.accepts()

    answer = deployed.invoke(wake_up(post.id))

    metrics = metrics_of(capsys.readouterr().out)
    stored = deployed.store.get(post.id)
    assert answer == {"batchItemFailures": []}
    assert stored is not None
    assert (stored.state, stored.spent_micro_usd) == (PostState.PUBLISHED, 15_000)
    assert [each["id"] for each in deployed.x.state()["posts"]] == [stored.x_id]
    assert (metrics["PostsPublished"], metrics["PostsInDoubt"], metrics["BreakersOpen"]) == (1, 0, 0)
    line = published(caplog)
    assert (line["outcomes"], line["x_calls"], line["x_micro_usd"]) == ({"published": 1}, 1, 15_000)


def test_a_reply_on_x_is_the_answer_of_its_case(deployed: Deployed) -> None:
    mention_id = deployed.x.post("jisu", f"@{BRAND.handle} 청구서가 이상해요")
    post = deployed.replies("확인해 드렸습니다", mention_id)

    deployed.invoke(wake_up(post.id))

    file = deployed.cases.file(CASE.id)
    assert file is not None
    assert (file.case.state, file.case.post_id, file.case.draft) == (CaseState.ANSWERED, post.id, None)
    assert [(event.what, event.text) for event in file.events][-1] == (CaseEventKind.ANSWERED, post.text)
    assert deployed.cases.queued(limit=5) == []


def test_credits_that_ran_out_make_the_post_wait_with_a_message_for_later(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    post = deployed.accepts()
    deployed.x.fault("create_post", status=402, title="CreditsDepleted")

    answer = deployed.invoke(wake_up(post.id))

    metrics = metrics_of(capsys.readouterr().out)
    attributes = deployed.sqs.get_queue_attributes(QueueUrl=deployed.queue, AttributeNames=["All"])["Attributes"]
    assert answer == {"batchItemFailures": []}
    assert deployed.state(post) is PostState.QUEUED
    assert (published(caplog)["outcomes"], metrics["BreakersOpen"]) == ({"waiting": 1}, 1)
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_the_pause_switch_in_the_table_holds_the_claim(deployed: Deployed, caplog: pytest.LogCaptureFixture) -> None:
    post = deployed.accepts()
    deployed.pause.pause(Pause("outage", "mina", NOW))

    deployed.invoke(wake_up(post.id))

    assert published(caplog)["outcomes"] == {"held": 1}
    assert deployed.state(post) is PostState.HELD
    assert deployed.x.counts() == {}


def test_messages_that_name_no_post_are_set_aside_and_the_others_go_on(deployed: Deployed) -> None:
    post = deployed.accepts()

    answer = deployed.invoke("nonsense", wake_up(post.id), "[]", '{"post_id": 5}', wake_up("nobody"))

    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    assert failed == ["m0", "m2", "m3"]
    assert deployed.state(post) is PostState.PUBLISHED


def test_a_table_that_is_gone_brings_the_messages_back(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    post = deployed.accepts()
    broken = wire(deployed.settings | {"POSTS_TABLE": "no-such-table"}, BRAND)
    monkeypatch.setattr(handler, "_wired", lambda: broken)

    answer = deployed.invoke(wake_up(post.id), wake_up(post.id))

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["m0", "m1"]


def test_a_run_that_is_nearly_over_claims_nothing(deployed: Deployed) -> None:
    post = deployed.accepts()

    answer = deployed.invoke(wake_up(post.id), context=Context(9_000))

    assert answer == {"batchItemFailures": []}
    assert deployed.store.get(post.id) == post
