"""New entries of feeds become drafts of announcements or posts, each once, however often this is repeated."""

from datetime import datetime
from typing import TYPE_CHECKING

from desk.feeds.news import announcement_of
from desk.pictures.model import AttachedPicture, Picture, picture_id_of
from desk.posts.announcement_drafts import AnnouncementDraft
from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted
from desk.posts.model import LONGEST_ALT, PostKind
from desk.text import cut

if TYPE_CHECKING:
    from desk.brand import FeedSettings
    from desk.checks.posts import CheckPosts
    from desk.feeds.model import FeedEntry
    from desk.pictures.store import PictureQueue, PictureStore
    from desk.posts.announcement_drafts import AnnouncementDrafts
    from desk.posts.store import PostStore
    from desk.posts.submit import PostSubmitter


class Announcer:
    """Makes drafts and posts of entries. Ids follow from the entry, so doing it again changes nothing."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        drafts: "AnnouncementDrafts",
        posts: "PostStore",
        submitter: "PostSubmitter",
        check: "CheckPosts",
        pictures: "PictureStore",
        picture_queue: "PictureQueue",
    ) -> None:
        self._drafts = drafts
        self._posts = posts
        self._submitter = submitter
        self._check = check
        self._pictures = pictures
        self._picture_queue = picture_queue

    def draft(self, feed: "FeedSettings", entry: "FeedEntry", now: datetime) -> bool:
        """Make a draft of the entry, and return False: it is no post. Raises StoreBusy and QueueUnavailable."""
        announcement = announcement_of(feed, entry)
        pictures = self._attached(feed, entry, announcement.id, now)
        self._drafts.add(
            AnnouncementDraft(announcement.id, announcement.text, feed.name, now, pictures, entry.is_guessed)
        )
        return False

    def post(self, feed: "FeedSettings", entry: "FeedEntry", now: datetime) -> bool:
        """Submit a post of the entry, and return True; or make a draft, if a person has to see it.

        A person has to see what X would not take, what the pre-send check warns of, and words whose encoding was
        guessed. Raises StoreBusy and QueueUnavailable.
        """
        announcement = announcement_of(feed, entry)
        if self._posts.get(announcement.id):
            return True  # by an earlier run, whose end was lost; its own text would look like a repetition
        check = self._check.check(announcement.text, PostKind.ANNOUNCEMENT, now)
        if entry.is_guessed or not announcement.is_complete or check.blocks:
            return self.draft(feed, entry, now)
        new = SubmitPost(
            PostKind.ANNOUNCEMENT,
            announcement.text,
            by=feed.name,
            expires_at=now + feed.lasts,
            external_id=announcement.id,
            id=announcement.id,
            pictures=self._attached(feed, entry, announcement.id, now),
        )
        try:
            self._submitter.submit(new)
        except PostNotAccepted:
            return self.draft(feed, entry, now)
        return True

    def _attached(
        self, feed: "FeedSettings", entry: "FeedEntry", key: str, now: datetime
    ) -> tuple[AttachedPicture, ...]:
        """The entry's picture, which is fetched and prepared from now on."""
        if entry.picture is None:
            return ()
        picture_id = picture_id_of(f"{key} {entry.picture.url}")
        self._pictures.add(Picture(picture_id, feed.name, now, source_url=entry.picture.url))
        self._picture_queue.send(picture_id)
        return (AttachedPicture(picture_id, cut(entry.picture.alt, LONGEST_ALT, len)),)
