"""X's rules for posts that are created by its API, and the messages of its errors."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.x.counting import MOST, count
from local.x.http import forbidden, invalid
from local.x.parameters import post_id
from local.x.state import Post, World
from local.x.text import cashtags, leading_handles
from local.x.uploads import media_ids_in, usable

RECENT = timedelta(hours=24)
"""For how long the same text counts as a duplicate."""

_SIMPLE = {"made_with_ai", "nullcast", "paid_partnership", "reply_settings"}
_PRIVATE = "direct_message_deep_link"
_KNOWN = {"text", "reply", "quote_tweet_id", "media", _PRIVATE} | _SIMPLE
_NOT_HERE = {
    "card_uri", "community_id", "edit_options", "for_super_followers_only", "geo", "poll",
    "share_with_followers",
}  # fmt: skip
_TO_AN_ACCOUNT = re.compile(r"https://(?:twitter|x)\.com/messages/compose\?recipient_id=[0-9]{1,19}(?:&\S*)?", re.ASCII)
"""The form in X's guides; no other form is known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as asked for, its form checked."""

    text: str
    in_reply_to: str | None = None
    quotes: str | None = None
    private_message: str | None = None
    media_ids: tuple[str, ...] = ()


def draft(body: object) -> Draft:
    """Read the body of a create call, or raise 400."""
    if not isinstance(body, Mapping):
        raise invalid("body", type(body).__name__, "The body must be a JSON object")
    for name in sorted(set(body) - _KNOWN):
        why = "is not simulated by the local X" if name in _NOT_HERE else "does not exist"
        raise invalid(name, body[name], f"The property [{name}] {why}")
    text = body.get("text", "")
    if not isinstance(text, str) or not text.strip():
        raise invalid("text", text, "The property [text] is required and must be a string that is not blank")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise invalid("text", "", "The property [text] holds half a character")
    quotes = body.get("quote_tweet_id")
    return Draft(
        unicodedata.normalize("NFC", text),
        _reply_target(body.get("reply")),
        post_id("quote_tweet_id", str(quotes)) if quotes is not None else None,
        _private_message(body.get(_PRIVATE)),
        media_ids_in(body.get("media")),
    )


def _private_message(link: object) -> str | None:
    if link is None or (isinstance(link, str) and _TO_AN_ACCOUNT.fullmatch(link)):
        return link
    raise invalid(_PRIVATE, link, f"The property [{_PRIVATE}] is no link to a private message to an account")


def _reply_target(reply: Any) -> str | None:
    if reply is None:
        return None
    if not isinstance(reply, Mapping) or not isinstance(reply.get("in_reply_to_tweet_id"), str):
        raise invalid("reply.in_reply_to_tweet_id", reply, "A reply names the post it answers as a string of digits")
    return post_id("reply.in_reply_to_tweet_id", reply["in_reply_to_tweet_id"])


def check(world: World, asked: Draft) -> None:
    """Raise 403 with X's sentence for the first rule that the draft breaks."""
    if asked.in_reply_to:
        _check_target(
            world, asked.in_reply_to, "You attempted to reply to a Tweet that is deleted or not visible to you."
        )
    usable(world.uploads, asked.media_ids, world.clock.now())
    if asked.quotes:
        _check_target(world, asked.quotes, "You attempted to quote a Tweet that is deleted or not visible to you.")
    counted = count(_counted(world, asked))
    if counted.length > MOST:
        raise forbidden("Your Tweet text is too long. See the rules of counting for how text length is determined.")
    if not counted.valid:
        raise invalid("text", asked.text, "The property [text] holds characters that a post cannot have")
    if len(cashtags(asked.text)) > 1:
        raise forbidden("You are not allowed to create a Tweet with more than one cashtag.")
    if _is_duplicate(world, asked):
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def _counted(world: World, asked: Draft) -> str:
    """The text without the leading mentions that X would add to the reply by itself."""
    if not asked.in_reply_to:
        return asked.text
    added = world.answering(world.brand, world.posts[asked.in_reply_to], "").lower().split()
    rest = asked.text.lstrip()
    while (first := leading_handles(rest).split(maxsplit=1)) and first[0].lower() in added:
        rest = rest[len(first[0]) :].lstrip()
    return rest


def _check_target(world: World, target: str, gone: str) -> None:
    post = world.posts.get(target)
    if post is None or not world.is_shown(post):
        raise forbidden(gone)
    if not is_summoned(world, post):
        raise forbidden("You can only reply to or quote posts where you are mentioned or are the author.")


def is_summoned(world: World, post: Post) -> bool:
    """Whether the account may answer: it wrote the post, is mentioned in it, or is quoted by it."""
    if post.author_id == world.brand.id or world.brand.username.lower() in post.mentioned:
        return True
    return post.quotes is not None and world.posts[post.quotes].author_id == world.brand.id


def _is_duplicate(world: World, asked: Draft) -> bool:
    text = asked.text
    if asked.in_reply_to:
        text = world.answering(world.brand, world.posts[asked.in_reply_to], text)
    since = world.clock.now() - RECENT
    own = (post for post in world.posts.values() if post.author_id == world.brand.id and not post.deleted)
    same = (post for post in own if post.text.strip() == text.strip() and post.quotes == asked.quotes)
    return any(post.created_at >= since for post in same)
