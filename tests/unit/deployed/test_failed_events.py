"""A person deals with failed events: what is retried, where it goes, and two people at once."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from desk.health.failed_events import FailedEvent, FailedSource
from local.cli import failed as command
from local.cli.main import app
from local.deployed.failed_events import NEVER, RETRIED, FailedEvents, RetryRefused
from tests.fakes.health import FakeFailedEvents
from tests.template.stack_template import Resources, of_type, target_of, translated

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OUTPUTS = {
    **{name: f"dorothy-{name}-1A" for name in ("DailyDigest", "Greet", "RouteInquiry", "PollMentions")},
    **{f"{name}QueueUrl": name for name in ("Posts", "LookUps", "Pictures")},
}


def failed(source: FailedSource, body: Any, **attributes: str) -> FailedEvent:
    return FailedEvent(f"{source}#1", source, NOW, json.dumps(body), attributes)


def invocation(function: str, payload: Mapping[str, Any]) -> FailedEvent:
    about = {"functionArn": f"arn:aws:lambda:r:1:function:{OUTPUTS[function]}:$LATEST", "condition": "RetriesExhausted"}
    record = {"requestContext": about, "requestPayload": payload, "responsePayload": {"errorMessage": "no room"}}
    return failed(FailedSource.INVOCATIONS, record)


LOST = failed(
    FailedSource.STREAM,
    {
        "requestContext": {"functionArn": f"arn:aws:lambda:r:1:function:{OUTPUTS['RouteInquiry']}"},
        "DDBStreamBatchInfo": {
            "shardId": "s",
            "startSequenceNumber": "5",
            "endSequenceNumber": "7",
            "streamArn": "arn",
        },
    },
)
DIGEST = invocation("DailyDigest", {"edition": "evening"})


class Aws:
    """Lambda, SQS and the stream, in one. `breaks` is raised after the next call had its effect."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.breaks: BaseException | None = None
        self.forgotten = False
        self.failures: dict[str, str] = {}

    def invoke(self, *, FunctionName: str, Payload: bytes, InvocationType: str = "") -> Any:  # noqa: N803 - boto3's
        answer = {"read": 1, "published": 0, "failures": self.failures}
        self._done(FunctionName, Payload.decode() + InvocationType)
        return {"Payload": BytesIO(json.dumps(answer).encode())}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - boto3's
        self._done(QueueUrl, MessageBody)

    def get_shard_iterator(self, **asked: str) -> Any:
        assert (asked["ShardIteratorType"], asked["SequenceNumber"]) == ("AT_SEQUENCE_NUMBER", "5")
        if self.forgotten:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": "there"}

    def get_records(self, **_: Any) -> Any:
        keys = [("m1", 5), ("m2", 6), ("m1", 7), ("m3", 8)]
        return {
            "Records": [
                {"dynamodb": {"Keys": {"mention_id": {"S": key}}, "SequenceNumber": str(number)}}
                for key, number in keys
            ]
        }

    def _done(self, place: str, what: str) -> None:
        self.sent.append((place, what))
        if self.breaks:
            breaks, self.breaks = self.breaks, None
            raise breaks


class Scene:
    def __init__(self, *events: FailedEvent) -> None:
        self.store, self.aws, self.now = FakeFailedEvents(*events), Aws(), NOW
        aws: Any = self.aws
        self.events = FailedEvents(self.store, OUTPUTS, aws, aws, aws, lambda: self.now)


@pytest.mark.parametrize(
    ("event", "place", "what"),
    [
        (failed(FailedSource.POSTS, {"post_id": "p"}), "Posts", '{"post_id": "p"}'),
        (failed(FailedSource.PICTURES, {"picture_id": "p"}), "Pictures", '{"picture_id": "p"}'),
        (failed(FailedSource.LOOK_UPS, {"keys": []}), "LookUps", '{"keys": []}'),
        (DIGEST, OUTPUTS["DailyDigest"], '{"edition": "evening"}Event'),
        (LOST, OUTPUTS["RouteInquiry"], '{"mention_ids": ["m1", "m2"]}'),
        (
            failed(
                FailedSource.SCHEDULES,
                {"edition": "weekly"},
                TARGET_ARN=f"arn:aws:lambda:r:1:function:{OUTPUTS['DailyDigest']}",
            ),
            OUTPUTS["DailyDigest"],
            '{"edition": "weekly"}Event',
        ),
        (
            failed(FailedSource.SCHEDULES, {"post_id": "p"}, TARGET_ARN="arn:aws:sqs:r:1:posts"),
            "Posts",
            '{"post_id": "p"}',
        ),
    ],
)
def test_an_event_goes_back_to_where_it_came_from_and_is_gone(event: FailedEvent, place: str, what: str) -> None:
    scene = Scene(event)

    scene.events.retry(event.id, "mina")

    assert scene.aws.sent == [(place, what)]
    assert scene.store.events == {}
    with pytest.raises(RetryRefused, match="There is no failed event"):
        scene.events.retry(event.id, "mina")


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (invocation("Greet", {}), "A greeting that comes later is none"),
        (invocation("PollMentions", {}), "The next run has done"),
        (
            failed(FailedSource.SCHEDULES, {}, TARGET_ARN=f"arn:aws:lambda:r:1:function:{OUTPUTS['Greet']}"),
            "A greeting",
        ),
        (failed(FailedSource.INVOCATIONS, []), "Nothing is known about its function"),
    ],
)
def test_what_makes_no_sense_later_is_refused_and_stays(event: FailedEvent, sentence: str) -> None:
    scene = Scene(event)

    with pytest.raises(RetryRefused, match=sentence):
        scene.events.retry(event.id, "mina")

    assert (scene.aws.sent, scene.store.events) == ([], {event.id: event})
    scene.events.remove(event.id)
    assert scene.store.events == {}


def test_records_that_the_stream_has_forgotten_are_left_to_the_table() -> None:
    scene = Scene(LOST)
    scene.aws.forgotten = True

    with pytest.raises(RetryRefused, match="dorothy replay --failed"):
        scene.events.retry(LOST.id, "mina")

    assert scene.store.events == {LOST.id: LOST}


def test_mentions_that_fail_again_leave_their_event() -> None:
    scene = Scene(LOST)
    scene.aws.failures = {"m2": "no room"}

    with pytest.raises(RetryRefused, match="m2"):
        scene.events.retry(LOST.id, "mina")

    assert LOST.id in scene.store.events


def test_a_command_that_ends_after_sending_leaves_a_trace_and_can_be_repeated_later() -> None:
    scene = Scene(DIGEST)
    scene.aws.breaks = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        scene.events.retry(DIGEST.id, "mina")
    assert scene.store.events[DIGEST.id].retried_by == "mina"

    with pytest.raises(RetryRefused, match="mina is retrying"):
        scene.events.retry(DIGEST.id, "jun")
    scene.now += timedelta(minutes=6)
    scene.events.retry(DIGEST.id, "jun")

    assert len(scene.aws.sent) == 2  # the edition itself is sent once
    assert scene.store.events == {}


def test_of_two_people_who_listed_the_same_event_one_retries_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(DIGEST)
    listed = scene.store.all()
    scene.events.retry(DIGEST.id, "mina")
    monkeypatch.setattr(scene.store, "all", lambda: listed)  # what the other one still sees

    with pytest.raises(RetryRefused, match="Somebody else"):
        scene.events.retry(DIGEST.id, "jun")
    with pytest.raises(RetryRefused, match="Somebody else"):
        scene.events.remove(DIGEST.id)

    assert len(scene.aws.sent) == 1


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def invoke(scene: Scene, *arguments: str) -> Result:
        monkeypatch.setattr(command, "_deployed", lambda _, local: scene.events)
        return CliRunner().invoke(app, ["failed", *arguments])

    return invoke


def test_the_command_lists_by_function_and_reason_shows_retries_and_removes(run: Any) -> None:
    greet = invocation("Greet", {"schedule": "greet"})._replace(id="invocations#2")
    scene = Scene(DIGEST, greet)

    listed, shown = run(scene, "list").stdout, run(scene, "show", DIGEST.id).stdout
    assert listed == (
        "DailyDigest: no room\n  invocations#1\t2026-11-24 03:00 UTC\n"
        "Greet: no room\n  invocations#2\t2026-11-24 03:00 UTC\n"
    )
    assert shown == 'invocations#1\nDailyDigest: no room\n{"edition": "evening"}\n'

    result = run(scene, "retry", greet.id, DIGEST.id, "--who", "mina")
    assert (result.exit_code, result.stdout) == (1, "invocations#1\tsent again\n")
    assert "invocations#2: A greeting" in result.stderr
    assert run(scene, "remove", greet.id).stdout == "invocations#2\tremoved\n"
    assert run(scene, "list").stderr.endswith("Nothing has failed.\n")


def test_of_every_function_that_is_invoked_asynchronously_it_is_known_whether_to_retry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    resources: Resources = translated()

    invoked = {target_of(one["FunctionName"]) for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()}

    assert invoked == NEVER.keys() | RETRIED
    assert not NEVER.keys() & RETRIED
