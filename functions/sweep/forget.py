"""Words are removed some days after they were written, those of a case after it ended; readings and counts stay."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import batched
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.queries import CaseQueries
from desk.errors import failure_of
from desk.retention.store import Retention

_MISSED_DAYS = 7
"""So many days before the one that falls out are looked at again: a missed run."""
_EVENTS = 500
"""What happened to cases, of which so much is looked at together."""

type _Portion = tuple[Collection[str], Collection[str]]
"""Ids of mentions that belong to no case, and of cases."""


@dataclass(slots=True)
class ForgetReport:
    """How many mentions lost their words, and whether time sufficed; the next day's run goes on."""

    forgotten: int = 0
    whole: bool = True
    failures: dict[str, str] = field(default_factory=dict)
    """Why something kept its words, by `case#<id>`, or `mentions` and `cases` for some of them."""


class Forget:
    """The use case. A case is forgotten as a whole, once nobody waits and nothing has happened to it for so long.

    It is found by whatever happened to it last: a mention that joined it, or what a person, X or the desk did.
    """

    def __init__(self, retention: Retention, cases: CaseQueries, brand: Brand) -> None:
        self._retention = retention
        self._cases = cases
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> ForgetReport:
        """Forget the day that falls out at `now` and those before it, oldest first.

        Raises StoreBusy when a day can't be read. What can't be forgotten is reported and keeps nothing else back: it
        would, night after night, until the others' days are no longer looked at.
        """
        report, zone = ForgetReport(), ZoneInfo(self._brand.timezone)
        last = now.astimezone(zone).date() - timedelta(days=self._brand.words_days)
        until = datetime.combine(last + timedelta(days=1), time(), zone)
        for mention_ids, case_ids in self._portions(last, until):
            if not has_time():
                report.whole = False
                break
            with _kept(report, "mentions"):
                report.forgotten += self._retention.forget_words(mention_ids)
            with _kept(report, "cases"):
                self._forget_cases(case_ids, until, has_time, report)
        return report

    def _portions(self, last: date, until: datetime) -> Iterator[_Portion]:
        """What may have to be forgotten, some at a time."""
        for days in range(_MISSED_DAYS, -1, -1):
            for mentions in self._retention.of_day(last - timedelta(days=days)):
                alone = [mention.mention_id for mention in mentions if not mention.case_id]
                yield alone, {mention.case_id for mention in mentions if mention.case_id}
        events = self._cases.events_between(until - timedelta(days=_MISSED_DAYS + 1), until)
        for some in batched(events, _EVENTS, strict=False):
            yield (), {logged.case_id for logged in some}

    def _forget_cases(
        self, case_ids: Collection[str], until: datetime, has_time: Callable[[], bool], report: ForgetReport
    ) -> None:
        for case_id in sorted(self._retention.over(case_ids, until)):
            if not has_time():
                report.whole = False
                return
            with _kept(report, f"case#{case_id}"):
                if self._retention.over([case_id], until):  # while others were forgotten its author may have come back
                    report.forgotten += self._retention.forget_case(case_id)


@contextmanager
def _kept(report: ForgetReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the others go on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - a failure in one case must not keep the words of the others
        report.failures[part] = failure_of(exc)
