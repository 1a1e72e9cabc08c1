"""Posts, people and media as the API gives them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from local.x.http import invalid, missing, unauthorised_resource
from local.x.state import EDIT_WINDOW, EDITS, Medium, Post, User, World
from local.x.text import Rendered, leading_handles

_SHARED_FIELDS = {
    "article", "attachments", "card_uri", "community_id", "context_annotations", "conversation_id", "created_at",
    "display_text_range", "edit_controls", "entities", "geo", "id", "lang", "possibly_sensitive", "public_metrics",
    "reply_settings", "source", "text", "withheld",
}  # fmt: skip
USER_FIELDS = {
    "created_at", "description", "id", "name", "profile_image_url", "protected", "public_metrics", "username",
    "verified",
}  # fmt: skip
MEDIA_FIELDS = {"alt_text", "height", "media_key", "preview_image_url", "type", "url", "width"}
USER_DEFAULTS = {"id", "name", "username"}
MEDIA_DEFAULTS = {"media_key", "type"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One set of names."""

    fields_parameter: str
    fields: frozenset[str]
    expansions: frozenset[str]
    referenced: str
    referenced_expansion: str
    referenced_author: str | None
    included: str
    history: str
    note: str
    repost_count: str
    user_count: str


OLD = Dialect(
    fields_parameter="tweet.fields",
    fields=frozenset(
        _SHARED_FIELDS
        | {"author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "note_tweet", "referenced_tweets"}
    ),
    expansions=frozenset(
        {"attachments.media_keys", "author_id", "edit_history_tweet_ids", "entities.mentions.username"}
        | {"in_reply_to_user_id", "referenced_tweets.id", "referenced_tweets.id.author_id"}
    ),
    referenced="referenced_tweets",
    referenced_expansion="referenced_tweets.id",
    referenced_author="referenced_tweets.id.author_id",
    included="tweets",
    history="edit_history_tweet_ids",
    note="note_tweet",
    repost_count="retweet_count",
    user_count="tweet_count",
)
NEW = Dialect(
    fields_parameter="post.fields",
    fields=frozenset(_SHARED_FIELDS | {"note_post"}),
    expansions=frozenset(
        {"attachments.media_keys", "author_id", "edit_history_post_ids", "entities.mentions.username"}
        | {"in_reply_to_user_id", "referenced_posts"}
    ),
    referenced="referenced_posts",
    referenced_expansion="referenced_posts",
    referenced_author=None,
    included="posts",
    history="edit_history_post_ids",
    note="note_post",
    repost_count="repost_count",
    user_count="post_count",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields and expansions that a request asks for. Unknown names are ignored, as X does."""

    dialect: Dialect
    post: frozenset[str]
    user: frozenset[str]
    media: frozenset[str]
    expand: frozenset[str]


class Support(StrEnum):
    """How an endpoint treats a dialect's field parameter."""

    TAKEN = "taken"
    IGNORED = "ignored"
    """It answers as if the parameter were not there; with `post.fields` it drops that dialect's own expansions too."""
    REJECTED = "rejected"
    """It answers 400 and names the parameter."""


class Dialects:
    """The dialects that each endpoint supports: both by default."""

    def __init__(self) -> None:
        self._support: dict[tuple[str, str], Support] = {}

    def set(self, endpoint: str, support: Mapping[str, str]) -> None:
        """Set the support of an endpoint's field parameters; raises ValueError for an unknown one."""
        unknown = support.keys() - {OLD.fields_parameter, NEW.fields_parameter}
        if unknown:
            raise ValueError(f"no dialect is asked for with {', '.join(sorted(unknown))}")
        self._support |= {(endpoint, parameter): Support(kind) for parameter, kind in support.items()}

    def clear(self) -> None:
        """Every endpoint supports both."""
        self._support.clear()

    def selection(self, endpoint: str, query: Mapping[str, str]) -> Selection:
        """Read the field and expansion parameters as this endpoint does; raises Problem for one that it rejects."""
        kinds = {dialect.fields_parameter: self._kind(endpoint, dialect) for dialect in (OLD, NEW)}
        for name, kind in kinds.items():
            if kind is Support.REJECTED and name in query:
                raise invalid(name, query[name], f"The query parameter [{name}] is not one of [expansions,ids]")
        return selection(query, frozenset(name for name, kind in kinds.items() if kind is not Support.TAKEN))

    def _kind(self, endpoint: str, dialect: Dialect) -> Support:
        return self._support.get((endpoint, dialect.fields_parameter), Support.TAKEN)


def selection(query: Mapping[str, str], unsupported: frozenset[str] = frozenset()) -> Selection:
    """Read the field and expansion parameters of a request, but those of a dialect that is `unsupported`."""
    query = {name: value for name, value in query.items() if name not in unsupported}
    wanted = _names(query, "expansions")
    newer = "post.fields" in query or bool(wanted & (NEW.expansions - OLD.expansions))
    dialect = NEW if newer and NEW.fields_parameter not in unsupported else OLD
    expand = wanted & dialect.expansions
    implied = {name for name in ("author_id", "in_reply_to_user_id", dialect.referenced) if name in expand}
    if expand & {dialect.referenced_expansion, dialect.referenced_author}:
        implied.add(dialect.referenced)
    if "attachments.media_keys" in expand:
        implied.add("attachments")
    if "entities.mentions.username" in expand:
        implied.add("entities")
    return Selection(
        dialect=dialect,
        post=(_names(query, dialect.fields_parameter) & dialect.fields) | implied | {"id", "text", dialect.history},
        user=(_names(query, "user.fields") & USER_FIELDS) | USER_DEFAULTS,
        media=(_names(query, "media.fields") & MEDIA_FIELDS) | MEDIA_DEFAULTS,
        expand=expand,
    )


def _names(query: Mapping[str, str], parameter: str) -> frozenset[str]:
    return frozenset(name.strip() for name in query.get(parameter, "").split(",") if name.strip())


_JOINED = "2015-03-02T00:00:00.000Z"


def instant(moment: datetime) -> str:
    """A time in X's form: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def answer(world: World, posts: Iterable[Post], chosen: Selection) -> dict[str, Any]:
    """`data`, `includes` and `errors` for these posts; each key only when there is something in it."""
    posts = list(posts)
    users: dict[str, dict[str, Any]] = {}
    media: dict[str, dict[str, Any]] = {}
    included: dict[str, dict[str, Any]] = {}
    errors: dict[str, dict[str, str]] = {}
    dialect = chosen.dialect
    for post in posts:
        _include_people(world, post, chosen, users)
        if "attachments.media_keys" in chosen.expand:
            media |= {medium.media_key: medium_json(medium, chosen) for medium in post.media}
        if chosen.expand & {dialect.referenced_expansion, dialect.referenced_author}:
            _include_references(world, post, chosen, (included, errors, users))
    includes = {
        "users": list(users.values()),
        dialect.included: list(included.values()),
        "media": list(media.values()),
    }
    body = {
        "data": [post_json(world, post, chosen) for post in posts],
        "includes": {kind: found for kind, found in includes.items() if found},
        "errors": list(errors.values()),
    }
    return {key: value for key, value in body.items() if value}


def _include_people(world: World, post: Post, chosen: Selection, users: dict[str, dict[str, Any]]) -> None:
    ids = [post.author_id] if "author_id" in chosen.expand else []
    if "in_reply_to_user_id" in chosen.expand and post.in_reply_to_user_id:
        ids.append(post.in_reply_to_user_id)
    if "entities.mentions.username" in chosen.expand:
        found = (world.by_username(handle) for handle in sorted(post.mentioned))
        ids += [user.id for user in found if user]
    users |= {user_id: user_json(world, world.users[user_id], chosen) for user_id in ids}


def _include_references(
    world: World, post: Post, chosen: Selection, into: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    included, errors, users = into
    for reference in references(post):
        other = world.posts[reference["id"]]
        if not world.is_shown(other):
            errors[other.id] = gone(world, other.id, chosen.dialect.referenced_expansion)
            continue
        included[other.id] = post_json(world, other, chosen)
        if chosen.dialect.referenced_author in chosen.expand:
            users[other.author_id] = user_json(world, world.users[other.author_id], chosen)


def gone(world: World, post_id: str, parameter: str) -> dict[str, str]:
    """Why a post is not shown: protected by its author, or not there (any more)."""
    post = world.posts.get(post_id)
    if post and not post.deleted and world.users[post.author_id].protected:
        return unauthorised_resource("tweet", parameter, post_id)
    return missing("tweet", parameter, post_id)


def references(post: Post) -> list[dict[str, str]]:
    """The posts that this one answers, quotes or retweets."""
    kinds = {"retweeted": post.retweets, "quoted": post.quotes, "replied_to": post.in_reply_to}
    return [{"type": kind, "id": other} for kind, other in kinds.items() if other]


def post_json(world: World, post: Post, chosen: Selection) -> dict[str, Any]:
    """One post, with the fields that were chosen and have a value."""
    dialect = chosen.dialect
    everything: dict[str, Any] = {
        "id": post.id,
        "text": post.shown.text,
        dialect.history: list(post.history),
        "author_id": post.author_id,
        "conversation_id": post.conversation_id,
        "created_at": instant(post.created_at),
        "lang": post.lang,
        "in_reply_to_user_id": post.in_reply_to_user_id,
        dialect.referenced: references(post),
        "attachments": {"media_keys": [medium.media_key for medium in post.media]} if post.media else None,
        "entities": _entities(world, post.shown),
        dialect.note: {"text": post.note.text, "entities": _entities(world, post.note) or {}} if post.note else None,
        "display_text_range": _display_range(post),
        "edit_controls": _edit_controls(world, post) if "edit_controls" in chosen.post else None,
        "public_metrics": _metrics(world, post, dialect) if "public_metrics" in chosen.post else None,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "source": "X for local use",
    }
    return {name: value for name, value in everything.items() if name in chosen.post and value not in (None, [])}


def user_json(world: World, user: User, chosen: Selection) -> dict[str, Any]:
    """One person."""
    own = sum(post.author_id == user.id for post in world.posts.values()) if "public_metrics" in chosen.user else 0
    counts = {"followers_count": 0, "following_count": 0, "listed_count": 0, chosen.dialect.user_count: own}
    everything: dict[str, Any] = {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "created_at": _JOINED,
        "description": "",
        "profile_image_url": f"{world.pictures_url}/profile_images/{user.id}_normal.jpg",
        "protected": user.protected,
        "public_metrics": counts,
        "verified": False,
    }
    return {name: value for name, value in everything.items() if name in chosen.user}


def medium_json(medium: Medium, chosen: Selection) -> dict[str, Any]:
    """One picture or film; only a picture has `url`, a film has a preview."""
    address = "url" if medium.type == "photo" else "preview_image_url"
    everything = {
        "media_key": medium.media_key,
        "type": medium.type,
        "alt_text": medium.alt_text,
        address: medium.url,
        "width": medium.width,
        "height": medium.height,
    }
    return {name: value for name, value in everything.items() if name in chosen.media and value is not None}


def _entities(world: World, shown: Rendered) -> dict[str, Any] | None:
    found = dict(shown.entities)
    if "mentions" in found:
        found["mentions"] = [_identified(world, entity) for entity in found["mentions"]]
    return found or None


def _identified(world: World, entity: dict[str, Any]) -> dict[str, Any]:
    user = world.by_username(entity["username"])
    return {**entity, "id": user.id} if user else entity


def _display_range(post: Post) -> list[int]:
    text = post.shown.text
    own_links = [entity["start"] for entity in post.shown.entities.get("urls", [])[-len(post.attached) :]]
    end = own_links[0] if post.attached else len(text)
    return [len(leading_handles(text)) if post.in_reply_to else 0, len(text[:end].rstrip())]


def _edit_controls(world: World, post: Post) -> dict[str, Any]:
    first = world.posts[post.history[0]]
    return {
        "edits_remaining": EDITS + 1 - len(post.history),
        "is_edit_eligible": post.retweets is None,
        "editable_until": instant(first.created_at + EDIT_WINDOW),
    }


def _metrics(world: World, post: Post, dialect: Dialect) -> dict[str, int]:
    others = [other for other in world.posts.values() if not other.deleted]
    return {
        dialect.repost_count: sum(other.retweets == post.id for other in others),
        "reply_count": sum(other.in_reply_to == post.id for other in others),
        "like_count": sum(post.id in hearts for hearts in world.likes.values()),
        "quote_count": sum(other.quotes == post.id for other in others),
        "bookmark_count": 0,
        "impression_count": post.impressions,
    }
