"""The departments' topics."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Note(NamedTuple):
    """One message. `attributes` are what subscriptions filter on; `subject` only matters to e-mail."""

    id: str
    body: str
    attributes: Mapping[str, str]
    subject: str | None = None


class Topics(Protocol):
    """Publishing to departments."""

    def publish(self, department: str, notes: Sequence[Note]) -> Mapping[str, str]:
        """Publish in this order in as few calls as fit; why it failed, by note id. Raises nothing for a busy topic."""
        ...
