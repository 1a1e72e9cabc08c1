"""Compliance jobs of X, the posts that are kept, and the round of following deletions, in memory."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import Unavailable
from desk.x.compliance import ComplianceJob, JobState, Round
from desk.x.model import Usage


@dataclass
class FakeCompliance:
    """XCompliance and ComplianceFiles. `gone` are posts that X no longer shows.

    `fails` names methods, each of which fails once: before it did anything, or, with `+` before its name, after it.
    A job gets the states of `ends`, one at each look after its ids were sent.
    """

    gone: set[str] = field(default_factory=set)
    fails: list[str] = field(default_factory=list)
    ends: list[JobState] = field(default_factory=lambda: [JobState.COMPLETE])
    jobs: list[ComplianceJob] = field(default_factory=list)
    sent: dict[str, list[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def create_compliance_job(self, name: str) -> ComplianceJob:
        self._begin("create")
        job = ComplianceJob(str(len(self.jobs) + 1), name, JobState.CREATED, "up", "down")
        self.jobs.append(job)
        self._end("create")
        return job

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        self._begin("list")
        return tuple(map(self._now, self.jobs))

    def compliance_job(self, job_id: str) -> ComplianceJob:
        self._begin("look")
        return self._now(self.jobs[int(job_id) - 1])

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        self._begin("upload")
        self.sent[job.id] = list(ids)
        self._end("upload")
        return len(self.sent[job.id])

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        self._begin("download")
        return frozenset(self.gone.intersection(self.sent[job.id]))

    def take_usage(self) -> Usage:
        return Usage()

    def _now(self, job: ComplianceJob) -> ComplianceJob:
        if job.id not in self.sent:
            return job
        return job._replace(state=self.ends.pop(0) if len(self.ends) > 1 else self.ends[0])

    def _begin(self, method: str) -> None:
        self.calls.append(method)
        if method in self.fails:
            self.fails.remove(method)
            raise Unavailable(method)

    def _end(self, method: str) -> None:
        if f"+{method}" in self.fails:
            self.fails.remove(f"+{method}")
            raise Unavailable(f"{method}, the answer was lost")


class FakeKeptPosts:
    """Posts by their ids."""

    def __init__(self, *ids: str) -> None:
        self.kept = list(ids)

    def ids(self, now: datetime) -> Iterator[str]:
        return iter(self.kept)

    def erase(self, ids: Collection[str], now: datetime) -> int:
        before = len(self.kept)
        self.kept = [each for each in self.kept if each not in ids]
        return before - len(self.kept)


@dataclass
class FakeRounds:
    """The round, as the last run left it."""

    state: Round | None = None

    def load(self) -> Round | None:
        return self.state

    def save(self, state: Round) -> None:
        self.state = state
