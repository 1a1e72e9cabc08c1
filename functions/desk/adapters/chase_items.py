"""How far the reminders of cases have come, as items of the Cases table.

Beside the case lies for each moment by which its answer was due `chase#<ISO time>`, with the last stage told.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.all_or_nothing import written_or_refused
from desk.adapters.batch_get import batch_get
from desk.adapters.case_event_items import case_event_item
from desk.adapters.mention_items import to_item
from desk.adapters.post_items import moment_text
from desk.adapters.query_all import query_all
from desk.adapters.sound_cases import sound_cases
from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.ports.chases import ChaseStep

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ChaseItems:
    """The port Chases on DynamoDB."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        cases_table: str,
        page: int | None = None,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page
        self._pause = pause

    def waiting(self, department: str, until: datetime) -> Iterator[Case]:
        """See Chases. A malformed case is left out and logged, so that it holds up no other."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department AND due_at <= :until",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": to_item(
                {":department": department, ":until": until.astimezone(UTC).isoformat()}
            ),
        }
        return sound_cases(query_all(self._client, ask, page=self._page))

    def told(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        """See Chases."""
        keys = (_key(case_id, due) for case_id, due in dues.items())
        items = batch_get(self._client, self._cases, keys, pause=self._pause)
        return {item["case_id"]["S"]: CaseEventKind(item["stage"]["S"]) for item in items}

    def note(self, case: Case, step: ChaseStep, seen: CaseEventKind | None, event: CaseEvent | None) -> bool:
        """See Chases. Where the answer was lost, what is written again finds itself there, which is as good."""
        mark: dict[str, Any] = {
            "TableName": self._cases,
            "Item": _key(case.id, step.due) | {"stage": {"S": step.stage.value}},
            "ConditionExpression": "stage = :seen" if seen else "attribute_not_exists(stage)",
        }
        if seen:
            mark["ExpressionAttributeValues"] = {":seen": {"S": seen.value}}
        actions: list[Any] = [{"Put": mark}]
        if event:
            actions.append({"Put": {"TableName": self._cases, "Item": case_event_item(event, case)}})
        return not written_or_refused(self._client, actions, tries=1)


def _key(case_id: str, due: datetime) -> dict[str, Any]:
    return {"case_id": {"S": case_id}, "what": {"S": f"chase#{moment_text(due)}"}}
