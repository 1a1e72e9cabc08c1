"""Erasure of posts and people, and the retention of texts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import (
    Group,
    batch_get,
    names,
    parts_of,
    query_all,
    query_pages,
    store_errors,
    to_item,
    transact,
    unless_refused,
    written_or_refused,
)
from desk.cases.items import CASE, case_key
from desk.cases.model import CaseState, Review, inbox_queue
from desk.cases.outbox import QUEUED_REPLY
from desk.clock import utc_now
from desk.errors import StoreBusy
from desk.mentions.items import HEARD_REST, HEARD_TO_SEE, WORD_ATTRIBUTES
from desk.mentions.model import SHARDS
from desk.pictures.store import PictureRemover
from desk.promises.store import PromiseItems
from desk.replies.errors import InvalidField
from desk.replies.forms import attached_in
from desk.staff.drafts import DRAFT, part_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Erasure(Protocol):
    """Erases texts and names for good. All methods raise StoreBusy and are safe to repeat."""

    def erase_mentions(self, mention_ids: Collection[str]) -> int:
        """Reduce these mentions to tombstones (ID, times, counts) and return how many had more.

        Nothing is done with a tombstone any more, and the mention is never stored again.
        """
        ...

    def erase_case(self, case_id: str) -> int:
        """Close an erased author's case for good, remove its texts and names, and return how many items had some.

        What was promised to them is withdrawn.

        A change of the case that is under way is refused. For the API and pages the case no longer exists.
        """
        ...

    def strip_case_without_texts(self, case_id: str) -> None:
        """Remove name, draft and texts of a case if none of its mentions has a text any more.

        The case stays with its department, which sees that there is nothing left to answer and closes it. What was
        promised is withdrawn.
        """
        ...


_WORDS = ", ".join(WORD_ATTRIBUTES)
_ANY_WORDS = ("post.id", "parent.id", "failure", "terms", "why", "waiting")
"""What a mention has besides its counts: `why` quotes words, and `waiting` would never end."""
_NAMED = frozenset({"draft", "open", "inbox", "urgent"})
_REMOVED = "draft, promises, #row.author, #row.excerpt"
"""A case's words and names; `_has_words` looks for them."""


class ErasureItems:
    """Erasure on DynamoDB. Items that are erased already cost reads and no write."""

    def __init__(
        self,
        client: "DynamoDBClient",
        pictures: PictureRemover,
        *,
        mentions_table: str,
        cases_table: str,
        desk_table: str,
    ) -> None:
        self._client = client
        self._pictures = pictures
        self._mentions = mentions_table
        self._cases = cases_table
        self._desk = desk_table
        self._promises = PromiseItems(client, desk_table)

    def erase_mentions(self, mention_ids: Collection[str]) -> int:
        """See Erasure."""
        found = [mention_id for mention_id, has_words in self.has_words(mention_ids).items() if has_words]
        for mention_id in found:
            with unless_refused():
                self._client.update_item(
                    TableName=self._mentions,
                    Key={"mention_id": {"S": mention_id}},
                    UpdateExpression=f"SET erased = :yes REMOVE {_WORDS}, why, waiting, waiting_since",
                    ConditionExpression="attribute_exists(mention_id)",
                    ExpressionAttributeValues={":yes": {"BOOL": True}},
                )
        for mention_id in dict.fromkeys(mention_ids):
            self._remove_drafts(f"m{mention_id}")
        return len(found)

    def has_words(self, mention_ids: Collection[str]) -> dict[str, bool]:
        """Whether each existing mention is not a tombstone yet: it has words or waits for something."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        projection = f"mention_id, erased, {', '.join(_ANY_WORDS)}"
        items = batch_get(self._client, self._mentions, keys, projection=projection)
        tombstone = {"mention_id", "erased"}
        return {item["mention_id"]["S"]: item.keys() != tombstone for item in items}

    def erase_case(self, case_id: str) -> int:
        """See Erasure. The case is closed first, so that no change can add texts meanwhile."""
        named = self._needs_erasure(case_id)
        if named:
            self._close(case_id)
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=to_item({"item": QUEUED_REPLY, "part": case_id}))
        self._promises.withdraw(case_id, utc_now())
        self._remove_drafts(case_id)
        return named + self._remove_event_texts(case_id)

    def strip_case_without_texts(self, case_id: str) -> None:
        """See Erasure. The version is raised, so that a draft that is being saved meanwhile is refused."""
        items = list(self._items_of_case(case_id))
        ids = dict.fromkeys(item["mention_id"]["S"] for item in items if "mention_id" in item)
        keys = [to_item({"mention_id": mention_id}) for mention_id in ids]
        case = next((item for item in items if item["what"]["S"] == CASE), {})
        found = batch_get(self._client, self._mentions, keys, projection="mention_id, post.id")
        worded = {item["mention_id"]["S"] for item in found if "post" in item}
        if not keys or worded:
            self._forget_excerpt(case, worded)
            return
        if _has_words(case):
            self._strip_name_and_draft(case_id, case)
        self._promises.withdraw(case_id, utc_now())
        self._remove_drafts(case_id)
        self._remove_event_texts(case_id)

    def count_items_with_words(self, case_id: str) -> int:
        """The number of the case's items with texts or names, or not closed for good yet."""
        return self._needs_erasure(case_id) + sum(1 for _ in self._events_with_text(case_id))

    def _needs_erasure(self, case_id: str) -> bool:
        with store_errors():
            answer = self._client.get_item(TableName=self._cases, Key=case_key(case_id), ConsistentRead=True)
        item = answer.get("Item", {})
        return bool(item) and ("erased" not in item or not _NAMED.isdisjoint(item) or _has_words(item))

    def _close(self, case_id: str) -> None:
        """Close the case and raise its version, so that a change of the old case can't be saved.

        Its list of mentions is emptied too, since reports make links of it. The events still have their IDs.
        """
        with unless_refused():
            self._client.update_item(
                TableName=self._cases,
                Key=case_key(case_id),
                UpdateExpression="SET erased = :yes, #state = :closed, mention_ids = :none,"
                " #version = if_not_exists(#version, :one) + :one"
                f" REMOVE {_REMOVED}, doubts, #row.holder, #open, inbox, urgent, inbox_order",
                ConditionExpression="attribute_exists(case_id)",
                ExpressionAttributeNames=names(["state", "version", "open", "row"]),
                ExpressionAttributeValues=to_item(
                    {":yes": True, ":closed": CaseState.CLOSED.value, ":none": [], ":one": 1}
                ),
            )

    def _strip_name_and_draft(self, case_id: str, case: dict[str, Any]) -> None:
        """Remove author and draft; a drafted case becomes open again, if it is still drafted."""
        values: dict[str, Any] = {":one": 1}
        used, change, condition = ["version", "row"], "", "attribute_exists(case_id)"
        if case.get("state") == {"S": CaseState.DRAFTED.value}:
            row = case["row"]["M"]
            review = Review(row["review"]["S"]) if "review" in row else None
            inbox = inbox_queue(
                CaseState.OPEN,
                case["department"]["S"],
                review,
                is_snoozed="snoozed_until" in row,
                awaits_release="awaits_release" in case,
                is_at_risk="safety" in row,
            )
            values |= {":open": CaseState.OPEN.value, ":drafted": CaseState.DRAFTED.value, ":inbox": inbox}
            used.append("state")
            change, condition = ", #state = :open, inbox = :inbox", "#state = :drafted"
        with unless_refused():
            self._client.update_item(
                TableName=self._cases,
                Key=case_key(case_id),
                UpdateExpression=f"SET #version = if_not_exists(#version, :one) + :one{change} REMOVE {_REMOVED}",
                ConditionExpression=condition,
                ExpressionAttributeNames=names(used),
                ExpressionAttributeValues=to_item(values),
            )

    def _forget_excerpt(self, case: dict[str, Any], worded: Collection[str]) -> None:
        """Remove the case's excerpt if its mention has no words any more."""
        mention_id = case.get("row", {}).get("M", {}).get("excerpt", {}).get("M", {}).get("mention_id")
        if mention_id and mention_id["S"] not in worded:
            with unless_refused():
                self._client.update_item(
                    TableName=self._cases,
                    Key=_key_of(case),
                    UpdateExpression="REMOVE #row.excerpt",
                    ConditionExpression="#row.excerpt.mention_id = :mention",
                    ExpressionAttributeNames=names(["row"]),
                    ExpressionAttributeValues={":mention": mention_id},
                )

    def _remove_event_texts(self, case_id: str) -> int:
        """Remove the texts and pictures of the case's events and return how many had some."""
        worded = list(self._events_with_text(case_id))
        self._pictures.remove(_pictures_of(worded))
        for key in map(_key_of, worded):
            with unless_refused():
                self._client.update_item(
                    TableName=self._cases,
                    Key=key,
                    UpdateExpression="REMOVE #text, override_reason, pictures",
                    ConditionExpression="attribute_exists(case_id)",
                    ExpressionAttributeNames={"#text": "text"},
                )
        return len(worded)

    def _remove_drafts(self, key: str) -> None:
        """Remove what people typed for this case or mention and did not send."""
        for part in parts_of(self._client, self._desk, DRAFT, beginning=part_of(key)):
            self._pictures.remove(_pictures_typed(part.get("options", {})))
            with store_errors():
                self._client.delete_item(TableName=self._desk, Key=to_item({"item": DRAFT, "part": part["part"]}))

    def _events_with_text(self, case_id: str) -> Iterator[dict[str, Any]]:
        """The case's events that have a text; one with pictures has one."""
        return (item for item in self._items_of_case(case_id) if item["what"]["S"] != CASE and "text" in item)

    def _items_of_case(self, case_id: str) -> Iterator[dict[str, Any]]:
        """The case and its events."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": "case_id = :case",
            "ExpressionAttributeValues": {":case": {"S": case_id}},
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)


def _has_words(case: dict[str, Any]) -> bool:
    row = case.get("row", {}).get("M", {})
    return bool({"draft", "promises"} & case.keys() or {"author", "excerpt"} & row.keys())


def _key_of(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("case_id", "what")}


def _pictures_of(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The ids of the pictures that went with these replies."""
    return (picture["M"]["id"]["S"] for event in events for picture in event.get("pictures", {"L": []})["L"])


def _pictures_typed(options: Mapping[str, str]) -> Sequence[str]:
    """The ids of the pictures in a person's draft."""
    try:
        return [picture.id for picture in attached_in(options.get("pictures", ""))]
    except InvalidField:
        return ()


class MentionOfDay(NamedTuple):
    """A mention of a day, and its case."""

    mention_id: str
    case_id: str | None


class Retention(Protocol):
    """Removes texts whose time is over. All methods raise StoreBusy."""

    def expired_heard(self, until: datetime) -> Iterator[Sequence[str]]:
        """The heard posts without a case that were received until then and still have their words, in pages."""
        ...

    def remove_heard(self, mention_id: str) -> None:
        """Remove the words of a heard post, and what it waits for, unless it has a case or became a mention."""
        ...

    def mentions_of_day(self, day: date) -> Iterator[Sequence[MentionOfDay]]:
        """The mentions of a day in the desk's time zone, in pages."""
        ...

    def expired_cases(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        """Those of these cases that are not open and have no event since `until`.

        Cases whose texts are removed already are not among them, unless a mention has joined since.
        """
        ...

    def remove_words(self, mention_ids: Collection[str]) -> int:
        """Remove texts and authors of these mentions without a case, and return how many had them. Readings stay.

        A mention that got a case meanwhile keeps them. When this raises StoreBusy, some of the mentions may have been
        done.
        """
        ...

    def remove_case_words(self, case_id: str, until: datetime) -> int:
        """Remove the texts of the mentions, draft and events of a case that has expired, and the author's name.

        Returns how many mentions had a text. Once its author has come back or a person has changed it, nothing is
        removed any more, and 0 is returned.
        """
        ...


_LONGEST_ITEM = 175_000  # bytes
_REMOVALS = 20  # texts of a case that one transaction removes: so many of the longest items stay below its limit
_PAGE = 500  # mentions, which are forgotten together
_FIRST_VERSION = {"N": "1"}


class RetentionItems:
    """Retention on DynamoDB. Items without texts cost a read and no write.

    `words_removed` is the version at which a case's texts were removed, and `words_removed_until` a key after its last
    event then. A mention that joins later raises the version; a note does not. `pictures` removes those of replies;
    None for callers that remove nothing.
    """

    def __init__(
        self, client: "DynamoDBClient", pictures: PictureRemover | None, *, mentions_table: str, cases_table: str
    ) -> None:
        self._client = client
        self._pictures = pictures
        self._mentions = mentions_table
        self._cases = cases_table

    def expired_heard(self, until: datetime) -> Iterator[Sequence[str]]:
        """See Retention. A post is received after it was written, in a gap days after."""
        until_then = until.astimezone(UTC).isoformat()
        for partition in (HEARD_TO_SEE, HEARD_REST):
            ask: dict[str, Any] = {
                "TableName": self._mentions,
                "IndexName": "unseen",
                "KeyConditionExpression": "unseen = :partition AND created_at <= :until",
                "ExpressionAttributeValues": to_item({":partition": partition, ":until": until_then}),
                "ProjectionExpression": "mention_id",
            }
            for answer in query_pages(self._client, ask, page=_PAGE):
                keys = [{"mention_id": item["mention_id"]} for item in answer["Items"]]
                items = batch_get(self._client, self._mentions, keys, projection="mention_id, received_at")
                yield [i["mention_id"]["S"] for i in items if datetime.fromisoformat(i["received_at"]["S"]) <= until]

    def remove_heard(self, mention_id: str) -> None:
        """See Retention."""
        with unless_refused():
            self._client.update_item(
                TableName=self._mentions,
                Key={"mention_id": {"S": mention_id}},
                UpdateExpression=f"REMOVE {_WORDS}, waiting, waiting_since",
                ConditionExpression="attribute_exists(#source) AND attribute_not_exists(case_id)",
                ExpressionAttributeNames={"#source": "source"},
            )

    def mentions_of_day(self, day: date) -> Iterator[Sequence[MentionOfDay]]:
        """See Retention."""
        for shard in range(SHARDS):
            ask: dict[str, Any] = {
                "TableName": self._mentions,
                "IndexName": "by_day",
                "KeyConditionExpression": "day_shard = :key",
                "ExpressionAttributeValues": {":key": {"S": f"{day.isoformat()}#{shard}"}},
                "ProjectionExpression": "mention_id, case_id",
            }
            for answer in query_pages(self._client, ask, page=_PAGE):
                yield [MentionOfDay(i["mention_id"]["S"], i.get("case_id", {}).get("S")) for i in answer["Items"]]

    def expired_cases(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        """See Retention."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys)
        return frozenset(item["case_id"]["S"] for item in items if "open" not in item and self._is_over(item, until))

    def remove_words(self, mention_ids: Collection[str]) -> int:
        """See Retention."""
        updates = {
            key: self._removal_of_words(key, " AND attribute_not_exists(case_id)") for key in self._worded(mention_ids)
        }
        done = transact(
            self._client,
            (Group((key,), ({"Update": update},), _LONGEST_ITEM, key) for key, update in updates.items()),
        )
        for mention_id in done.cancelled:
            with unless_refused():
                self._client.update_item(**updates[mention_id])
        if done.failed:
            raise StoreBusy(
                f"{len(done.failed)} mentions' words could not be removed: {next(iter(done.failed.values()))}"
            )
        return len(updates)

    def remove_case_words(self, case_id: str, until: datetime) -> int:
        """See Retention. The case is marked last, so that an interrupted run is repeated."""
        items = list(self._items_of_case("case_id = :case", {":case": {"S": case_id}}))
        case = next((item for item in items if item["what"]["S"] == CASE), None)
        events = [item for item in items if item["what"]["S"] != CASE]
        if case is None or "open" in case or any(_is_since(until, item) for item in events):
            return 0
        last_key = max((key for item in events if (key := item["what"]["S"]) <= _LAST_KEY), default="event#")
        joined = [item["mention_id"] for item in events if "mention_id" in item]
        worded = self._worded([each["S"] for each in (*case["mention_ids"]["L"], *joined)])
        assert self._pictures  # noqa: S101 - only who removes nothing has none
        self._pictures.remove(_pictures_of(events))  # first: afterwards, nothing names them
        removals = [self._removal_of_words(mention_id) for mention_id in worded]
        removals += [self._removal_of_text(item) for item in events if "text" in item]
        *others, last = list(batched(removals, _REMOVALS, strict=False)) or [()]
        unmoved = self._unmoved(case)
        mark = unmoved | {
            "UpdateExpression": f"SET words_removed = :version, words_removed_until = :until REMOVE {_REMOVED}",
            "ExpressionAttributeNames": unmoved["ExpressionAttributeNames"] | names(["row"]),
            "ExpressionAttributeValues": unmoved["ExpressionAttributeValues"] | {":until": {"S": f"{last_key}~"}},
        }
        steps = [*((some, {"ConditionCheck": unmoved}) for some in others), (last, {"Update": mark})]
        for some, of_case in steps:
            actions: list[Any] = [*({"Update": removal} for removal in some), of_case]
            if written_or_refused(self._client, actions, tries=1):
                return 0  # the case was changed or an event removed meanwhile: the next run tries again
        return len(worded)

    def _worded(self, mention_ids: Collection[str]) -> list[str]:
        """Those of the mentions that have words."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        words = "post.id, parent.id, failure, terms"
        items = batch_get(self._client, self._mentions, keys, projection=f"mention_id, {words}")
        return [item["mention_id"]["S"] for item in items if len(item) > 1]

    def _is_over(self, case: dict[str, Any], until: datetime) -> bool:
        """Whether the case has no event since `until`, and has one since its texts were removed, if they were."""
        were_removed = case.get("words_removed") == case.get("version", _FIRST_VERSION)
        since = case["words_removed_until"] if were_removed else {"S": _first_key(until)}
        values = {":case": case["case_id"], ":since": since, ":ever": {"S": _LAST_KEY}}
        happened = list(self._items_of_case("case_id = :case AND what BETWEEN :since AND :ever", values))
        return bool(happened) == were_removed and not any(_is_since(until, item) for item in happened)

    def _items_of_case(self, condition: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)

    def _unmoved(self, case: dict[str, Any]) -> Any:
        """The condition that a case that is not open is still as it was read."""
        version, seen = case.get("version", _FIRST_VERSION), "#version = :version"
        if version == _FIRST_VERSION:
            seen = f"({seen} OR attribute_not_exists(#version))"
        return {
            "TableName": self._cases,
            "Key": _key_of(case),
            "ConditionExpression": f"attribute_exists(case_id) AND {seen} AND attribute_not_exists(#open)",
            "ExpressionAttributeNames": {"#version": "version", "#open": "open"},
            "ExpressionAttributeValues": {":version": version},
        }

    def _removal_of_words(self, mention_id: str, condition: str = "") -> Any:
        return {
            "TableName": self._mentions,
            "Key": {"mention_id": {"S": mention_id}},
            "UpdateExpression": f"REMOVE {_WORDS}",
            "ConditionExpression": f"attribute_exists(mention_id){condition}",
        }

    def _removal_of_text(self, event: dict[str, Any]) -> Any:
        return {
            "TableName": self._cases,
            "Key": _key_of(event),
            "UpdateExpression": "REMOVE #text, override_reason, pictures",
            "ConditionExpression": "attribute_exists(case_id)",
            "ExpressionAttributeNames": {"#text": "text"},
        }


_LAST_KEY = "event#~"


def _first_key(since: datetime) -> str:
    """The first key that an event of this moment may have: whole seconds sort before their parts."""
    return f"event#{since.astimezone(UTC).isoformat()}"


def _is_since(moment: datetime, item: dict[str, Any]) -> bool:
    """Whether the item is an event of this moment or later."""
    key: str = item["what"]["S"]
    return _first_key(moment) <= key <= _LAST_KEY
