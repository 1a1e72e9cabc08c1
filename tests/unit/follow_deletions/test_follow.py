"""Following X in what it no longer shows: one round a day, gone on with wherever a run ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import BreakerOpen, CreditsDepleted, RateLimited
from desk.x.compliance import JobState
from follow_deletions.follow import EVERY, JOB_LASTS, FollowDeletions, FollowReport
from tests.unit.follow_deletions.compliance_fakes import FakeCompliance, FakeKeptPosts, FakeRounds

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


class Scene:
    """Two posts are kept, of which X no longer shows one. Each run is another process."""

    def __init__(self) -> None:
        self.x = FakeCompliance(gone={"2"})
        self.posts = FakeKeptPosts("1", "2")
        self.rounds = FakeRounds()
        self.now = NOON

    def run(self) -> FollowReport:
        return FollowDeletions(self.x, self.x, self.posts, self.rounds).continue_round(self.now)

    def later(self, span: timedelta = QUARTER) -> FollowReport:
        self.now += span
        return self.run()


def test_posts_that_x_no_longer_shows_are_erased_and_named_and_the_rest_stay(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    scene = Scene()

    report = scene.run()

    assert scene.posts.kept == ["1"]
    assert (report.uploaded, report.deleted, report.erased, report.ended) == (2, 1, 1, True)
    assert [record.__dict__["mention"] for record in caplog.records] == [("2",)]
    assert report.lag == timedelta(0)


def test_a_job_that_takes_its_time_is_asked_again_by_later_runs_and_sent_its_ids_once() -> None:
    scene = Scene()
    scene.x.ends = [JobState.IN_PROGRESS, JobState.IN_PROGRESS, JobState.COMPLETE]

    reports = [scene.run(), scene.later(), scene.later()]

    assert [report.ended for report in reports] == [False, False, True]
    assert scene.x.calls.count("upload") == scene.x.calls.count("create") == 1
    assert scene.posts.kept == ["1"]
    assert reports[-1].lag == 2 * QUARTER  # what was deleted after the ids were sent is not known yet


def test_a_round_is_made_once_a_day_and_ends_within_a_day_of_the_one_before() -> None:
    scene = Scene()
    scene.run()
    calls = len(scene.x.calls)

    quiet = scene.later(EVERY - QUARTER)
    quiet_calls = len(scene.x.calls)
    scene.x.gone.add("1")
    due = scene.later()

    assert (quiet.ended, quiet_calls) == (False, calls)
    assert due.ended
    assert scene.posts.kept == []
    assert timedelta(days=1) > EVERY + JOB_LASTS


@pytest.mark.parametrize("step", ["create", "+create", "list", "upload", "+upload", "look", "download"])
def test_after_a_failure_of_any_step_the_next_run_continues_the_same_job(step: str) -> None:
    scene = Scene()
    scene.x.fails = [step]

    failed, after = scene.run(), scene.later()

    assert failed.error.startswith("Unavailable")
    assert after.ended
    assert scene.posts.kept == ["1"]
    assert len(scene.x.jobs) == 1


def test_a_process_that_dies_before_it_records_its_job_leaves_it_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    save, saved = scene.rounds.save, []

    def dies(state: object) -> None:
        saved.append(state)
        if len(saved) == 2:
            raise KeyboardInterrupt
        save(state)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(scene.rounds, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            scene.run()

    assert scene.later().ended
    assert len(scene.x.jobs) == 1


def test_a_job_that_x_gives_up_is_made_again() -> None:
    scene = Scene()
    scene.x.ends = [JobState.FAILED, JobState.COMPLETE]

    failed, after = scene.run(), scene.later()

    assert "failed" in failed.error
    assert after.ended
    assert len(scene.x.jobs) == 2


def test_a_job_that_never_ends_is_given_up_after_a_while() -> None:
    scene = Scene()
    scene.x.ends = [JobState.IN_PROGRESS]
    scene.run()
    scene.later(JOB_LASTS - QUARTER)
    waited = len(scene.x.jobs)
    scene.x.ends = [JobState.COMPLETE]

    report = scene.later()

    assert (waited, len(scene.x.jobs)) == (1, 2)
    assert report.ended


@pytest.mark.parametrize(
    "refusal",
    [
        lambda: RateLimited("later", NOON + QUARTER),
        lambda: CreditsDepleted("no credits"),
        lambda: BreakerOpen("credits_depleted", NOON + QUARTER),
    ],
)
def test_while_x_answers_with_errors_nothing_is_erased_and_the_lag_grows(
    refusal: Callable[[], Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()

    def refuse(*_: object) -> None:
        raise refusal()

    with monkeypatch.context() as patch:
        patch.setattr(scene.x, "compliance_jobs", refuse)
        scene.run()
        refused = scene.later(timedelta(hours=3))

    assert refused.error
    assert refused.lag == timedelta(hours=3)
    assert scene.posts.kept == ["1", "2"]
    assert scene.later().ended
