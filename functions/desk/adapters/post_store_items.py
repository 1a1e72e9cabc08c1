"""Posts as items of the Posts table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from desk.adapters.all_or_nothing import REFUSED, written_or_refused
from desk.adapters.pause_items import PAUSE_SWITCH
from desk.adapters.post_items import guard_item, moment_text, post_item, post_key, post_of, request_item, request_of
from desk.adapters.query_all import query_all
from desk.adapters.store_errors import store_errors
from desk.cursors import cursor_to, place_at
from desk.errors import Paused, PostMoved
from desk.ports.posts import Guard, PostPage, Request
from desk.post import Post, PostState
from desk.post_steps import following

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ConditionCheckTypeDef, PutTypeDef, TransactWriteItemTypeDef

_INDEX = "by_state"


class PostStoreItems:
    """The port PostStore on DynamoDB.

    A change whose answer was lost is made again by botocore and then refused for what it has changed itself. So each
    change carries a name of its own, and what is refused is looked at: a post that bears that name was changed by us.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        posts_table: str,
        desk_table: str,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._posts = posts_table
        self._desk = desk_table
        self._pause = pause

    def get(self, post_id: str) -> Post | None:
        """See PostStore."""
        return post_of(self._item(post_id))

    def holder(self, key: str) -> Post | None:
        """See PostStore."""
        holder = self._item(key).get("holder")
        return self.get(holder["S"]) if holder else None

    def request(self, key: str) -> Request | None:
        """See PostStore."""
        return request_of(self._item(key))

    def accept(self, post: Post, guards: Sequence[Guard], request: Request | None) -> None:
        """See PostStore."""
        write = uuid4().hex
        puts = [self._new(post_item(post, write=write))]
        puts += [self._taking(guard, post) for guard in guards]
        puts += [self._new(request_item(request))] if request else []
        replaced = {guard.replaces.id: guard.replaces for guard in guards if guard.replaces}
        actions: list[TransactWriteItemTypeDef] = [{"Put": put} for put in puts]
        actions += [{"ConditionCheck": self._as_seen(holder)} for holder in replaced.values()]
        codes = self._transact(actions)
        if codes and not self._is_ours(post.id, write):
            raise PostMoved(post.id)

    def save(self, post: Post, seen: Post, *, unless_paused: bool = False) -> Post:
        """See PostStore."""
        write = uuid4().hex
        saved = post._replace(version=seen.version + 1)
        put: PutTypeDef = {
            "TableName": self._posts,
            "Item": post_item(saved, write=write),
            "ConditionExpression": "version = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(seen.version)}},
        }
        actions: list[TransactWriteItemTypeDef] = [{"Put": put}]
        if rest := following(saved, seen):
            actions.append({"Put": self._new(post_item(rest, write=write))})
        codes = self._transact([*actions, {"ConditionCheck": self._speaking()}] if unless_paused else actions)
        if codes and not self._is_ours(seen.id, write):
            raise Paused(seen.id) if unless_paused and codes[0] != REFUSED else PostMoved(seen.id)
        return saved

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        """See PostStore."""
        return self._ordered(state, "#at <= :until", {":until": {"S": moment_text(until)}}, limit)

    def between(self, state: PostState, since: datetime, until: datetime, *, limit: int) -> Sequence[Post]:
        """See PostStore."""
        if since >= until:
            return []  # DynamoDB refuses a range that ends before it begins
        last = until - timedelta(microseconds=1)  # BETWEEN includes both ends
        values = {":since": {"S": moment_text(since)}, ":last": {"S": moment_text(last)}}
        return self._ordered(state, "#at BETWEEN :since AND :last", values, limit)

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        """See PostStore."""
        ask = self._query(state) | {"ScanIndexForward": False, "Limit": limit + 1}
        if cursor:
            at, post_id = place_at(cursor)
            ask["ExclusiveStartKey"] = {"state": {"S": state.value}, "at": {"S": moment_text(at)}, **post_key(post_id)}
        with store_errors():
            answer: Any = self._client.query(**ask)
        found = tuple(_posts(answer["Items"]))
        shown, more = found[:limit], len(found) > limit or "LastEvaluatedKey" in answer
        return PostPage(shown, cursor_to(shown[-1].at, shown[-1].id) if more else None)

    def _item(self, key: str) -> dict[str, Any]:
        with store_errors():
            answer = self._client.get_item(TableName=self._posts, Key=post_key(key), ConsistentRead=True)
        return answer.get("Item", {})

    def _is_ours(self, post_id: str, write: str) -> bool:
        return bool(self._item(post_id).get("write") == {"S": write})

    def _new(self, item: Any) -> "PutTypeDef":
        return {"TableName": self._posts, "Item": item, "ConditionExpression": "attribute_not_exists(post_id)"}

    def _taking(self, guard: Guard, post: Post) -> "PutTypeDef":
        put = self._new(guard_item(guard, post))
        if guard.replaces:
            put["ConditionExpression"] = "attribute_not_exists(post_id) OR holder = :replaces"
            put["ExpressionAttributeValues"] = {":replaces": {"S": guard.replaces.id}}
        return put

    def _as_seen(self, post: Post) -> "ConditionCheckTypeDef":
        return {
            "TableName": self._posts,
            "Key": post_key(post.id),
            "ConditionExpression": "version = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(post.version)}},
        }

    def _speaking(self) -> "ConditionCheckTypeDef":
        return {
            "TableName": self._desk,
            "Key": PAUSE_SWITCH,
            "ConditionExpression": "attribute_not_exists(running)",
        }

    def _transact(self, actions: "list[TransactWriteItemTypeDef]") -> list[str]:
        return written_or_refused(self._client, actions, pause=self._pause)

    def _ordered(self, state: PostState, condition: str, values: dict[str, Any], limit: int) -> list[Post]:
        """The first posts of this state that fulfil the condition on `at`, however many pages they lie on."""
        ask = self._query(state)
        ask["KeyConditionExpression"] += f" AND {condition}"
        ask["ExpressionAttributeNames"]["#at"] = "at"
        ask["ExpressionAttributeValues"] |= values
        return list(_posts(query_all(self._client, ask, most=limit)))

    def _query(self, state: PostState) -> dict[str, Any]:
        return {
            "TableName": self._posts,
            "IndexName": _INDEX,
            "KeyConditionExpression": "#state = :state",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":state": {"S": state.value}},
        }


def _posts(items: Iterable[dict[str, Any]]) -> Iterator[Post]:
    return (post for post in map(post_of, items) if post)
