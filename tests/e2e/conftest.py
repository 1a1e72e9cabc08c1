from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from local.site import Site, site
from local.stage import Stage
from tests.aws_rules.recording import recorded_stage
from tests.e2e.driver import Driver

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, ten o'clock in Seoul


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The brand's web site, from which the desk may fetch."""
    with site(tmp_path_factory.mktemp("blog")) as served:
        yield served


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory, blog: Site) -> Iterator[Stage]:
    """One desk for all tests of a worker; it has polled once, so that nothing counts as backlog."""
    mails, exceptions = tmp_path_factory.mktemp("mail"), {blog.host_and_port}
    with recorded_stage(mails, rehearse_from=MORNING, fetch_exceptions=exceptions) as here:
        Driver(here, MORNING).poll()
        yield here


@pytest.fixture
def desk(shared_stage: Stage) -> Driver:
    """The desk an hour after whatever happened on it before, with nobody on X."""
    shared_stage.control.reset()
    driver = Driver(shared_stage, MORNING)
    driver.poll()
    driver.pass_time(timedelta(hours=1))
    driver.poll()
    driver.mails.clear()
    return driver
