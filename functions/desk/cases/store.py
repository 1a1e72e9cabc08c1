"""Cases as the people who answer them see and change them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched, islice
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, moment_text, parts_of, query_all, store_errors, to_item
from desk.aws.transactions import written_or_refused
from desk.cases.author_cases import AuthorCase
from desk.cases.items import CASE, case_change, case_event_item, case_event_of, case_key, case_of, sound_cases
from desk.cases.model import Case, CaseEvent, CaseState
from desk.cases.queries import author_cases
from desk.cases.routing import stored_mention_of
from desk.cases.transitions import is_news
from desk.errors import CaseMoved
from desk.mentions.model import Mention
from desk.reading import Reading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class CaseMention(NamedTuple):
    """A mention of a case with its reading; the reading is None while nobody has read it."""

    mention: Mention
    reading: Reading | None


class CaseFile(NamedTuple):
    """A case with everything that belongs to it: mentions and events, oldest first.

    A mention whose words were erased or forgotten is not among them. `earlier` are the author's other cases, for who
    looked them up.
    """

    case: Case
    mentions: Sequence[CaseMention]
    events: Sequence[CaseEvent]
    earlier: tuple[AuthorCase, ...] = ()


class Untold(NamedTuple):
    """News of a case that nobody has been told for certain: what happened when (aware), and the version it made."""

    case_id: str
    version: int
    what: str
    at: datetime


class CaseStore(Protocol):
    """The cases. Every method raises StoreBusy when the store gives up after bounded retries."""

    def get(self, case_id: str) -> Case | None:
        """The case as it stands, read consistently."""
        ...

    def file(self, case_id: str) -> CaseFile | None:
        """The case with its mentions (the last 20) and events, read consistently."""
        ...

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened since then, the newest first, 20 at most; may lag behind by seconds."""
        ...

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        """Store the case in place of `seen` together with what happened, and return it with its new version.

        News (`case_news.is_news`) is found among the untold from then on, until `told`. Raises CaseMoved when the case
        is no longer as seen.
        """
        ...

    def untold(self, *, limit: int) -> Sequence[Untold]:
        """News that waits to be told, the oldest first."""
        ...

    def told(self, case_id: str, version: int) -> None:
        """Mark the notification for this version of the case as sent; does nothing where there was none."""
        ...

    def record(self, case: Case, event: CaseEvent) -> None:
        """Store what happened beside the case, which stays as it is: nobody's page grows old by it.

        Recorded again after StoreBusy it may stand there twice.
        """
        ...

    def queued(self, *, limit: int) -> Sequence[Case]:
        """Cases whose reply is on its way, the longest first; may lag behind by seconds."""
        ...


UNDERWAY = "reply_underway"
UNTOLD = "case_untold"


def pointing(after: Case, seen: Case, event: CaseEvent, table: str) -> "Iterator[TransactWriteItemTypeDef]":
    """What the step from `seen` to `after`, which has its new version, writes beside the case."""
    pointer = {"item": UNDERWAY, "part": after.id}
    is_queued, was_queued = (case.state is CaseState.QUEUED for case in (after, seen))
    if is_queued and not (was_queued and after.post_id == seen.post_id):
        item = pointer | {"post_id": after.post_id, "at": moment_text(event.at)}
        yield {"Put": {"TableName": table, "Item": to_item(item)}}
    elif was_queued and not is_queued:
        yield {"Delete": {"TableName": table, "Key": to_item(pointer)}}
    if is_news(after, seen, event):
        news = untold_key(after.id, after.version) | to_item({"what": event.what.value, "at": moment_text(event.at)})
        yield {"Put": {"TableName": table, "Item": news}}


def untold_key(case_id: str, version: int) -> dict[str, Any]:
    """The key of the pointer to news."""
    return to_item({"item": UNTOLD, "part": f"{case_id}#{version}"})


def untold_of(pointer: dict[str, Any]) -> Untold:
    """The news that a pointer (plain) points to."""
    case_id, _, version = pointer["part"].partition("#")
    return Untold(case_id, int(version), pointer["what"], datetime.fromisoformat(pointer["at"]))


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
