"""The ports Topics and Subscriptions in memory."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import StoreBusy, TopicsUnavailable
from desk.notifications.mail_budget import DANGER_A_SECOND
from desk.notifications.on_call import OnCallMessage
from desk.notifications.topics import Subscription, TopicMessage


@dataclass
class FakeTopics:
    """What departments got. `refused` are ids of notes that fail, `gone` departments; `down` makes everything fail.

    While `loses` is true all is delivered and every answer is lost, so that it looks like a failure.
    """

    got: dict[str, list[TopicMessage]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    down: bool = False
    loses: bool = False

    def send(self, department: str, notes: Sequence[TopicMessage]) -> Mapping[str, str]:
        down = self.down or department in self.gone
        failed = {note.id: "InternalError" for note in notes if down or note.id in self.refused}
        self.got[department] += [note for note in notes if note.id not in failed]
        return {note.id: "ReadTimeoutError" for note in notes} if self.loses else failed

    def cases(self, department: str) -> list[str]:
        return [note.id for note in self.got[department] if note.attributes["delivery"] == "case"]

    def mails(self, department: str) -> list[TopicMessage]:
        return [note for note in self.got[department] if note.attributes["delivery"] == "mail"]


@dataclass
class FakeSubscriptions:
    """Subscriptions by department, and who is called; `down` are departments that can't be looked at, or `on_call`."""

    there: dict[str, list[Subscription]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    called: list[str] = field(default_factory=list)

    def email_subscriptions(self, department: str) -> Collection[Subscription]:
        if department in self.down:
            raise TopicsUnavailable(f"{department}: AuthorizationError")
        return self.there.get(department, [])

    def on_call_endpoints(self) -> Collection[str]:
        if "on_call" in self.down:
            raise TopicsUnavailable("on call: AuthorizationError")
        return self.called


@dataclass
class FakeSubscribers:
    """Confirmed subscribers and missing addresses by department; while `busy`, nothing was ever read."""

    counts: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    busy: bool = False

    def confirmed_count(self, department: str) -> int | None:
        return None if self.busy else self.counts.get(department)

    def are_known(self) -> bool:
        return not self.busy

    def departments(self) -> frozenset[str]:
        return frozenset() if self.busy else frozenset(self.counts)

    def missing_counts(self) -> dict[str, int]:
        return {department: len(emails) for department, emails in self.missing.items()}

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        self.counts[department] = confirmed
        self.missing[department] = sorted(missing)


@dataclass
class FakeMailBudget:
    """Counts as the real one does, in a sliding window."""

    count: int = 20
    window: timedelta = timedelta(minutes=10)
    sent: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    busy: bool = False

    def reserve(self, department: str, now: datetime, *, keep: int = 0) -> bool:
        if self.busy:
            raise StoreBusy("take")
        recent = [moment for moment in self.sent[department] if moment > now - self.window]
        if len(recent) + keep >= self.count or any(moment > now - timedelta(seconds=1) for moment in recent):
            return False
        self.sent[department].append(now)
        return True

    def reserve_danger(self, department: str, now: datetime) -> bool:
        if self.busy:
            raise StoreBusy("take")
        if sum(moment > now - timedelta(seconds=1) for moment in self.sent[department]) >= DANGER_A_SECOND:
            return False
        self.sent[department].append(now)
        return True


@dataclass
class FakeOnCallTopic:
    """What those on call got; `down` makes it fail, `after` runs once a message is out, as a kill would."""

    got: list[OnCallMessage] = field(default_factory=list)
    down: bool = False
    after: Callable[[], object] | None = None

    def send(self, message: OnCallMessage) -> None:
        if self.down:
            raise TopicsUnavailable("down")
        self.got.append(message)
        if self.after:
            self.after()
