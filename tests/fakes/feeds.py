"""Feeds and drafts of announcements in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import LeaseLost
from desk.feeds.marks import FeedMarks
from desk.feeds.model import FeedState
from desk.posts.announcement_drafts import AnnouncementDraft, newest_first
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeAnnouncementDrafts(InTrouble):
    """Implements AnnouncementDrafts in memory; `removed` has who removed a draft, by its id."""

    drafts: dict[str, AnnouncementDraft] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)

    def add(self, draft: AnnouncementDraft) -> None:
        self._begin("add", draft.id)
        if draft.id not in self.removed:
            self.drafts.setdefault(draft.id, draft)
        self._end("add")

    def get(self, draft_id: str) -> AnnouncementDraft | None:
        self._begin("get")
        return self.drafts.get(draft_id)

    def all(self) -> Sequence[AnnouncementDraft]:
        self._begin("all")
        return newest_first(self.drafts.values())

    def remove(self, draft_id: str, *, by: str, now: datetime) -> None:
        self._begin("remove")
        if self.drafts.pop(draft_id, None):
            self.removed[draft_id] = by
        self._end("remove")


@dataclass
class FakeFeeds(InTrouble):
    """Implements FeedStore in memory."""

    states: dict[str, FeedState] = field(default_factory=dict)
    marked: dict[str, FeedMarks] = field(default_factory=dict)

    def all(self) -> Mapping[str, FeedState]:
        self._begin("all")
        return dict(self.states)

    def claim(self, name: str, now: datetime, until: datetime) -> FeedState | None:
        self._begin("claim", name)
        state = self.states.get(name, FeedState(name))
        if state.claimed_until and now < state.claimed_until:
            return None
        self.states[name] = claimed = state._replace(claimed_until=until, tried_at=now, version=state.version + 1)
        self._end("claim")
        return claimed

    def save(self, state: FeedState) -> None:
        self._begin("save", state.name)
        if self.states[state.name].version != state.version:
            raise LeaseLost(state.name)
        self.states[state.name] = state._replace(claimed_until=None, version=state.version + 1)
        self._end("save")

    def marks(self, name: str) -> FeedMarks:
        self._begin("marks", name)
        return self.marked.get(name, FeedMarks())

    def save_marks(self, name: str, marks: FeedMarks) -> None:
        self._begin("save_marks", name)
        if self.marked.get(name, FeedMarks()).version != marks.version:
            raise LeaseLost(name)
        self.marked[name] = marks._replace(version=marks.version + 1)
        self._end("save_marks")
