"""Polled mentions as items of the Mentions table, counted on their days in the Desk table."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desk.adapters.all_or_nothing import REFUSED, all_or_nothing
from desk.adapters.back_off import back_off
from desk.adapters.batch_get import batch_get
from desk.adapters.erased_authors import ErasedAuthors, nobody_erased_since, read_erased_authors
from desk.adapters.mention_items import mention_item, mention_of
from desk.adapters.query_all import query_all
from desk.errors import StoreBusy
from desk.fitting import cut
from desk.mention import SHARDS, Mention
from desk.snowflake import time_of
from desk.x_post import XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        TransactWriteItemTypeDef,
    )

    type Item = dict[str, AttributeValueTypeDef]

_PUTS = 89  # of a transaction's 100 actions; the rest is for the days' counts and the look at erased authors
_DAYS = 10
_BYTES = 3_500_000  # of a transaction's 4 MB
_TEXT = 150_000  # bytes of one text, so that a mention, its parent and its reading stay below an item's 400 KB
_TRIES = 5
_IDS_A_QUERY = 100


class MentionStoreItems:
    """The port MentionStore on DynamoDB.

    A page goes in by transactions: each mention is put only where nothing is, and the same transaction adds their
    number to the day. So the count is exact whatever is retried, and no reading is ever overwritten.

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
