"""Posts in X's two dialects, told in our words.

The older dialect says tweet (`tweet.fields`, `referenced_tweets`, `note_tweet`, `includes.tweets`), the newer one post
(`post.fields`, `referenced_posts`, `note_post`, `includes.posts`). Answers are understood in both. Which one a request
uses is decided by `dialect_board`: https://docs.x.com/x-api/fundamentals/data-dictionary
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from desk.errors import Unavailable
from desk.x.errors import error_of_problem, type_of
from desk.x.model import Author, Dialect, Lookup, Media, Page, Unparsable, XPost, time_of

_ENTITY = re.compile(r"&(amp|lt|gt|quot|#39);")
_CHARACTER = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}
_SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.ASCII)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def readable(text: str, entities: object, *, shows_media: bool) -> str:
    """Decoded first, then expanded, since an expanded link may hold what looks like an entity.

    Where a post `shows_media`, the short link that X appends for them is dropped: the media speak for themselves.
    """
    links = _links_of(entities, shows_media=shows_media)
    decoded = _ENTITY.sub(lambda found: _CHARACTER[found[1]], whole(text))
    return _SHORT_LINK.sub(lambda found: links.get(found[0], found[0]), decoded).strip()


def whole(text: str) -> str:
    """The text with halves of broken characters replaced: no table, mail or JSON could carry them."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _links_of(entities: object, *, shows_media: bool) -> dict[str, str]:
    """What to put for each short link; X's own indices count differently from dialect to dialect and are not used."""
    urls = entities.get("urls") if isinstance(entities, dict) else None
    found = (url for url in urls if isinstance(url, dict)) if isinstance(urls, list) else ()
    return {
        str(url.get("url")): "" if shows_media and _is_media(url) else whole(str(url["expanded_url"]))
        for url in found
        if url.get("expanded_url")
    }


def _is_media(url: Mapping[str, Any]) -> bool:
    return bool(url.get("media_key")) or str(url.get("display_url", "")).startswith(("pic.x.com/", "pic.twitter.com/"))


_SHARED = "attachments,conversation_id,created_at,entities,lang"
_FIELDS = {
    Dialect.TWEETS: f"{_SHARED},author_id,edit_history_tweet_ids,note_tweet,referenced_tweets",
    Dialect.POSTS: f"{_SHARED},note_post",
}
_MEDIA_FIELDS = "alt_text,media_key,preview_image_url,type,url"
_USER_FIELDS = "id,name,username"
_REQUIRED = ("author_id", "conversation_id", "created_at")
"""Fields that every post has, so that a page on which no post has one of them was answered without our fields."""

_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_MEDIA_TYPES = {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}
"""The first number of a media key tells the type where X sent no more than the key."""


def fields_of(dialect: Dialect, *, with_authors: bool) -> dict[str, str]:
    """The parameters that ask for whole posts.

    In the older dialect neither authors nor referenced posts are expanded unless asked for, since X bills each as a
    read of its own. The newer one names authors and references only by expanding them.
    """
    expanded = ["attachments.media_keys"]
    if dialect is Dialect.POSTS:
        expanded += ["author_id", "referenced_posts"]
    elif with_authors:
        expanded += ["author_id"]
    users = {"user.fields": _USER_FIELDS} if "author_id" in expanded else {}
    return {
        dialect.value: _FIELDS[dialect],
        "media.fields": _MEDIA_FIELDS,
        "expansions": ",".join(expanded),
    } | users


def dropped_fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Required fields that not a single post of this answer has; none for an answer without posts.

    One post that lacks a field is a broken post; a field that all lack was dropped by X.
    """
    listed = body.get("data")
    posts = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return tuple(name for name in _REQUIRED if posts and not any(name in post for post in posts))


class MalformedPostError(Exception):
    """A post lacks what the desk cannot do without, or has it in an unknown form."""


class Includes:
    """What an answer holds beside its posts: media by key, authors by id."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._media = {str(entry.get("media_key")): entry for entry in _entries(body, "media")}
        self._authors = {str(entry.get("id")): entry for entry in _entries(body, "users")}

    def media(self, key: str) -> Media:
        """The picture or film with this key; one that X does not describe is still told by its type."""
        entry = self._media.get(key, {})
        kind = entry.get("type") or _MEDIA_TYPES.get(key.partition("_")[0], "photo")
        return Media(str(kind), _text(entry, "alt_text"), _text(entry, "url") or _text(entry, "preview_image_url"))

    def author(self, author_id: str) -> Author | None:
        """The author, where X sent more than the id."""
        entry = self._authors.get(author_id)
        return author_of(entry) if entry else None


def author_of(entry: Mapping[str, Any]) -> Author:
    """An account; raises MalformedPostError when it has no id."""
    return Author(_id(entry, "id"), _text(entry, "username") or "", _text(entry, "name") or "")


def post_of(entry: object, includes: Includes) -> XPost:
    """A post; raises MalformedPostError when id, author or text are missing. Lesser lacks are made good."""
    if not isinstance(entry, dict):
        raise MalformedPostError("it is no object")
    post_id, author_id = _id(entry, "id"), _id(entry, "author_id")
    media = tuple(includes.media(key) for key in _media_keys(entry))
    references = _references(entry)
    return XPost(
        id=post_id,
        text=_whole_text(entry, shows_media=bool(media)),
        author_id=author_id,
        created_at=_created_at(entry, post_id),
        conversation_id=_id_or(entry.get("conversation_id"), post_id),
        lang=_text(entry, "lang") or "und",
        edit_ids=_edit_ids(entry, post_id),
        in_reply_to=references.get("replied_to"),
        quotes=references.get("quoted"),
        retweets=references.get("retweeted"),
        media=media,
        author=includes.author(author_id),
    )


def id_in(entry: object) -> str | None:
    """The id of something that may be no post at all."""
    return _id_or(entry.get("id"), None) if isinstance(entry, dict) else None


def _whole_text(entry: Mapping[str, Any], *, shows_media: bool) -> str:
    """The long form where there is one; `text` then holds only its beginning."""
    for source in (entry.get("note_tweet"), entry.get("note_post"), entry):
        if isinstance(source, dict) and isinstance(source.get("text"), str):
            entities = source.get("entities") or entry.get("entities")
            return readable(source["text"], entities, shows_media=shows_media)
    raise MalformedPostError("it has no text")


def _created_at(entry: Mapping[str, Any], post_id: str) -> datetime:
    try:
        moment = datetime.fromisoformat(entry.get("created_at", ""))
    except (TypeError, ValueError):
        return time_of(post_id)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _edit_ids(entry: Mapping[str, Any], post_id: str) -> tuple[str, ...]:
    """All versions from the first on. X has sent `[""]` for posts never edited."""
    history = entry.get("edit_history_tweet_ids") or entry.get("edit_history_post_ids")
    known = {_id_or(each, post_id) for each in history} if isinstance(history, list) else set()
    return tuple(sorted(known | {post_id}, key=int))


def _references(entry: Mapping[str, Any]) -> dict[str, str]:
    listed = entry.get("referenced_tweets") or entry.get("referenced_posts")
    found = (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    return {str(each.get("type")): str(each["id"]) for each in found if _id_or(each.get("id"), None)}


def _media_keys(entry: Mapping[str, Any]) -> list[str]:
    attachments = entry.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return [str(key) for key in keys] if isinstance(keys, list) else []


def _entries(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    includes = body.get("includes")
    listed = includes.get(name) if isinstance(includes, dict) else None
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _id(entry: Mapping[str, Any], name: str) -> str:
    found = _id_or(entry.get(name), None)
    if found is None:
        raise MalformedPostError(f"it has no usable {name}")
    return found


def _id_or[T](value: object, otherwise: T) -> str | T:
    """X's ids are strings of digits; a number is taken for one."""
    return str(value) if _ID.fullmatch(str(value)) else otherwise


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    value = entry.get(name)
    return whole(value) if isinstance(value, str) and value else None


_NOT_SHOWN = frozenset({"resource-not-found", "not-authorized-for-resource"})


def page_of(body: Mapping[str, Any]) -> Page:
    """A page of a timeline; raises an XError when X sent a problem in its place.

    No data beside a `meta` is an empty page. No data and no `meta`, just problems, is not: a page about an account
    that X does not show must not pass for one on which nobody spoke.
    """
    if "data" not in body and "meta" not in body:
        problems = _problems(body)
        raise error_of_problem(problems[0]) if problems else Unavailable("X answered without data")
    posts, unparsable = _posts_of(body)
    meta = _object(body.get("meta"))
    ids = sorted([post.id for post in posts] + [each.id for each in unparsable if each.id], key=int)
    return Page(
        posts=posts,
        newest_id=id_in({"id": meta.get("newest_id")}) or (ids[-1] if ids else None),
        oldest_id=id_in({"id": meta.get("oldest_id")}) or (ids[0] if ids else None),
        next_token=_string(meta.get("next_token")),
        count=_count(meta, len(posts) + len(unparsable)),
        unparsable=unparsable,
    )


def lookup_of(body: Mapping[str, Any], asked: Sequence[str]) -> Lookup:
    """Posts by id. What X neither showed nor called gone (its own fault, for example) is in neither set."""
    posts, unparsable = _posts_of(body)
    gone = {
        str(problem.get("resource_id") or problem.get("value"))
        for problem in _problems(body)
        if type_of(problem) in _NOT_SHOWN
    }
    shown = {post.id: post for post in posts}
    return Lookup(shown, frozenset(gone & set(asked) - shown.keys()), unparsable)


def _posts_of(body: Mapping[str, Any]) -> tuple[tuple[XPost, ...], tuple[Unparsable, ...]]:
    """The posts that could be read, and those that could not: one broken post must not cost its neighbours."""
    entries = body.get("data", [])
    if not isinstance(entries, list):
        raise Unavailable("X answered with something that is no list of posts")
    includes = Includes(body)
    posts: list[XPost] = []
    unparsable: list[Unparsable] = []
    for entry in entries:
        try:
            posts.append(post_of(entry, includes))
        except MalformedPostError as exc:
            unparsable.append(Unparsable(id_in(entry), str(exc)))
    return tuple(posts), tuple(unparsable)


def _problems(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = body.get("errors")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(meta: Mapping[str, Any], seen: int) -> int:
    said = meta.get("result_count")
    return max(said, seen) if isinstance(said, int) else seen
