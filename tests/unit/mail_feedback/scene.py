"""A desk that mails feedback, with fakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.invocation import Invocation
from desk.mentions.model import DayRow, Mention
from desk.notifications.topics import TopicMessage
from desk.reading import Kind
from desk.x.model import Author, XPost
from mail_feedback.send import FeedbackReport, FeedbackSender
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.fakes.praise import FakePraise
from tests.fakes.reports import FakeFeedback

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
MONDAY_IN_UTC = MONDAY.astimezone(UTC)
SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SEOUL).astimezone(UTC)


class Killed(BaseException):
    """Lambda stops the function."""


@dataclass
class Scene:
    """The use case and what it stands on. `machine` is the machine's time, which moves by what is waited."""

    brand: Brand = field(default_factory=small_brand)
    rows: FakeMentions = field(default_factory=FakeMentions)
    feedback: FakeFeedback = field(default_factory=FakeFeedback)
    praise: FakePraise = field(default_factory=FakePraise)
    topics: FakeTopics = field(default_factory=FakeTopics)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    machine: datetime = MONDAY_IN_UTC

    def write(self, number: int, text: str, department: str | None = "billing", **changes: Any) -> Mention:
        """Somebody's mention, read as feedback unless `kind` says otherwise."""
        key, author = str(2_000_000_000_000_000_000 + number), changes.pop("author", str(100 + number))
        row = DayRow(
            key, changes.pop("at", SUNDAY_NOON), changes.pop("kind", Kind.FEEDBACK), "relationship", department
        )
        post = XPost(
            id=key,
            text=text,
            author_id=author,
            created_at=row.created_at,
            conversation_id=key,
            lang="ko",
            edit_ids=changes.pop("versions", (key,)),
            author=Author(author, f"user_{author}", f"손님 {author}"),
        )
        mention = Mention(post, row.created_at, **changes)
        self.rows.keep(row)
        self.feedback.stored[key] = mention
        return mention

    def run(
        self, now: datetime = MONDAY, *, holder: str = "first", has_time: Callable[[], bool] = lambda: True
    ) -> FeedbackReport:
        self.machine += timedelta(minutes=1)
        return self.sender().send(now, Invocation(holder, self.machine + timedelta(minutes=10), has_time))

    def sender(self) -> FeedbackSender:
        return FeedbackSender(
            mentions=self.rows,
            feedback=self.feedback,
            praise=self.praise,
            topics=self.topics,
            budget=self.budget,
            subscribers=self.subscribers,
            brand=self.brand,
            clock=lambda: self.machine,
            pause=self._wait,
        )

    def mails(self, department: str) -> Sequence[TopicMessage]:
        return self.topics.mails(department)

    def _wait(self, seconds: float) -> None:
        self.machine += timedelta(seconds=seconds)
