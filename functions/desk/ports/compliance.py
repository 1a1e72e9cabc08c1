"""What X says about posts that must not be kept, and where the desk's asking stands."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from desk.ports.x import Usage


class JobState(StrEnum):
    """Where a compliance job stands; an unknown state counts as FAILED."""

    CREATED = "created"
    """It waits for its ids."""
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    FAILED = "failed"


class ComplianceJob(NamedTuple):
    """A job of X's: a list of ids goes up, those that must not be kept come down. The addresses expire."""

    id: str
    name: str
    state: JobState
    upload_url: str
    download_url: str


class XCompliance(Protocol):
    """Batch compliance jobs. Every method raises the errors under XError, or BreakerOpen."""

    def create_compliance_job(self, name: str) -> ComplianceJob:
        """A new job for posts. After Unavailable it may exist all the same: look for its name."""
        ...

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        """The jobs for posts that X still knows."""
        ...

    def compliance_job(self, job_id: str) -> ComplianceJob:
        """The job as it stands."""
        ...

    def take_usage(self) -> Usage:
        """What was used since the last call of this method, settled in the day's sum. Every run ends with it."""
        ...


class ComplianceFiles(Protocol):
    """The two files of a job, at X's addresses. Every method raises Unavailable."""

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        """Send the ids, in place of those that were sent before; how many."""
        ...

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        """Ids of the posts that must not be kept: deleted, protected, withheld, or of a suspended account.

        All of them or none: what breaks off half-way raises.
        """
        ...


class Round(NamedTuple):
    """Where asking about everything once stands. All moments are aware.

    `first_at` is when the desk began to follow X, `followed_at` when the last round that ended had begun: whatever was
    deleted before then is deleted here. `began_at` and `job_id` are those of the round under way, if there is one.
    """

    first_at: datetime
    followed_at: datetime | None = None
    began_at: datetime | None = None
    job_id: str | None = None
    uploaded: bool = False


class Rounds(Protocol):
    """The round, kept between runs. Raises StoreBusy."""

    def load(self) -> Round | None:
        """The round as it was saved; None before the first."""
        ...

    def save(self, state: Round) -> None:
        """Keep it, in place of the one before."""
        ...


class KeptPosts(Protocol):
    """The posts whose words the desk keeps. Doing it again is safe.

    Every method raises StoreBusy, and `erase` ReportsUnavailable.
    """

    def ids(self, now: datetime) -> Iterator[str]:
        """Their ids: mentions, and posts that mentions quote as what they answer. One may come more than once."""
        ...

    def erase(self, ids: Collection[str], now: datetime) -> int:
        """Erase the words of these posts wherever they are kept; of how many places.

        A case of which no mention has words any more loses its author's name, its draft and its texts, and stays open.
        """
        ...
