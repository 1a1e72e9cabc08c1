"""X's two dialects: the fields that a request asks for in each, and which one an endpoint takes.

The older dialect says tweet (`tweet.fields`, `referenced_tweets`, `note_tweet`, `includes.tweets`), the newer one post
(`post.fields`, `referenced_posts`, `note_post`, `includes.posts`). `desk.x.parsing` reads answers in both:
https://docs.x.com/x-api/fundamentals/data-dictionary
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import any_store_error, parts_of, to_item
from desk.errors import StoreBusy
from desk.x.endpoints import AUTHOR_PRICE, REFERENCED_PRICE, REFERENCES, Endpoint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Dialect(StrEnum):
    """A dialect, by the parameter that names the fields of posts."""

    TWEETS = "tweet.fields"
    """The older one. Author ids and references are fields of the post and cost nothing."""
    POSTS = "post.fields"
    """The newer one. Authors and referenced posts are expansions, and X bills each."""

    @property
    def other(self) -> "Dialect":
        """The dialect to try when X does not take this one."""
        return Dialect.POSTS if self is Dialect.TWEETS else Dialect.TWEETS


_SHARED = "attachments,conversation_id,created_at,entities,lang"
_FIELDS = {
    Dialect.TWEETS: f"{_SHARED},author_id,edit_history_tweet_ids,note_tweet,referenced_tweets",
    Dialect.POSTS: f"{_SHARED},note_post",
}
_METRICS = "public_metrics"
_MEDIA_FIELDS = "alt_text,height,media_key,preview_image_url,type,url,width"
USER_FIELDS = "id,name,profile_image_url,username"
_REQUIRED = ("author_id", "conversation_id", "created_at")
"""Fields that every post has: if no post on a page has one of them, X answered without our fields."""


def fields_of(dialect: Dialect, *, with_authors: bool, with_metrics: bool = False) -> dict[str, str]:
    """The parameters that ask for whole posts; their metrics cost nothing.

    In the older dialect neither authors nor referenced posts are expanded unless `with_authors`, since X bills each as
    a read of its own. The newer one names authors and references only by expanding them.
    """
    expanded = ["attachments.media_keys"]
    if dialect is Dialect.POSTS:
        expanded += ["author_id", "referenced_posts"]
    elif with_authors:
        expanded += ["author_id"]
    users = {"user.fields": USER_FIELDS} if "author_id" in expanded else {}
    return {
        dialect.value: f"{_FIELDS[dialect]},{_METRICS}" if with_metrics else _FIELDS[dialect],
        "media.fields": _MEDIA_FIELDS,
        "expansions": ",".join(expanded),
    } | users


def highest_price(endpoint: Endpoint, posts: int, dialect: Dialect, *, with_authors: bool) -> int:
    """The price of an answer with this many posts if X bills every post, author and referenced post in it."""
    author = AUTHOR_PRICE if with_authors or dialect is Dialect.POSTS else 0
    referenced = REFERENCES * REFERENCED_PRICE if dialect is Dialect.POSTS else 0
    return endpoint.per_call + posts * (endpoint.per_item + author + referenced)


def dropped_fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Required fields that not a single post of this answer has; none for an answer without posts.

    One post that lacks a field is a broken post; a field that all lack was dropped by X.
    """
    listed = body.get("data")
    posts = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return tuple(name for name in _REQUIRED if posts and not any(name in post for post in posts))


class DialectChoice(NamedTuple):
    """The dialect that an endpoint takes. It holds until `until` (aware, UTC): then the older one is tried again."""

    endpoint: str
    dialect: Dialect
    until: datetime


class DialectStore(Protocol):
    """Where choices are kept between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, DialectChoice]:
        """All choices by endpoint, including those that no longer hold."""
        ...

    def save(self, choice: DialectChoice) -> None:
        """Keep the choice, in place of an earlier one for its endpoint."""
        ...


_CHOICE_HOLDS = timedelta(days=1)
"""After this the older dialect, in which reading costs less, is tried again."""
_RELOAD_AFTER = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Dialects:
    """The choices of this process, shared with other runs through `store` as well as that works.

    An endpoint without a choice is asked in the older dialect.
    """

    def __init__(self, store: DialectStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._choices: dict[str, DialectChoice] = {}
        self._loaded_at: datetime | None = None

    def chosen(self, endpoint: Endpoint) -> Dialect:
        """The dialect in which to ask first. Other runs' newer choices are loaded every ten minutes."""
        now = self._clock()
        if self._loaded_at is None or now - self._loaded_at >= _RELOAD_AFTER:
            self._loaded_at = now
            try:
                stored = self._store.load()
            except StoreBusy:
                _log.warning("the choices of dialects could not be loaded", exc_info=True)
                stored = {}
            known = self._choices
            self._choices = known | {
                name: each for name, each in stored.items() if name not in known or known[name].until < each.until
            }
        choice = self._choices.get(endpoint.name)
        return choice.dialect if choice and now < choice.until else Dialect.TWEETS

    def choose(self, endpoint: Endpoint, dialect: Dialect) -> None:
        """Ask this endpoint in this dialect for a day."""
        choice = DialectChoice(endpoint.name, dialect, self._clock() + _CHOICE_HOLDS)
        self._choices[endpoint.name] = choice
        try:
            self._store.save(choice)
        except StoreBusy:
            _log.warning("the dialect of %s could not be saved for other runs", endpoint.name, exc_info=True)


_ITEM = "x_dialect"


class DialectItems:
    """DialectStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, DialectChoice]:
        """See DialectStore."""
        with any_store_error("the choices of dialects could not be loaded"):
            found = list(parts_of(self._client, self._table, _ITEM))
        return {
            each["part"]: DialectChoice(each["part"], Dialect(each["dialect"]), datetime.fromisoformat(each["until"]))
            for each in found
        }

    def save(self, choice: DialectChoice) -> None:
        """See DialectStore."""
        item = {
            "item": _ITEM,
            "part": choice.endpoint,
            "dialect": choice.dialect.value,
            "until": choice.until.isoformat(),
            "expires_at": int(choice.until.timestamp()),
        }
        with any_store_error(f"the dialect of {choice.endpoint} could not be saved"):
            self._client.put_item(TableName=self._table, Item=to_item(item))
