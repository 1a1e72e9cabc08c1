"""Why X did not answer, and from when it can be asked again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from desk.errors import BreakerOpen, CreditsDepleted, DeskError, Gone, NotAuthorised, OverBudget, RateLimited
from desk.x.breakers import BreakerReason
from desk.x.look_ups import LookUpProblem

_SOON = timedelta(minutes=1)
_PERSON = timedelta(minutes=15)
"""A person must act first; this often it is tried whether one did."""


class Refusal(NamedTuple):
    """Why there is no result, and from when it can be requested again."""

    problem: LookUpProblem
    again_at: datetime


_OF_BREAKER = {
    BreakerReason.RATE_LIMITED: LookUpProblem.RATE_LIMITED,
    BreakerReason.CREDITS_DEPLETED: LookUpProblem.NO_CREDITS,
    BreakerReason.PLAN_LIMIT: LookUpProblem.NO_CREDITS,
    BreakerReason.NOT_AUTHORISED: LookUpProblem.NOT_AUTHORISED,
}


def refusal_of(error: DeskError, now: datetime) -> Refusal:
    """What an error of the client means for the person who waits."""
    match error:
        case RateLimited():
            return Refusal(LookUpProblem.RATE_LIMITED, error.until)
        case BreakerOpen():
            # A budget may be raised, and what another run has reserved may be settled, long before it begins anew.
            again_at = min(error.retry_at, now + _PERSON) if isinstance(error, OverBudget) else error.retry_at
            return Refusal(_problem_of(error), again_at)
        case CreditsDepleted():
            return Refusal(LookUpProblem.NO_CREDITS, now + _PERSON)
        case NotAuthorised():
            return Refusal(LookUpProblem.NOT_AUTHORISED, now + _PERSON)
        case Gone():
            return Refusal(LookUpProblem.NOT_SHOWN, now + _PERSON)
        case _:
            return Refusal(LookUpProblem.UNAVAILABLE, now + _SOON)


def _problem_of(error: BreakerOpen) -> LookUpProblem:
    if isinstance(error, OverBudget):
        return LookUpProblem.OVER_BUDGET
    found = (problem for reason, problem in _OF_BREAKER.items() if error.reason.endswith(reason))
    return next(found, LookUpProblem.UNAVAILABLE)
