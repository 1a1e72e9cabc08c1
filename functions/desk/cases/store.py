"""Stores cases, their events, and the marks of reminders and calls."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched, islice
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    batch_get,
    from_item,
    is_refused,
    moment_text,
    parts_of,
    query_all,
    store_errors,
    to_item,
    unless_refused,
    written_or_refused,
)
from desk.cases.author_cases import AuthorCase
from desk.cases.items import (
    CASE,
    case_change,
    case_event_item,
    case_event_of,
    case_item,
    case_key,
    case_of,
    excerpt_of,
    mention_event_item,
    valid_cases,
)
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Step
from desk.cases.outbox import QUEUED_REPLY, actions_with, entries_for
from desk.cases.queries import MAX_SCANNED, CaseQueries, CaseQueryItems
from desk.cases.sla import CALL_AGAIN_AFTER, Reminder
from desk.cases.trial import decision_actions
from desk.errors import CaseMoved
from desk.mentions.items import stored_mention_of
from desk.mentions.model import Mention
from desk.outbox.store import OutboxItems
from desk.promises.model import still_open
from desk.promises.store import promise_actions
from desk.reading import Reading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_MENTIONS = 20
"""How many of a case's mentions its file shows."""

_BATCH = 100  # cases that are read together


class CaseMention(NamedTuple):
    """A mention of a case with its reading, which is None until the mention is read."""

    mention: Mention
    reading: Reading | None


class CaseFile(NamedTuple):
    """A case with its mentions and events, oldest first.

    A mention whose words were erased or forgotten is not among them. `earlier` are the author's other cases, where the
    caller looked them up.
    """

    case: Case
    mentions: Sequence[CaseMention]
    events: Sequence[CaseEvent]
    earlier: tuple[AuthorCase, ...] = ()


class CaseStore(CaseQueries, Protocol):
    """The cases. Every method raises StoreBusy when the store gives up after bounded retries."""

    def get(self, case_id: str) -> Case | None:
        """The case, read consistently."""
        ...

    def get_many(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        """Those of the cases that exist, by id, read consistently. A malformed one is left out and logged."""
        ...

    def file(self, case_id: str) -> CaseFile | None:
        """The case with its mentions (the last 20) and events, read consistently."""
        ...

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        """Store the case in place of `seen` together with the event, and return it with its new version.

        Where the change needs a notification, it is in the outbox from then on, until `mark_sent` or the sweep removes
        it. So are its new promises in the store of promises, and what ended is no longer among the case's own.
        Raises CaseMoved when the case is no longer as seen.
        """
        ...

    def record(self, case: Case, event: CaseEvent) -> None:
        """Store an event without changing the case.

        If it is recorded again after StoreBusy, the case may have the event twice.
        """
        ...

    def mark_opened(self, case: Case) -> None:
        """Record that a person has opened the case as it is here, if one had to. The case's version stays."""
        ...

    def queued(self, *, limit: int) -> Sequence[Case]:
        """Cases whose reply is queued, the longest waiting first; may lag behind by seconds."""
        ...

    def is_unsent(self, case: Case, event: CaseEvent) -> bool:
        """Whether somebody is still to be notified of the event that made this version of the case."""
        ...

    def mark_sent(self, case: Case, event: CaseEvent) -> None:
        """Remove the event that made this version of the case from the outbox; does nothing if it is not there."""
        ...

    def last_reminders(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        """The stage of the last reminder that was recorded for each case id and due moment; read consistently."""
        ...

    def record_reminder(
        self, case: Case, reminder: Reminder, last: CaseEventKind | None, event: CaseEvent | None
    ) -> bool:
        """Record the reminder and the event, both or neither; an event of None: the reminder was skipped.

        False when the last recorded stage for this due moment is no longer `last`: another run was faster.
        """
        ...

    def claim_call(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        """Claim a call to the people on call, and return its number, the first being 1; None when no call is due.

        No call is due before CALL_AGAIN_AFTER has passed since the last one, nor after a case that was called for went
        to another department: somebody there has seen it. A call is due at once when the author comes back with a new
        matter, or when the case becomes alarming after a call. Nobody else can claim the case from the first moment of
        `held` to the second, both by the wall clock, unless this call is recorded before.
        """
        ...

    def record_call(self, case: Case, now: datetime, number: int) -> None:
        """Record that the call with this number was made."""
        ...

    def called_at(self, case_ids: Collection[str]) -> Mapping[str, datetime]:
        """When people on call were last called for these cases, read consistently; one without a call is absent."""
        ...


class CaseStoreItems(CaseQueryItems):
    """Implements CaseStore on DynamoDB."""

    def __init__(  # noqa: PLR0913 - tables and limits, each named
        self,
        client: "DynamoDBClient",
        *,
        cases_table: str,
        mentions_table: str,
        desk_table: str,
        page_size: int | None = None,
        max_scanned: int = MAX_SCANNED,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        super().__init__(client, cases_table=cases_table, page_size=page_size, max_scanned=max_scanned)
        self._mentions = mentions_table
        self._desk = desk_table
        self._pause = pause
        self._outbox = OutboxItems(client, desk_table, pause=pause)

    def get(self, case_id: str) -> Case | None:
        """See CaseStore."""
        item = self._item(case_key(case_id))
        return case_of(item) if item and "erased" not in item else None

    def get_many(self, case_ids: Collection[str]) -> dict[str, Case]:
        """See CaseStore."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys, pause=self._pause)
        return {case.id: case for case in valid_cases(items)}

    def file(self, case_id: str) -> CaseFile | None:
        """See CaseStore."""
        items = list(self._case_and_events(case_id))
        found = next((item for item in items if item["what"]["S"] == CASE), None)
        if found is None or "erased" in found:
            return None
        case = case_of(found)
        joined = (item["mention_id"]["S"] for item in items if "mention_id" in item)
        ids = list(dict.fromkeys([*case.mention_ids, *joined]))  # a case lists only the first few hundred
        events = [event for event in map(case_event_of, items) if event]
        return CaseFile(case, self._with_words(ids[-MAX_MENTIONS:]), events)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        """See CaseStore.

        A save whose answer was lost may be refused when botocore repeats it. The event has a key that no other save
        uses, so finding it proves that this save was done.
        """
        saved = after._replace(version=seen.version + 1, promises=still_open(after.promises))
        event_item = case_event_item(event, saved)
        change: Any = {"TableName": self._cases, **case_change(seen, saved)}
        actions: list[TransactWriteItemTypeDef] = [
            {"Update": change},
            {"Put": {"TableName": self._cases, "Item": event_item}},
            *actions_with(saved, seen, event, self._desk),
            *decision_actions(saved, seen, event, self._desk),
            *promise_actions(seen.promises, after.promises, event.at, ended_by(event), self._desk),
        ]
        refused = written_or_refused(self._client, actions, pause=self._pause)
        if refused and not self._item({key: event_item[key] for key in ("case_id", "what")}):
            raise CaseMoved(seen.id)
        return saved

    def step_actions(self, step: Step) -> Iterator[dict[str, Any]]:
        """The actions of a transaction that opens the case or lets mentions join it, with an event for each mention.

        They are refused if the case is no longer as it was before the step.
        """
        if step.after is None:
            return
        if step.before is None:
            opening = {
                "Item": case_item(step.after, excerpt_of(step)),
                "ConditionExpression": "attribute_not_exists(case_id)",
            }
            yield {"Put": {"TableName": self._cases, **opening}}
        else:
            yield {"Update": {"TableName": self._cases, **case_change(step.before, step.after, excerpt_of(step))}}
        for entry in step.entries:
            yield {"Put": {"TableName": self._cases, "Item": mention_event_item(entry, step.after)}}

    def record(self, case: Case, event: CaseEvent) -> None:
        """See CaseStore."""
        with store_errors():
            self._client.put_item(TableName=self._cases, Item=case_event_item(event, case))

    def mark_opened(self, case: Case) -> None:
        """See CaseStore. A later mention that has to be looked at stays unseen."""
        if case.unseen_since is None:
            return
        with unless_refused():
            self._client.update_item(
                TableName=self._cases,
                Key=case_key(case.id),
                UpdateExpression="REMOVE unseen_since",
                ConditionExpression="unseen_since = :since",
                ExpressionAttributeValues={":since": {"S": case.unseen_since.isoformat()}},
            )

    def queued(self, *, limit: int) -> Sequence[Case]:
        """See CaseStore. A malformed case is left out and logged, so that it holds up no other."""
        oldest_first = sorted(parts_of(self._client, self._desk, QUEUED_REPLY), key=lambda plain: plain["at"])
        return list(islice(self._queued(entry["part"] for entry in oldest_first), limit))

    def is_unsent(self, case: Case, event: CaseEvent) -> bool:
        """See CaseStore."""
        return any(map(self._outbox.has, entries_for(case, event)))

    def mark_sent(self, case: Case, event: CaseEvent) -> None:
        """See CaseStore."""
        self._outbox.settle(entries_for(case, event))

    def last_reminders(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        """See CaseStore."""
        keys = (_reminder_key(case_id, due) for case_id, due in dues.items())
        items = batch_get(self._client, self._cases, keys, pause=self._pause)
        return {item["case_id"]["S"]: CaseEventKind(item["stage"]["S"]) for item in items}

    def record_reminder(
        self, case: Case, reminder: Reminder, last: CaseEventKind | None, event: CaseEvent | None
    ) -> bool:
        """See CaseStore. If an answer is lost and botocore repeats the write, this returns False, which is harmless."""
        mark: dict[str, Any] = {
            "TableName": self._cases,
            "Item": _reminder_key(case.id, reminder.due) | {"stage": {"S": reminder.stage.value}},
            "ConditionExpression": "stage = :last" if last else "attribute_not_exists(stage)",
        }
        if last:
            mark["ExpressionAttributeValues"] = {":last": {"S": last.value}}
        actions: list[Any] = [{"Put": mark}]
        if event:
            actions.append({"Put": {"TableName": self._cases, "Item": case_event_item(event, case)}})
        return not written_or_refused(self._client, actions, tries=1)

    def claim_call(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        """See CaseStore. A claim whose answer was lost is refused to its own caller too, until it expires."""
        since = moment_text(case.calls_since)
        values = {
            ":held_from": moment_text(held[0]),
            ":held_until": moment_text(held[1]),
            ":since": since,
            ":department": case.department,
            ":told_by": moment_text(now - CALL_AGAIN_AFTER),
        }
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._cases,
                    Key=_call_key(case.id),
                    UpdateExpression="SET claimed_until = :held_until",
                    ConditionExpression=f"{_IS_FREE} AND {_IS_DUE}",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        plain = from_item(answer["Attributes"])
        return int(plain["times"]) + 1 if plain.get("since") == since else 1

    def record_call(self, case: Case, now: datetime, number: int) -> None:
        """See CaseStore. `since` is the case's `calls_since`, for which the other attributes hold."""
        plain = {
            "since": moment_text(case.calls_since),
            "department": case.department,
            "told_at": moment_text(now),
            "times": number,
        }
        with store_errors():
            self._client.put_item(TableName=self._cases, Item=_call_key(case.id) | to_item(plain))

    def called_at(self, case_ids: Collection[str]) -> dict[str, datetime]:
        """See CaseStore. A call that is only claimed has no time yet."""
        keys = [_call_key(case_id) for case_id in dict.fromkeys(case_ids)]
        found = map(from_item, batch_get(self._client, self._cases, keys, pause=self._pause))
        return {one["case_id"]: datetime.fromisoformat(one["told_at"]) for one in found if "told_at" in one}

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        with store_errors():
            answer = self._client.get_item(TableName=self._cases, Key=key, ConsistentRead=True)
        return answer.get("Item", {})

    def _case_and_events(self, case_id: str) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": "case_id = :case",
            "ExpressionAttributeValues": {":case": {"S": case_id}},
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)

    def _with_words(self, mention_ids: Sequence[str]) -> Sequence[CaseMention]:
        """The mentions that have words, oldest first; a malformed one with what could be saved of it."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in mention_ids]
        items = batch_get(self._client, self._mentions, keys, pause=self._pause)
        stored = [stored_mention_of(item) for item in items if "post" in item]
        stored.sort(key=lambda one: (one.mention.post.created_at, one.mention.id))
        return [CaseMention(one.mention, one.outcome.reading if one.outcome else None) for one in stored]

    def _queued(self, case_ids: Iterable[str]) -> Iterator[Case]:
        """Those of the cases whose reply is still queued, in this order."""
        for some in batched(case_ids, _BATCH, strict=False):
            items = batch_get(self._client, self._cases, map(case_key, some), pause=self._pause)
            cases = {case.id: case for case in valid_cases(items)}
            found = (cases[case_id] for case_id in some if case_id in cases)
            yield from (case for case in found if case.state is CaseState.QUEUED)


def ended_by(event: CaseEvent) -> str:
    """The reply by which promises end with this event: the desk's own, or one that somebody gave on X."""
    return event.post_id or event.x_id or ""


_IS_FREE = "(attribute_not_exists(claimed_until) OR claimed_until <= :held_from)"
_IS_DUE = "(attribute_not_exists(told_at) OR since <> :since OR (department = :department AND told_at <= :told_by))"


def _reminder_key(case_id: str, due: datetime) -> dict[str, Any]:
    return {"case_id": {"S": case_id}, "what": {"S": f"chase#{moment_text(due)}"}}


def _call_key(case_id: str) -> dict[str, Any]:
    return {"case_id": {"S": case_id}, "what": {"S": "on_call"}}
