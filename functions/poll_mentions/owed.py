"""What a walk that stopped short leaves to be looked at."""

from collections.abc import Iterable, Iterator
from copy import replace
from datetime import datetime, timedelta

from desk.gap import Checkpoint, Gap
from desk.ports.poll_state import PollRecord
from desk.snowflake import first_id_at, time_of
from poll_mentions.walk import Walked


def gaps_below(walked: Walked, *, floor: str, record: PollRecord, overlap: timedelta, now: datetime) -> tuple[Gap, ...]:
    """The gaps between the floor and what was walked, less what an earlier walk or an open gap answers for.

    Without that a burst beyond X's reach would open its gap anew with every poll for which it lies in the overlap,
    and be read, and billed, again and again. What lies below the checkpoint has been walked before: it is looked at
    once more when X has had time to index all of it.
    """
    if walked.is_whole or walked.oldest_id is None:
        return ()
    after, checkpoint = floor, record.checkpoint
    if checkpoint:
        after = max(after, _settled(checkpoint, overlap), key=int)
    gaps = (
        Gap(
            id=f"{start}-{end}",
            after_id=str(start),
            before_id=str(end),
            opened_at=now,
            reason=str(walked.stop),
            backlog=checkpoint is None,
            due_at=time_of(str(end)) + overlap if checkpoint and end <= int(checkpoint.newest_id) else None,
        )
        for start, end in _uncovered(int(after), int(walked.oldest_id), record.gaps)
    )
    return tuple(_joined(gap, record.gaps, overlap, now) for gap in gaps)


def _joined(gap: Gap, others: Iterable[Gap], overlap: timedelta, now: datetime) -> Gap:
    """The gap, or the one below it that waits as well with this one on top, so that both cost one question."""
    for below in others:
        waits = gap.due_at and below.due_at and below.due_at > now and below.tries == 0
        if waits and int(below.before_id) == int(gap.after_id) + 1:
            is_short = time_of(gap.before_id) - time_of(below.after_id) <= overlap
            return replace(below, before_id=gap.before_id, due_at=gap.due_at) if is_short else gap
    return gap


def _settled(checkpoint: Checkpoint, overlap: timedelta) -> str:
    """Up to this id nothing can have been indexed since the last walk, which left nothing there but open gaps."""
    indexed = str(int(first_id_at(checkpoint.walked_at - overlap)) - 1)
    return min(checkpoint.newest_id, indexed, key=int)


def _uncovered(after: int, before: int, gaps: Iterable[Gap]) -> Iterator[tuple[int, int]]:
    """The parts of the range, ends excluded, that no open gap will still come to."""
    for gap in sorted(gaps, key=lambda gap: int(gap.after_id)):
        end = min(int(gap.after_id) + 1, before)
        if after + 1 < end:
            yield after, end
        after = max(after, int(gap.before_id) - 1)
    if after + 1 < before:
        yield after, before
