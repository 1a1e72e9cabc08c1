"""What a digest leaves for whoever watches."""

from aws_lambda_powertools.metrics import MetricUnit

from daily_digest.digest import Edition
from daily_digest.make import Made
from daily_digest.wiring import Wired


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
    for name, value in (
        ("DigestsMade", 1),
        ("DigestMentions", made.digest.tally.total),
        ("BalanceOff", abs(balance.polled - balance.read - balance.waiting)),
    ):
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    wired.metrics.flush_metrics()
