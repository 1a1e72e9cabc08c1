"""Surges: more posts about the brand at once than the desk reads. People see their counts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, query_all, store_errors, to_item
from desk.x.model import XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_WORDS = 3


class Surge(NamedTuple):
    """A surge of posts from `since` to before `until`.

    `words` are those of desk.yaml that the most important posts have, the most frequent first. `spread` is the number
    of posts plus the reactions to the post with the most: X's search shows no reposts, but counts them for each post.
    `post_ids` are the most important posts, which are stored as heard unless they are mentions.
    """

    number: int
    """The query that found them, from 0."""
    since: datetime
    until: datetime
    posts: int
    most_a_minute: int
    words: tuple[str, ...] = ()
    spread: int = 0
    post_ids: tuple[str, ...] = ()


def words_of(posts: Iterable[XPost], words: Sequence[str]) -> tuple[str, ...]:
    """Up to three of these words that occur in most of the posts."""
    texts = [post.text.casefold() for post in posts]
    found = {word: sum(word.casefold() in text for text in texts) for word in words}
    ranked = sorted((word for word in found if found[word]), key=lambda word: -found[word])
    return tuple(ranked[:_MOST_WORDS])


def reactions_to(post: XPost) -> int:
    """All likes, replies, reposts and quotes of a post, as far as X stated them."""
    return post.metrics.reactions if post.metrics else 0


class Surges(Protocol):
    """The surges of the last month. Every method raises StoreBusy."""

    def record(self, surge: Surge) -> None:
        """Keep the surge for a month, in place of an earlier record of the same query and begin."""
        ...

    def between(self, since: datetime, until: datetime) -> Sequence[Surge]:
        """The surges that began in this time, `until` excluded, oldest first; read consistently."""
        ...


_ITEM = "surge"
_KEPT = timedelta(days=30)


class SurgeItems:
    """Surges on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def record(self, surge: Surge) -> None:
        """See Surges."""
        plain = {
            "item": _ITEM,
            "part": f"{_text(surge.since)}#{surge.number}",
            "until": _text(surge.until),
            "posts": surge.posts,
            "most_a_minute": surge.most_a_minute,
            "words": list(surge.words),
            "spread": surge.spread,
            "post_ids": list(surge.post_ids),
            "expires_at": int((surge.until + _KEPT).timestamp()),
        }
        with store_errors():
            self._client.put_item(TableName=self._table, Item=to_item(plain))

    def between(self, since: datetime, until: datetime) -> Sequence[Surge]:
        """See Surges. TTL deletes an item days late, which does not matter for a month."""
        ask: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#item = :item AND part BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": to_item({":item": _ITEM, ":since": _text(since), ":until": _text(until)}),
            "ConsistentRead": True,
        }
        return list(_surges(query_all(self._client, ask)))


def _surges(items: Iterable[Any]) -> Iterator[Surge]:
    for plain in map(from_item, items):
        since, _, number = plain["part"].partition("#")
        yield Surge(
            number=int(number),
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(plain["until"]),
            posts=int(plain["posts"]),
            most_a_minute=int(plain["most_a_minute"]),
            words=tuple(plain["words"]),
            spread=int(plain["spread"]),
            post_ids=tuple(plain["post_ids"]),
        )


def _text(moment: datetime) -> str:
    """In UTC and to the second, so that texts are in the order of their times."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
