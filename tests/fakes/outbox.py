"""The outbox in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from desk.outbox.model import OutboxEntry, OutboxKind
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeOutbox(InTrouble):
    """Implements Outbox in memory: entries by recipient and name. `busy` may also name recipients."""

    stored: dict[tuple[str, str], OutboxEntry] = field(default_factory=dict)

    def put(self, entries: Iterable[OutboxEntry]) -> None:
        """Put these in, as the transaction of a change does."""
        self.stored |= {(entry.recipient, entry.name): entry for entry in entries}

    def of(self, kind: OutboxKind) -> list[OutboxEntry]:
        """The entries of this kind."""
        return [entry for entry in self.stored.values() if entry.kind is kind]

    def entries(self, recipient: str) -> Sequence[OutboxEntry]:
        self._begin("entries", recipient)
        found = (entry for entry in self.stored.values() if entry.recipient == recipient)
        return sorted(found, key=lambda entry: entry.at)

    def has(self, entry: OutboxEntry) -> bool:
        self._begin("has", entry.recipient)
        return (entry.recipient, entry.name) in self.stored

    def settle(self, sent: Collection[OutboxEntry], left: Collection[OutboxEntry] = ()) -> None:
        self._begin("settle")
        for entry in sent:
            self.stored.pop((entry.recipient, entry.name), None)
        self.put(left)
        self._end("settle")
