"""Finds mentions by their words, their author's handle or their time, in the index `by_day`."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import batched, islice, product
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import query_all
from desk.mentions.items import day_key, search_text
from desk.mentions.model import SHARDS, Source

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


SECONDS = 8.0
"""After this time a search says how far it has looked: a person waits, and the function has 20 seconds."""

_AT_ONCE = 10  # connections of a client
_DAYS_AT_ONCE = 5
_DAY = timedelta(days=1)


class FoundMention(NamedTuple):
    """A mention that was found, its author, and when it was posted."""

    mention_id: str
    author_id: str
    created_at: datetime


class Found(NamedTuple):
    """What a search found, the newest first. `last_day` is the earliest day that was looked through."""

    mentions: Sequence[FoundMention]
    last_day: date


class MentionSearch(Protocol):
    """The search. Raises StoreBusy."""

    def back_from(self, day: date, *, days: int, words: Sequence[str], handle: str | None, most: int) -> Found:
        """The newest mentions, at most `most`, that have all of the words, or whose author has the handle.

        Looks through `days` days back from `day` on, fewer once it has found enough or SECONDS are over. Heard posts
        are included as long as they have their words; some may be older than HEARD_FOR. Words may be parts of words,
        and are compared as `search_text` has them: of a private number only what its mask leaves. A handle is compared
        without regard to capitals. Removed texts are not found.
        """
        ...

    def between(self, since: datetime, until: datetime, *, days: Sequence[date], most: int) -> Sequence[FoundMention]:
        """The mentions that were posted from `since` on and before `until`, at most `most`, the newest first.

        `days` are the days of the desk in which they lie. Heard posts are not among them.
        """
        ...


class MentionSearchItems:
    """Implements MentionSearch on DynamoDB. Shards of several days are read in parallel, since a person waits."""

    def __init__(
        self, client: "DynamoDBClient", *, mentions_table: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._mentions = mentions_table
        self._clock = clock

    def back_from(self, day: date, *, days: int, words: Sequence[str], handle: str | None, most: int) -> Found:
        """See MentionSearch."""
        values = {f":w{number}": search_text(word) for number, word in enumerate(words)}
        conditions = [" AND ".join(f"contains(search_text, {name})" for name in values)] if values else []
        if handle:
            values[":handle"] = handle.lower()
            conditions.append("handle = :handle")
        found: list[dict[str, Any]] = []
        last_day, until = day, self._clock() + SECONDS
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for some in batched(
                (day - n * _DAY for n in range(days)) if conditions else (), _DAYS_AT_ONCE, strict=False
            ):
                keys = [day_key(*each) for each in product(some, range(SHARDS), Source)]
                ask = partial(self._of_shard, condition=" OR ".join(conditions), values=values, most=most)
                found += (item for items in pool.map(ask, keys) for item in items)
                last_day = some[-1]
                if len(found) >= most or self._clock() >= until:
                    break
        return Found(_newest(found)[:most], last_day)

    def between(self, since: datetime, until: datetime, *, days: Sequence[date], most: int) -> Sequence[FoundMention]:
        """See MentionSearch."""
        begin, end = (moment.astimezone(UTC).isoformat() for moment in (since, until))
        times = {":since": begin, ":until": end}
        keys = [day_key(*each) for each in product(days, range(SHARDS))]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            ask = partial(self._of_shard, place=" AND created_at BETWEEN :since AND :until", values=times, most=most)
            found = [item for items in pool.map(ask, keys) for item in items]
        return _newest(item for item in found if item["created_at"]["S"] < end)[:most]

    def _of_shard(
        self, key: str, *, values: dict[str, str], most: int, condition: str = "", place: str = ""
    ) -> list[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": f"day_shard = :key{place}",
            "ExpressionAttributeValues": {name: {"S": value} for name, value in {":key": key, **values}.items()},
            "ProjectionExpression": "mention_id, created_at, author_id",
            "ScanIndexForward": False,
        }
        if condition:
            ask["FilterExpression"] = condition
        return list(islice(query_all(self._client, ask), most))


def _newest(items: Iterable[dict[str, Any]]) -> list[FoundMention]:
    """The newest first."""
    ordered = sorted(items, key=lambda item: (item["created_at"]["S"], item["mention_id"]["S"]), reverse=True)
    return [
        FoundMention(item["mention_id"]["S"], item["author_id"]["S"], datetime.fromisoformat(item["created_at"]["S"]))
        for item in ordered
    ]
