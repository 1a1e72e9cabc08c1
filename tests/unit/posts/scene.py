"""A desk that accepts posts, with all that can go wrong around it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from desk.errors import QueueUnavailable
from desk.posts.model import NewPost, PostKind
from desk.posts.submit import PostSubmitter, Submitted
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEWS = NewPost(PostKind.ANNOUNCEMENT, "점검을 마쳤습니다", by="cms")


@dataclass
class Desk:
    store: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    timer: FakePostTimer = field(default_factory=FakePostTimer)
    now: datetime = NOON
    unheard: list[QueueUnavailable] = field(default_factory=list)

    def accept(self, new: NewPost = NEWS, **changes: object) -> Submitted:
        use_case = PostSubmitter(self.store, self.queue, self.timer, lambda: self.now, self.unheard.append)
        return use_case.submit(new._replace(**changes))  # type: ignore[arg-type]  # the tests know the fields
