"""Posts whose texts are kept: mentions, what these reply to, posts of threads, liked posts, and entries of reports."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import batch_get, from_item, query_all, to_item, unless_refused
from desk.cases.model import WAITING
from desk.cases.queries import CaseQueries
from desk.favourites.store import FavouriteStore
from desk.mentions.model import SHARDS
from desk.mentions.threads import ThreadPosts
from desk.praise.store import PraiseStore
from desk.reports.redaction import KeptReports, RedactionMarks
from desk.retention.store import ErasureItems
from desk.x.look_ups import LookUps, author_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IDS = 100
_CASES = 100
_SLACK = timedelta(days=9)
"""How long texts can outlive their days: the task that removes them looks a week back and runs at night."""


class KeptPostItems:
    """KeptPosts on DynamoDB, read by day and shard, a hundred at a time.

    Mentions older than `words` are kept only in active cases, by which they are found.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        client: "DynamoDBClient",
        *,
        mentions_table: str,
        erasure: ErasureItems,
        threads: ThreadPosts,
        look_ups: LookUps,
        favourites: FavouriteStore,
        praise: PraiseStore,
        reports: KeptReports,
        cases: CaseQueries,
        words: timedelta,
        zone: ZoneInfo,
    ) -> None:
        self._client = client
        self._mentions = mentions_table
        self._erasure = erasure
        self._threads = threads
        self._look_ups = look_ups
        self._favourites = favourites
        self._praise = praise
        self._reports = reports
        self._cases = cases
        self._words = words + _SLACK
        self._zone = zone

    def ids(self, now: datetime) -> Iterator[str]:
        """See KeptPosts."""
        quoted = set[str]()
        for plain in self._kept(now):
            if "post" in plain:
                yield plain["mention_id"]
            parent = plain.get("parent", {}).get("post", {}).get("id")
            if parent and parent not in quoted:
                quoted.add(parent)
                yield parent
        yield from self._threads.ids()
        yield from self._favourites.ids()

    def erase(self, ids: Collection[str], now: datetime) -> int:
        """See KeptPosts. The authors' names and pictures are looked up again where a person needs them.

        X reports all posts of an account that it no longer shows, so that nothing of such an account stays.
        """
        gone = frozenset(ids)
        if not gone:
            return 0
        quotes = [plain["mention_id"] for plain in self._kept(now) if _quotes(plain, gone)]
        for mention_id in quotes:
            self._without_quote(mention_id)
        keys = (to_item({"mention_id": mention_id}) for mention_id in sorted(gone))
        projection = "mention_id, case_id, author_id"
        found = list(map(from_item, batch_get(self._client, self._mentions, keys, projection=projection)))
        erased = self._erasure.erase_mentions([plain["mention_id"] for plain in found])
        self._look_ups.forget({author_key(plain["author_id"]) for plain in found})
        for case_id in sorted({plain["case_id"] for plain in found if "case_id" in plain}):
            self._erasure.strip_case_without_texts(case_id)
        others = self._threads.forget(ids=gone) + self._favourites.forget(gone) + self._praise.forget(gone)
        return erased + len(quotes) + others + self._reports.redact(RedactionMarks(ids=gone))

    def _kept(self, now: datetime) -> Iterator[dict[str, Any]]:
        """The IDs and cases of mentions with a text or a quoted post. Some are repeated."""
        for some in batched(self._mention_ids(now), _IDS, strict=False):
            keys = (to_item({"mention_id": mention_id}) for mention_id in dict.fromkeys(some))
            projection = "mention_id, post.id, parent.post.id"
            for item in batch_get(self._client, self._mentions, keys, projection=projection):
                yield from_item(item)

    def _mention_ids(self, now: datetime) -> Iterator[str]:
        day = (now - self._words).astimezone(self._zone).date()
        while day <= now.astimezone(self._zone).date():
            for shard in range(SHARDS):
                yield from self._of_shard(day, shard)
            day += timedelta(days=1)
        for some in batched(self._case_ids(now), _CASES, strict=False):
            for ids in self._cases.mention_ids(some).values():
                yield from ids

    def _of_shard(self, day: date, shard: int) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key",
            "ExpressionAttributeValues": to_item({":key": f"{day.isoformat()}#{shard}"}),
            "ProjectionExpression": "mention_id",
        }
        return (item["mention_id"]["S"] for item in query_all(self._client, ask))

    def _case_ids(self, now: datetime) -> Iterable[str]:
        """Waiting cases, and those with an event so recent that their texts are kept."""
        found = {logged.case_id for logged in self._cases.events_between(now - self._words, now)}
        cursor: str | None = None
        while True:
            page = self._cases.page(WAITING, limit=_CASES, cursor=cursor)
            found |= {case.id for case in page.cases}
            cursor = page.next_cursor
            if cursor is None:
                return sorted(found)

    def _without_quote(self, mention_id: str) -> None:
        """Remove the quoted post; a mention never changes what it answers."""
        with unless_refused():
            self._client.update_item(
                TableName=self._mentions,
                Key=to_item({"mention_id": mention_id}),
                UpdateExpression="REMOVE parent.post",
                ConditionExpression="attribute_exists(parent.post)",
            )


def _quotes(plain: dict[str, Any], gone: frozenset[str]) -> bool:
    return plain.get("parent", {}).get("post", {}).get("id") in gone
