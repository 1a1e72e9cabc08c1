"""A publisher with everything around it in memory, and posts and cases to use it with."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from desk.cases.model import Case, CaseEvent, CaseEventKind, Draft, ReplyAs
from desk.cases.transitions import queued
from desk.posts.attachments import Attachments
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import Post, PostKind, PostState
from desk.posts.pause import Pause
from desk.posts.publish import PostPublisher
from desk.posts.settle import PublishReport
from desk.reading import Need
from desk.replies.outcome import ReplyOutcomes
from post_update.publisher.greeting_hold import GreetingHold
from tests.brands import small_brand
from tests.cases import a_case as a_plain_case
from tests.cases import a_promise
from tests.fakes.cases import FakeCases
from tests.fakes.inbox import FakeInbox
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue, FakePictures
from tests.fakes.posts import FakePerformances, FakePostQueue, FakePosts
from tests.fakes.spikes import FakeSpikes
from tests.fakes.x import FakeX

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
BRAND = small_brand()
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TEXT = "오늘부터 로밍 요금이 내려갑니다"

_UNSETTLED = frozenset(
    {
        PostState.QUEUED,
        PostState.SCHEDULED,
        PostState.PUBLISHING,
        PostState.RECONCILING,
        PostState.TAKING_DOWN,
    }
)
_numbers = count(1)


def a_post(text: str = TEXT, **changes: Any) -> Post:
    """A post of the CMS, queued at noon and due at once."""
    number = next(_numbers)
    post = Post(
        id=f"p{number}",
        kind=PostKind.REPLY if changes.get("in_reply_to") else PostKind.ANNOUNCEMENT,
        text=text,
        by="cms",
        accepted_at=NOON + timedelta(microseconds=number),
        publish_at=NOON,
        expires_at=NOON + timedelta(hours=24),
        state=PostState.QUEUED,
        at=NOON,
        weighted_length=60,
        estimated_micro_usd=15_000,
    )
    return post._replace(**changes)


def a_case(case_id: str = "7Q2M4-XD93K", **changes: Any) -> Case:
    """An inquiry of the morning that nobody has answered."""
    case = a_plain_case(
        NOON - timedelta(hours=2),
        NOON + timedelta(hours=2),
        id=case_id,
        conversation_id="77",
        author_id="9",
        need=Need.INFORMATION,
        mention_ids=("77",),
    )
    return case._replace(**changes)


def sends(cases: FakeCases, case: Case, post: Post, *, is_holding: bool = False, at: datetime = NOON) -> Post:
    """Queue the post as the reply of the case, and return it as it is to be stored."""
    cases.put(case)
    promise = a_promise(at + timedelta(hours=3), post.id, subject=case.id) if is_holding else None
    reply_as = ReplyAs.HOLDING if is_holding else ReplyAs.ANSWER
    text = f"{post.text.removesuffix(' …')} {post.continuation}" if post.continuation else post.text
    after = queued(case, post.id, Draft(text, "mina", at), reply_as, promise=promise)
    cases.save(after, case, CaseEvent(CaseEventKind.QUEUED, at, "mina", text, post_id=post.id))
    return post._replace(case_id=case.id)


class Scene:
    """A publisher that is woken; `now` is the time of everything. The given posts are stored from the beginning."""

    def __init__(self, *posts: Post) -> None:
        self.now = NOON
        self.left = 55.0
        self.x = FakeX(lambda: self.now)
        self.store = FakePosts()
        self.switch = self.store.switch
        self.queue = FakePostQueue()
        self.cases = FakeCases()
        self.spikes = FakeSpikes()
        self.performances = FakePerformances()
        self.pictures, self.files = FakePictures(), FakePictureFiles()
        self.picture_queue = FakePictureQueue()
        self.put(*posts)

    def publisher(self) -> PostPublisher:
        """A new publisher, as another process would have it."""
        outcomes = ReplyOutcomes(self.cases, BRAND)
        return PostPublisher(
            store=self.store,
            x=self.x,
            queue=self.queue,
            on_finished=outcomes.on_finished,
            is_unwanted=outcomes.is_unwanted,
            held_by=GreetingHold(FakeInbox(self.cases), self.spikes, self.by_hand, self.x, lambda: self.now).held_by,
            attachments=Attachments(self.pictures, self.files, self.picture_queue, self.x, lambda: self.now),
            clock=lambda: self.now,
            seconds_left=lambda: self.left,
        )

    @property
    def by_hand(self) -> GreetingsByHand:
        return GreetingsByHand(self.store, self.performances, BRAND)

    def put(self, *posts: Post) -> None:
        self.store.put(*posts)

    def wake(self, *post_ids: str) -> PublishReport:
        return self.publisher().publish_due(post_ids)

    def post(self, post_id: str) -> Post:
        """The post as it is now."""
        return self.store.posts[post_id]

    def passes(self, span: timedelta) -> None:
        self.now += span

    def pause(self) -> None:
        self.switch.pause(Pause("outage", "someone", self.now))

    def wake_until_settled(self, post_id: str, limit: int = 20) -> Post:
        """Wake the publisher whenever a step is due, until the post waits for a person or for nothing."""
        for _ in range(limit):
            post = self.store.posts[post_id]
            if post.state not in _UNSETTLED:
                return post
            self.now = max(self.now, post.at)
            self.wake(post_id)
        raise AssertionError(f"it is never settled: {self.store.posts[post_id]}")
