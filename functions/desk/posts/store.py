"""The store of posts: posts, their unique keys, answered requests and the last greeting."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import uuid4

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    REFUSED,
    batch_get,
    from_item,
    is_refused,
    moment_text,
    query_all,
    store_errors,
    to_item,
    written_or_refused,
)
from desk.errors import Paused, PostMoved
from desk.links import cursor_to, place_at
from desk.outbox.store import outbox_actions
from desk.pictures.model import pictures_in, plain_pictures
from desk.posts.model import (
    IdempotentRequest,
    LastGreeting,
    Post,
    PostKind,
    PostReason,
    PostState,
    UniqueKey,
)
from desk.posts.pause import PAUSE_SWITCH, PauseScope
from desk.posts.transitions import continuation_post, entries_for, promises_after
from desk.promises.model import Promise
from desk.promises.store import plain_promise, promise_actions, promise_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        ConditionCheckTypeDef,
        PutTypeDef,
        TransactWriteItemTypeDef,
    )

    type Item = dict[str, AttributeValueTypeDef]


class PostPage(NamedTuple):
    """A page of posts, and the cursor of the next page; `next_cursor` is None on the last one."""

    posts: tuple[Post, ...]
    next_cursor: str | None


class PostStore(Protocol):
    """The store of posts. Every method raises StoreBusy when DynamoDB is unavailable after bounded retries."""

    def get(self, post_id: str) -> Post | None:
        """The post, read consistently."""
        ...

    def get_many(self, post_ids: Collection[str]) -> Mapping[str, Post]:
        """Those of the posts that exist, by id, read consistently."""
        ...

    def holder(self, key: str) -> Post | None:
        """The post that has this unique key, read consistently."""
        ...

    def request(self, key: str) -> IdempotentRequest | None:
        """The request of this key, if it was answered within the last days."""
        ...

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        """Store a new post with its unique keys, request, promise and entry in the outbox in one transaction.

        Raises PostMoved when the id, a unique key or the request is taken, or a post that gives up its key has changed.
        """
        ...

    def save(
        self, post: Post, seen: Post, *, unless_paused: bool = False, unique_keys: Sequence[UniqueKey] = ()
    ) -> Post:
        """Replace `seen` by the post, and return it with its new version.

        The step to `published` stores the continuation in the same transaction (see `transitions.continuation_post`),
        and so are unique keys that the post takes, the promises that the step makes or ends (see
        `transitions.promises_after`), and the entry in the outbox if the operator is to be notified (see
        `transitions.entries_for`). A unique key that the post has already `replaces` itself.
        Raises PostMoved when the post has changed since it was seen, a unique key is taken, or a post that gives up its
        key has changed; and Paused with `unless_paused` during a pause that stops this post.
        """
        ...

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        """Posts of this state with `at` up to that time, the earliest first. Eventually consistent."""
        ...

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        """Posts of this state, the latest `at` first. Eventually consistent. A bad cursor raises ValueError."""
        ...

    def between(
        self,
        state: PostState,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        kinds: Collection[PostKind] = tuple(PostKind),
    ) -> Sequence[Post]:
        """Posts of this state and these kinds with `since <= at < until`, the earliest first. Eventually consistent."""
        ...

    def last_greeting(self) -> LastGreeting | None:
        """The last greeting, read consistently; None before the first one."""
        ...

    def save_greeting(self, greeting: LastGreeting) -> LastGreeting:
        """Save the greeting unless one of that day or a later one is saved, and return the one that is saved then."""
        ...


_MOMENTS = frozenset(
    {
        "accepted_at",
        "publish_at",
        "expires_at",
        "at",
        "claimed_at",
        "published_at",
        "decided_at",
        "approved_at",
        "written_for",
    }
)
_NUMBERS = frozenset(
    {
        "weighted_length",
        "estimated_micro_usd",
        "reconcile_attempts",
        "spent_micro_usd",
        "version",
    }
)
_REASONS = frozenset(PostReason)
_TYPES = {"kind": PostKind, "state": PostState, "reason": PostReason}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_MOMENTS, datetime.fromisoformat),
    **dict.fromkeys(_NUMBERS, int),
    **_TYPES,
    "pictures": pictures_in,
    "overridden": tuple,
    "promise": promise_in,
    "keeps": promise_in,
}


def post_key(post_id: str) -> "Item":
    """The key of a post, a unique key or a request."""
    return {"post_id": {"S": post_id}}


def post_item(post: Post, *, write: str) -> "Item":
    """The item of a post."""
    plain = _plain(post)
    return to_item({"post_id": plain.pop("id"), **plain, "write": write})


def post_of(item: Mapping[str, Any] | None) -> Post | None:
    """The post in an item in DynamoDB's form; None if there is none, or if it is not a post."""
    if not item or "state" not in item:
        return None
    plain = from_item(dict(item))
    return _post({"id": plain["post_id"], **plain})


def unique_key_item(unique_key: UniqueKey, post: Post) -> "Item":
    """The item of a unique key that the post has."""
    return to_item({"post_id": unique_key.key, "holder": post.id, "forget_at": _seconds(unique_key.forget_at)})


def request_item(request: IdempotentRequest) -> "Item":
    """The item of an answered request."""
    return to_item(
        {
            "post_id": request.key,
            "fingerprint": request.fingerprint,
            "answered": _plain(request.post),
            "forget_at": _seconds(request.forget_at),
        }
    )


def request_of(item: Mapping[str, Any] | None) -> IdempotentRequest | None:
    """The request in an item in DynamoDB's form; None if there is none."""
    if not item or "answered" not in item:
        return None
    plain = from_item(dict(item))
    forget_at = datetime.fromtimestamp(int(plain["forget_at"]), tz=UTC)
    return IdempotentRequest(plain["post_id"], plain["fingerprint"], _post(plain["answered"]), forget_at)


def _plain(post: Post) -> dict[str, Any]:
    """The post's fields as attributes, without those that are None or without entries."""
    return {name: _value(name, value) for name, value in post._asdict().items() if value not in {None, ()}}


def _value(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return moment_text(value)
    if name == "pictures":
        return plain_pictures(value)
    if isinstance(value, Promise):
        return plain_promise(value)
    if name in _TYPES:
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _post(plain: Mapping[str, Any]) -> Post:
    return Post(**{name: _field(name, plain[name]) for name in Post._fields if name in plain})


def _field(name: str, value: Any) -> Any:
    if name == "reason" and value not in _REASONS:
        return None  # of another release; a post that can't be read would hide all others of its state
    return _READERS[name](value) if name in _READERS else value


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


_INDEX = "by_state"
_GREETING = to_item({"item": "greeting", "part": "last"})


class PostStoreItems:
    """PostStore on DynamoDB.

    When the answer to a write is lost, botocore repeats the write, and the repetition is refused because of the first
    one. So each write has an id of its own, and after a refusal the post is read: if it has that id, the write is ours.
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

    def get_many(self, post_ids: Collection[str]) -> dict[str, Post]:
        """See PostStore."""
        keys = [post_key(post_id) for post_id in dict.fromkeys(post_ids)]
        items = batch_get(self._client, self._posts, keys, pause=self._pause)
        return {post.id: post for post in map(post_of, items) if post}

    def holder(self, key: str) -> Post | None:
        """See PostStore."""
        holder = self._item(key).get("holder")
        return self.get(holder["S"]) if holder else None

    def request(self, key: str) -> IdempotentRequest | None:
        """See PostStore."""
        return request_of(self._item(key))

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        """See PostStore."""
        write = uuid4().hex
        puts = [self._new(post_item(post, write=write))]
        puts += [self._taking(unique_key, post) for unique_key in unique_keys]
        puts += [self._new(request_item(request))] if request else []
        actions: list[TransactWriteItemTypeDef] = [{"Put": put} for put in puts]
        actions += self._giving_up(unique_keys, post)
        actions += outbox_actions(entries_for(post, None), self._desk)
        actions += promise_actions((), promises_after(post, None), post.accepted_at, post.id, self._desk)
        codes = self._transact(actions)
        if codes and not self._is_ours(post.id, write):
            raise PostMoved(post.id)

    def save(
        self, post: Post, seen: Post, *, unless_paused: bool = False, unique_keys: Sequence[UniqueKey] = ()
    ) -> Post:
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
        if second := continuation_post(saved, seen):
            actions.append({"Put": self._new(post_item(second, write=write))})
        actions += [{"Put": self._taking(unique_key, post)} for unique_key in unique_keys]
        actions += self._giving_up(unique_keys, post)
        actions += outbox_actions(entries_for(saved, seen), self._desk)
        actions += promise_actions((), promises_after(saved, seen), saved.at, saved.id, self._desk)
        if unless_paused:
            actions.append({"ConditionCheck": self._not_paused(post)})
        codes = self._transact(actions)
        if codes and not self._is_ours(seen.id, write):
            raise Paused(seen.id) if unless_paused and codes[0] != REFUSED else PostMoved(seen.id)
        return saved

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        """See PostStore."""
        return self._ordered(state, "#at <= :until", {":until": {"S": moment_text(until)}}, limit)

    def between(
        self,
        state: PostState,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        kinds: Collection[PostKind] = tuple(PostKind),
    ) -> Sequence[Post]:
        """See PostStore."""
        if since >= until:
            return []  # DynamoDB refuses a range that ends before it begins
        last = until - timedelta(microseconds=1)  # BETWEEN includes both ends
        values = {":since": {"S": moment_text(since)}, ":last": {"S": moment_text(last)}}
        return self._ordered(state, "#at BETWEEN :since AND :last", values, limit, kinds)

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

    def last_greeting(self) -> LastGreeting | None:
        """See PostStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_GREETING, ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        return LastGreeting(date.fromisoformat(plain["day"]), plain.get("text")) if plain else None

    def save_greeting(self, greeting: LastGreeting) -> LastGreeting:
        """See PostStore."""
        day = greeting.day.isoformat()
        try:
            with store_errors():
                self._client.put_item(
                    TableName=self._desk,
                    Item=_GREETING | to_item({"day": day, "text": greeting.text}),
                    ConditionExpression="attribute_not_exists(#day) OR #day < :day",
                    ExpressionAttributeNames={"#day": "day"},
                    ExpressionAttributeValues=to_item({":day": day}),
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return self.last_greeting() or greeting  # never None: only a saved greeting refuses another
        return greeting

    def _item(self, key: str) -> dict[str, Any]:
        with store_errors():
            answer = self._client.get_item(TableName=self._posts, Key=post_key(key), ConsistentRead=True)
        return answer.get("Item", {})

    def _is_ours(self, post_id: str, write: str) -> bool:
        return bool(self._item(post_id).get("write") == {"S": write})

    def _new(self, item: Any) -> "PutTypeDef":
        return {"TableName": self._posts, "Item": item, "ConditionExpression": "attribute_not_exists(post_id)"}

    def _taking(self, unique_key: UniqueKey, post: Post) -> "PutTypeDef":
        put = self._new(unique_key_item(unique_key, post))
        if unique_key.replaces:
            put["ConditionExpression"] = "attribute_not_exists(post_id) OR holder = :replaces"
            put["ExpressionAttributeValues"] = {":replaces": {"S": unique_key.replaces.id}}
        return put

    def _giving_up(self, unique_keys: Sequence[UniqueKey], post: Post) -> "list[TransactWriteItemTypeDef]":
        """Checks that the posts which give up keys are as they were seen; the post's own put checks the post itself."""
        replaced = {each.replaces.id: each.replaces for each in unique_keys if each.replaces}
        return [{"ConditionCheck": self._unchanged(holder)} for holder in replaced.values() if holder.id != post.id]

    def _unchanged(self, post: Post) -> "ConditionCheckTypeDef":
        return {
            "TableName": self._posts,
            "Key": post_key(post.id),
            "ConditionExpression": "version = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(post.version)}},
        }

    def _not_paused(self, post: Post) -> "ConditionCheckTypeDef":
        check: ConditionCheckTypeDef = {
            "TableName": self._desk,
            "Key": PAUSE_SWITCH,
            "ConditionExpression": "attribute_not_exists(running)",
        }
        if not post.is_planned:
            check["ConditionExpression"] += " OR #scope = :scheduled"
            check["ExpressionAttributeNames"] = {"#scope": "scope"}
            check["ExpressionAttributeValues"] = {":scheduled": {"S": PauseScope.SCHEDULED.value}}
        return check

    def _transact(self, actions: "list[TransactWriteItemTypeDef]") -> list[str]:
        return written_or_refused(self._client, actions, pause=self._pause)

    def _ordered(
        self,
        state: PostState,
        condition: str,
        values: dict[str, Any],
        limit: int,
        kinds: Collection[PostKind] = tuple(PostKind),
    ) -> list[Post]:
        """The first posts of this state that meet the condition on `at`, from all pages of the query."""
        ask = self._query(state)
        ask["KeyConditionExpression"] += f" AND {condition}"
        ask["ExpressionAttributeNames"]["#at"] = "at"
        ask["ExpressionAttributeValues"] |= values
        if len(kinds) == len(PostKind):
            return list(_posts(query_all(self._client, ask, most=limit)))
        named = {f":kind{place}": {"S": kind.value} for place, kind in enumerate(kinds)}
        ask["FilterExpression"] = f"kind IN ({', '.join(named)})"
        ask["ExpressionAttributeValues"] |= named
        return list(islice(_posts(query_all(self._client, ask)), limit))  # the query's own limit counts all kinds

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
