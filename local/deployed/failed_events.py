"""Failed events in the hands of a person: what failed and why, and the way back to where each came from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from desk.aws.dynamodb import code_of
from desk.health.failed_events import FailedEvent, FailedEventStore, FailedSource
from local.deployed.errors import DeployedError
from local.deployed.replay import replay

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

_NEXT_RUN = "The next run has done what this one did not."
NEVER: Mapping[str, str] = MappingProxyType(
    {
        "PollMentions": _NEXT_RUN,
        "Listen": _NEXT_RUN,
        "Sweep": _NEXT_RUN,
        "CheckSubscriptions": _NEXT_RUN,
        "FollowDeletions": _NEXT_RUN,
        "ReadTrends": _NEXT_RUN,
        "ReadFeeds": _NEXT_RUN,
        "MeasurePosts": _NEXT_RUN,
        "ChaseCases": _NEXT_RUN,
        "LookUp": _NEXT_RUN,
        "MailFeedback": "The next hour or working day sends the mails that are missing.",
        "Greet": "A greeting that comes later is none; people can post one on X itself.",
        "NotifyPhones": "A message to a phone that comes later misleads; the console shows what waits.",
    }
)
"""Why an invocation of this function is not retried, by its logical id."""
RETRIED = frozenset({"DailyDigest", "IndexAnswers", "RouteInquiry"})
"""Functions that are invoked again: what they finished they do not repeat."""
QUEUES: Mapping[FailedSource, str] = MappingProxyType(
    {
        FailedSource.POSTS: "PostsQueueUrl",
        FailedSource.LOOK_UPS: "LookUpsQueueUrl",
        FailedSource.PICTURES: "PicturesQueueUrl",
    }
)
"""The output of the stack with the queue to which a message goes again: a pointer, so that the tables decide."""
_UNDER_WAY = timedelta(minutes=5)
_RECORDS = 1_000  # of the stream that one lost batch may name


class RetryRefused(DeployedError):
    """The event is not retried; the sentence says why, and what to do instead."""


class Failure(NamedTuple):
    """What failed: the function's logical id, why, and the event that it was given."""

    function: str
    reason: str
    payload: str


@dataclass(frozen=True, slots=True)
class FailedEvents:
    """The failed events of a desk. `outputs` are those of its stack."""

    store: FailedEventStore
    outputs: Mapping[str, str]
    functions: "LambdaClient"
    queues: "SQSClient"
    streams: "DynamoDBStreamsClient"
    clock: Callable[[], datetime]

    def failure_of(self, event: FailedEvent) -> Failure:
        """What failed, by what AWS wrote."""
        if event.source in QUEUES:
            return Failure(event.source.value, "failed five times", event.body)
        if event.source is FailedSource.SCHEDULES:
            reason = event.attributes.get("ERROR_MESSAGE", event.attributes.get("ERROR_CODE", ""))
            return Failure(self._logical(event.attributes.get("TARGET_ARN", "")), reason, event.body)
        record = _object(event.body)
        about, answer = record.get("requestContext", {}), record.get("responsePayload") or {}
        reason = answer.get("errorMessage") or about.get("condition", "") if isinstance(answer, dict) else ""
        payload = record.get("DDBStreamBatchInfo" if event.source is FailedSource.STREAM else "requestPayload", {})
        return Failure(self._logical(about.get("functionArn", "")), reason, json.dumps(payload, ensure_ascii=False))

    def retry(self, event_id: str, by: str) -> None:
        """Send the event back to where it came from, then remove it. Raises RetryRefused, and errors of AWS.

        A command that ends between the two leaves the event with the name of its person; five minutes later it can be
        retried again. Sending twice does no harm: what is retried here decides by the tables what is still to be done.
        """
        event, now = self.get(event_id), self.clock()
        send = self._way_back(event)
        if event.retried_at and now - event.retried_at < _UNDER_WAY:
            raise RetryRefused(f"{event.retried_by} is retrying {event.id}; look again in five minutes.")
        if not self.store.begin_retry(event, by, now):
            raise RetryRefused(f"Somebody else has just retried or removed {event.id}.")
        send()
        self.store.remove(event._replace(retried_at=now, retried_by=by))

    def remove(self, event_id: str) -> None:
        """Remove the event without a retry. Raises RetryRefused if it is gone or being retried."""
        if not self.store.remove(self.get(event_id)):
            raise RetryRefused(f"Somebody else has just retried or removed {event_id}.")

    def get(self, event_id: str) -> FailedEvent:
        """The event. Raises RetryRefused if there is none."""
        for event in self.store.all():
            if event.id == event_id:
                return event
        raise RetryRefused(f"There is no failed event {event_id}; somebody may have retried or removed it.")

    def _way_back(self, event: FailedEvent) -> Callable[[], object]:
        """What sends it again. Raises RetryRefused."""
        failure = self.failure_of(event)
        if event.source in QUEUES:
            return lambda: self._send(QUEUES[event.source], event.body)
        if event.source is FailedSource.STREAM:
            mention_ids = self._mentions_of(_object(failure.payload))
            return lambda: self._route(mention_ids)
        if ":sqs:" in event.attributes.get("TARGET_ARN", ""):  # the schedule of a post for later
            return lambda: self._send("PostsQueueUrl", event.body)
        if failure.function in RETRIED:
            return lambda: self.functions.invoke(
                FunctionName=self.outputs[failure.function],
                InvocationType="Event",
                Payload=failure.payload.encode(),
            )
        raise RetryRefused(NEVER.get(failure.function, f"Nothing is known about {failure.function or 'its function'}."))

    def _send(self, output: str, body: str) -> None:
        self.queues.send_message(QueueUrl=self.outputs[output], MessageBody=body)

    def _route(self, mention_ids: list[str]) -> None:
        for batch in replay(self.functions, self.outputs["RouteInquiry"], mention_ids):
            if batch.failures:
                raise RetryRefused(f"These mentions failed again: {', '.join(batch.failures)}.")

    def _mentions_of(self, lost: Mapping[str, Any]) -> list[str]:
        """The mentions of a lost batch of the stream, by the keys of its records. The tables have the rest."""
        last = int(lost["endSequenceNumber"])
        try:
            place = self.streams.get_shard_iterator(
                StreamArn=lost["streamArn"],
                ShardId=lost["shardId"],
                ShardIteratorType="AT_SEQUENCE_NUMBER",
                SequenceNumber=lost["startSequenceNumber"],
            )["ShardIterator"]
            records = self.streams.get_records(ShardIterator=place, Limit=_RECORDS)["Records"]
        except ClientError as exc:
            if code_of(exc) not in {"TrimmedDataAccessException", "ResourceNotFoundException"}:
                raise
            raise RetryRefused(
                "The stream has forgotten these records; `dorothy replay --failed` routes what still waits."
            ) from exc
        images = [record["dynamodb"] for record in records]
        found = [image["Keys"]["mention_id"]["S"] for image in images if int(image["SequenceNumber"]) <= last]
        return list(dict.fromkeys(found))

    def _logical(self, arn: str) -> str:
        """The logical id of a function by its ARN; its name if the stack has no such function."""
        name = arn.partition(":function:")[2].partition(":")[0] if ":function:" in arn else arn.rpartition(":")[2]
        return next((logical for logical, physical in self.outputs.items() if physical == name), name)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
