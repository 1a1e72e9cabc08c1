"""Words are removed some days after they were written; readings and counts stay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.ports.retention import Dated, Retention

_MISSED_DAYS = 7
"""So many days before the one that falls out are looked at again: a missed run, a case closed since."""


@dataclass(slots=True)
class ForgetReport:
    """How many mentions lost their words, and whether time sufficed; the next day's run goes on."""

    forgotten: int = 0
    whole: bool = True


class Forget:
    """The use case. What belongs to an open case is kept."""

    def __init__(self, retention: Retention, brand: Brand) -> None:
        self._retention = retention
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> ForgetReport:
        """Forget the day that falls out at `now` and those before it, oldest first. Raises StoreBusy."""
        report = ForgetReport()
        last = now.astimezone(ZoneInfo(self._brand.timezone)).date() - timedelta(days=self._brand.words_days)
        for days in range(_MISSED_DAYS, -1, -1):
            for mentions in self._retention.of_day(last - timedelta(days=days)):
                if not has_time():
                    report.whole = False
                    return report
                report.forgotten += self._forget(mentions)
        return report

    def _forget(self, mentions: Sequence[Dated]) -> int:
        case_ids = {mention.case_id for mention in mentions if mention.case_id}
        kept = self._retention.open_cases(case_ids) if case_ids else frozenset()
        forgotten = self._retention.forget_words([m.mention_id for m in mentions if m.case_id not in kept])
        if case_ids - kept:
            self._retention.forget_authors(case_ids - kept)
        return forgotten
