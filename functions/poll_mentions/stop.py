"""How a walk over X's pages ended."""

from enum import StrEnum

from desk.errors import BadRequest, BreakerOpen, CreditsDepleted, DeskError, FieldsMissing, NotAuthorised, RateLimited


class Stop(StrEnum):
    """Why no further page was asked for."""

    WHOLE = "whole"
    """Everything down to the floor was seen."""
    REACH = "reach"
    """X's timeline ended, perhaps before the floor: it shows no more than its newest 800."""
    REPEATED = "repeated"
    """The next page would have been one that was seen already."""
    KNOWN = "known"
    """Pages that were seen by an earlier poll showed nothing new, and what is below them is looked at later."""
    DEADLINE = "deadline"
    """The time left is too short for another page."""
    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    NOT_AUTHORISED = "not_authorised"
    BREAKER_OPEN = "breaker_open"
    BAD_REQUEST = "bad_request"
    FIELDS_MISSING = "fields_missing"
    UNAVAILABLE = "unavailable"

    @property
    def is_refusal(self) -> bool:
        """Whether X, or our own breaker before it, did not answer with a page."""
        return self not in (Stop.WHOLE, Stop.REACH, Stop.REPEATED, Stop.KNOWN, Stop.DEADLINE)


_STOPS: tuple[tuple[type[DeskError], Stop], ...] = (
    (RateLimited, Stop.RATE_LIMITED),
    (CreditsDepleted, Stop.CREDITS_DEPLETED),
    (NotAuthorised, Stop.NOT_AUTHORISED),
    (BreakerOpen, Stop.BREAKER_OPEN),
    (BadRequest, Stop.BAD_REQUEST),
    (FieldsMissing, Stop.FIELDS_MISSING),
)


def stop_of(error: DeskError) -> Stop:
    """What an error of X means for a walk; one without a name of its own counts as unavailable."""
    return next((stop for kind, stop in _STOPS if isinstance(error, kind)), Stop.UNAVAILABLE)
