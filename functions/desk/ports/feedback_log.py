"""Up to which day each department's feedback was mailed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol


class FeedbackLog(Protocol):
    """Which of the desk's days were mailed. Every method raises StoreBusy."""

    def mailed_until(self) -> Mapping[str, date]:
        """The first day that was not mailed yet, by department; a department that never got a mail is absent."""
        ...

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """Claim the mail about the days before `until`; whether it is this run's to send.

        It is not when it was sent already, or when another run than `holder` may still be sending it: one that
        claimed it and whose end (`ends_at`, machine time, like `now`) has not passed.
        """
        ...

    def note(self, department: str, until: date) -> None:
        """Note that all days before `until` are settled: mailed, or without anything to mail."""
        ...
