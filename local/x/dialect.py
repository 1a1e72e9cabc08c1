"""X's two ways to name the same things, chosen by how a request names its fields.

Requests with `post.fields` (or an expansion of that family) get `referenced_posts`, `includes.posts`, `note_post`;
all others get `referenced_tweets`, `includes.tweets`, `note_tweet`. The newer one names authors and references only
among its expansions, so it gives them only to who expands them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_SHARED_FIELDS = {
    "article", "attachments", "card_uri", "community_id", "context_annotations", "conversation_id", "created_at",
    "display_text_range", "edit_controls", "entities", "geo", "id", "lang", "possibly_sensitive", "public_metrics",
    "reply_settings", "source", "text", "withheld",
}  # fmt: skip
USER_FIELDS = {"created_at", "description", "id", "name", "protected", "public_metrics", "username", "verified"}
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
    """What a request wants to see. Names that X does not know are dropped without a word."""

    dialect: Dialect
    post: frozenset[str]
    user: frozenset[str]
    media: frozenset[str]
    expand: frozenset[str]


def selection(query: Mapping[str, str]) -> Selection:
    """Read the field and expansion parameters of a request."""
    wanted = _names(query, "expansions")
    newer = "post.fields" in query or bool(wanted & (NEW.expansions - OLD.expansions))
    dialect = NEW if newer else OLD
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
