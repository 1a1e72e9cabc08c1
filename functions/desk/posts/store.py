"""Where posts are kept, and how they come to their time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import uuid4

from desk.aws.dynamodb import from_item, moment_text, query_all, store_errors, to_item
from desk.aws.transactions import REFUSED, written_or_refused
from desk.errors import Paused, PostMoved
from desk.links import cursor_to, place_at
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import PAUSE_SWITCH
from desk.posts.transitions import continuation_post

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        ConditionCheckTypeDef,
        PutTypeDef,
        TransactWriteItemTypeDef,
    )

    type Item = dict[str, AttributeValueTypeDef]


class UniqueKey(NamedTuple):
    """Something that only one post may hold: `key` names it, `replaces` is the post that gives it up, if any.

    That post must still be as it was seen: one that will never stand on X gives up what it held, and X may confirm it
    after all. From `forget_at` on (None: never) nobody needs to know who held it, and it may be gone.
    """

    key: str
    replaces: Post | None = None
    forget_at: datetime | None = None


class Request(NamedTuple):
    """A request that was answered once and is answered alike when it comes again."""

    key: str
    fingerprint: str
    post: Post
    """The post as it was when the request was first answered."""
    forget_at: datetime
    """From then on (to the second) it may be gone, and the same request is a new one."""


class PostPage(NamedTuple):
    """Some posts of one state and where the next page begins; `next_cursor` None: there are no more."""

    posts: tuple[Post, ...]
    next_cursor: str | None


class PostStore(Protocol):
    """The posts. Every method raises StoreBusy when the store gives up after bounded retries."""

    def get(self, post_id: str) -> Post | None:
        """The post as it stands, read consistently."""
        ...

    def holder(self, key: str) -> Post | None:
        """The post that holds this guard, read consistently."""
        ...

    def request(self, key: str) -> Request | None:
        """What was answered to this request within the last days."""
        ...

    def add(self, post: Post, guards: Sequence[UniqueKey], request: Request | None) -> None:
        """Store a new post with its guards and request, all or nothing.

        Raises PostMoved when the post's id, a guard or the request is taken, or a post that gives a guard up has
        changed: look again.
        """
        ...

    def save(self, post: Post, seen: Post, *, unless_paused: bool = False) -> Post:
        """Store the post in place of `seen`, and return it with its new version.

        With the step that marks it as published on X, its continuation is stored as the post that follows it, all or
        nothing (see transitions.continuation_post).
        Raises PostMoved when it is no longer as seen, Paused when the pause switch is on and `unless_paused` is asked.
        """
        ...

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        """Posts of this state with `at` up to that moment, the earliest first; may lag behind by seconds."""
        ...

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        """Posts of this state, the latest `at` first; may lag behind. Raises ValueError for a cursor not of ours."""
        ...

    def between(self, state: PostState, since: datetime, until: datetime, *, limit: int) -> Sequence[Post]:
        """Posts of this state with `at` from `since` on and before `until`, the earliest first; may lag behind."""
        ...


class PostQueue(Protocol):
    """What wakes the publisher. A message is a pointer: the table is the truth."""

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """Wake the publisher for this post, up to 900 seconds later; raises QueueUnavailable."""
        ...


class PostTimer(Protocol):
    """One-time schedules that put posts into the queue at their time."""

    def set(self, post_id: str, at: datetime) -> None:
        """Wake the publisher for this post then; setting the same again changes nothing. Raises QueueUnavailable."""
        ...

    def remove(self, post_id: str) -> None:
        """Forget it; one that is gone already is no error. Raises QueueUnavailable."""
        ...


_MOMENTS = frozenset({"accepted_at", "publish_at", "expires_at", "at", "claimed_at"})
_NUMBERS = frozenset({"weighted_length", "estimated_micro_usd", "reconcile_attempts", "spent_micro_usd", "version"})
_REASONS = frozenset(PostReason)
_TYPES = {"kind": PostKind, "state": PostState, "reason": PostReason}


def post_key(post_id: str) -> "Item":
    """The key of a post, guard or request."""
    return {"post_id": {"S": post_id}}


def post_item(post: Post, *, write: str) -> "Item":
    """The item of a post."""
    plain = _plain(post)
    return to_item({"post_id": plain.pop("id"), **plain, "write": write})


def post_of(item: Mapping[str, Any] | None) -> Post | None:
    """The post in an item (typed form); None where there is none, or something else than a post."""
    if not item or "state" not in item:
        return None
    plain = from_item(dict(item))
    return _post({"id": plain["post_id"], **plain})


def guard_item(guard: UniqueKey, post: Post) -> "Item":
    """The item with which a post holds a guard."""
    return to_item({"post_id": guard.key, "holder": post.id, "forget_at": _seconds(guard.forget_at)})


def request_item(request: Request) -> "Item":
    """The item of a request that was answered."""
    return to_item(
        {
            "post_id": request.key,
            "fingerprint": request.fingerprint,
            "answered": _plain(request.post),
            "forget_at": _seconds(request.forget_at),
        }
    )


def request_of(item: Mapping[str, Any] | None) -> Request | None:
    """The request in an item (typed form); None where there is none."""
    if not item or "answered" not in item:
        return None
    plain = from_item(dict(item))
    forget_at = datetime.fromtimestamp(int(plain["forget_at"]), tz=UTC)
    return Request(plain["post_id"], plain["fingerprint"], _post(plain["answered"]), forget_at)


def _plain(post: Post) -> dict[str, Any]:
    """The post's fields as DynamoDB knows them, without those that are None."""
    return {
        name: moment_text(value) if name in _MOMENTS else value.value if name in _TYPES else value
        for name, value in post._asdict().items()
        if value is not None
    }


def _post(plain: Mapping[str, Any]) -> Post:
    return Post(**{name: _field(name, plain[name]) for name in Post._fields if name in plain})


def _field(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name in _NUMBERS:
        return int(value)
    if name == "reason" and value not in _REASONS:
        return None  # another release's: a post that can't be read would hide all the others of its state
    return _TYPES[name](value) if name in _TYPES else value


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


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

    def add(self, post: Post, guards: Sequence[UniqueKey], request: Request | None) -> None:
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
        if rest := continuation_post(saved, seen):
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

    def _taking(self, guard: UniqueKey, post: Post) -> "PutTypeDef":
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
