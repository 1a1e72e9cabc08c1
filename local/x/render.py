"""Posts, people and media as the API gives them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from local.x.dialect import Dialect, Selection
from local.x.posts import Medium, Post, User
from local.x.problems import missing, unauthorised_resource
from local.x.state import EDIT_WINDOW, EDITS, World
from local.x.text import Rendered, leading_handles

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
    """What the post answers, quotes or repeats."""
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
        "width": 1200,
        "height": 900,
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
        "impression_count": 0,
    }
