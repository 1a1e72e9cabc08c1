"""The urgent cases that nobody has taken on, from the sparse index `open_by_due` of the Cases table."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.case_items import case_of
from desk.adapters.store_errors import store_errors
from desk.case import Case
from desk.reading import Urgency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_log = logging.getLogger(__name__)


class UrgentCaseItems:
    """The port UrgentCases on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        """See UrgentCases. A malformed case is left out and logged, so that it holds up no other."""
        return [case for case in map(_sound, self._items(department, due_before)) if case]

    def _items(self, department: str, due_before: datetime) -> Iterator[dict[str, Any]]:
        ask: QueryInputTypeDef = {
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
        if self._page:
            ask["Limit"] = self._page
        while True:
            with store_errors():
                answer = self._client.query(**ask)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            ask["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _sound(item: dict[str, Any]) -> Case | None:
    try:
        return case_of(item)
    except (KeyError, TypeError, ValueError):
        _log.exception("the case %s is malformed", item["case_id"]["S"])
        return None
