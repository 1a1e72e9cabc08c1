"""Posts of threads that belong to no case: looked up when a person wants to see what was said before."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import batch_write, parts_of, to_item
from desk.mentions.items import plain_post, post_of
from desk.text import cut
from desk.x.look_ups import THREAD_KEPT
from desk.x.model import XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ThreadPosts(Protocol):
    """The posts. Every method raises StoreBusy."""

    def of(self, conversation_id: str, now: datetime) -> Sequence[XPost]:
        """The kept posts of the conversation, the oldest first, read consistently."""
        ...

    def add(self, posts: Collection[XPost], now: datetime) -> None:
        """Keep these posts for a week."""
        ...

    def ids(self) -> Iterator[str]:
        """The ids of all kept posts."""
        ...

    def forget(self, *, ids: Collection[str] = (), author_id: str | None = None) -> int:
        """Remove these posts, and those of this author; of how many."""
        ...


_ITEM = "thread_post"
_TEXT = 100_000  # bytes of one text


class ThreadPostItems:
    """Implements ThreadPosts on DynamoDB, one item a post."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def of(self, conversation_id: str, now: datetime) -> Sequence[XPost]:
        """See ThreadPosts. TTL deletes an item within days, so the time decides."""
        found = parts_of(self._client, self._desk, _ITEM, beginning=f"{conversation_id}#")
        posts = [post_of(plain["post"]) for plain in found if now.timestamp() < plain["expires_at"]]
        return sorted(posts, key=lambda post: (post.created_at, post.id))

    def add(self, posts: Collection[XPost], now: datetime) -> None:
        """See ThreadPosts."""
        expires_at = int((now + THREAD_KEPT).timestamp())
        items = (
            _key(post)
            | to_item({"post": plain_post(post._replace(text=cut(post.text, _TEXT))), "expires_at": expires_at})
            for post in posts
        )
        batch_write(self._client, self._desk, puts=items)

    def ids(self) -> Iterator[str]:
        """See ThreadPosts."""
        return (plain["post"]["id"] for plain in parts_of(self._client, self._desk, _ITEM))

    def forget(self, *, ids: Collection[str] = (), author_id: str | None = None) -> int:
        """See ThreadPosts."""
        gone = frozenset(ids)
        posts = [plain["post"] for plain in parts_of(self._client, self._desk, _ITEM)]
        keys = [_key(post_of(post)) for post in posts if post["id"] in gone or post["author_id"] == author_id]
        batch_write(self._client, self._desk, deletes=keys)
        return len(keys)


def _key(post: XPost) -> Any:
    return to_item({"item": _ITEM, "part": f"{post.conversation_id}#{post.id}"})
