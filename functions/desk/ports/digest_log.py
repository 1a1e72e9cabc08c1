"""Which digests were made and what they cover: a schedule that fires twice makes one mail, and periods meet."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Turn(StrEnum):
    """Whether a run may make an edition."""

    OURS = "ours"
    MADE = "made before"
    ELSEWHERE = "left to another run"


class DigestLog(Protocol):
    """One entry for each edition and day. Every method raises StoreBusy.

    `holder` names a run and all its retries; no two runs have the same.
    """

    def begin(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> Turn:
        """Take the edition for this run until then, unless it is made or another run has it.

        A retry of the same run goes on at once. `now` is the machine's time.
        """
        ...

    def note(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        """It was made and told: from now on it is never made again. Its period ended at `covered_until`."""
        ...

    def release(self, edition: str, day: date, *, holder: str) -> None:
        """Let another run have it at once; what is made, or another's, is left alone."""
        ...

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        """Where the periods of these editions that were made on the days up to this one end, none later than `now`.

        None when no such edition was made.
        """
        ...
