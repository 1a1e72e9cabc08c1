from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.brand.load import load_desk
from local.brand.model import Desk, Feed
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


def with_feeds_of(blog: Site) -> Desk:
    """The desk of desk.yaml with two feeds of this site, of which desk.yaml itself would take no address."""
    feeds = [
        Feed.model_construct(name=name, url=f"{blog.url}/{file}", hashtags=("에메랄드",), auto=auto)
        for name, file, auto in (("블로그", "blog.rss", False), ("뉴스룸", "news.rss", True))
    ]
    return load_desk().model_copy(update={"feeds": tuple(feeds)})


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory, blog: Site) -> Iterator[Stage]:
    """One desk for all tests of a worker, since building it takes seconds."""
    mails, exceptions = tmp_path_factory.mktemp("mail"), {blog.host_and_port}
    with recorded_stage(mails, rehearse_from=MORNING, desk=with_feeds_of(blog), fetch_exceptions=exceptions) as here:
        yield here


@pytest.fixture
def desk(shared_stage: Stage) -> Driver:
    """A new desk with nobody on X, at ten o'clock of a working day."""
    return Driver.of_a_new_desk(shared_stage)
