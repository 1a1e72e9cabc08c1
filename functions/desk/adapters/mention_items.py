"""A mention as an item of the Mentions table, and back.

The attributes that indexes need lie at the top; `post` and `parent` hold the words, so that forgetting removes just
these two. What a mention waits for is `waiting`, the sparse key of the index of that name:

* `reading#<shard>`: received, not understood yet
* `publishing#<shard>`: read, its department not told yet
* `mailing#<department>`: published for machines, its mail put off to the next summary
* absent: nothing is left to do
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from desk.mention import Mention, Parent, shard_of
from desk.x_post import Author, Media, XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_item(plain: dict[str, Any]) -> dict[str, "AttributeValueTypeDef"]:
    """DynamoDB's typed form of a plain mapping; None values are left out."""
    return {key: _typed(value) for key, value in plain.items() if value is not None}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """The plain mapping of DynamoDB's typed form; numbers come as Decimal."""
    return {key: _deserialize(value) for key, value in item.items()}


def _typed(value: Any) -> Any:
    """What boto3's serializer makes of a value, which tries one type after the other; strings are nearly all."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is dict:
        return {"M": {key: _typed(each) for key, each in value.items()}}
    if kind is list:
        return {"L": [_typed(each) for each in value]}
    return _serialize(value)


def mention_item(mention: Mention, zone: ZoneInfo) -> dict[str, "AttributeValueTypeDef"]:
    """The item of a mention just received: waiting to be read, on its day in the desk's zone."""
    post, shard = mention.post, shard_of(mention.id)
    return to_item(
        {
            "mention_id": mention.id,
            "author_id": post.author_id,
            "created_at": post.created_at.isoformat(),
            "received_at": mention.received_at.isoformat(),
            "day_shard": f"{post.created_at.astimezone(zone).date().isoformat()}#{shard}",
            "waiting": f"reading#{shard}",
            "waiting_since": mention.received_at.isoformat(),
            "version_of": post.first_id if mention.is_edit else None,
            "backlog": mention.backlog or None,
            "post": _plain_post(post),
            "parent": {"id": mention.parent.id, "post": _plain_post(mention.parent.post)} if mention.parent else None,
        }
    )


def mention_of(item: dict[str, Any]) -> Mention:
    """The mention in an item (typed form); raises KeyError when its words were forgotten."""
    plain = from_item(item)
    parent = plain.get("parent")
    return Mention(
        post=_post_of(plain["post"]),
        received_at=datetime.fromisoformat(plain["received_at"]),
        parent=Parent(parent["id"], _post_of(parent["post"]) if parent.get("post") else None) if parent else None,
        backlog=plain.get("backlog", False),
    )


def _plain_post(post: XPost | None) -> dict[str, Any] | None:
    if post is None:
        return None
    plain = {
        "id": post.id,
        "text": post.text,
        "author_id": post.author_id,
        "created_at": post.created_at.isoformat(),
        "conversation_id": post.conversation_id,
        "lang": post.lang,
        "edit_ids": list(post.edit_ids),
        "in_reply_to": post.in_reply_to,
        "quotes": post.quotes,
        "retweets": post.retweets,
        "media": [{"type": m.type, "alt_text": m.alt_text, "url": m.url} for m in post.media] or None,
        "author": (
            {"id": post.author.id, "username": post.author.username, "name": post.author.name} if post.author else None
        ),
    }
    return {key: value for key, value in plain.items() if value is not None}


def _post_of(plain: dict[str, Any]) -> XPost:
    author = plain.get("author")
    return XPost(
        id=plain["id"],
        text=plain["text"],
        author_id=plain["author_id"],
        created_at=datetime.fromisoformat(plain["created_at"]),
        conversation_id=plain["conversation_id"],
        lang=plain["lang"],
        edit_ids=tuple(plain["edit_ids"]),
        in_reply_to=plain.get("in_reply_to"),
        quotes=plain.get("quotes"),
        retweets=plain.get("retweets"),
        media=tuple(Media(m["type"], m.get("alt_text"), m.get("url")) for m in plain.get("media", ())),
        author=Author(author["id"], author["username"], author["name"]) if author else None,
    )
