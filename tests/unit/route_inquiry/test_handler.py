import json
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from route_inquiry import handler
from route_inquiry.handler import batch_response, sequence_numbers
from route_inquiry.wiring import Wired
from tests.unit.routing.scene import Scene, mention, mention_id


def record(key: str, number: str) -> dict[str, Any]:
    return {"eventName": "INSERT", "dynamodb": {"Keys": {"mention_id": {"S": key}}, "SequenceNumber": number}}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene = Scene()
    wired = Wired(scene.router, Logger(service="test"), Metrics(namespace="Test", service="test"))
    monkeypatch.setattr(handler, "_wired", lambda: wired)
    return scene


@pytest.mark.parametrize(
    "malformed", [{}, {"dynamodb": {}}, {"dynamodb": {"Keys": {"mention_id": {}}}}, {"dynamodb": None}]
)
def test_a_malformed_record_is_counted_and_does_not_hold_up_its_neighbours(malformed: dict[str, Any]) -> None:
    numbers, count = sequence_numbers([record("1", "100"), malformed, record("2", "102")])

    assert (list(numbers), count) == (["1", "2"], 1)


def test_a_failed_mention_fails_every_record_that_points_at_it() -> None:
    numbers, _ = sequence_numbers([record("1", "100"), record("2", "101"), record("1", "102")])

    assert batch_response(numbers, ["1"]) == {
        "batchItemFailures": [{"itemIdentifier": "100"}, {"itemIdentifier": "102"}]
    }


def test_the_stream_gets_only_the_failed_record_back(
    scene: Scene, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scene.receive(mention(1), mention(2, "gibberish nonsense"), mention(3))
    records = [record(mention_id(n), f"{n}00") for n in (1, 2, 3)]

    answer = handler.lambda_handler({"Records": [*records, {"dynamodb": {}}]}, object())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "200"}]}
    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    assert metrics["MentionsRead"] == [2.0]
    assert [record.__dict__["failed"] for record in caplog.records if record.message == "routed"] == [2]


def test_a_replay_names_mentions_and_gets_the_report(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.receive(mention(1))

    report = handler.lambda_handler({"mention_ids": [mention_id(1)]}, object())

    assert (report["opened"], report["failures"]) == (1, {})
    assert json.dumps(report)


def test_an_empty_stream_event_has_no_failures(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert handler.lambda_handler({"Records": []}, object()) == {"batchItemFailures": []}
