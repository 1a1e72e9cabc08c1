"""How many mails a department may get."""

from datetime import datetime
from typing import Protocol


class MailBudget(Protocol):
    """At most one mail a second and a count per sliding window for each department, whoever sends it."""

    def take(self, department: str, now: datetime, *, keep: int = 0) -> bool:
        """Take one mail out of the budget if more than `keep` would be left; whether it may be sent.

        `now` is the machine's time. Raises StoreBusy.
        """
        ...
