"""What one poll did, for the metrics and the log."""

from datetime import timedelta
from typing import NamedTuple

from desk.ports.x import Usage
from poll_mentions.stop import Stop


class PollReport(NamedTuple):
    """What one poll did.

    `newest_lag` is the age of the newest mention that the walk stored, None when it stored none. `gaps_open` counts
    all gaps left, `gap_stalled` is how long the one that waits longest has not shrunk, `unreachable` counts the ranges
    given up in this poll, unparsable posts included. `refused` holds the refusals of gaps and look-ups, `stop` how the
    walk of new mentions ended, `detail` what X said when it refused that.
    """

    polled: int
    newest_lag: timedelta | None
    gaps_open: int
    gap_stalled: timedelta
    unreachable: int
    usage: Usage
    stop: Stop
    detail: str
    refused: frozenset[Stop]

    @property
    def succeeded(self) -> bool:
        """Whether new mentions came in as far as time allowed; a gap on record is no failure."""
        return not self.stop.is_refusal
