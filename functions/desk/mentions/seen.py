"""Which mentions a person has seen: those that opened no case wait in the `unseen` index until somebody has.

Seen means opened or marked. Who saw a mention, and when, is stored with it; the mentions that were seen of each day
of the desk are counted in the same transaction, each once. Posts that were only heard are counted apart, and stay in
the index without a case, since their words are removed soon (see `heard.py`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import batched
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import (
    REFUSED,
    batch_get,
    from_item,
    store_errors,
    to_item,
    written_or_refused,
)
from desk.errors import StoreBusy
from desk.mentions.items import (
    HEARD_REST,
    HEARD_SEEN,
    HEARD_TO_SEE,
    UNSEEN,
    day_counts_of,
    day_part,
    is_heard,
    unseen_mention_of,
)
from desk.mentions.model import DayCounts, UnseenMention, UnseenPage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class SeenMentions(Protocol):
    """What people have seen. Every method raises StoreBusy."""

    def unseen(self, *, limit: int, after: str | None = None) -> UnseenPage:
        """Mentions without a case that nobody has seen, the oldest first; may lag behind by a second.

        A page may have fewer of them although there are more. Raises ValueError for a place that this method didn't
        return.
        """
        ...

    def count_unseen(self, *, most: int) -> int:
        """How many wait to be seen, counted up to `most`."""
        ...

    def unseen_among(self, mention_ids: Collection[str]) -> frozenset[str]:
        """Those of the mentions, with or without a case, that nobody has seen, and that can be marked."""
        ...

    def mark_seen(self, mention_ids: Collection[str], by: str, at: datetime) -> frozenset[str]:
        """Record that this person saw the mentions, and count them on their days; the ids that nobody had seen.

        Mentions that are not read yet, or whose words were removed, are left alone. After StoreBusy some may be
        marked, and marking all of them again is safe.
        """
        ...

    def mark_unseen(self, mention_ids: Collection[str], by: str) -> frozenset[str]:
        """Undo it for those that this person was the first to see; their ids. Those without a case wait again."""
        ...

    def day_counts(self, days: Collection[date]) -> Mapping[date, DayCounts]:
        """The counts of each of these days, read consistently; zeros for a day without any."""
        ...


_PLACE = re.compile(r"([0-9T:.+-]{19,32})~([0-9]{1,20})")
_AT_ONCE = 80  # of a transaction's 100 actions; the rest counts the days
_TRIES = 5
_CHANGED_BY = "mention_id, created_at, kind, case_id, seen_at, seen_by, day_shard, post.id"
"""What marking depends on."""


class SeenMentionItems:
    """Implements SeenMentions on DynamoDB."""

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

    def unseen(self, *, limit: int, after: str | None = None) -> UnseenPage:
        """See SeenMentions."""
        ask = self._unseen_query() | {"Limit": limit}
        if after is not None:
            ask["ExclusiveStartKey"] = _start_key(after)
        with store_errors():
            answer = self._client.query(**ask)
        last = answer.get("LastEvaluatedKey")
        place = f"{last['created_at']['S']}~{last['mention_id']['S']}" if last else None
        return UnseenPage(tuple(_with_words(answer["Items"])), place)

    def count_unseen(self, *, most: int) -> int:
        """See SeenMentions."""
        with store_errors():
            return self._client.query(**self._unseen_query() | {"Select": "COUNT", "Limit": most})["Count"]

    def unseen_among(self, mention_ids: Collection[str]) -> frozenset[str]:
        """See SeenMentions."""
        items = self._read(dict.fromkeys(mention_ids), "mention_id, kind, seen_at, post.id")
        return frozenset(item["mention_id"]["S"] for item in items if _is_to_see(item))

    def mark_seen(self, mention_ids: Collection[str], by: str, at: datetime) -> frozenset[str]:
        """See SeenMentions."""
        return self._change(mention_ids, _is_to_see, lambda item: self._seeing(item, by, at), 1)

    def mark_unseen(self, mention_ids: Collection[str], by: str) -> frozenset[str]:
        """See SeenMentions."""

        def was_seen_by(item: dict[str, Any]) -> bool:
            return item.get("seen_by") == {"S": by} and "post" in item

        return self._change(mention_ids, was_seen_by, lambda item: self._unseeing(item, by), -1)

    def day_counts(self, days: Collection[date]) -> dict[date, DayCounts]:
        """See SeenMentions."""
        keys = [to_item(day_part(day, part)) for day in dict.fromkeys(days) for part in ("polled", "seen")]
        parts: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for plain in map(from_item, batch_get(self._client, self._desk, keys, pause=self._pause)):
            parts[plain["item"]][plain["part"]] = plain
        return {day: day_counts_of(parts[day_part(day, "")["item"]]) for day in days}

    def _unseen_query(self) -> dict[str, Any]:
        return {
            "TableName": self._mentions,
            "IndexName": "unseen",
            "KeyConditionExpression": "unseen = :unseen",
            "ExpressionAttributeValues": {":unseen": {"S": UNSEEN}},
        }

    def _change(
        self,
        mention_ids: Collection[str],
        is_wanted: Callable[[dict[str, Any]], bool],
        update_of: Callable[[dict[str, Any]], dict[str, Any]],
        step: int,
    ) -> frozenset[str]:
        """Change those of the mentions that are wanted, and count `step` for each on its day; the changed ids."""
        changed: set[str] = set()
        for ids in batched(sorted(set(mention_ids)), _AT_ONCE, strict=False):
            changed |= self._change_some(ids, is_wanted, update_of, step)
        return frozenset(changed)

    def _change_some(
        self,
        mention_ids: Sequence[str],
        is_wanted: Callable[[dict[str, Any]], bool],
        update_of: Callable[[dict[str, Any]], dict[str, Any]],
        step: int,
    ) -> set[str]:
        """In one transaction. If one of them changed meanwhile, all are read again."""
        for _ in range(_TRIES):
            items = [item for item in self._read(mention_ids, _CHANGED_BY) if is_wanted(item)]
            if not items:
                return set()
            updates: list[Any] = [{"Update": update_of(item)} for item in items]
            codes = written_or_refused(self._client, [*updates, *self._counting(items, step)], pause=self._pause)
            if REFUSED not in codes:
                return {item["mention_id"]["S"] for item in items}
        raise StoreBusy(f"mentions changed {_TRIES} times while they were marked")

    def _read(self, mention_ids: Iterable[str], names: str) -> Iterator[dict[str, Any]]:
        keys = [{"mention_id": {"S": mention_id}} for mention_id in mention_ids]
        return batch_get(self._client, self._mentions, keys, projection=names, pause=self._pause)

    def _seeing(self, item: dict[str, Any], by: str, at: datetime) -> dict[str, Any]:
        stays = is_heard(item) and "case_id" not in item
        place, plain = (", unseen = :rest", {":rest": HEARD_REST}) if stays else (" REMOVE unseen", {})
        return {
            "TableName": self._mentions,
            "Key": {"mention_id": item["mention_id"]},
            "UpdateExpression": f"SET seen_at = :at, seen_by = :by{place}",
            "ConditionExpression": f"attribute_exists(post) AND attribute_not_exists(seen_at) AND {_same(item)}",
            "ExpressionAttributeValues": to_item({":at": at.isoformat(), ":by": by, **plain, **_day_key(item)}),
        }

    def _unseeing(self, item: dict[str, Any], by: str) -> dict[str, Any]:
        """It waits again, unless it belongs to a case."""
        waits, values = "", {":by": by}
        if "case_id" not in item:
            waits, values[":unseen"] = "SET unseen = :unseen ", HEARD_TO_SEE if is_heard(item) else UNSEEN
        return {
            "TableName": self._mentions,
            "Key": {"mention_id": item["mention_id"]},
            "UpdateExpression": f"{waits}REMOVE seen_at, seen_by",
            "ConditionExpression": f"attribute_exists(post) AND seen_by = :by AND {_same(item)}",
            "ExpressionAttributeValues": to_item({**values, **_day_key(item)}),
        }

    def _counting(self, items: Iterable[dict[str, Any]], step: int) -> "list[TransactWriteItemTypeDef]":
        counts = Counter(
            (
                datetime.fromisoformat(item["created_at"]["S"]).astimezone(self._zone).date(),
                HEARD_SEEN if is_heard(item) else "seen",
            )
            for item in items
        )
        return [
            {
                "Update": {
                    "TableName": self._desk,
                    "Key": to_item(day_part(day, part)),
                    "UpdateExpression": "ADD n :n",
                    "ExpressionAttributeValues": {":n": {"N": str(step * number)}},
                }
            }
            for (day, part), number in counts.items()
        ]


def _is_to_see(item: dict[str, Any]) -> bool:
    return "kind" in item and "post" in item and "seen_at" not in item


def _same(item: dict[str, Any]) -> str:
    """The condition that the mention belongs to a case as it was read, and was not a heard post until then."""
    case = "attribute_exists(case_id)" if "case_id" in item else "attribute_not_exists(case_id)"
    return f"{case} AND day_shard = :day"


def _day_key(item: dict[str, Any]) -> dict[str, str]:
    return {":day": item["day_shard"]["S"]}


def _start_key(place: str) -> Any:
    found = _PLACE.fullmatch(place)
    if not found:
        raise ValueError("not a place of the unseen mentions")
    return to_item({"unseen": UNSEEN, "created_at": found[1], "mention_id": found[2]})


def _with_words(items: Iterable[dict[str, Any]]) -> Iterator[UnseenMention]:
    """A mention whose words were removed a moment ago may still be in the index."""
    return (unseen_mention_of(item) for item in items if "post" in item)
