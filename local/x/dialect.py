"""X's two ways to name the same things, chosen by how a request names its fields.

Requests with `post.fields` (or an expansion of that family) get `referenced_posts`, `includes.posts`, `note_post`;
all others get `referenced_tweets`, `includes.tweets`, `note_tweet`. The newer one names authors and references only
among its expansions, so it gives them only to who expands them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from local.x.problems import invalid

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


class Support(StrEnum):
    """What an endpoint does with a dialect's field parameter."""

    TAKEN = "taken"
    IGNORED = "ignored"
    """It answers as if the parameter were not there; with `post.fields` it drops that dialect's own expansions too."""
    REJECTED = "rejected"
    """It answers 400 and names the parameter."""


class Dialects:
    """Which dialects each endpoint supports: both, unless a script says otherwise."""

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
