"""When people were last notified of cases whose safety nobody has checked: of each case, and by a call about all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import is_refused, moment_text, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

from botocore.exceptions import ClientError

CALL = "call"
"""The name of the call about all cases; the notice about one case has the case's number."""
_KEPT = timedelta(days=90)


class CheckNotices(Protocol):
    """The notices. Every method raises StoreBusy."""

    def claim(self, name: str, since: datetime, *, held: tuple[datetime, datetime]) -> bool:
        """Whether this notice is now the caller's to send: none was sent after `since`, and nobody else has it.

        Nobody else can claim it from the first moment of `held` to the second, both by the wall clock, unless it is
        recorded before.
        """
        ...

    def record(self, name: str, at: datetime) -> None:
        """Record that this notice was sent."""
        ...


class CheckNoticeItems:
    """Implements CheckNotices on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def claim(self, name: str, since: datetime, *, held: tuple[datetime, datetime]) -> bool:
        """See CheckNotices. A claim whose answer was lost is refused to its own caller too, until it expires."""
        is_free = "(attribute_not_exists(claimed_until) OR claimed_until <= :held_from)"
        is_due = "(attribute_not_exists(told_at) OR told_at <= :since)"
        values = {":since": moment_text(since), ":held_from": moment_text(held[0]), ":held_until": moment_text(held[1])}
        try:
            self._set(name, held[0], "claimed_until = :held_until", values, f"{is_free} AND {is_due}")
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True

    def record(self, name: str, at: datetime) -> None:
        """See CheckNotices."""
        self._set(name, at, "told_at = :at REMOVE claimed_until", {":at": moment_text(at)})

    def _set(self, name: str, now: datetime, change: str, values: Mapping[str, Any], condition: str = "") -> None:
        ask: dict[str, Any] = {
            "TableName": self._desk,
            "Key": to_item({"item": "check_notice", "part": name}),
            "UpdateExpression": f"SET expires_at = :expires, {change}",
            "ExpressionAttributeValues": to_item({**values, ":expires": int((now + _KEPT).timestamp())}),
        }
        with store_errors():
            self._client.update_item(**ask | ({"ConditionExpression": condition} if condition else {}))
