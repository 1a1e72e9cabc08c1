"""What one poll hands to the next: the lease, the checkpoint, the gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.gap import Checkpoint, Gap


class Lease(NamedTuple):
    """Who may poll until when. `turn` counts the takings, so that what an outdated holder asks for is told apart."""

    holder: str
    until: datetime
    turn: int


class PollRecord(NamedTuple):
    """What the last poll left.

    `gaps` are the open ones, `unreachable` all that were ever given up, `lease` the last one taken, outlived or not.
    """

    lease: Lease | None
    checkpoint: Checkpoint | None
    gaps: tuple[Gap, ...]
    unreachable: tuple[Gap, ...] = ()


class PollState(Protocol):
    """Where polls leave their state. Every method raises StoreBusy when the store gives up after bounded retries."""

    def load(self) -> PollRecord:
        """Everything that the last poll left, consistently."""
        ...

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        """The lease for this holder; raises LeaseLost when another run took it after `seen` was loaded.

        Taking the same turn twice is taking it once: an answer may get lost. A holder's name is never used by two runs.

        Whether `seen` still runs is the caller's to judge: the store compares turns, not clocks.
        """
        ...

    def settle(self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = ()) -> None:
        """Record checkpoint and gaps together or not at all; raises LeaseLost when the lease was taken over.

        Filled gaps are forgotten after a month; unreachable ones are kept.
        """
        ...

    def release(self, lease: Lease) -> None:
        """Let the next poll begin at once; a lease that was taken over is left alone."""
        ...
