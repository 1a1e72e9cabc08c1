"""Cases as the people who answer them see and change them, in the Cases, Mentions and Desk tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched, islice
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.all_or_nothing import written_or_refused
from desk.adapters.author_case_items import author_cases
from desk.adapters.batch_get import batch_get
from desk.adapters.case_event_items import case_event_item, case_event_of
from desk.adapters.case_items import CASE, case_change, case_key, case_of
from desk.adapters.case_pointers import UNDERWAY, UNTOLD, pointing, untold_key, untold_of
from desk.adapters.desk_parts import parts_of
from desk.adapters.query_all import query_all
from desk.adapters.sound_cases import sound_cases
from desk.adapters.store_errors import store_errors
from desk.adapters.stored_mention_items import stored_mention_of
from desk.author_cases import AuthorCase
from desk.case import Case, CaseState
from desk.case_event import CaseEvent
from desk.errors import CaseMoved
from desk.ports.cases import CaseFile, CaseMention, Untold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MENTIONS = 20
"""How many of a case's mentions its file shows."""

_POINTERS = 100  # whose cases are looked at together


class CaseStoreItems:
    """The port CaseStore on DynamoDB, with the pointers of `case_pointers`."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        cases_table: str,
        mentions_table: str,
        desk_table: str,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._cases = cases_table
        self._mentions = mentions_table
        self._desk = desk_table
        self._pause = pause

    def get(self, case_id: str) -> Case | None:
        """See CaseStore."""
        item = self._item(case_key(case_id))
        return case_of(item) if item and "erased" not in item else None

    def file(self, case_id: str) -> CaseFile | None:
        """See CaseStore."""
        items = list(self._beside(case_id))
        found = next((item for item in items if item["what"]["S"] == CASE), None)
        if found is None or "erased" in found:
            return None
        case = case_of(found)
        joined = (item["mention_id"]["S"] for item in items if "mention_id" in item)
        ids = list(dict.fromkeys([*case.mention_ids, *joined]))  # a case lists only the first few hundred
        events = [event for event in map(case_event_of, items) if event]
        return CaseFile(case, self._read(ids[-MENTIONS:]), events)

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """See CaseStore."""
        return author_cases(self._client, self._cases, author_id, since)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        """See CaseStore.

        A change whose answer was lost may be refused for what it has changed itself: then its event lies there, under
        a key that no other change has.
        """
        saved = after._replace(version=seen.version + 1)
        happened = case_event_item(event, saved)
        change: Any = {"TableName": self._cases, **case_change(seen, saved)}
        actions: list[TransactWriteItemTypeDef] = [
            {"Update": change},
            {"Put": {"TableName": self._cases, "Item": happened}},
            *pointing(saved, seen, event, self._desk),
        ]
        refused = written_or_refused(self._client, actions, pause=self._pause)
        if refused and not self._item({key: happened[key] for key in ("case_id", "what")}):
            raise CaseMoved(seen.id)
        return saved

    def record(self, case: Case, event: CaseEvent) -> None:
        """See CaseStore."""
        with store_errors():
            self._client.put_item(TableName=self._cases, Item=case_event_item(event, case))

    def queued(self, *, limit: int) -> Sequence[Case]:
        """See CaseStore. A malformed case is left out and logged, so that it holds up no other."""
        return list(islice(self._underway(pointer["part"] for pointer in self._pointers(UNDERWAY)), limit))

    def untold(self, *, limit: int) -> Sequence[Untold]:
        """See CaseStore."""
        return [untold_of(pointer) for pointer in self._pointers(UNTOLD)[:limit]]

    def told(self, case_id: str, version: int) -> None:
        """See CaseStore."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=untold_key(case_id, version))

    def _pointers(self, item: str) -> list[dict[str, Any]]:
        """The oldest first."""
        return sorted(parts_of(self._client, self._desk, item), key=lambda pointer: pointer["at"])

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        with store_errors():
            answer = self._client.get_item(TableName=self._cases, Key=key, ConsistentRead=True)
        return answer.get("Item", {})

    def _beside(self, case_id: str) -> Iterator[dict[str, Any]]:
        """The case and its events, in order."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": "case_id = :case",
            "ExpressionAttributeValues": {":case": {"S": case_id}},
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)

    def _read(self, mention_ids: Sequence[str]) -> Sequence[CaseMention]:
        """Those that have words, oldest first; of a malformed one what could be saved of it."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in mention_ids]
        items = batch_get(self._client, self._mentions, keys, pause=self._pause)
        stored = [stored_mention_of(item) for item in items if "post" in item]
        stored.sort(key=lambda one: (one.mention.post.created_at, one.mention.id))
        return [CaseMention(one.mention, one.outcome.reading if one.outcome else None) for one in stored]

    def _underway(self, case_ids: Iterable[str]) -> Iterator[Case]:
        """Those of the cases whose reply is on its way, in this order."""
        for some in batched(case_ids, _POINTERS, strict=False):
            items = batch_get(self._client, self._cases, map(case_key, some), pause=self._pause)
            cases = {case.id: case for case in sound_cases(items)}
            found = (cases[case_id] for case_id in some if case_id in cases)
            yield from (case for case in found if case.state is CaseState.QUEUED)
