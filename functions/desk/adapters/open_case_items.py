"""The cases that wait, from the sparse index `open_by_due` of the Cases table."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.query_all import query_all
from desk.ports.open_cases import OpenCase

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES = ("case_id", "kind", "urgency", "asked_at", "first_due_at", "mention_ids")

_log = logging.getLogger(__name__)


class OpenCaseItems:
    """The port CasesWaiting on DynamoDB, page after page. `page` is how many one query takes."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str) -> Iterator[OpenCase]:
        """See CasesWaiting. A malformed case is left out and logged, so that it hides no other."""
        for item in self._open(department):
            try:
                yield _case_of(item)
            except (KeyError, IndexError, ValueError):
                _log.exception("the case %s is malformed", item["case_id"]["S"])

    def _open(self, department: str) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department",
            "ExpressionAttributeNames": {"#open": "open"} | {f"#{name}": name for name in _NAMES},
            "ExpressionAttributeValues": {":department": {"S": department}},
            "ProjectionExpression": ", ".join(f"#{name}" for name in _NAMES),
        }
        return query_all(self._client, ask, page=self._page)


def _case_of(item: dict[str, Any]) -> OpenCase:
    return OpenCase(
        id=item["case_id"]["S"],
        kind=item["kind"]["S"],
        urgency=item["urgency"]["S"],
        asked_at=datetime.fromisoformat(item["asked_at"]["S"]),
        first_due_at=datetime.fromisoformat(item["first_due_at"]["S"]),
        mention_id=item["mention_ids"]["L"][-1]["S"],
    )
