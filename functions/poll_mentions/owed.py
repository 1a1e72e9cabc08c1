"""What a walk that stopped short leaves to be looked at."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from desk.gap import Checkpoint, Gap
from desk.ports.poll_state import PollRecord
from desk.snowflake import first_id_at
from poll_mentions.walk import Walked


def gap_below(walked: Walked, *, floor: str, record: PollRecord, overlap: timedelta, now: datetime) -> tuple[Gap, ...]:
    """The gap between the floor and what was walked, less what an earlier walk or an open gap answers for.

    Without that a burst beyond X's reach would open its gap anew with every poll for which it lies in the overlap,
    and be read, and billed, again and again.
    """
    if walked.is_whole or walked.oldest_id is None:
        return ()
    after = floor
    if record.checkpoint:
        after = _above_open(max(after, _settled(record.checkpoint, overlap), key=int), record.gaps)
    if int(after) + 1 >= int(walked.oldest_id):
        return ()
    return (
        Gap(
            id=f"{after}-{walked.oldest_id}",
            after_id=after,
            before_id=walked.oldest_id,
            opened_at=now,
            reason=str(walked.stop),
            backlog=record.checkpoint is None,
        ),
    )


def _settled(checkpoint: Checkpoint, overlap: timedelta) -> str:
    """Up to this id nothing can have been indexed since the last walk, which left nothing there but open gaps."""
    indexed = str(int(first_id_at(checkpoint.walked_at - overlap)) - 1)
    return min(checkpoint.newest_id, indexed, key=int)


def _above_open(after_id: str, gaps: Iterable[Gap]) -> str:
    """The lowest id from `after_id` on that no open gap will still come to."""
    after = int(after_id)
    for gap in sorted(gaps, key=lambda gap: int(gap.after_id)):
        if int(gap.after_id) <= after:
            after = max(after, int(gap.before_id) - 1)
    return str(after)
