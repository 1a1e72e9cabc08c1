"""By schedule: an edition of the digest. By hand: `{"edition": "morning" | "evening" | "weekly" | "monthly"}`."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from daily_digest.make import Made, Run
from daily_digest.periods import Edition
from daily_digest.wiring import Wired, wire
from desk.clock import scheduled_time, utc_now
from desk.errors import DeskError
from desk.invocation import emit_metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class UnknownEdition(DeskError):
    """The event names no edition, or one that there is not."""


def edition_in(event: Mapping[str, Any]) -> Edition:
    """The edition that the event's `edition` names; raises UnknownEdition."""
    asked = event.get("edition")
    try:
        return Edition(str(asked))
    except ValueError:
        known = ", ".join(Edition)
        raise UnknownEdition(f"the event's edition is {asked!r}; it must be one of {known}") from None


def measure(wired: Wired, edition: Edition, made: Made) -> None:
    """One line in the log; for a digest that was made, its figures, and whether the promise of the desk held."""
    wired.logger.info("digest", extra={"edition": edition.value, "outcome": made.outcome.value})
    if not made.noted:
        wired.logger.error("the digest went out, but its note could not be kept")
    if made.digest is None:
        return
    balance = made.digest.balance
    if not balance.holds:
        wired.logger.error(
            "polled is not read + waiting", extra={"polled": balance.polled, "found": balance.read + balance.waiting}
        )
    counts = {
        "DigestsMade": 1,
        "DigestMentions": made.digest.tally.total,
        "BalanceOff": abs(balance.polled - balance.read - balance.waiting),
    }
    emit_metrics(wired.metrics, counts)


_wired: Wired | None = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None
_MARGIN_MS = 180_000
"""Kept of the function's time for the pass over one day, and for writing and telling."""


def lambda_handler(event: Mapping[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """The edition for the moment that the schedule names, once. What it raises, Lambda tries again."""
    wired = _wired or wire(os.environ)
    edition = edition_in(event)
    remaining_ms = context.get_remaining_time_in_millis
    for_the_tables = remaining_ms() / 2  # an X that is slow must not use up the time for counting
    wired.deadline.follow(lambda: remaining_ms() - for_the_tables)
    run = Run(
        holder=context.aws_request_id,  # the same for all of Lambda's tries of one event
        ends_at=utc_now() + timedelta(milliseconds=remaining_ms()),
        has_time=lambda: remaining_ms() > _MARGIN_MS,
    )
    made = wired.maker.run(edition, scheduled_time(event), run)
    measure(wired, edition, made)
    return {"edition": edition.value, "outcome": made.outcome.value}
