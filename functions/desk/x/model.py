"""What the desk asks of X."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol


class Author(NamedTuple):
    """Who wrote a post. X bills this data: it is asked for where a person reads it, or where no id comes without."""

    id: str
    username: str
    name: str


class Media(NamedTuple):
    """A picture or film: its type (`photo`, `video`, `animated_gif`), its description, X's link to it."""

    type: str
    alt_text: str | None
    url: str | None


class XPost(NamedTuple):
    """One version of one post.

    `text` is whole, long posts included, with HTML entities decoded and t.co links expanded. `edit_ids` lists
    every version's id from the first to this or later ones; a post never edited has only its own.
    """

    id: str
    text: str
    author_id: str
    created_at: datetime
    conversation_id: str
    lang: str
    edit_ids: tuple[str, ...]
    in_reply_to: str | None = None
    quotes: str | None = None
    retweets: str | None = None
    media: tuple[Media, ...] = ()
    author: Author | None = None

    @property
    def first_id(self) -> str:
        """The id of the first version."""
        return self.edit_ids[0] if self.edit_ids else self.id


class Unparsable(NamedTuple):
    """A post that X sent in a form that the desk does not understand; `id` is None when not even that could be read."""

    id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline, newest first. `newest_id` is X's word for the whole page, dropped posts included."""

    posts: tuple[XPost, ...]
    newest_id: str | None
    oldest_id: str | None
    next_token: str | None
    count: int
    """How many posts X says the page has, retweets and unshown ones included."""
    unparsable: tuple[Unparsable, ...] = ()
    """Posts of this page that are not yet recorded: the caller must record them before it goes on."""


class Lookup(NamedTuple):
    """Posts asked for by id; `gone` are the ids that X no longer shows. An id in none of the three: ask again later."""

    posts: dict[str, XPost]
    gone: frozenset[str]
    unparsable: tuple[Unparsable, ...] = ()


class Trend(NamedTuple):
    """What a place talks about; `posts` is X's count of posts, None where it gives none."""

    name: str
    posts: int | None


class Usage(NamedTuple):
    """Calls made and what they cost by X's list prices, in micro-dollars.

    X says that it bills a post or author once in a UTC day, but does not guarantee it. This counts them so as long as
    its process lives. A call whose answer was lost counts at its highest price.
    """

    calls: int = 0
    micro_usd: int = 0


class XTimelines(Protocol):
    """Reading X. Every method raises the errors under XError, or BreakerOpen."""

    def mentions(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """The newest mentions of the account, 100 a page, at most 800 back.

        Authors come only where X gives no author id without them.
        """
        ...

    def search(
        self,
        *,
        query: str,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """Posts of the last 7 days that match, 100 a page; a since_id older than that is a BadRequest."""
        ...

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:
        """Posts by id, at most 100; author data is billed, so it is asked for explicitly."""
        ...

    def take_usage(self) -> Usage:
        """What was used since the last call of this method, settled in the day's sum. Every run ends with it."""
        ...


class XOwnPosts(Protocol):
    """Looking at what the account has posted. Every method raises the errors under XError, or BreakerOpen."""

    def own_posts(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        """The account's newest posts, replies included, 100 a page, at most 3,200 back."""
        ...

    def take_usage(self) -> Usage:
        """What was used since the last call of this method, settled in the day's sum. Every run ends with it."""
        ...


class XPublishing(XOwnPosts, Protocol):
    """Speaking on X, and looking for what was said. Every method raises the errors under XError, or BreakerOpen."""

    def create_post(
        self, text: str, *, in_reply_to: str | None = None, own_thread: bool = False, private_message: bool = False
    ) -> str:
        """The id of the new post.

        `own_thread`: it answers a post of our own, which summons nobody. `private_message` puts X's button under it
        with which people write to the account in private.
        After Unavailable it may exist all the same, since X has no idempotency key; after NotReached it does not.
        """
        ...


class XSurroundings(Protocol):
    """What the account likes and its country talks about. Raises as XTimelines does."""

    def me(self) -> Author:
        """The account that the credentials belong to."""
        ...

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        """Posts that the account liked, the latest like first, 100 a page, with authors (billed)."""
        ...

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[Trend, ...]:
        """What the place with this WOEID talks about, at most 50."""
        ...


_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_LOWER_BITS = 22


def time_of(post_id: str) -> datetime:
    """When the post with this id was made, in UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=int(post_id) >> _LOWER_BITS)


def first_id_at(moment: datetime) -> str:
    """The smallest id that a post made at `moment` (aware) can have."""
    return str(max(0, (moment - _EPOCH) // timedelta(milliseconds=1)) << _LOWER_BITS)


def earlier(post_id: str, span: timedelta) -> str:
    """The id that lies `span` before this one in time; ids before the epoch become 0."""
    return str(max(0, int(post_id) - ((span // timedelta(milliseconds=1)) << _LOWER_BITS)))


class Dialect(StrEnum):
    """A dialect by the parameter that names the fields of posts."""

    TWEETS = "tweet.fields"
    """The older one. Author ids and references are fields of the post and cost nothing."""
    POSTS = "post.fields"
    """The newer one. Authors and referenced posts are expansions, and X bills each."""

    @property
    def other(self) -> "Dialect":
        """The one to try when X does not take this one."""
        return Dialect.POSTS if self is Dialect.TWEETS else Dialect.TWEETS


class DialectChoice(NamedTuple):
    """What an endpoint turned out to take. It holds until `until` (aware, UTC): then the older one is tried again."""

    endpoint: str
    dialect: Dialect
    until: datetime


class DialectChoices(Protocol):
    """Where choices are remembered between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, DialectChoice]:
        """All that are remembered, by endpoint, those that no longer hold included."""
        ...

    def save(self, choice: DialectChoice) -> None:
        """Remember it, in place of an earlier one for its endpoint."""
        ...
