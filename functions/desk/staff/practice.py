"""Which practice cases people have done in the console."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PracticeStore(Protocol):
    """What people have done. Every method raises StoreBusy."""

    def done(self, person_id: str) -> frozenset[str] | None:
        """The lessons that the person has done; None if practising was never offered to them."""
        ...

    def record(self, person_id: str, lessons: Collection[str], now: datetime) -> None:
        """Add these lessons, none or some, to those that are done. Recording none says that practising was offered."""
        ...

    def begin_again(self, person_id: str) -> None:
        """Forget what the person has done."""
        ...


_LASTS = timedelta(days=365)
_ITEM = "console_practice"


class PracticeItems:
    """Implements PracticeStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def done(self, person_id: str) -> frozenset[str] | None:
        """See PracticeStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(person_id), ConsistentRead=True)
        return frozenset(answer["Item"].get("done", {}).get("SS", ())) if "Item" in answer else None

    def record(self, person_id: str, lessons: Collection[str], now: datetime) -> None:
        """See PracticeStore."""
        values: Any = to_item({":at": int((now + _LASTS).timestamp())})
        if lessons:
            values[":lessons"] = {"SS": sorted(lessons)}
        with store_errors():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(person_id),
                UpdateExpression="SET expires_at = :at" + (" ADD done :lessons" if lessons else ""),
                ExpressionAttributeValues=values,
            )

    def begin_again(self, person_id: str) -> None:
        """See PracticeStore."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=_key(person_id))


def _key(person_id: str) -> Any:
    return to_item({"item": _ITEM, "part": person_id})
