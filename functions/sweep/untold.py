"""News of cases that nobody has told for certain, told now: what came of replies, and what a page could not tell."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.case_event import CaseEvent, CaseEventKind
from desk.case_news import still_matters
from desk.delivery import Delivery, Word
from desk.errors import StoreBusy, TopicsUnavailable
from desk.ports.cases import CaseFile, CaseStore, Untold
from desk.reading import OPERATOR
from route_inquiry import colleagues
from route_inquiry.publish import Publisher

_GRACE = timedelta(minutes=2)
"""Whoever did something since is most likely telling of it just now."""
_AT_MOST = timedelta(seconds=45)
"""So long one run tells; mentions wait behind it."""
_LOOK = 200
"""News that one run looks at, the oldest; the alarm rings long before so much of it cannot be told."""
_MOST = 50
"""News in one mail; the next run tells the rest."""


@dataclass(slots=True)
class UntoldReport:
    """How often a department was told of something, and how old the oldest was that nobody had been told of."""

    told: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by `untold#<case>#<version>` or `untold#<department>`, or `untold` for all."""


class _News(NamedTuple):
    untold: Untold
    delivery: Delivery


class SweepUntold:
    """The use case. `clock` is the machine's, by which news is old; `has_time` says whether to go on.

    News stays until somebody was told. Whoever has just been told may be told again, when the run dies before it says
    so.
    """

    def __init__(self, cases: CaseStore, publisher: Publisher, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._cases = cases
        self._publisher = publisher
        self._brand = brand
        self._clock = clock

    def run(self, has_time: Callable[[], bool]) -> UntoldReport:
        """One mail a department. Raises nothing: what goes wrong here must not cost the mentions their sweep."""
        report, now = UntoldReport(), self._clock()

        def goes_on() -> bool:
            return has_time() and self._clock() < now + _AT_MOST

        with _kept(report, "untold"):
            waiting = [each for each in self._cases.untold(limit=_LOOK) if each.at <= now - _GRACE]
            report.oldest = max((now - each.at for each in waiting), default=timedelta(0))
            for department, news in self._sorted(waiting, goes_on, report).items():
                if goes_on():
                    self._tell(department, news[:_MOST], report)
        return report

    def _sorted(
        self, waiting: Sequence[Untold], goes_on: Callable[[], bool], report: UntoldReport
    ) -> Mapping[str, list[_News]]:
        """What still matters, by whom it is for; what does not any more needs no telling."""
        mails: dict[str, list[_News]] = defaultdict(list)
        for untold in waiting:
            if not goes_on():
                break
            with _kept(report, _name_of(untold)):
                deliveries = self._deliveries(untold)
                for delivery in deliveries:
                    mails[delivery.department].append(_News(untold, delivery))
                if not deliveries:
                    self._cases.told(untold.case_id, untold.version)
        return mails

    def _deliveries(self, untold: Untold) -> Sequence[Delivery]:
        file = self._cases.file(untold.case_id)
        event = next((each for each in file.events if _is(each, untold)), None) if file else None
        if file is None or event is None or not still_matters(event, file.case) or not colleagues.has_words(file):
            return []
        if event.what is CaseEventKind.DRAFTED:
            return [colleagues.drafted(file)]
        if event.what is CaseEventKind.NOT_SAID:
            return [colleagues.unsaid(file, each, event.text) for each in self._who_sends(file)]
        return [colleagues.handed(file, Word(event.text, event.by, event.at), self._brand)]

    def _who_sends(self, file: CaseFile) -> Sequence[str]:
        """The case's department, and the operator where that one sends its replies, unless it stands in anyway."""
        holder = colleagues.holder_of(file, self._brand)
        department = self._brand.departments.get(holder)
        is_alone = holder == OPERATOR or (department is not None and department.answers_to_x)
        return [holder] if is_alone or self._publisher.is_silent(holder) else [holder, OPERATOR]

    def _tell(self, department: str, news: Sequence[_News], report: UntoldReport) -> None:
        """Tell all of it in one mail; where that can't even be written each alone, so that one holds up no other."""
        latest = {(each.untold.case_id, each.delivery.event): each.delivery for each in news}
        try:
            self._publisher.tell(list(latest.values()))
        except (TopicsUnavailable, StoreBusy) as exc:
            report.failures[f"untold#{department}"] = _said(exc)
        except Exception as exc:  # noqa: BLE001 - a defect that one case meets must not hold up all the others
            if len(news) == 1:
                report.failures[_name_of(news[0].untold)] = _said(exc)
                return
            for each in news:
                self._tell(department, [each], report)
        else:
            self._remember(news, report)

    def _remember(self, news: Sequence[_News], report: UntoldReport) -> None:
        report.told += len(news)
        for untold in dict.fromkeys(each.untold for each in news):
            with _kept(report, _name_of(untold)):
                self._cases.told(untold.case_id, untold.version)


def _is(event: CaseEvent, untold: Untold) -> bool:
    return (event.what, event.at) == (untold.what, untold.at)


def _name_of(untold: Untold) -> str:
    return f"untold#{untold.case_id}#{untold.version}"


def _said(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"[:200]


@contextmanager
def _kept(report: UntoldReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the next part goes on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - neither one case nor all of them may cost the others the sweep
        report.failures[part] = _said(exc)
