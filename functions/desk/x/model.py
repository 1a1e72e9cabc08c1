"""Posts of X, pages of them, and the protocols of the client that reads and publishes them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol, TypedDict, Unpack


class Author(NamedTuple):
    """An account. X bills it: it is requested where a person reads it, or where X sends no author id without it."""

    id: str
    username: str
    name: str
    picture_url: str | None = None
    """The profile picture, which costs nothing beside the name."""


class Media(NamedTuple):
    """A picture or video: its type (`photo`, `video`, `animated_gif`), its description, X's link to it.

    `url` is a picture that can be shown, of a video its preview. `width` and `height` are in pixels, None where X did
    not send them.
    """

    type: str
    alt_text: str | None
    url: str | None
    width: int | None = None
    height: int | None = None


class PostMetrics(NamedTuple):
    """How often a post was liked, answered, reposted, quoted and seen when X was asked.

    `impressions` is None where X does not state it.
    """

    likes: int
    replies: int
    reposts: int
    quotes: int
    impressions: int | None = None

    @property
    def reactions(self) -> int:
        """How often people reacted: all likes, replies, reposts and quotes."""
        return self.likes + self.replies + self.reposts + self.quotes


class XPost(NamedTuple):
    """One version of one post.

    `text` is the complete text, also of a long post, with HTML entities decoded and t.co links expanded. `edit_ids`
    lists the ids of the versions from the first to this one or later; a post that was never edited has only its own.
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
    metrics: PostMetrics | None = None
    """Of the moment when X was asked; None where they were not asked for."""

    @property
    def first_id(self) -> str:
        """The id of the first version."""
        return self.edit_ids[0] if self.edit_ids else self.id


class Unparsable(NamedTuple):
    """A post that X sent in a form that the desk can't parse; `id` is None when even the id can't be read."""

    id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline, newest first. X states `newest_id` for the whole page, dropped posts included."""

    posts: tuple[XPost, ...]
    newest_id: str | None
    oldest_id: str | None
    next_token: str | None
    count: int
    """The number of posts on the page according to X, including retweets and posts that it doesn't show."""
    unparsable: tuple[Unparsable, ...] = ()
    """The page's posts that could not be parsed: the caller must record them before it goes on."""


class Lookup(NamedTuple):
    """Posts looked up by id; `gone` has the ids that X no longer shows. An id in none of the three can be retried."""

    posts: dict[str, XPost]
    gone: frozenset[str]
    unparsable: tuple[Unparsable, ...] = ()


class Accounts(NamedTuple):
    """Accounts looked up by id; `gone` has the ids that X does not show. An id in neither can be retried."""

    authors: dict[str, Author]
    gone: frozenset[str]


class DirectMessage(NamedTuple):
    """A private message to the account or from it. X names the two people of a conversation in its id."""

    id: str
    sender_id: str
    conversation_id: str
    text: str
    created_at: datetime

    @property
    def participant_ids(self) -> frozenset[str]:
        """The people of a conversation of two; of a group none can be told."""
        match self.conversation_id.split("-"):
            case [one, other]:
                return frozenset({one, other})
            case _:
                return frozenset()


class MessagePage(NamedTuple):
    """A page of private messages, the newest first, with the people who sent them."""

    messages: tuple[DirectMessage, ...]
    senders: dict[str, Author]
    next_token: str | None


class TrendingTopic(NamedTuple):
    """A trending topic of a place; `posts` is X's count of posts, None where it gives none."""

    name: str
    posts: int | None


class PostCount(NamedTuple):
    """How many posts were made from `start` to before `end`, both aware."""

    start: datetime
    end: datetime
    posts: int


class Usage(NamedTuple):
    """Calls made and what they cost by X's list prices, in micro-dollars.

    A post or author counts once in a UTC day and process; X says that it bills so, but doesn't guarantee it. A call
    whose answer was lost counts at its highest price.
    """

    calls: int = 0
    micro_usd: int = 0


class TimelineBounds(TypedDict, total=False):
    """The range of a timeline, newest first, and the page of it.

    Both ids are exclusive; `since_id` wins over `start_time` (aware). `page_token` is the `next_token` of the
    page before.
    """

    since_id: str | None
    until_id: str | None
    start_time: datetime | None
    page_token: str | None


def pages(read_page: Callable[[str | None], Page], *, at_most: int) -> Iterator[Page]:
    """The pages that `read_page` returns by their tokens, from the newest on; each costs a call.

    Ends at the last page, or at one that names itself as the next, as X sometimes does.
    """
    token: str | None = None
    for _ in range(at_most):
        page = read_page(token)
        yield page
        if page.next_token is None or page.next_token == token:
            return
        token = page.next_token


class UploadedPicture(NamedTuple):
    """A picture on X that posts can name by its id until it expires (aware)."""

    media_id: str
    expires_at: datetime


class XTimelines(Protocol):
    """Reading X. Every method raises the errors under XError, or BreakerOpen."""

    def mentions(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """The newest mentions of the account, 100 a page, at most 800 back.

        Authors come only where X gives no author id without them.
        """
        ...

    def search(self, *, query: str, **bounds: Unpack[TimelineBounds]) -> Page:
        """Posts of the last 7 days that match, 100 a page; a since_id older than that is a BadRequest."""
        ...

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:
        """Posts by id, at most 100. X bills author data."""
        ...

    def accounts(self, ids: Sequence[str]) -> Accounts:
        """Accounts by id, at most 100. X bills each that it shows."""
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XOwnPosts(Protocol):
    """Reading the account's own posts. Every method raises the errors under XError, or BreakerOpen."""

    def own_posts(self, **bounds: Unpack[TimelineBounds]) -> Page:
        """The account's newest posts with their metrics, replies included, 100 a page, at most 3,200 back."""
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XPerformance(Protocol):
    """Reading how own posts perform. Every method raises the errors under XError, or BreakerOpen."""

    def own_post(self, post_id: str) -> XPost | None:
        """One of the account's posts with its metrics, from its timeline, where it costs a fifth of a look-up by id.

        None where the timeline does not show it: it was deleted, has a later version, is too new, or is not among the
        3,200 newest.
        """
        ...

    def posts(self, ids: Sequence[str], *, with_authors: bool, with_metrics: bool = False) -> Lookup:
        """Posts by id, at most 100, each version with metrics of its own. X bills author data, but no metrics."""
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XPublishing(XOwnPosts, Protocol):
    """Publishing on X. Every method raises the errors under XError, or BreakerOpen."""

    def create_post(
        self,
        text: str,
        *,
        in_reply_to: str | None = None,
        own_thread: bool = False,
        private_message: bool = False,
        media_ids: Sequence[str] = (),
    ) -> str:
        """Create a post and return its id.

        `own_thread`: the post replies to one of the account's own. `private_message` adds X's button for a private
        message to the account. `media_ids` are those of uploaded pictures; MediaGone when X does not know one. After
        Unavailable the post may exist, since X has no idempotency key; after NotReached it doesn't.
        """
        ...

    def upload_picture(self, content: bytes, content_type: str) -> UploadedPicture:
        """Upload a picture of at most 5 MB; BadRequest when X does not take it.

        It may be uploaded again: one that no post names expires.
        """
        ...

    def describe_picture(self, media_id: str, alt: str) -> None:
        """Give an uploaded picture its alternative text, which X bills. It may be repeated."""
        ...

    def delete_post(self, post_id: str) -> None:
        """Delete one of the account's posts; Gone when X does not have it any more. It may be deleted again."""
        ...


class XLookUps(Protocol):
    """Looking up what a person wants to see. Every method raises the errors under XError, or BreakerOpen."""

    def accounts(self, ids: Sequence[str]) -> Accounts:
        """Accounts by id, at most 100. X bills each that it shows."""
        ...

    def conversation(self, conversation_id: str, *, until_id: str | None, limit: int) -> Page:
        """The newest posts of the conversation of the last 7 days, at most so many (10 to 100), older than that id."""
        ...

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:
        """Posts by id, at most 100. X bills author data."""
        ...

    def private_messages(self, *, limit: int, page_token: str | None = None) -> MessagePage:
        """The newest private messages of the last 30 days, at most so many; X bills each, and each sender.

        Encrypted conversations are not among them.
        """
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XTrends(Protocol):
    """Reading what trends. Every method raises the errors under XError, or BreakerOpen."""

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[TrendingTopic, ...]:
        """Trends of the place with this WOEID, at most 50."""
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XListening(Protocol):
    """Searching for posts that mention nobody. Every method raises the errors under XError, or BreakerOpen."""

    def heard(self, *, query: str, limit: int, by_relevancy: bool = False, **bounds: Unpack[TimelineBounds]) -> Page:
        """Posts of the last 7 days that match, with their metrics, at most so many a page (10 to 100), newest first.

        `by_relevancy`: those come first that X finds the most important. A since_id older than 7 days is a BadRequest.
        """
        ...

    def counts(self, *, query: str, start_time: datetime, end_time: datetime) -> tuple[PostCount, ...]:
        """How many posts match in each minute between these times (aware), the oldest minute first.

        At most the last 7 days, and at least some seconds in the past.
        """
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class XLikes(Protocol):
    """Reading the account's likes. Every method raises the errors under XError, or BreakerOpen."""

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        """Posts that the account liked, latest like first, with authors (billed): 20, then 100 a page."""
        ...


_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_LOWER_BITS = 22


def time_of(post_id: str) -> datetime:
    """The creation time that the post id encodes, in UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=int(post_id) >> _LOWER_BITS)


def first_id_at(moment: datetime) -> str:
    """The smallest id that a post created at `moment` (aware) can have."""
    return str(max(0, (moment - _EPOCH) // timedelta(milliseconds=1)) << _LOWER_BITS)


def earlier(post_id: str, span: timedelta) -> str:
    """The id that is `span` earlier than this one; ids before the epoch become 0."""
    return str(max(0, int(post_id) - ((span // timedelta(milliseconds=1)) << _LOWER_BITS)))
