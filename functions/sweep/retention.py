"""Removes texts some days after they were written, and those of a case after it ended; readings and counts stay."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import batched
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.queries import CaseQueries
from desk.concerned import concerns
from desk.errors import isolated
from desk.mentions.heard import HEARD_FOR
from desk.retention.store import Retention

_MISSED_DAYS = 7
"""How many days before the one that expires are looked at again, in case runs were missed."""
_EVENTS = 500
"""How many events of cases are looked at together."""

type _Portion = tuple[Collection[str], Collection[str]]
"""Ids of mentions that belong to no case, and of cases."""


@dataclass(slots=True)
class RetentionReport:
    """How many mentions lost their texts, and whether there was time for all; the next day's run goes on.

    `failures` says why texts were kept, by `case#<id>`, or by `mentions` and `cases` for several.
    """

    removed: int = 0
    whole: bool = True
    failures: dict[str, str] = field(default_factory=dict)


class RetentionSweep:
    """Removes texts. Those of a case are removed together, once nobody waits for it and nothing happened to it since.

    It is found by its last event: a mention that joined it, or an action of a person, X or the desk.
    """

    def __init__(self, retention: Retention, cases: CaseQueries, brand: Brand) -> None:
        self._retention = retention
        self._cases = cases
        self._brand = brand

    def remove_old(self, now: datetime, has_time: Callable[[], bool]) -> RetentionReport:
        """Remove the texts of the day that expires at `now` and of the days before it, oldest first.

        Raises StoreBusy when a day can't be read. A text that can't be removed is reported and does not stop the
        others: it would stop them night after night, until their days are no longer looked at.
        """
        report, zone = RetentionReport(), ZoneInfo(self._brand.timezone)
        last = now.astimezone(zone).date() - timedelta(days=self._brand.words_days)
        until = datetime.combine(last + timedelta(days=1), time(), zone)
        for mention_ids, case_ids in self._portions(last, until):
            if not has_time():
                report.whole = False
                break
            with isolated(report.failures, "mentions"):
                report.removed += self._retention.remove_words(mention_ids)
            with isolated(report.failures, "cases"):
                self._remove_cases(case_ids, until, has_time, report)
        return report

    def remove_heard(self, now: datetime, has_time: Callable[[], bool]) -> RetentionReport:
        """Remove the texts of posts that were heard 24 hours ago and for which nobody opened a case, at every sweep.

        What can't be removed is reported, and the next sweep tries again.
        """
        report = RetentionReport()
        with isolated(report.failures, "heard"):
            for ids in self._retention.expired_heard(now - HEARD_FOR):
                for mention_id in ids:
                    if not has_time():
                        report.whole = False
                        return report
                    with concerns(mention=mention_id), isolated(report.failures, f"heard#{mention_id}"):
                        self._retention.remove_heard(mention_id)
                        report.removed += 1
        return report

    def _portions(self, last: date, until: datetime) -> Iterator[_Portion]:
        """The candidates, a portion at a time."""
        for days in range(_MISSED_DAYS, -1, -1):
            for mentions in self._retention.mentions_of_day(last - timedelta(days=days)):
                alone = [mention.mention_id for mention in mentions if not mention.case_id]
                yield alone, {mention.case_id for mention in mentions if mention.case_id}
        events = self._cases.events_between(until - timedelta(days=_MISSED_DAYS + 1), until)
        for some in batched(events, _EVENTS, strict=False):
            yield (), {logged.case_id for logged in some}

    def _remove_cases(
        self, case_ids: Collection[str], until: datetime, has_time: Callable[[], bool], report: RetentionReport
    ) -> None:
        for case_id in sorted(self._retention.expired_cases(case_ids, until)):
            if not has_time():
                report.whole = False
                return
            with concerns(case=case_id), isolated(report.failures, f"case#{case_id}"):
                report.removed += self._retention.remove_case_words(case_id, until)
