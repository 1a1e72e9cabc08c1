"""Up to which day feedback was mailed, as items `feedback_mail` / `<department>` of the Desk table."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import to_item
from desk.adapters.store_errors import is_refused, store_errors, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "feedback_mail"


class FeedbackLogItems:
    """The port FeedbackLog on DynamoDB. `ends_at` is in milliseconds of the epoch."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def mailed_until(self) -> dict[str, date]:
        """See FeedbackLog."""
        parts = parts_of(self._client, self._desk, _ITEM)
        return {part["part"]: date.fromisoformat(part["mailed_until"]) for part in parts if "mailed_until" in part}

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """See FeedbackLog."""
        update = self._about(department) | {
            "UpdateExpression": "SET holder = :holder, ends_at = :ends",
            "ConditionExpression": "(attribute_not_exists(mailed_until) OR mailed_until < :until)"
            " AND (attribute_not_exists(holder) OR holder = :holder OR ends_at <= :now)",
            "ExpressionAttributeValues": to_item(
                {":holder": holder, ":ends": _millis(ends_at), ":until": until.isoformat(), ":now": _millis(now)}
            ),
        }
        try:
            with store_errors():
                self._client.update_item(**update)
        except ClientError as exc:
            if is_refused(exc):
                return False
            raise
        return True

    def note(self, department: str, until: date) -> None:
        """See FeedbackLog. A run that is late never sets the day back."""
        update = self._about(department) | {
            "UpdateExpression": "SET mailed_until = :until REMOVE holder, ends_at",
            "ConditionExpression": "attribute_not_exists(mailed_until) OR mailed_until < :until",
            "ExpressionAttributeValues": to_item({":until": until.isoformat()}),
        }
        with unless_refused():
            self._client.update_item(**update)

    def _about(self, department: str) -> dict[str, Any]:
        return {"TableName": self._desk, "Key": to_item({"item": _ITEM, "part": department})}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
