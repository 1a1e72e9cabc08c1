"""Those on call, urgent cases, and what calls the ones for the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chase_cases.emergencies import EmergencyCalls, OnCallReport
from desk.brand import OnCall as WhoIsOnCall
from desk.cases.model import Case, case_id_of
from desk.cases.store import CaseMention
from desk.mentions.model import Mention
from desk.notifications.notifier import AnswerLinks
from desk.notifications.on_call import OnCallCaller
from desk.reading import Kind, Reading, Urgency
from desk.spikes.model import Spike
from desk.x.model import XPost
from tests.brands import small_brand
from tests.cases import a_case
from tests.fakes.cases import FakeCaseLinks, FakeCases
from tests.fakes.inbox import FakeInbox
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic
from tests.fakes.spikes import FakeSpikes

NIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""2:00 in Seoul."""
MINUTE = timedelta(minutes=1)
API_URL = "https://a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"
BRAND = small_brand(on_call=WhoIsOnCall(phones=("+821000000000",)))


SPIKE = Spike("20261124T170100000000-network", "network", NIGHT, NIGHT + MINUTE, 3, 14, 0.31)
"""It begins with the night's first case, and is found a minute later."""


def mention(number: int, *, backlog: bool = False) -> Mention:
    post = XPost(str(number), "창고에 갇혔어요", str(number), NIGHT, str(number), "ko", (str(number),))
    return Mention(post, NIGHT, backlog=backlog)


def urgent(number: int = 1, **changes: Any) -> Case:
    """An emergency that came in at night, a second later for each number."""
    asked = NIGHT + timedelta(seconds=number)
    case = a_case(
        asked,
        asked + timedelta(hours=1),
        id=case_id_of(str(number), str(number)),
        conversation_id=str(number),
        author_id=str(number),
        department="network",
        kind=Kind.FAULT,
        urgency=Urgency.HIGH,
        mention_ids=(str(number),),
        wakes=True,
    )
    return case._replace(**changes)


@dataclass
class Scene:
    """`now` is the machine's time; the schedule's is given to `run`."""

    brand: Any = BRAND
    now: datetime = NIGHT + MINUTE
    store: FakeCases = field(default_factory=FakeCases)
    topic: FakeOnCallTopic = field(default_factory=FakeOnCallTopic)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)

    def __post_init__(self) -> None:
        self.inbox = FakeInbox(self.store)
        self.caller = self.an_on_call_caller()
        self.on_call = EmergencyCalls(self.inbox, self.store, self.caller)

    def an_on_call_caller(self, *, keep: int = 0) -> OnCallCaller:
        links = AnswerLinks(self.links, API_URL, lambda: self.now)
        return OnCallCaller(
            self.store,
            self.topic,
            self.brand,
            lambda: self.now,
            links=links,
            budget=self.budget,
            spikes=self.spikes,
            keep=keep,
        )

    def open(self, case: Case, *, backlog: bool = False) -> Case:
        reading = Reading(case.kind, case.need, case.department, case.urgency, "ko", 0.9, (), wakes=case.wakes)
        mentions = [CaseMention(mention(int(key), backlog=backlog), reading) for key in case.mention_ids]
        self.store.put(case, *mentions)
        return case

    def change(self, case: Case, **changes: Any) -> Case:
        now = self.store.cases[case.id]
        self.store.cases[case.id] = now._replace(version=now.version + 1, **changes)
        return self.store.cases[case.id]

    def run(self, minutes: int = 1) -> OnCallReport:
        """The task of this minute of the night."""
        self.now = NIGHT + minutes * MINUTE
        return self.on_call.make_due(self.now, lambda: True)

    def rung(self, *, until: int) -> list[int]:
        """In which minutes, from the first up to this one, somebody was called."""
        return [minute for minute in range(1, until + 1) if self.run(minute).called]


@contextmanager
def killed() -> Iterator[None]:
    """The machine is gone in the midst of it."""
    try:
        yield
    except Killed:
        return
    raise AssertionError("it went on")


class Killed(BaseException):
    """Nothing catches it."""


def kill() -> None:
    raise Killed
