"""Posts, pages and accounts from X's answers, in either dialect (`desk.x.dialects`)."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from desk.errors import Unavailable
from desk.x.errors import error_of_problem, type_of
from desk.x.model import (
    Accounts,
    Author,
    DirectMessage,
    Lookup,
    Media,
    MessagePage,
    Page,
    PostCount,
    PostMetrics,
    Unparsable,
    XPost,
    time_of,
)

PICTURE_SITES = ("https://pbs.twimg.com", "https://video.twimg.com", "https://abs.twimg.com")
"""Where X keeps pictures and previews of videos; the last one has the profile pictures of accounts without any."""

_ENTITY = re.compile(r"&(amp|lt|gt|quot|#39);")
_CHARACTER = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}
_SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.ASCII)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def _without_surrogates(text: str) -> str:
    """The text with lone surrogates replaced: tables, mails and JSON can't hold them."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _links_of(entities: object, *, shows_media: bool) -> dict[str, str]:
    """The text for each short link. X's indices are not used: they count differently in each dialect.

    Where a post `shows_media`, the short link that X appends for them is dropped.
    """
    urls = entities.get("urls") if isinstance(entities, dict) else None
    found = (url for url in urls if isinstance(url, dict)) if isinstance(urls, list) else ()
    return {
        str(url.get("url")): "" if shows_media and _is_media(url) else _without_surrogates(str(url["expanded_url"]))
        for url in found
        if url.get("expanded_url")
    }


def _is_media(url: Mapping[str, Any]) -> bool:
    return bool(url.get("media_key")) or str(url.get("display_url", "")).startswith(("pic.x.com/", "pic.twitter.com/"))


_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_MEDIA_TYPES = {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}
"""The type by the first number of a media key, for media of which X sent only the key."""


class MalformedPostError(Exception):
    """A post lacks a field that the desk needs, or has it in an unknown form."""


class Includes:
    """The expansions of an answer: media by key, authors by id. Their pictures are on one of the `sites`."""

    def __init__(self, body: Mapping[str, Any], sites: Sequence[str]) -> None:
        self._sites = sites
        self._media = {str(entry.get("media_key")): entry for entry in _entries(body, "media")}
        self._authors = {str(entry.get("id")): entry for entry in _entries(body, "users")}

    def media(self, key: str) -> Media:
        """The picture or video with this key; one that X does not describe still has a type."""
        entry = self._media.get(key, {})
        kind = entry.get("type") or _MEDIA_TYPES.get(key.partition("_")[0], "photo")
        url = _picture(entry, "url", self._sites) or _picture(entry, "preview_image_url", self._sites)
        return Media(str(kind), _text(entry, "alt_text"), url, _pixels(entry, "width"), _pixels(entry, "height"))

    def author(self, author_id: str) -> Author | None:
        """The author, if X sent more than the id."""
        entry = self._authors.get(author_id)
        return author_of(entry, self._sites) if entry else None


def author_of(entry: Mapping[str, Any], sites: Sequence[str] = PICTURE_SITES) -> Author:
    """An account, with its picture if that is on one of the `sites`; raises MalformedPostError when it has no id."""
    names = _text(entry, "username") or "", _text(entry, "name") or ""
    return Author(_id(entry, "id"), *names, _picture(entry, "profile_image_url", sites))


def post_of(entry: object, includes: Includes) -> XPost:
    """A post; raises MalformedPostError when id, author or text are missing. Other fields have defaults."""
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
        metrics=_metrics_of(entry.get("public_metrics")),
    )


def _metrics_of(entry: object) -> PostMetrics | None:
    """The metrics, unless X left them out; a number that it does not state is 0."""
    if not isinstance(entry, dict):
        return None
    reposts = entry.get("repost_count", entry.get("retweet_count"))
    likes, replies, quotes = (_number(entry.get(f"{name}_count")) or 0 for name in ("like", "reply", "quote"))
    return PostMetrics(likes, replies, _number(reposts) or 0, quotes, _number(entry.get("impression_count")))


_LARGEST = 2**63 - 1
"""Of X's numbers. A table stores no more than 38 digits, and one such post would hold up all later ones."""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= _LARGEST else None


def id_in(entry: object) -> str | None:
    """The id in an entry that may not be a post."""
    return _id_or(entry.get("id"), None) if isinstance(entry, dict) else None


def _whole_text(entry: Mapping[str, Any], *, shows_media: bool) -> str:
    """The long form if there is one, since `text` then holds only its beginning."""
    sources = [entry.get("note_tweet"), entry.get("note_post"), entry]
    texts = [each for each in sources if isinstance(each, dict) and isinstance(each.get("text"), str)]
    if not texts:
        raise MalformedPostError("it has no text")
    links = _links_of(texts[0].get("entities") or entry.get("entities"), shows_media=shows_media)
    # Links are expanded after decoding, since an expanded link may contain what looks like an entity.
    return _SHORT_LINK.sub(lambda found: links.get(found[0], found[0]), _decoded(texts[0]["text"])).strip()


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda found: _CHARACTER[found[1]], _without_surrogates(text))


def _created_at(entry: Mapping[str, Any], post_id: str) -> datetime:
    try:
        moment = datetime.fromisoformat(entry.get("created_at", ""))
    except (TypeError, ValueError):
        return time_of(post_id)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _edit_ids(entry: Mapping[str, Any], post_id: str) -> tuple[str, ...]:
    """The ids of all versions, oldest first. X has sent `[""]` for posts that were never edited."""
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
    """The value as an id: a string of digits, or a number."""
    return str(value) if _ID.fullmatch(str(value)) else otherwise


def _pixels(entry: Mapping[str, Any], name: str) -> int | None:
    value = entry.get(name)
    return value if isinstance(value, int) and 0 < value <= _LARGEST else None


def _picture(entry: Mapping[str, Any], name: str, sites: Sequence[str]) -> str | None:
    """The address of a picture on one of these sites; pages and messages show no other."""
    url = _text(entry, name)
    return url if url and any(url.startswith(f"{site}/") for site in sites) else None


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    value = entry.get(name)
    return _without_surrogates(value) if isinstance(value, str) and value else None


_NOT_SHOWN = frozenset({"resource-not-found", "not-authorized-for-resource"})


def page_of(body: Mapping[str, Any], sites: Sequence[str] = PICTURE_SITES) -> Page:
    """A page of a timeline; raises an XError when X sent a problem in its place. Pictures are on one of the `sites`.

    An answer with `meta` and no data is an empty page. An answer with neither is an error: the timeline of an account
    that X does not show must not pass for an empty one.
    """
    if "data" not in body and "meta" not in body:
        problems = _problems(body)
        raise error_of_problem(problems[0]) if problems else Unavailable("X answered without data")
    posts, unparsable = _posts_of(body, sites)
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


def lookup_of(body: Mapping[str, Any], asked: Sequence[str], sites: Sequence[str] = PICTURE_SITES) -> Lookup:
    """Posts by id. An id that X neither returned nor reported as gone, after a fault of its own, is in neither set."""
    posts, unparsable = _posts_of(body, sites)
    shown = {post.id: post for post in posts}
    return Lookup(shown, _gone(body, asked) - shown.keys(), unparsable)


def accounts_of(body: Mapping[str, Any], asked: Sequence[str], sites: Sequence[str] = PICTURE_SITES) -> Accounts:
    """Accounts by id; an entry that can't be parsed is left out, so that it can be retried."""
    authors = _authors_of(_listed(body, "accounts"), sites)
    return Accounts(authors, _gone(body, asked) - authors.keys())


def counts_of(body: Mapping[str, Any]) -> tuple[PostCount, ...]:
    """The counts of posts by span of time, the oldest first; raises an XError when X sent a problem in their place.

    A span that can't be parsed is an error: a sum without it would be too low.
    """
    if "data" not in body and "meta" not in body:
        problems = _problems(body)
        raise error_of_problem(problems[0]) if problems else Unavailable("X answered without data")
    try:
        found = [_count_of(entry) for entry in _listed(body, "counts")]
    except (KeyError, TypeError, ValueError) as exc:
        raise Unavailable("X sent a count in an unknown form") from exc
    return tuple(sorted(found))


def _count_of(entry: Mapping[str, Any]) -> PostCount:
    posts = entry["post_count"] if "post_count" in entry else entry["tweet_count"]
    start, end = (datetime.fromisoformat(entry[name]) for name in ("start", "end"))
    return PostCount(start.astimezone(UTC), end.astimezone(UTC), int(posts))


def messages_of(body: Mapping[str, Any], sites: Sequence[str] = PICTURE_SITES) -> MessagePage:
    """A page of private messages; entries without sender, text or conversation are left out.

    Raises an XError when X sent a problem in its place.
    """
    if "data" not in body and "meta" not in body:
        problems = _problems(body)
        raise error_of_problem(problems[0]) if problems else Unavailable("X answered without data")
    found = (_message_of(entry) for entry in _listed(body, "private messages"))
    senders = _authors_of(_entries(body, "users"), sites)
    return MessagePage(
        tuple(each for each in found if each), senders, _string(_object(body.get("meta")).get("next_token"))
    )


def _message_of(entry: Mapping[str, Any]) -> DirectMessage | None:
    message_id, sender_id = id_in(entry), _id_or(entry.get("sender_id"), None)
    conversation, text = entry.get("dm_conversation_id"), entry.get("text")
    if not message_id or not sender_id or not isinstance(conversation, str) or not isinstance(text, str):
        return None
    links = _links_of(entry.get("entities"), shows_media=False)
    whole = _SHORT_LINK.sub(lambda found: links.get(found[0], found[0]), _decoded(text))
    return DirectMessage(message_id, sender_id, conversation, whole.strip(), _created_at(entry, message_id))


def _authors_of(entries: Sequence[Mapping[str, Any]], sites: Sequence[str]) -> dict[str, Author]:
    authors: dict[str, Author] = {}
    for entry in entries:
        with suppress(MalformedPostError):
            author = author_of(entry, sites)
            authors[author.id] = author
    return authors


def _gone(body: Mapping[str, Any], asked: Sequence[str]) -> frozenset[str]:
    """The requested ids that X reported as not shown."""
    not_shown = (problem for problem in _problems(body) if type_of(problem) in _NOT_SHOWN)
    return frozenset(asked) & {str(problem.get("resource_id") or problem.get("value")) for problem in not_shown}


def _listed(body: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    entries = body.get("data", [])
    if not isinstance(entries, list):
        raise Unavailable(f"X did not answer with a list of {what}")
    return [entry for entry in entries if isinstance(entry, dict)]


def _posts_of(body: Mapping[str, Any], sites: Sequence[str]) -> tuple[tuple[XPost, ...], tuple[Unparsable, ...]]:
    """The posts that can be parsed, and those that can't: a broken post must not cost its neighbours."""
    entries = body.get("data", [])
    if not isinstance(entries, list):
        raise Unavailable("X did not answer with a list of posts")
    includes = Includes(body, sites)
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
    stated = meta.get("result_count")
    return max(stated, seen) if isinstance(stated, int) else seen
