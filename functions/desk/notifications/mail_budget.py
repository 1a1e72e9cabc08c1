"""Limits how many mails a department gets."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import is_refused, store_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


DANGER_A_SECOND = 5
"""Mails about danger in one second to one topic: SNS allows ten, and a mail may leave a moment after it was counted."""


class MailBudget(Protocol):
    """For each department at most one mail a second, and a limited number per sliding window, across all senders.

    Mails about danger are counted, and only SNS's own limit can hold them up.
    """

    def reserve(self, department: str, now: datetime, *, keep: int = 0) -> bool:
        """Take one mail out of the budget if more than `keep` are left; returns whether it may be sent.

        `now` is wall-clock time. Raises StoreBusy.
        """
        ...

    def reserve_danger(self, department: str, now: datetime) -> bool:
        """Count a mail about danger; False only if DANGER_A_SECOND mails were counted within the second before `now`.

        Raises StoreBusy.
        """
        ...


_TRIES = 3
_SECOND_MS = 1_000  # SNS switches an e-mail subscription off above ten messages a second; one is plenty
_STALE = timedelta(days=2)


class MailBudgetItems:
    """MailBudget on DynamoDB: an item has the times of the department's last mails, in milliseconds of the epoch.

    One conditional update takes a mail. It succeeds only if the times have not changed since they were seen; if it
    fails, the error contains the newer times. Times are only ever added, so what the known times forbid needs no call.
    """

    def __init__(self, client: "DynamoDBClient", *, desk_table: str, count: int, window: timedelta) -> None:
        self._client = client
        self._desk = desk_table
        self._count = count
        self._window_ms = window // timedelta(milliseconds=1)
        self._seen: dict[str, list[int]] = {}

    def reserve(self, department: str, now: datetime, *, keep: int = 0) -> bool:
        """See MailBudget."""
        return self._take(department, now, count=self._count - keep, a_second=1)

    def reserve_danger(self, department: str, now: datetime) -> bool:
        """See MailBudget. Also False if other senders use the budget at this moment."""
        return self._take(department, now, count=None, a_second=DANGER_A_SECOND)

    def _take(self, department: str, now: datetime, *, count: int | None, a_second: int) -> bool:
        """Take a mail unless `count` are in the window, or `a_second` in the last second."""
        moment = int(now.timestamp() * 1000)
        for _ in range(_TRIES):
            seen = self._seen.get(department, [])
            recent = [sent for sent in seen if sent > moment - self._window_ms]
            of_second = sum(sent > moment - _SECOND_MS for sent in recent)
            if of_second >= a_second or (count is not None and len(recent) >= count):
                return False
            if self._write(department, seen, [*recent, moment], now):
                return True
        return False  # other senders use the budget at this moment

    def _write(self, department: str, seen: list[int], sent: list[int], now: datetime) -> bool:
        values: dict[str, AttributeValueTypeDef] = {
            ":sent": _times(sent),
            ":expires": {"N": str(int((now + _STALE).timestamp()))},
        }
        try:
            with store_errors():
                self._client.update_item(
                    TableName=self._desk,
                    Key={"item": {"S": "mail_budget"}, "part": {"S": department}},
                    UpdateExpression="SET sent = :sent, expires_at = :expires",
                    ConditionExpression="sent = :seen" if seen else "attribute_not_exists(sent)",
                    ExpressionAttributeValues=values | ({":seen": _times(seen)} if seen else {}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            old: Any = exc.response.get("Item", {})
            there = old.get("sent", {}).get("L", [])
            self._seen[department] = [int(time["N"]) for time in there]
            return False
        self._seen[department] = sent
        return True


def _times(milliseconds: list[int]) -> "AttributeValueTypeDef":
    return {"L": [{"N": str(time)} for time in milliseconds]}
