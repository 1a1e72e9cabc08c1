"""The port PollState in memory."""

from collections.abc import Sequence
from copy import replace
from datetime import UTC, datetime

from desk.errors import LeaseLost
from desk.gap import Checkpoint, Gap, GapState
from desk.ports.poll_state import Lease, PollRecord


class FakePollState:
    """Remembers everything; `checkpoints` are all that were ever set."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.checkpoints: list[Checkpoint] = []
        self.gaps: dict[str, Gap] = {}

    def load(self) -> PollRecord:
        return PollRecord(
            self.lease,
            self.checkpoints[-1] if self.checkpoints else None,
            gaps=self._gaps(GapState.OPEN),
            unreachable=self._gaps(GapState.UNREACHABLE),
        )

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        turn = seen.turn + 1 if seen else 1
        if self.lease is not None and self.lease.turn != turn - 1 and self.lease[::2] != (holder, turn):
            raise LeaseLost(holder)
        self.lease = Lease(holder, until, turn)
        return self.lease

    def settle(self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = ()) -> None:
        if self.lease is None or self.lease.turn != lease.turn:
            raise LeaseLost(lease.holder)
        self.checkpoints += [checkpoint] if checkpoint else []
        self.gaps |= {gap.id: gap for gap in gaps}

    def release(self, lease: Lease) -> None:
        if self.lease is not None and self.lease.turn == lease.turn:
            self.lease = replace(self.lease, until=datetime.fromtimestamp(0, tz=UTC))

    def _gaps(self, state: GapState) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps.values() if gap.state is state)
