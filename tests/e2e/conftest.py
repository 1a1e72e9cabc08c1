from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.brand.load import load_desk
from local.brand.model import Desk, Feed
from local.demo.script import read_day
from local.site import Site, site
from local.stage import Stage
from tests.aws_rules.recording import recorded_stage
from tests.e2e.driver import SEOUL, Driver

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, ten o'clock in Seoul
IN_TRIAL = "plans"
"""A department that is in trial."""
APPROVED = "correction"
"""The kind of posts that wait for a second person."""


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The brand's web site, from which the desk may fetch."""
    with site(tmp_path_factory.mktemp("blog")) as served:
        yield served


def desk_of_tests(blog: Site) -> Desk:
    """The demo's desk with what desk.yaml leaves off: two feeds of this site, a trial, posts that wait for approval.

    desk.yaml itself would take no address of this machine.
    """
    desk = read_day(SEOUL).at(load_desk())
    feeds = [
        Feed.model_construct(name=name, url=f"{blog.url}/{file}", hashtags=("에메랄드",), auto=auto)
        for name, file, auto in (("블로그", "blog.rss", False), ("뉴스룸", "news.rss", True))
    ]
    in_trial = desk.departments[IN_TRIAL].model_copy(update={"mode": "trial"})
    departments = {**desk.departments, IN_TRIAL: in_trial}
    return desk.model_copy(update={"feeds": tuple(feeds), "departments": departments, "approval": (APPROVED,)})


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory, blog: Site) -> Iterator[Stage]:
    """One desk for all tests of a worker, since building it takes seconds.

    Each role may do only what the template lets it do.
    """
    with recorded_stage(
        tmp_path_factory.mktemp("mail"),
        rehearse_from=MORNING,
        desk=desk_of_tests(blog),
        fetch_exceptions={blog.host_and_port},
        enforce_iam=True,
    ) as here:
        yield here


@pytest.fixture
def desk(shared_stage: Stage) -> Driver:
    """A new desk with nobody on X, at ten o'clock of a working day."""
    return Driver.of_a_new_desk(shared_stage)
