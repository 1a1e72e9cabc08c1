"""Where polled mentions go."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import back_off, batch_get, from_item, moment_text, parts_of, query_all, store_errors, to_item
from desk.aws.transactions import REFUSED, all_or_nothing, written_or_refused
from desk.errors import StoreBusy
from desk.mentions.items import mention_item, mention_of
from desk.mentions.model import SHARDS, Mention
from desk.text import cut
from desk.x.model import XPost, time_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    type Item = dict[str, AttributeValueTypeDef]


class MentionStore(Protocol):
    """The mentions as received. Every method raises StoreBusy when the store gives up after bounded retries."""

    def erased_authors(self) -> frozenset[str]:
        """Ids of the authors of whom nothing is stored any more, as they are now."""
        ...

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are stored already or were erased."""
        ...

    def posts(self, ids: Collection[str]) -> Mapping[str, XPost | None]:
        """The stored posts among these ids; None for one whose words were erased or forgotten."""
        ...

    def from_id(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        """The `count` lowest ids of stored mentions from `post_id` on, lowest first, none of a post after `until`.

        One that was stored a moment ago may be missing. Of posts of one second any may stand for the nearest.
        """
        ...

    def before_id(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        """The `count` highest ids of stored mentions below `post_id`, highest first, none of a post before `since`.

        Of posts of one second any may stand for the nearest.
        """
        ...

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """Store mentions and count them on their days, exactly once each; the ids that were new.

        A mention that is stored already, read or erased, stays as it is. One of an erased author is not stored, and the
        words of an erased author that a mention answers are left out, whenever that author was erased. After an error
        some of the mentions may be stored, and just those are counted: storing the same ones again is safe.
        """
        ...


_ITEM = "erased_author"
_COUNT = "#count"
"""Sorts before every id."""
_COUNT_KEY = to_item({"item": _ITEM, "part": _COUNT})


class ErasedAuthors(NamedTuple):
    """The erased authors' ids, and the count at which they were read; None: nobody was ever erased."""

    ids: frozenset[str]
    changes: int | None


def read_erased_authors(client: "DynamoDBClient", table: str) -> ErasedAuthors:
    """All of them. Raises StoreBusy.

    The count is read first: an author who is added in between makes it too low, never too high.
    """
    parts = {str(plain["part"]): plain for plain in parts_of(client, table, _ITEM)}
    count = parts.pop(_COUNT, None)
    return ErasedAuthors(frozenset(parts), int(count["n"]) if count else None)


def nobody_erased_since(table: str, seen: ErasedAuthors) -> "TransactWriteItemTypeDef":
    """The part of a transaction that fails it when an author was erased after `seen` was read."""
    check: dict[str, Any] = {"TableName": table, "Key": _COUNT_KEY, "ConditionExpression": "attribute_not_exists(n)"}
    if seen.changes is not None:
        check["ConditionExpression"] = "n = :seen"
        check["ExpressionAttributeValues"] = to_item({":seen": seen.changes})
    return {"ConditionCheck": check}  # type: ignore[typeddict-item]


def mark_erased(client: "DynamoDBClient", table: str, author_id: str, at: datetime) -> datetime:
    """Have nothing of this author stored any more; since when that is so, which stays that of the first time.

    Raises StoreBusy.
    """
    key = to_item({"item": _ITEM, "part": author_id})
    actions: list[TransactWriteItemTypeDef] = [
        {
            "Put": {
                "TableName": table,
                "Item": key | to_item({"at": moment_text(at)}),
                "ConditionExpression": "attribute_not_exists(#at)",
                "ExpressionAttributeNames": {"#at": "at"},
            }
        },
        {
            "Update": {
                "TableName": table,
                "Key": _COUNT_KEY,
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": to_item({":one": 1}),
            }
        },
    ]
    if not written_or_refused(client, actions):
        return at
    with store_errors():
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    return datetime.fromisoformat(from_item(answer["Item"])["at"])


def erased_since(client: "DynamoDBClient", table: str, author_id: str) -> datetime | None:
    """Since when nothing of this author is stored any more; None for an author who was not erased. Raises StoreBusy."""
    with store_errors():
        answer = client.get_item(TableName=table, Key=to_item({"item": _ITEM, "part": author_id}), ConsistentRead=True)
    at = from_item(answer.get("Item", {})).get("at")
    return datetime.fromisoformat(at) if at else None


_PUTS = 89  # of a transaction's 100 actions; the rest is for the days' counts and the look at erased authors
_DAYS = 10
_BYTES = 3_500_000  # of a transaction's 4 MB
_TEXT = 150_000  # bytes of one text, so that a mention, its parent and its reading stay below an item's 400 KB
_TRIES = 5
_IDS_A_QUERY = 100


class MentionStoreItems:
    """The port MentionStore on DynamoDB.

    A page goes in by transactions: each mention is put only where nothing is, and the same transaction adds their
    number to the day. So the count is exact under retries, and no reading is ever overwritten.

    Nothing of an erased author goes in, not even as the post that somebody answers. Who is erased is kept as it was
    read last; each transaction checks that nobody was erased since.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        mentions_table: str,
        desk_table: str,
        zone: ZoneInfo,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table
        self._zone = zone
        self._pause = pause
        self._erased: ErasedAuthors | None = None

    def erased_authors(self) -> frozenset[str]:
        """See MentionStore."""
        self._erased = read_erased_authors(self._client, self._desk)
        return self._erased.ids

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """See MentionStore."""
        return frozenset(item["mention_id"]["S"] for item in self._get(ids, "mention_id"))

    def posts(self, ids: Collection[str]) -> dict[str, XPost | None]:
        """See MentionStore."""
        found = self._get(ids, "mention_id, post, received_at")
        return {item["mention_id"]["S"]: mention_of(item).post if "post" in item else None for item in found}

    def from_id(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        """See MentionStore."""
        since = time_of(post_id).replace(microsecond=0)  # X tells no fractions of a second
        return self._nearest(since, until, count, lambda each: int(each) >= int(post_id), newest_first=False)

    def before_id(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        """See MentionStore."""
        return self._nearest(since, time_of(post_id), count, lambda each: int(each) < int(post_id), newest_first=True)

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """See MentionStore."""
        return frozenset(
            stored
            for items in _packed([mention_item(_storable(mention), self._zone) for mention in mentions])
            for stored in self._put(items)
        )

    def _nearest(
        self, since: datetime, until: datetime, count: int, is_wanted: Callable[[str], bool], *, newest_first: bool
    ) -> Sequence[str]:
        """Look through the days from one end until enough are found."""
        if since > until:
            return []
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = list[str]()
        for day in reversed(days) if newest_first else days:
            for shard in range(SHARDS):
                ids = self._ids(f"{day.isoformat()}#{shard}", since, until, newest_first=newest_first)
                found += islice(filter(is_wanted, ids), count)
            if len(found) >= count:
                break
        return sorted(found, key=int, reverse=newest_first)[:count]

    def _ids(self, key: str, since: datetime, until: datetime, *, newest_first: bool) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND created_at BETWEEN :since AND :until",
            "ExpressionAttributeValues": {
                ":key": {"S": key},
                ":since": {"S": since.astimezone(UTC).isoformat()},
                ":until": {"S": until.astimezone(UTC).isoformat()},
            },
            "ProjectionExpression": "mention_id",
            "ScanIndexForward": not newest_first,
        }
        return (item["mention_id"]["S"] for item in query_all(self._client, ask, page=_IDS_A_QUERY))

    def _put(self, items: "list[Item]") -> list[str]:
        """Put these in one transaction, leaving out those that turn out to be there; the ids that were put."""
        for attempt in range(_TRIES):
            erased = self._erased = self._erased or read_erased_authors(self._client, self._desk)
            items = [_without_quoted(item, erased.ids) for item in items if item["author_id"]["S"] not in erased.ids]
            if not items:
                return []
            unchanged = nobody_erased_since(self._desk, erased)
            codes = all_or_nothing(self._client, [*self._actions(items), unchanged])
            if not codes:
                return [item["mention_id"]["S"] for item in items]
            if codes[-1] == REFUSED:
                self._erased = None
            new = [item for item, code in zip(items, codes, strict=False) if code != REFUSED]
            if len(new) == len(items) and self._erased:  # nobody was before us: a conflict or a throttle, which passes
                back_off(self._pause, attempt)
            items = new
        raise StoreBusy(f"a transaction was cancelled {_TRIES} times")

    def _actions(self, items: "list[Item]") -> "list[TransactWriteItemTypeDef]":
        puts: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self._mentions,
                    "Item": item,
                    "ConditionExpression": "attribute_not_exists(mention_id)",
                }
            }
            for item in items
        ]
        counts: list[TransactWriteItemTypeDef] = [
            {
                "Update": {
                    "TableName": self._desk,
                    "Key": {"item": {"S": f"day#{day}"}, "part": {"S": "polled"}},
                    "UpdateExpression": "ADD n :n",
                    "ExpressionAttributeValues": {":n": {"N": str(number)}},
                }
            }
            for day, number in Counter(_day(item) for item in items).items()
        ]
        return puts + counts

    def _get(self, ids: Collection[str], projection: str) -> Iterator[dict[str, Any]]:
        keys = [{"mention_id": {"S": key}} for key in dict.fromkeys(ids)]
        return batch_get(self._client, self._mentions, keys, projection=projection, pause=self._pause)


def _without_quoted(item: "Item", erased: frozenset[str]) -> "Item":
    """The item; where it answers a post of an erased author, without that post's words."""
    parent: Any = item.get("parent", {}).get("M", {})
    author = parent.get("post", {}).get("M", {}).get("author_id", {}).get("S")
    return item | {"parent": {"M": {"id": parent["id"]}}} if author in erased else item


def _storable(mention: Mention) -> Mention:
    """The mention as an item can hold it.

    X's 25,000 characters fit; links that are expanded again and again may not, and one post that can't be stored
    would hold up all later ones. So what is longer is cut visibly.
    """
    parent = mention.parent
    if parent and parent.post:
        parent = replace(parent, post=_cut(parent.post))
    return replace(mention, post=_cut(mention.post), parent=parent)


def _cut(post: XPost) -> XPost:
    text = cut(post.text, _TEXT)
    return post if text == post.text else replace(post, text=text)


def _packed(items: "Iterable[Item]") -> "Iterator[list[Item]]":
    """Cut into what one transaction takes, by puts, by bytes and by days."""
    pack: list[Item] = []
    days, size = set[str](), 0
    for item in items:
        bytes_ = _size(item)
        full = len(pack) == _PUTS or size + bytes_ > _BYTES or (len(days) == _DAYS and _day(item) not in days)
        if pack and full:
            yield pack
            pack, days, size = [], set(), 0
        pack.append(item)
        days.add(_day(item))
        size += bytes_
    if pack:
        yield pack


def _day(item: "Item") -> str:
    return item["day_shard"]["S"].partition("#")[0]


def _size(item: "Item") -> int:
    """How many bytes the item takes in the request, at least as many as DynamoDB counts for it.

    Korean takes twice as many there, being escaped, and emulators count those.
    """
    return len(json.dumps(item))
