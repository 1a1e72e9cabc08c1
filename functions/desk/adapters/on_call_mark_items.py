"""The calls made for a case as an item beside it in the Cases table, with `what` = `on_call`."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.post_items import moment_text
from desk.adapters.store_errors import is_refused, store_errors
from desk.case import Case
from desk.ports.on_call_marks import AGAIN

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WHAT = "on_call"
_IS_FREE = "(attribute_not_exists(claimed_until) OR claimed_until <= :held_from)"
_IS_DUE = "(attribute_not_exists(told_at) OR since <> :since OR (department = :department AND told_at <= :told_by))"


class OnCallMarkItems:
    """The port OnCallMarks on DynamoDB. `since` is the case's `calls_since` for which the other attributes hold."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str) -> None:
        self._client = client
        self._cases = cases_table

    def claim(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        """See OnCallMarks. A claim whose answer was lost is refused to its maker too, until it is over."""
        values = {
            ":held_from": moment_text(held[0]),
            ":held_until": moment_text(held[1]),
            ":since": moment_text(case.calls_since),
            ":department": case.department,
            ":told_by": moment_text(now - AGAIN),
        }
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._cases,
                    Key=_key(case),
                    UpdateExpression="SET claimed_until = :held_until",
                    ConditionExpression=f"{_IS_FREE} AND {_IS_DUE}",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        return _number(from_item(answer["Attributes"]), values[":since"])

    def called(self, case: Case, now: datetime, number: int) -> None:
        """See OnCallMarks."""
        item = {
            **from_item(_key(case)),
            "since": moment_text(case.calls_since),
            "department": case.department,
            "told_at": moment_text(now),
            "times": number,
        }
        with store_errors():
            self._client.put_item(TableName=self._cases, Item=to_item(item))


def _key(case: Case) -> dict[str, Any]:
    return {"case_id": {"S": case.id}, "what": {"S": _WHAT}}


def _number(plain: dict[str, Any], since: str) -> int:
    return int(plain["times"]) + 1 if plain.get("since") == since else 1
