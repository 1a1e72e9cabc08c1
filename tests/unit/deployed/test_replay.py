import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from desk.mentions.items import mention_item
from local.cli.main import app
from local.deployed.errors import DeployedError
from local.deployed.replay import Replayed, ids_of_day, replay, waiting_ids
from local.deployed.stack import Stack
from tests.tables import dynamodb
from tests.template.stack_template import template
from tests.unit.deployed.canned import OUTPUTS
from tests.unit.routing.scene import TUESDAY, mention, mention_id

STACK = Stack("dorothy-emerald", "UPDATE_COMPLETE", {}, OUTPUTS, {})


class StubLambda:
    def __init__(self, answer: dict[str, Any], **more: str) -> None:
        self._answer = answer
        self._more = more
        self.asked: list[list[str]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.asked.append(json.loads(Payload)["mention_ids"])
        return {"Payload": BytesIO(json.dumps(self._answer).encode())} | self._more


def test_mentions_are_driven_a_hundred_at_a_time() -> None:
    stub: Any = StubLambda({"read": 1, "published": 2, "failures": {"5": "no"}})

    batches = list(replay(stub, "route", [str(number) for number in range(250)]))

    assert [len(ids) for ids in stub.asked] == [100, 100, 50]
    assert [batch.asked for batch in batches] == [100, 100, 50]
    assert batches[0].failures == {"5": "no"}


def test_a_function_that_fails_is_reported_with_its_reason() -> None:
    stub: Any = StubLambda({"errorMessage": "the setting DESK_TABLE is missing"}, FunctionError="Unhandled")

    with pytest.raises(DeployedError, match="DESK_TABLE"):
        list(replay(stub, "route", ["1"]))


def test_results_before_a_failed_batch_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def replayed(*_: Any) -> Iterator[Replayed]:
        yield Replayed(100, 90, 80, {"5": "no"})
        raise DeployedError("route failed: out of memory")

    monkeypatch.setattr("local.cli.target.deployed_stack", lambda *_: STACK)
    monkeypatch.setattr("local.cli.replay.replay", replayed)

    result = CliRunner().invoke(app, ["replay", "5"])

    assert result.exit_code == 1
    assert result.stdout == "100 mentions: 90 read, 80 published, 1 failed.\n5\tno\n"
    assert result.stderr.splitlines()[1:] == ["route failed: out of memory"]


def test_routing_is_asked_once_and_waited_for_longer_than_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    clients: list[Any] = []

    def replayed(client: Any, *_: Any) -> Iterator[Replayed]:
        clients.append(client)
        yield Replayed()

    monkeypatch.setattr("local.cli.target.deployed_stack", lambda *_: STACK)
    monkeypatch.setattr("local.cli.replay.replay", replayed)

    CliRunner().invoke(app, ["replay", "5"])

    (client,) = clients
    timeout = template()["Resources"]["RouteInquiry"]["Properties"]["Timeout"]
    start = 10  # seconds that Lambda leaves the code for it
    assert client.meta.config.retries["total_max_attempts"] == 1
    assert client.meta.config.read_timeout > timeout + start


def test_failed_mentions_are_those_that_wait_and_a_day_has_all_of_its_mentions() -> None:
    zone = ZoneInfo("Asia/Seoul")
    with dynamodb() as (client, tables):
        for number in (1, 2):
            client.put_item(TableName=tables.mentions, Item=mention_item(mention(number), zone))
        client.update_item(
            TableName=tables.mentions,
            Key={"mention_id": {"S": mention_id(1)}},
            UpdateExpression="REMOVE waiting SET waiting_since = :long_ago",
            ExpressionAttributeValues={":long_ago": {"S": "2020-01-01T00:00:00+00:00"}},
        )
        client.update_item(
            TableName=tables.mentions,
            Key={"mention_id": {"S": mention_id(2)}},
            UpdateExpression="SET waiting_since = :long_ago",
            ExpressionAttributeValues={":long_ago": {"S": "2020-01-01T00:00:00+00:00"}},
        )

        waiting = waiting_ids(client, tables.mentions, tables.desk)
        of_day = ids_of_day(client, tables.mentions, tables.cases, TUESDAY.date())

    assert waiting == [mention_id(2)]
    assert sorted(of_day) == [mention_id(1), mention_id(2)]


@pytest.mark.parametrize("arguments", [[], ["1", "--failed"], ["--failed", "--day", "2026-11-24"], ["--day", "monday"]])
def test_an_invalid_choice_is_refused_with_a_message(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["replay", *arguments])

    assert result.exit_code == 2
    assert "Traceback" not in result.output
