"""Which editions of the digest were made and what they cover, and the topic to which they are sent.

A schedule that fires twice makes one mail, and each period begins where the last one ended.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import from_item, is_refused, query_all, store_errors, to_item, unless_refused
from desk.notifications.mail.parts import Mail
from desk.notifications.topics import topic_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


class ClaimResult(StrEnum):
    """Whether a run may make an edition."""

    OURS = "ours"
    MADE = "made before"
    ELSEWHERE = "left to another run"


class DigestLog(Protocol):
    """One entry for each edition and day. Every method raises StoreBusy.

    `holder` names a run and all its retries; no two runs have the same. `now` and `until` are wall-clock time.
    """

    def claim(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> ClaimResult:
        """Claim the edition for this run until then, unless it was made or another run holds it.

        A retry of the same run gets it at once.
        """
        ...

    def mark_made(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        """Record that the edition was sent and that its period ended at `covered_until`; it is never made again."""
        ...

    def release(self, edition: str, day: date, *, holder: str) -> None:
        """Give up this holder's claim, so that another run may make the edition at once. Else nothing changes."""
        ...

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        """Return the latest end, not after `now`, of the periods of these editions that were made up to this day.

        None when no such edition was made.
        """
        ...


_KEPT = timedelta(days=400)
_ITEM = "digest"
_PAGE = 5
"""Entries read at once: the last edition that was made is nearly always the first or the second."""


class DigestLogItems:
    """DigestLog on DynamoDB. The attribute `until` is in milliseconds of the epoch; `page` is the size of a query."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, page: int = _PAGE) -> None:
        self._client = client
        self._desk = desk_table
        self._page = page

    def claim(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> ClaimResult:
        """See DigestLog."""
        update = self._entry(edition, day) | {
            "UpdateExpression": "SET holder = :holder, #until = :until",
            "ConditionExpression": "attribute_not_exists(made_at)"
            " AND (attribute_not_exists(holder) OR holder = :holder OR #until <= :now)",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_item({":holder": holder, ":until": _millis(until), ":now": _millis(now)}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            with store_errors():
                self._client.update_item(**update)
        except ClientError as exc:
            if not is_refused(exc):
                raise
            entry: Any = exc.response.get("Item", {})
            return ClaimResult.MADE if "made_at" in entry else ClaimResult.ELSEWHERE
        return ClaimResult.OURS

    def mark_made(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        """See DigestLog."""
        update = self._entry(edition, day) | {
            "UpdateExpression": "SET made_at = :at, covered_until = :covered, expires_at = :expires"
            " REMOVE holder, #until",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_item(
                {
                    ":at": at.isoformat(),
                    ":covered": covered_until.isoformat(),
                    ":expires": int((at + _KEPT).timestamp()),
                },
            ),
        }
        with store_errors():
            self._client.update_item(**update)

    def release(self, edition: str, day: date, *, holder: str) -> None:
        """See DigestLog."""
        update = self._entry(edition, day) | {
            "UpdateExpression": "REMOVE holder, #until",
            "ConditionExpression": "holder = :holder",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_item({":holder": holder}),
        }
        with unless_refused():
            self._client.update_item(**update)

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        """See DigestLog. Reads consistently, so that an edition that was just made is found."""
        ends = (self._last_end(edition, day, now) for edition in editions)
        return max((end for end in ends if end), default=None)

    def _last_end(self, edition: str, day: date, now: datetime) -> datetime | None:
        request: dict[str, Any] = {
            "TableName": self._desk,
            "KeyConditionExpression": "#item = :item AND #part BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#item": "item", "#part": "part"},
            "ExpressionAttributeValues": to_item(
                {":item": _ITEM, ":first": _part(edition, date.min), ":last": _part(edition, day)}
            ),
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        stored = (from_item(item).get("covered_until") for item in query_all(self._client, request, page=self._page))
        ends = (datetime.fromisoformat(end) for end in stored if end)
        return next((end for end in ends if end <= now), None)

    def _entry(self, edition: str, day: date) -> dict[str, Any]:
        return {"TableName": self._desk, "Key": to_item({"item": _ITEM, "part": _part(edition, day)})}


def _part(edition: str, day: date) -> str:
    return f"{edition}#{day.isoformat()}"


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class DigestTopic(Protocol):
    """The topic to which the readers of the digest are subscribed."""

    def publish(self, mail: Mail) -> None:
        """Send the mail to all subscribers. Raises TopicsUnavailable, after which it may still have been sent."""
        ...


class DigestTopicSns:
    """DigestTopic on SNS."""

    def __init__(self, client: "SNSClient", *, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def publish(self, mail: Mail) -> None:
        """See DigestTopic."""
        with topic_errors("digest"):
            self._client.publish(
                TopicArn=self._topic,
                Subject=mail.subject,
                Message=mail.body,
                MessageAttributes={"delivery": {"DataType": "String", "StringValue": "mail"}},
            )
