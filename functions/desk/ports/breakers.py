"""Refusals that still stand, so that the next run does not ask in vain."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class BreakerReason(StrEnum):
    """Why X refuses; all but `rate_limited` need someone to act."""

    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    NOT_AUTHORISED = "not_authorised"
    FIELDS_MISSING = "fields_missing"


class Breaker(NamedTuple):
    """One standing refusal: nothing that `name` covers is called before `retry_at`, then one call tries.

    `name` is `<credential>:<capability>`, with `:<endpoint>` behind it where X refuses that endpoint only.
    Both moments are aware, in UTC; `opened_at` is that of the first refusal in a row.
    """

    name: str
    reason: BreakerReason
    opened_at: datetime
    retry_at: datetime


class Breakers(Protocol):
    """Where breakers are remembered between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, Breaker]:
        """All that are remembered, by name, those due for a try included."""
        ...

    def save(self, breaker: Breaker) -> None:
        """Remember it, in place of an earlier one of its name."""
        ...

    def clear(self, breaker: Breaker) -> None:
        """Forget it; one of the same name that another run opened since (a later `retry_at`) stays."""
        ...
