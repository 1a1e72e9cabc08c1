"""Batch compliance jobs of the local X, as X's description and guide tell them."""

from datetime import timedelta

import pytest
import requests

from desk.errors import Unavailable
from desk.x.compliance import ComplianceFilesHttp, ComplianceJob, JobState
from local.x.control import XControl
from local.x.server import RunningX
from tests.local_x import XCaller

JOBS = "/2/compliance/jobs"


def test_only_the_apps_own_token_makes_jobs(user: XCaller, app: XCaller) -> None:
    refused = user.post(JOBS, {"type": "tweets"})
    made = app.post(JOBS, {"type": "tweets", "name": "a"})

    assert refused.status_code == 403
    assert made.status_code == 200
    assert made.json()["data"]["status"] == "created"


def test_ids_go_up_and_those_that_are_not_shown_come_down(x: RunningX, control: XControl, app: XCaller) -> None:
    deleted, shown = control.post("minji", "@emeraldmobile 하나"), control.post("hana", "@emeraldmobile 둘")
    control.delete(deleted)
    job = app.post(JOBS, {"type": "tweets", "name": "a"}).json()["data"]
    given = ComplianceJob(job["id"], "a", JobState.CREATED, job["upload_url"], job["download_url"])
    files = ComplianceFilesHttp(x.url)

    count = files.upload(given, iter([deleted, shown, "77"]))

    assert count == 3
    assert app.get(f"{JOBS}/{job['id']}").json()["data"]["status"] == "complete"
    assert files.deleted(given) == {deleted}


def test_jobs_are_listed_by_type_and_found_by_name(app: XCaller) -> None:
    app.post(JOBS, {"type": "tweets", "name": "a"})
    app.post(JOBS, {"type": "users", "name": "b"})

    listed = app.get(JOBS, {"type": "tweets"}).json()

    assert [job["name"] for job in listed["data"]] == ["a"]
    assert app.get(JOBS).status_code == 400


def test_a_job_whose_ids_never_came_expires_and_takes_none_any_more(
    x: RunningX, control: XControl, app: XCaller
) -> None:
    job = app.post(JOBS, {"type": "tweets"}).json()["data"]
    control.advance(timedelta(minutes=16).total_seconds())
    given = ComplianceJob(job["id"], "", JobState.CREATED, job["upload_url"], job["download_url"])

    with pytest.raises(Unavailable):
        ComplianceFilesHttp(x.url).upload(given, ["1"])

    assert app.get(f"{JOBS}/{job['id']}").json()["data"]["status"] == "expired"


def test_there_is_no_result_before_the_ids(app: XCaller) -> None:
    job = app.post(JOBS, {"type": "tweets"}).json()["data"]

    assert requests.get(job["download_url"], timeout=5).status_code == 403
