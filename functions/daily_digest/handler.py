"""By schedule: an edition of the digest. By hand: `{"edition": "morning" | "evening" | "weekly" | "monthly"}`.

With `"waits": true` an evening digest is made only once the day was reviewed, or the desk has closed.
"""

from collections.abc import Mapping
from typing import Any

from daily_digest.make import DigestResult
from daily_digest.periods import Edition
from daily_digest.wiring import Wired, wire
from desk.clock import scheduled_time
from desk.errors import DeskError
from desk.invocation import ContextWithId, Metric, emit_metrics, invocation_of
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged


class UnknownEdition(DeskError):
    """The event names no edition, or an unknown one."""


def edition_of(event: Mapping[str, Any]) -> Edition:
    """Return the edition that the event names. Raises UnknownEdition."""
    name = event.get("edition")
    try:
        return Edition(str(name))
    except ValueError:
        known = ", ".join(Edition)
        raise UnknownEdition(f"the event's edition is {name!r}; it must be one of {known}") from None


def log_result(wired: Wired, edition: Edition, result: DigestResult) -> None:
    """Log the outcome. For a digest that was made, log its figures too, and an error if mentions are missing."""
    mentions = result.digest.tally.total if result.digest else None
    wired.logger.info("digest", extra={"edition": edition.value, "outcome": result.outcome.value, "mentions": mentions})
    if not result.recorded:
        wired.logger.error("the digest was sent, but could not be recorded as made")
    if result.digest is None:
        return
    balance = result.digest.balance
    if not balance.holds:
        wired.logger.error(
            "polled is not read + waiting", extra={"polled": balance.polled, "found": balance.read + balance.waiting}
        )
    emit_metrics(wired.metrics, {Metric.BALANCE_OFF: abs(balance.polled - balance.read - balance.waiting)})


_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 180_000
"""Reserved for the pass over one day, and for rendering and publishing."""


@logged
def lambda_handler(event: Mapping[str, Any], context: ContextWithId) -> dict[str, Any]:
    """Make the edition for the scheduled time, once. Lambda retries the event after an error."""
    wired = _wired()
    edition = edition_of(event)
    remaining_ms = context.get_remaining_time_in_millis
    reserved_for_tables = remaining_ms() / 2  # a slow X must not use up the time for counting
    wired.deadline.follow(lambda: remaining_ms() - reserved_for_tables)
    invocation = invocation_of(context, margin_ms=_MARGIN_MS)
    result = wired.maker.make(edition, scheduled_time(event), invocation, waits=event.get("waits") is True)
    log_result(wired, edition, result)
    wired.heartbeats.beat(event)
    return {"edition": edition.value, "outcome": result.outcome.value}
