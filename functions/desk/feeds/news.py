"""What is new in a feed, what becomes of it, and the text of its announcement."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import FeedSettings
from desk.feeds.marks import FeedMarks, entry_key, marks_of
from desk.feeds.model import FeedEntry
from desk.posts.errors import PostNotAccepted
from desk.posts.text import article_text
from desk.text import cut

MOST_POSTS = 5
"""New entries of a feed that are published without a person, at once and in a day: a dollar by X's list prices. More
than that hardly are news; usually the feed's addresses or ids have changed."""
MOST_DRAFTS = 20
"""Drafts that a feed makes in a day; further entries are only recorded."""

_OLDER = timedelta(days=1)
"""How much earlier than the first reading news may be dated: clocks and time zones of feeds are often wrong."""
_LONGEST_DRAFT_TITLE = 140


def news_of(entries: Iterable[FeedEntry], marks: FeedMarks, began_at: datetime) -> Sequence[FeedEntry]:
    """The entries that are not known, once each, the oldest first.

    An entry that is dated before the feed was read first is not news: feeds list older entries when newer ones were
    removed. A date in the future changes nothing, since readers of the feed see the entry already.
    """
    news: list[FeedEntry] = []
    listed: set[bytes] = set()
    for entry in entries:
        is_recent = entry.published is None or entry.published >= began_at - _OLDER
        if is_recent and not marks.know(entry) and listed.isdisjoint(marks_of(entry)):
            news.append(entry)
            listed.update(marks_of(entry))
    news.reverse()  # as feeds list the newest first
    dated = [(entry.published, entry) for entry in news if entry.published is not None]
    return [entry for _, entry in sorted(dated, key=lambda each: each[0])] if len(dated) == len(news) else news


class NewsPlan(NamedTuple):
    """What becomes of new entries; `left_out` are only recorded."""

    posts: tuple[FeedEntry, ...] = ()
    drafts: tuple[FeedEntry, ...] = ()
    left_out: tuple[FeedEntry, ...] = ()


def plan_of(news: Sequence[FeedEntry], *, is_automatic: bool, posted: int, drafted: int) -> NewsPlan:
    """The plan for news, the oldest first, of a feed that has made `posted` posts and `drafted` drafts today."""
    if is_automatic and posted + len(news) <= MOST_POSTS:
        return NewsPlan(posts=tuple(news))
    room = max(MOST_DRAFTS - drafted, 0)
    split = max(len(news) - room, 0)
    return NewsPlan(drafts=tuple(news[split:]), left_out=tuple(news[:split]))


class Announcement(NamedTuple):
    """The announcement of an entry. `is_complete`: X takes the text, and it has a title and a link."""

    id: str
    text: str
    is_complete: bool


def announcement_of(feed: FeedSettings, entry: FeedEntry) -> Announcement:
    """The announcement: the title, trimmed as the API does it, the hashtags and the link.

    Where X would not take that, it is what can be done: a person completes it.
    """
    key, title = entry_key(feed.name, entry), entry.title or entry.summary
    try:
        return Announcement(key, article_text(title, entry.link, feed.hashtags), is_complete=bool(entry.title))
    except PostNotAccepted:
        head = " ".join([cut(title, _LONGEST_DRAFT_TITLE, len), *(f"#{tag}" for tag in feed.hashtags)])
        link = entry.link if entry.link.startswith(("https://", "http://")) else ""
        return Announcement(key, f"{head.strip()}\n{link}".strip(), is_complete=False)
