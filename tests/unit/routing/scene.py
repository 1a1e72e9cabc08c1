"""A desk to route on, with fakes, and mentions to route."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.brand import Brand
from desk.mentions.model import Mention, Unsent
from desk.notifications.mention_news import MentionNews
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import OnCallCaller, OnCallTopic
from desk.notifications.outbox_sender import OutboxReport, OutboxSender, SendsEntries
from desk.notifications.spike_alerts import SpikeAlerts
from desk.notifications.trial import Trial
from desk.outbox.model import OutboxKind
from desk.reader import PollReader
from desk.reader.pins import Pinned
from desk.reading import Kind, Need, Reading, Safety, Urgency, Why
from desk.routing.route import RouteAndNotify, Router
from desk.spikes.watch import LearntFaults, SpikeWatch
from desk.x.model import Author, XPost, first_id_at
from tests.brands import small_brand
from tests.fakes.cases import FakeCaseLinks, FakeCases, FakeOptOuts
from tests.fakes.mentions import SEOUL, FakeMentions
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic, FakeSubscribers, FakeTopics
from tests.fakes.outbox import FakeOutbox
from tests.fakes.routing import FakeUnitOfWork
from tests.fakes.spikes import FakeFaultHistory, FakeFaults, FakeSpikes

API_URL = "https://desk.jade.example/prod/"
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""10:00 in Seoul on a working day."""

_BASE = int(first_id_at(TUESDAY))


def mention_id(number: int) -> str:
    return str(_BASE + number)


def mention(
    number: int, text: str = "billing inquiry", *, author: str = "", conversation: int | None = None, **changes: Any
) -> Mention:
    """A mention whose text is what TextReader reads; by default everybody writes in a conversation of their own."""
    author_id = author or f"9{number}"
    post = XPost(
        id=mention_id(number),
        text=text,
        author_id=author_id,
        created_at=TUESDAY + timedelta(milliseconds=number),
        conversation_id=mention_id(number if conversation is None else conversation),
        lang="ko",
        edit_ids=tuple(mention_id(version) for version in changes.pop("versions", (number,))),
        author=Author(author_id, f"user{author_id}", f"이름 {author_id}"),
    )
    return Mention(post=post, received_at=changes.pop("received_at", TUESDAY), **changes)


class TextReader:
    """Reads `<department> <kind> [urgency]` at the start of a text; the department `-` is none."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, mention: Mention) -> Reading:
        self.reads += 1
        department, kind, *more = mention.post.text.split()
        urgency = Urgency.HIGH if "high" in more else Urgency.NORMAL
        return Reading(
            kind=Kind(kind),
            need=Need.INFORMATION,
            department=None if department == "-" else department,
            urgency=urgency,
            lang="ko",
            confidence=0.9,
            why=(Why("uncertain"),),
        )

    def is_routed(self, mention: Mention) -> bool:
        return self.read(mention).is_published


class DangerReader(TextReader):
    """What says so is danger."""

    def read(self, mention: Mention) -> Reading:
        safety = Safety.DANGER if "danger" in mention.post.text else None
        return super().read(mention)._replace(wakes=True, safety=safety)


@dataclass
class Scene:
    """A router and its surroundings. `now` is the machine's time."""

    brand: Brand = field(default_factory=small_brand)
    reader: PollReader = field(default_factory=TextReader)
    now: datetime = TUESDAY
    unit_of_work: FakeUnitOfWork = field(default_factory=FakeUnitOfWork)
    topics: FakeTopics = field(default_factory=FakeTopics)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)
    opt_outs: FakeOptOuts = field(default_factory=FakeOptOuts)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    history: FakeFaultHistory = field(default_factory=FakeFaultHistory)

    @property
    def mentions(self) -> FakeMentions:
        return self.unit_of_work.mentions

    @property
    def cases(self) -> FakeCases:
        return self.unit_of_work.cases

    @property
    def outbox(self) -> FakeOutbox:
        return self.cases.outbox

    def __post_init__(self) -> None:
        self.faults = FakeFaults(self.mentions)
        self.spikes.outbox = self.outbox
        self.notifier = Notifier(
            self.topics,
            self.budget,
            self.subscribers,
            self.brand,
            self.clock,
            links=self.links,
            api_url=API_URL,
            pause=self.nap,
        )
        self.trial = Trial(self.cases, self.cases.trial, self.budget, self.brand, self.clock)
        self.wire(self.alerts())

    def wire(self, alerts: SpikeAlerts, on_call: OnCallCaller | None = None) -> None:
        """Make the router, and what notifies people of what it commits."""
        router = Router(self.unit_of_work, Pinned(self.reader, self.brand.pins), self.brand, self.clock, self.opt_outs)
        self.news = MentionNews(
            self.outbox, self.notifier, self.brand, self.clock, mentions=self.mentions, cases=self.cases,
            trial=self.trial, spikes=self.spike_watch(), alerts=alerts, on_call=on_call,
        )  # fmt: skip
        self.router = RouteAndNotify(router, self.news)

    @property
    def summary_of(self) -> dict[str, str]:
        """The topic whose next summary lists a mention, by mention id."""
        waiting = (entry for entry in self.outbox.of(OutboxKind.MENTION) if entry.what == Unsent.MAIL)
        return {entry.subject: entry.recipient for entry in waiting}

    @property
    def unsent(self) -> dict[str, str]:
        """What is still to be sent, by mention id."""
        return {entry.subject: entry.what for entry in self.outbox.of(OutboxKind.MENTION)}

    def send_outbox(self) -> OutboxReport:
        """The sweep's run over the outbox."""
        senders: dict[OutboxKind, SendsEntries] = {OutboxKind.MENTION: self.news, OutboxKind.SPIKE: self.alerts()}
        return OutboxSender(self.outbox, senders, self.subscribers, self.brand, self.clock).send(lambda: True)

    def spike_watch(self) -> SpikeWatch:
        usual = LearntFaults(self.history, SEOUL, self.clock)
        return SpikeWatch(self.spikes, self.faults, usual, self.clock)

    def alerts(self, on_call: OnCallTopic | None = None) -> SpikeAlerts:
        """Notifies people of spikes; nobody is on call by default."""
        caller = OnCallCaller(
            self.cases, on_call or FakeOnCallTopic(), self.brand, self.clock,
            links=self.notifier.links, budget=FakeMailBudget(), spikes=self.spikes,
        )  # fmt: skip
        return SpikeAlerts(
            self.outbox, self.spikes, self.notifier, caller, self.brand, self.clock,
            faults=self.faults, mentions=self.mentions, cases=self.cases,
        )  # fmt: skip

    def clock(self) -> datetime:
        return self.now

    def nap(self, seconds: float) -> None:
        """Time passes while a sender waits."""
        self.now += timedelta(seconds=seconds)

    def receive(self, *mentions: Mention) -> list[str]:
        self.mentions.store(mentions)
        return [mention.id for mention in mentions]

    def heard(self, department: str) -> list[dict[str, Any]]:
        """The JSON that a department's machines got."""
        notes = self.topics.got[department]
        return [json.loads(note.body) for note in notes if note.attributes["delivery"] == "case"]
