"""The urgent cases that nobody has taken on, from the sparse index `open_by_due` of the Cases table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.query_all import query_all
from desk.adapters.sound_cases import sound_cases
from desk.case import Case
from desk.reading import Urgency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class UrgentCaseItems:
    """The port UrgentCases on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        """See UrgentCases. A malformed case is left out and logged, so that it holds up no other."""
        return list(sound_cases(self._items(department, due_before)))

    def _items(self, department: str, due_before: datetime) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department AND due_at < :before",
            "FilterExpression": "urgency = :high AND attribute_not_exists(holder)",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {
                ":department": {"S": department},
                ":before": {"S": due_before.isoformat()},
                ":high": {"S": Urgency.HIGH.value},
            },
        }
        return query_all(self._client, ask, page=self._page)
