"""The cases that wait, from the sparse index `open_by_due` of the Cases table."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.query_all import query_all
from desk.ports.open_cases import OpenCases

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class OpenCaseItems:
    """The port CasesWaiting on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str, now: datetime) -> OpenCases:
        """See CasesWaiting."""
        count = overdue = 0
        oldest: datetime | None = None
        for item in self._open(department):
            asked_at = datetime.fromisoformat(item["asked_at"]["S"])
            count += 1
            overdue += datetime.fromisoformat(item["first_due_at"]["S"]) < now
            oldest = min(oldest or asked_at, asked_at)
        return OpenCases(count, overdue, oldest)

    def _open(self, department: str) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {":department": {"S": department}},
            "ProjectionExpression": "asked_at, first_due_at",
        }
        return query_all(self._client, ask, page=self._page)
