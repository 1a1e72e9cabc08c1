"""The one pass over what happened to cases in a period."""

from typing import NamedTuple

from daily_digest.answer_counting import AnswerCounting
from daily_digest.answer_figures import Answering
from daily_digest.digest import Edition, Period
from daily_digest.misreadings import MisreadingPicking, Misreadings
from desk.brand import Brand
from desk.ports.case_days import CaseDays


class CasesTold(NamedTuple):
    """What a digest tells of cases."""

    answering: Answering
    misreadings: Misreadings


def told_of_cases(days: CaseDays, brand: Brand, edition: Edition, period: Period) -> CasesTold:
    """What happened in the period; misreadings in the weekly edition only. Raises StoreBusy."""
    counting, picking = AnswerCounting(brand), MisreadingPicking()
    for deed in days.between(period.since, period.until):
        counting.add(deed.event)
        picking.add(deed)
    misread = picking.found(days) if edition is Edition.WEEKLY else Misreadings()
    return CasesTold(counting.figures(), misread)
