"""A desk whose cases wait, in memory, and what a run of reminders makes of them."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chase_cases.reminders import RemindersReport, SendReminders
from desk.brand import Brand
from desk.cases.model import Case, case_id_of
from desk.cases.store import CaseMention
from desk.mentions.model import Mention
from desk.notifications.notifier import Notifier
from desk.notifications.topics import TopicMessage
from desk.reading import Need
from desk.x.model import Author, XPost
from tests.brands import small_brand
from tests.cases import a_case as a_plain_case
from tests.fakes.cases import FakeCaseLinks, FakeCases, FakeOptOuts
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.fakes.spikes import FakeSpikes

SEOUL = ZoneInfo("Asia/Seoul")
BRAND = small_brand()
SKY = Author("501", "sky_kim", "김하늘")
WORDS = "@jade 이번 달 청구서가 두 번 왔어요. 하나는 버려도 되나요?"


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL).astimezone(UTC)


DUE = seoul(24, 14)
"""When CASE is due: at two in the afternoon."""


def a_case(number: int = 1, **changes: Any) -> Case:
    """One of billing's, asked on Monday at two and due on Tuesday at two."""
    case = a_plain_case(
        seoul(23, 14),
        DUE,
        id=case_id_of(str(number), "501"),
        conversation_id=str(number),
        author_id="501",
        author=SKY,
        need=Need.INFORMATION,
        mention_ids=(str(9000 + number),),
    )
    return replace(case, **changes)


def mention_of(case: Case, text: str = WORDS, **changes: Any) -> Mention:
    """The mention that the case waits since."""
    (post_id,) = case.mention_ids[-1:]
    post = XPost(
        id=post_id,
        text=text,
        author_id=case.author_id,
        created_at=case.asked_at,
        conversation_id=case.conversation_id,
        lang="ko",
        edit_ids=(post_id,),
        author=case.author,
    )
    return replace(Mention(post, case.asked_at), **changes)


@dataclass
class Desk:
    """Reminders and all they work with; the machine's clock is the schedule's, unless a test says otherwise."""

    brand: Brand = BRAND
    cases: FakeCases = field(default_factory=FakeCases)
    topics: FakeTopics = field(default_factory=FakeTopics)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)
    opt_outs: FakeOptOuts = field(default_factory=FakeOptOuts)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    now: datetime = DUE

    def has(self, *cases: Case, **changes: Any) -> "Desk":
        """These cases wait, each with its mention."""
        for case in cases:
            self.cases.put(case, CaseMention(mention_of(case, **changes), None))
        return self

    def runs(self, at: datetime, has_time: Callable[[], bool] = lambda: True) -> RemindersReport:
        """One run of the schedule at this moment."""
        self.now = at
        notifier = Notifier(
            self.topics,
            self.budget,
            self.subscribers,
            self.brand,
            lambda: self.now,
            links=self.links,
            api_url="https://desk.example",
        )
        reminders = SendReminders(
            self.cases, self.subscribers, notifier, self.brand, opt_outs=self.opt_outs, spikes=self.spikes
        )
        return reminders.send_due(at, has_time)

    def mails(self, topic: str = "billing") -> list[TopicMessage]:
        """All mails that this topic got."""
        return self.topics.mails(topic)


def every_quarter(start: datetime, end: datetime) -> list[datetime]:
    """When the schedule runs from `start` until before `end`."""
    count = (end - start) // timedelta(minutes=15)
    return [start + timedelta(minutes=15 * number) for number in range(count)]
