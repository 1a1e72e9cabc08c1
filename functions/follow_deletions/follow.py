"""Erases the words of posts that were deleted, protected or withheld on X, within a day."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched

from desk.errors import BreakerOpen, SettingsError, XError, failure_of
from desk.x.compliance import ComplianceFiles, ComplianceJob, JobState, KeptPosts, Round, RoundStore, XCompliance
from desk.x.model import Usage

_log = logging.getLogger(__name__)
_IN_A_LINE = 100  # ids

EVERY = timedelta(hours=20)
"""A round begins this long after the one before, so that it ends within a day although jobs take time."""

JOB_LASTS = timedelta(hours=2)
"""A job that has not ended by then is given up: its addresses have expired, or X has lost it."""


@dataclass(slots=True)
class FollowReport:
    """The outcome of a run. `lag` is the highest age of a deletion that may not have been followed yet."""

    lag: timedelta = timedelta(0)
    uploaded: int = 0
    deleted: int = 0
    erased: int = 0
    ended: bool = False
    error: str = ""
    usage: Usage = field(default_factory=Usage)


class FollowDeletions:
    """Asks X about every post whose words are kept, in rounds; each run continues the round as far as possible.

    After any interruption the next run finds the job by its id, or by its name if the id was not saved.
    """

    def __init__(self, x: XCompliance, files: ComplianceFiles, posts: KeptPosts, rounds: RoundStore) -> None:
        self._x = x
        self._files = files
        self._posts = posts
        self._rounds = rounds

    def continue_round(self, now: datetime) -> FollowReport:
        """Continue the round, or begin one that is due. The report has X's error, if there was one.

        Raises StoreBusy and ReportsUnavailable: the next run repeats the step.
        """
        report = FollowReport()
        state = self._current_round(self._rounds.load() or Round(first_at=now), now)
        try:
            if state.began_at is not None:
                state = self._advance(state, state.began_at, now, report)
        except (XError, BreakerOpen, SettingsError) as exc:
            report.error = failure_of(exc)
        finally:
            report.usage = self._x.take_usage()
        report.lag = now - (state.followed_at or state.first_at)
        return report

    def _current_round(self, state: Round, now: datetime) -> Round:
        """The current round, or a new one if it is due or if the job is given up."""
        began = state.began_at
        if began is None and state.followed_at is not None and now < state.followed_at + EVERY:
            return state
        if began is not None and now < began + JOB_LASTS:
            return state
        begun = state._replace(began_at=now, job_id=None, uploaded=False)
        self._rounds.save(begun)
        return begun

    def _advance(self, state: Round, began_at: datetime, now: datetime, report: FollowReport) -> Round:
        job = self._job(state, began_at)
        state = self._saved(state, state._replace(job_id=job.id))
        if job.state is JobState.CREATED and not state.uploaded:
            report.uploaded = self._files.upload(job, self._posts.ids(now))
            state = self._saved(state, state._replace(uploaded=True))
            job = self._x.compliance_job(job.id)
        if job.state is JobState.FAILED:
            report.error = f"the job {job.id} failed or expired"
            return self._saved(state, state._replace(began_at=None, job_id=None, uploaded=False))
        if job.state is not JobState.COMPLETE:
            return state
        deleted = self._files.deleted(job)
        report.deleted, report.erased, report.ended = len(deleted), self._posts.erase(deleted, now), True
        for some in batched(sorted(deleted), _IN_A_LINE, strict=False):
            _log.info("X no longer shows posts, and their words are erased", extra={"mention": some})
        return self._saved(state, Round(state.first_at, followed_at=began_at))

    def _job(self, state: Round, began_at: datetime) -> ComplianceJob:
        """The round's job. A job with its name exists if a run or X's answer was lost while it was created."""
        if state.job_id is not None:
            return self._x.compliance_job(state.job_id)
        name = f"dorothy-{began_at:%Y%m%dT%H%M%S}"
        made = (job for job in self._x.compliance_jobs() if job.name == name)
        return next(made, None) or self._x.create_compliance_job(name)

    def _saved(self, before: Round, after: Round) -> Round:
        if after != before:
            self._rounds.save(after)
        return after
