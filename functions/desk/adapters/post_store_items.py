"""Posts as items of the Posts table."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import uniform
from time import sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from desk.adapters.pause_items import PAUSE_SWITCH
from desk.adapters.post_items import guard_item, moment_text, post_item, post_key, post_of, request_item, request_of
from desk.adapters.store_errors import all_or_nothing, store_errors
from desk.errors import Paused, PostMoved, StoreBusy
from desk.ports.posts import Guard, PostPage, Request
from desk.post import Post, PostState
from desk.post_steps import following

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ConditionCheckTypeDef, PutTypeDef, TransactWriteItemTypeDef

_INDEX = "by_state"
_REFUSED = "ConditionalCheckFailed"
_TRIES = 5
_CURSOR = 200  # characters that a cursor has at most
_FIRST_PAUSE = 0.05  # seconds, doubled with each try: at most 1.6 in all


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
        codes = self._transact([{"Put": put} for put in puts])
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
            raise Paused(seen.id) if unless_paused and codes[0] != _REFUSED else PostMoved(seen.id)
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
            ask["ExclusiveStartKey"] = {"state": {"S": state.value}, **_key_of(cursor)}
        with store_errors():
            answer: Any = self._client.query(**ask)
        found = tuple(_posts(answer["Items"]))
        shown, more = found[:limit], len(found) > limit or "LastEvaluatedKey" in answer
        return PostPage(shown, _cursor(shown[-1]) if more else None)

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
            put["ExpressionAttributeValues"] = {":replaces": {"S": guard.replaces}}
        return put

    def _speaking(self) -> "ConditionCheckTypeDef":
        return {
            "TableName": self._desk,
            "Key": PAUSE_SWITCH,
            "ConditionExpression": "attribute_not_exists(running)",
        }

    def _transact(self, actions: "list[TransactWriteItemTypeDef]") -> list[str]:
        """Write all of it, or say why not: a code for each action if at least one condition did not hold.

        What is cancelled for other reasons, a conflict with another transaction or a throttle, passes: it is tried
        again a few times.
        """
        for attempt in range(_TRIES):
            codes = all_or_nothing(self._client, actions)
            if not codes or _REFUSED in codes:
                return codes
            self._pause(_FIRST_PAUSE * 2**attempt * uniform(0.5, 1))  # noqa: S311 - spreads retries, guards nothing
        raise StoreBusy(f"a transaction was cancelled {_TRIES} times")

    def _ordered(self, state: PostState, condition: str, values: dict[str, Any], limit: int) -> list[Post]:
        """The first posts of this state that fulfil the condition on `at`, however many pages they lie on."""
        ask = self._query(state)
        ask["KeyConditionExpression"] += f" AND {condition}"
        ask["ExpressionAttributeNames"]["#at"] = "at"
        ask["ExpressionAttributeValues"] |= values
        found: list[Post] = []
        while len(found) < limit:
            with store_errors():
                answer: Any = self._client.query(**ask, Limit=limit - len(found))
            found += _posts(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                break
            ask["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found

    def _query(self, state: PostState) -> dict[str, Any]:
        return {
            "TableName": self._posts,
            "IndexName": _INDEX,
            "KeyConditionExpression": "#state = :state",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":state": {"S": state.value}},
        }


def _posts(items: Sequence[dict[str, Any]]) -> Iterator[Post]:
    return (post for post in map(post_of, items) if post)


def _cursor(last: Post) -> str:
    return urlsafe_b64encode(json.dumps([moment_text(last.at), last.id]).encode()).decode().rstrip("=")


def _key_of(cursor: str) -> dict[str, Any]:
    """Where a page begins; raises ValueError for a text that `_cursor` never made."""
    if len(cursor) > _CURSOR:
        raise ValueError("not a cursor of ours")
    try:
        at, post_id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment_text(datetime.fromisoformat(at))
    except (TypeError, ValueError, AttributeError, OverflowError) as exc:
        raise ValueError("not a cursor of ours") from exc
    if not isinstance(post_id, str) or not post_id:
        raise ValueError("not a cursor of ours")
    return {"at": {"S": at}, "post_id": {"S": post_id}}
