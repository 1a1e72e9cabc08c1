"""What happened to cases, from the index `events_by_day` of the Cases table, and which mentions the cases have."""

import logging
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_get import batch_get
from desk.adapters.case_event_items import case_event_of
from desk.adapters.case_items import case_key
from desk.adapters.post_items import moment_text
from desk.adapters.query_all import query_all
from desk.ports.case_days import CaseDeed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


class CaseDayItems:
    """The port CaseDays on DynamoDB: day after day by UTC, page after page. `page` is how many one query takes."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        """See CaseDays. What is malformed is left out and logged, so that nothing else is."""
        day, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
        while day <= last:
            for item in self._of_day(day.isoformat(), since, until):
                deed = _deed_in(item)
                if deed and deed.event.at < until:
                    yield deed
            day += _DAY

    def mentions(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """See CaseDays."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys, projection="case_id, mention_ids")
        return {item["case_id"]["S"]: tuple(each["S"] for each in item["mention_ids"]["L"]) for item in items}

    def _of_day(self, day: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "events_by_day",
            "KeyConditionExpression": "#day = :day AND #at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#day": "day", "#at": "at"},
            "ExpressionAttributeValues": {
                ":day": {"S": day},
                ":since": {"S": moment_text(since)},
                ":until": {"S": moment_text(until)},
            },
        }
        return query_all(self._client, ask, page=self._page)


def _deed_in(item: dict[str, Any]) -> CaseDeed | None:
    try:
        event = case_event_of(item)
        return CaseDeed(item["case_id"]["S"], event) if event else None
    except (KeyError, TypeError, ValueError):
        _log.exception("an event of the case %s is malformed", item["case_id"]["S"])
        return None
