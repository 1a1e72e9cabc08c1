"""The ports Topics and Subscriptions in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from desk.errors import TopicsUnavailable
from desk.ports.subscribers import Subscription
from desk.ports.topics import Note


@dataclass
class FakeTopics:
    """What departments got. `refused` are ids of notes that fail, `gone` departments; `down` makes everything fail.

    While `loses` is true all is delivered and every answer is lost, so that it looks like a failure.
    """

    got: dict[str, list[Note]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    down: bool = False
    loses: bool = False

    def publish(self, department: str, notes: Sequence[Note]) -> Mapping[str, str]:
        down = self.down or department in self.gone
        failed = {note.id: "InternalError" for note in notes if down or note.id in self.refused}
        self.got[department] += [note for note in notes if note.id not in failed]
        return {note.id: "ReadTimeoutError" for note in notes} if self.loses else failed

    def cases(self, department: str) -> list[str]:
        return [note.id for note in self.got[department] if note.attributes["delivery"] == "case"]

    def mails(self, department: str) -> list[Note]:
        return [note for note in self.got[department] if note.attributes["delivery"] == "mail"]


@dataclass
class FakeSubscriptions:
    """Subscriptions by department, and who is called; `down` are departments that can't be looked at, or `on_call`."""

    there: dict[str, list[Subscription]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    called: list[str] = field(default_factory=list)

    def of(self, department: str) -> Collection[Subscription]:
        if department in self.down:
            raise TopicsUnavailable(f"{department}: AuthorizationError")
        return self.there.get(department, [])

    def on_call(self) -> Collection[str]:
        if "on_call" in self.down:
            raise TopicsUnavailable("on call: AuthorizationError")
        return self.called
