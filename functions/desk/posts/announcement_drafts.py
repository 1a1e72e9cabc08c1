"""Drafts of announcements that nobody has submitted yet, such as new entries of the brand's feeds."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.posts.model import AttachedPicture


class AnnouncementDraft(NamedTuple):
    """A draft. Whoever submits it uses `id` as the post's id, so that it is never published twice.

    Attributes:
        source: where it comes from, for people: the name of the feed.
        made_at: when the desk made it.
    """

    id: str
    text: str
    source: str
    made_at: datetime
    pictures: tuple[AttachedPicture, ...] = ()


class AnnouncementDrafts(Protocol):
    """The drafts, in the Desk table, for 90 days. Every method raises StoreBusy."""

    def add(self, draft: AnnouncementDraft) -> None:
        """Store a new draft. Adding it again, also after it was removed, changes nothing."""
        ...

    def get(self, draft_id: str) -> AnnouncementDraft | None:
        """The draft; None once it was removed."""
        ...

    def all(self) -> Sequence[AnnouncementDraft]:
        """All drafts, the newest first."""
        ...

    def remove(self, draft_id: str, *, by: str, now: datetime) -> None:
        """Remove the draft, because it was submitted or is not wanted. Its id stays known for 90 days."""
        ...
