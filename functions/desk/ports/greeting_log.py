"""What was said in the morning last."""

from datetime import date
from typing import NamedTuple, Protocol


class LastGreeting(NamedTuple):
    """The desk's day of the last greeting that was decided on and its text; `text` None: that morning stayed silent."""

    day: date
    text: str | None


class GreetingLog(Protocol):
    """Remembers one greeting: the last. Every method raises StoreBusy."""

    def last(self) -> LastGreeting | None:
        """The last greeting, read consistently; None before the very first."""
        ...

    def remember(self, greeting: LastGreeting) -> LastGreeting:
        """Remember it, unless one of that day or a later one is remembered already; what is remembered after that."""
        ...
