"""How far the reminders of cases that wait have come."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import batch_get, from_item, is_refused, moment_text, query_all, store_errors, to_item
from desk.aws.transactions import written_or_refused
from desk.cases.items import case_event_item, sound_cases
from desk.cases.model import Case, CaseEvent, CaseEventKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ChaseStep(NamedTuple):
    """A reminder: its stage (REMINDED, DUE or ESCALATED), and the moment by which the answer is due."""

    stage: CaseEventKind
    due: datetime


class Chases(Protocol):
    """The cases that wait, and what was told of them. Every method raises StoreBusy."""

    def waiting(self, department: str, until: datetime) -> Iterator[Case]:
        """The department's cases whose clock ends by then, the soonest first; may lag behind by seconds."""
        ...

    def told(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        """The last stage of each of these cases, by id, that was noted for that due moment; read consistently."""
        ...

    def note(self, case: Case, step: ChaseStep, seen: CaseEventKind | None, event: CaseEvent | None) -> bool:
        """Note the step, and beside the case what happened, both or neither; an event of None was passed over.

        False when what was noted for this due moment is no longer `seen`: another run has done it.
        """
        ...


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


AGAIN = timedelta(minutes=10)
"""How long after a call the next one follows while nobody has taken the case on."""


class OnCallMarks(Protocol):
    """When somebody was last called for a case. Every method raises StoreBusy."""

    def claim(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        """Which call for this case is to be made now, the first being 1; None when none is.

        None is due before AGAIN has passed since the last one, nor after a case that was called for went to another
        department, by somebody who so has seen it; who comes back with a new matter, and what becomes alarming after a
        call, is called for at once. Nobody else can claim the case from the first moment of `held` up to the second,
        both the machine's, unless this call is noted before.
        """
        ...

    def called(self, case: Case, now: datetime, number: int) -> None:
        """Note that the call of this number was made."""
        ...


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
                    Key=_on_call_mark_key(case),
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
            **from_item(_on_call_mark_key(case)),
            "since": moment_text(case.calls_since),
            "department": case.department,
            "told_at": moment_text(now),
            "times": number,
        }
        with store_errors():
            self._client.put_item(TableName=self._cases, Item=to_item(item))


def _on_call_mark_key(case: Case) -> dict[str, Any]:
    return {"case_id": {"S": case.id}, "what": {"S": _WHAT}}


def _number(plain: dict[str, Any], since: str) -> int:
    return int(plain["times"]) + 1 if plain.get("since") == since else 1
