"""Who hears of a department's cases."""

from collections.abc import Collection
from typing import NamedTuple, Protocol


class Subscription(NamedTuple):
    """An e-mail subscription of a topic; `mail_only`: its filter lets just `delivery` = mail through."""

    email: str
    confirmed: bool
    mail_only: bool


class Subscribers(Protocol):
    """What was last noted about the departments' subscribers."""

    def confirmed(self, department: str) -> int | None:
        """How many confirmed subscribers the department has; None when nobody looked yet or the store is busy."""
        ...

    def are_known(self) -> bool:
        """Whether the notes could be read; False when the store was busy and they were never read before."""
        ...

    def departments(self) -> frozenset[str]:
        """The departments that were ever looked at, also those that desk.yaml no longer has."""
        ...


class SubscriberNotes(Protocol):
    """Noting what was found, for whoever routes."""

    def note(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """Note the department's confirmed subscribers and the addresses that are missing. Raises StoreBusy."""
        ...


class Subscriptions(Protocol):
    """The topics' subscriptions as they are."""

    def of(self, department: str) -> Collection[Subscription]:
        """The e-mail subscriptions of the department's topic; raises TopicsUnavailable."""
        ...

    def on_call(self) -> Collection[str]:
        """The phones and web hooks that get what those on call are told; raises TopicsUnavailable."""
        ...
