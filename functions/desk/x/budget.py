"""The day's budget for what the desk looks up on X for people, and for private messages.

A call takes its highest price before it is made, and gives back what it did not cost. What is taken and never given
back, because the run died, stays spent.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from desk.aws.dynamodb import is_refused, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LookUpBudget(Protocol):
    """The budget of the desk's day of a moment (aware). Every method raises StoreBusy."""

    def take(self, micro_usd: int, at: datetime) -> bool:
        """Take so much from the day's budget; False if it does not have so much."""
        ...

    def give_back(self, micro_usd: int, at: datetime) -> None:
        """Give back what was taken at that moment and not used."""
        ...


_KEPT = timedelta(days=40)


class LookUpBudgetItems:
    """Implements LookUpBudget on DynamoDB. `limit` is the budget of a day in micro-dollars; `zone` the desk's."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, limit: int, zone: ZoneInfo) -> None:
        self._client = client
        self._desk = desk_table
        self._limit = limit
        self._zone = zone

    def take(self, micro_usd: int, at: datetime) -> bool:
        """See LookUpBudget. A take whose answer was lost may be counted twice, which only spends less."""
        if micro_usd > self._limit:
            return False
        try:
            self._add(micro_usd, at, most_before=self._limit - micro_usd)
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True

    def give_back(self, micro_usd: int, at: datetime) -> None:
        """See LookUpBudget."""
        if micro_usd:
            self._add(-micro_usd, at, most_before=None)

    def _add(self, micro_usd: int, at: datetime, *, most_before: int | None) -> None:
        values = {":used": micro_usd, ":expiry": int((at + _KEPT).timestamp())}
        condition: dict[str, str] = {}
        if most_before is not None:
            condition = {"ConditionExpression": "attribute_not_exists(micro_usd) OR micro_usd <= :most"}
            values[":most"] = most_before
        with store_errors():
            self._client.update_item(
                TableName=self._desk,
                Key=to_item({"item": f"day#{at.astimezone(self._zone).date()}", "part": "x_look_ups"}),
                UpdateExpression="SET expires_at = :expiry ADD micro_usd :used",
                ExpressionAttributeValues=to_item(values),
                **condition,  # type: ignore[arg-type]
            )
