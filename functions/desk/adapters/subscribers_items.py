"""Who hears of a department's cases, as items of the Desk table."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from desk.adapters.desk_parts import parts_of
from desk.adapters.store_errors import store_errors
from desk.clock import utc_now
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "subscribers"
_FRESH = timedelta(seconds=60)


class SubscribersItems:
    """The ports Subscribers and SubscriberNotes on DynamoDB; what was read is believed for a minute."""

    def __init__(self, client: "DynamoDBClient", *, desk_table: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._client = client
        self._desk = desk_table
        self._clock = clock
        self._known: dict[str, int] | None = None
        self._read_at: datetime | None = None

    def confirmed(self, department: str) -> int | None:
        """See Subscribers."""
        return self._fresh().get(department)

    def are_known(self) -> bool:
        """See Subscribers."""
        self._fresh()
        return self._known is not None

    def departments(self) -> frozenset[str]:
        """See Subscribers."""
        return frozenset(self._fresh())

    def note(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """See SubscriberNotes."""
        with store_errors():
            self._client.put_item(
                TableName=self._desk,
                Item={
                    "item": {"S": _ITEM},
                    "part": {"S": department},
                    "confirmed": {"N": str(confirmed)},
                    "missing": {"L": [{"S": email} for email in sorted(missing)]},
                },
            )

    def _fresh(self) -> dict[str, int]:
        now = self._clock()
        if self._read_at is None or now - self._read_at > _FRESH:
            self._read_at = now  # a failed look is not repeated within the minute either
            self._look()
        return self._known or {}

    def _look(self) -> None:
        try:
            parts = list(parts_of(self._client, self._desk, _ITEM))
        except (StoreBusy, ClientError):
            return  # mail goes its usual way: this is no reason to hold it up
        self._known = {part["part"]: int(part["confirmed"]) for part in parts if "confirmed" in part}
