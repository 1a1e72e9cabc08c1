"""Which digests were made, as items `digest` / `<edition>#<date>` of the Desk table."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.mention_items import to_item
from desk.adapters.store_errors import is_refused, store_errors, unless_refused
from desk.ports.digest_log import Turn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT = timedelta(days=400)


class DigestLogItems:
    """The port DigestLog on DynamoDB. `until` is in milliseconds of the epoch."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def begin(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> Turn:
        """See DigestLog."""
        update = self._about(edition, day) | {
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
            there: Any = exc.response.get("Item", {})
            return Turn.MADE if "made_at" in there else Turn.ELSEWHERE
        return Turn.OURS

    def note(self, edition: str, day: date, *, at: datetime) -> None:
        """See DigestLog."""
        update = self._about(edition, day) | {
            "UpdateExpression": "SET made_at = :at, expires_at = :expires REMOVE holder, #until",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_item(
                {":at": at.isoformat(), ":expires": int((at + _KEPT).timestamp())},
            ),
        }
        with store_errors():
            self._client.update_item(**update)

    def release(self, edition: str, day: date, *, holder: str) -> None:
        """See DigestLog."""
        update = self._about(edition, day) | {
            "UpdateExpression": "REMOVE holder, #until",
            "ConditionExpression": "holder = :holder",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_item({":holder": holder}),
        }
        with unless_refused():
            self._client.update_item(**update)

    def _about(self, edition: str, day: date) -> dict[str, Any]:
        key = to_item({"item": "digest", "part": f"{edition}#{day.isoformat()}"})
        return {"TableName": self._desk, "Key": key}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
