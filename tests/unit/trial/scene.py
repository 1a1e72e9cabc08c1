"""A desk with all its schedules on fakes, some of whose departments are in trial."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chase_cases.acknowledge import SendAcknowledgements
from chase_cases.emergencies import EmergencyCalls
from chase_cases.reminders import SendReminders
from desk.brand import Acknowledgement, Brand, FeedbackMail
from desk.brand import OnCall as WhoIsOnCall
from desk.cases.model import Case
from desk.invocation import Invocation
from desk.mentions.model import DayRow, Mention
from desk.notifications.case_news import CaseNews
from desk.notifications.on_call import OnCallCaller
from desk.notifications.outbox_sender import OutboxSender, SendsEntries
from desk.outbox.model import OutboxKind
from desk.posts.submit import PostSubmitter
from desk.reading import Kind
from desk.routing.route import RouteReport
from greet.greet import Greeter, GreetingOutcome
from mail_feedback.send import FeedbackSender
from sweep.sweep import SweepMentions
from tests.brands import small_brand
from tests.fakes.inbox import FakeInbox
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic
from tests.fakes.posts import FakePauseSwitch, FakePostQueue, FakePosts, FakePostTimer
from tests.fakes.praise import FakePraise
from tests.fakes.reports import FakeFeedback
from tests.fakes.spikes import FakeSpikes
from tests.unit.routing.scene import TUESDAY, Scene
from tests.unit.routing.test_danger import DangerReader

QUARTER = timedelta(minutes=15)
TEXTS = ("잘 받았습니다. {due}까지 답변드릴게요.", "접수했습니다. {due}까지 알려 드릴게요.")


def brand_in_trial(*departments: str, whole: bool = False, calls: bool = False) -> Brand:
    """The small brand, with people on call, acknowledgements and daily feedback; these departments are in trial.

    `calls`: a person has switched calls of the trial on.
    """
    brand = small_brand(
        on_call=WhoIsOnCall(phones=("+821000000000",), every=True, in_trial=calls),
        acknowledgements={Kind.INQUIRY: Acknowledgement(TEXTS, timedelta(minutes=30))},
        is_in_trial=whole,
    )
    all_of_them = {
        key: department._replace(feedback=FeedbackMail.DAILY, is_in_trial=whole or key in departments)
        for key, department in brand.departments.items()
    }
    return brand._replace(departments=all_of_them)


@dataclass
class TrialScene(Scene):
    """Everything that sends something by itself. `now` is the clock of all of it."""

    brand: Brand = field(default_factory=lambda: brand_in_trial("billing"))
    reader: DangerReader = field(default_factory=DangerReader)
    on_call: FakeOnCallTopic = field(default_factory=FakeOnCallTopic)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    posts: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    feedback: FakeFeedback = field(default_factory=FakeFeedback)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.go_live(self.brand)

    def go_live(self, brand: Brand) -> None:
        """Deploy another desk.yaml: every function starts anew, on the same tables."""
        self.brand = brand
        Scene.__post_init__(self)
        caller = OnCallCaller(
            self.cases,
            self.on_call,
            brand,
            self.clock,
            links=self.notifier.links,
            budget=FakeMailBudget(),
            spikes=self.spikes,
        )
        self.wire(self.alerts(self.on_call), caller)
        submitter = PostSubmitter(self.posts, self.queue, FakePostTimer(), self.clock, lambda _: None, approval=())
        self.sweep = SweepMentions(self.mentions, self.router)
        senders: dict[OutboxKind, SendsEntries] = {
            OutboxKind.MENTION: self.news,
            OutboxKind.CASE: CaseNews(self.cases.outbox, self.cases, self.notifier, brand),
            OutboxKind.SPIKE: self.alerts(self.on_call),
        }
        self.outbox_sender = OutboxSender(self.cases.outbox, senders, self.subscribers, brand, self.clock)
        self.reminders = SendReminders(
            self.cases, self.subscribers, self.notifier, brand, opt_outs=self.opt_outs, spikes=self.spikes
        )
        self.calls = EmergencyCalls(FakeInbox(self.cases), self.cases, caller)
        self.acknowledgements = SendAcknowledgements(
            self.cases, self.opt_outs, switch=FakePauseSwitch(), accept=submitter, brand=brand
        )
        self.greeter = Greeter(self.posts, submitter, brand, self.clock)
        self.mail_feedback = FeedbackSender(
            self.mentions,
            self.feedback,
            FakePraise(),
            self.topics,
            self.budget,
            self.subscribers,
            brand,
            self.clock,
            lambda _: None,
        )

    def come(self, *mentions: Mention) -> RouteReport:
        """These mentions come in through the stream."""
        for mention in mentions:
            department, kind, *_ = mention.post.text.split()
            self.mentions.keep(DayRow(mention.id, mention.post.created_at, Kind(kind), "relationship", department))
            self.feedback.stored[mention.id] = mention
        return self.router.route(self.receive(*mentions))

    def redeliver(self, ids: Collection[str]) -> None:
        """The stream delivers these mentions again."""
        self.router.route(ids)

    def fire_everything(self, hours: int) -> None:
        """Fire every schedule for so many hours, each quarter of an hour."""
        end = self.now + timedelta(hours=hours)
        while self.now < end:
            self.now += QUARTER
            for report in (
                self.sweep.sweep(self.now, lambda: True),
                self.outbox_sender.send(lambda: True),
                self.calls.make_due(self.now, lambda: True),
                self.acknowledgements.send_due(self.now, lambda: True),
                self.reminders.send_due(self.now, lambda: True),
            ):
                assert report.failures == {}
            invocation = Invocation("run", self.now + timedelta(minutes=10), lambda: True)
            assert self.mail_feedback.send(self.now, invocation).failures == {}

    def greet(self) -> GreetingOutcome:
        """The morning's schedule fires."""
        return self.greeter.plan_greeting(self.now).outcome

    def sent_to(self, department: str) -> int:
        """How many messages, mails or not, the department's topic got."""
        return len(self.topics.got[department])

    @property
    def case(self) -> Case:
        """The only case."""
        (case,) = self.cases.cases.values()
        return case


def a_scene(
    *departments: str, whole: bool = False, calls: bool = False, at: datetime = TUESDAY, **changes: Any
) -> TrialScene:
    """A desk on which these departments are in trial."""
    return TrialScene(brand=brand_in_trial(*departments, whole=whole, calls=calls), now=at, **changes)
