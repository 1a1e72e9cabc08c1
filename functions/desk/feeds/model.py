"""The brand's feeds: their entries, and what the desk knows of each feed.

The errors:

```
FeedUnreadable       a document can't be read as a feed; `failure` says why
```
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

LONGEST_ADDRESS = 2_000
"""Characters of a link or the address of a picture; a longer one is none."""


class FeedFailure(StrEnum):
    """Why a feed was not read. The key of its sentence for people is `feeds.failure.<value>`."""

    NOT_FETCHED = "not_fetched"
    """`detail` is a FetchReason."""
    STATUS = "status"
    """The server answered with another status than 200 and 304; `detail` is the status."""
    NOT_A_FEED = "not_a_feed"
    """The document is neither RSS, Atom nor JSON Feed."""
    EMPTY = "empty"
    """The document is empty."""
    ENCODING = "encoding"
    """Its text can't be read; `detail` is the encoding that is declared."""
    DOCUMENT_TYPE = "document_type"
    """It has a document type declaration, which may declare entities and name files."""
    DAMAGED = "damaged"
    """It is not well-formed in a way that the tolerant parser does not take either."""
    TOO_COMPLEX = "too_complex"
    """It is nested too deep, has too many elements or attributes, or takes too much time or memory."""
    DEFECT = "defect"
    """The desk itself failed; the log says how."""


class FeedUnreadable(Exception):
    """A document can't be read as a feed."""

    def __init__(self, failure: FeedFailure, detail: str = "") -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.detail = detail


class FeedPicture(NamedTuple):
    """A picture of an entry: its address, and the text for people who cannot see it ("" for none)."""

    url: str
    alt: str = ""


class FeedEntry(NamedTuple):
    """An entry of a feed, as plain text.

    Attributes:
        id: as the feed gives it; "" if it gives none, or the same one to entries with different links.
        link: absolute, if the feed lets one tell; "" without one.
        summary: the beginning of its text, for entries without a title.
        published: when the feed says that it was published; None if it does not say, or what nobody can read.
        is_guessed: the encoding of its document had to be guessed, so its words may be wrong.
    """

    id: str
    title: str
    link: str
    summary: str = ""
    published: datetime | None = None
    picture: FeedPicture | None = None
    is_guessed: bool = False


class ParsedFeed(NamedTuple):
    """The entries of a document in its order, and how many more it has than the desk reads."""

    entries: Sequence[FeedEntry]
    unread: int = 0


class FeedState(NamedTuple):
    """What the desk knows of a feed. All datetimes are aware.

    Attributes:
        name: the feed's name in desk.yaml.
        url: its address in desk.yaml when it was read last. Another address begins anew: its first entries are only
            recorded.
        moved_to: where it has moved for good, and is read now.
        etag: of the document that was read last; sent back, so that an unchanged one is not sent again.
        modified: its `Last-Modified`, for the same purpose.
        digest: of its bytes, to tell an unchanged document from servers that always send it.
        began_at: when it was read first. Entries from before are not news.
        tried_at: when the last try began.
        read_at: when it was read last, or found unchanged.
        failing_since: when it could not be read first since then; None if all is well.
        detail: what belongs to the failure's sentence.
        retry_at: the server asked not to be asked before.
        day: the desk's day to which the next two counts belong.
        drafted: drafts that were made on that day.
        posted: posts that were submitted on that day.
        news_at: when the last draft or post was made.
        left_out: new entries that were only recorded, because they were too many at once; `left_out_at` is when.
        claimed_until: another run works on it until then.
        version: the number of changes, for compare-and-set.
    """

    name: str
    url: str = ""
    moved_to: str | None = None
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    began_at: datetime | None = None
    tried_at: datetime | None = None
    read_at: datetime | None = None
    failing_since: datetime | None = None
    failure: FeedFailure | None = None
    detail: str = ""
    retry_at: datetime | None = None
    day: date | None = None
    drafted: int = 0
    posted: int = 0
    news_at: datetime | None = None
    left_out: int = 0
    left_out_at: datetime | None = None
    claimed_until: datetime | None = None
    version: int = 0
