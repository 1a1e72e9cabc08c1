"""A post as an item of the Posts table, and back; and what lies beside the posts there.

The key is `post_id`. Only posts have a `state`, so only they are in the index `by_state`, whose range `at` is written
with all its microseconds so that the order of the texts is that of the moments. Beside them lie, under keys with a
`#`, which no post's id has:

* guards, `external#…` and `text#…`: `holder` is the post that has what only one may have
* requests, `request#…`: `fingerprint` of what was asked and `answered`, the post as it was then

`forget_at` is the table's time to live. `write` names the last change, so that whoever made it knows it again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.mention_items import from_item, to_item
from desk.ports.posts import Guard, Request
from desk.post import Post, PostKind, PostReason, PostState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    type Item = dict[str, AttributeValueTypeDef]

_MOMENTS = frozenset({"accepted_at", "publish_at", "expires_at", "at", "claimed_at"})
_NUMBERS = frozenset({"weighted_length", "estimated_micro_usd", "looks", "spent_micro_usd", "version"})
_REASONS = frozenset(PostReason)
_TYPES = {"kind": PostKind, "state": PostState, "reason": PostReason}


def post_key(post_id: str) -> "Item":
    """The key of a post, guard or request."""
    return {"post_id": {"S": post_id}}


def moment_text(moment: datetime) -> str:
    """A moment (aware) in UTC, such that the texts of moments sort as they do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


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


def guard_item(guard: Guard, post: Post) -> "Item":
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
