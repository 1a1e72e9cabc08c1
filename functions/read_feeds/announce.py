"""New entries of feeds become drafts of announcements or posts, each once, however often this is repeated."""

from datetime import datetime
from typing import TYPE_CHECKING

from desk.feeds.news import announcement_of
from desk.posts.announcement_drafts import AnnouncementDraft
from desk.posts.errors import PostNotAccepted
from desk.posts.model import NewPost, PostKind

if TYPE_CHECKING:
    from desk.brand import FeedSettings
    from desk.checks.facts import CheckPosts
    from desk.feeds.model import FeedEntry
    from desk.posts.announcement_drafts import AnnouncementDrafts
    from desk.posts.store import PostStore
    from desk.posts.submit import PostSubmitter


class Announcer:
    """Makes drafts and posts of entries. Ids follow from the entry, so doing it again changes nothing."""

    def __init__(
        self,
        *,
        drafts: "AnnouncementDrafts",
        posts: "PostStore",
        submitter: "PostSubmitter",
        check: "CheckPosts",
    ) -> None:
        self._drafts = drafts
        self._posts = posts
        self._submitter = submitter
        self._check = check

    def draft(self, feed: "FeedSettings", entry: "FeedEntry", now: datetime) -> bool:
        """Make a draft of the entry, and return False: it is no post. Raises StoreBusy and QueueUnavailable."""
        announcement = announcement_of(feed, entry)
        self._drafts.add(AnnouncementDraft(announcement.id, announcement.text, feed.name, now))
        return False

    def post(self, feed: "FeedSettings", entry: "FeedEntry", now: datetime) -> bool:
        """Submit a post of the entry, and return True; or make a draft, if a person has to see it.

        A person has to see what X would not take, and what the pre-send check warns of. Raises StoreBusy and
        QueueUnavailable.
        """
        announcement = announcement_of(feed, entry)
        if self._posts.get(announcement.id):
            return True  # by an earlier run, whose end was lost; its own text would look like a repetition
        check = self._check.check(announcement.text, PostKind.ANNOUNCEMENT, now)
        if not announcement.is_complete or check.blocks:
            return self.draft(feed, entry, now)
        new = NewPost(
            PostKind.ANNOUNCEMENT,
            announcement.text,
            by=feed.name,
            expires_at=now + feed.lasts,
            external_id=announcement.id,
            id=announcement.id,
        )
        try:
            self._submitter.submit(new)
        except PostNotAccepted:
            return self.draft(feed, entry, now)
        return True
