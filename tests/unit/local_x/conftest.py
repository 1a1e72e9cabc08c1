import pytest

from local.x.server import RunningX


@pytest.fixture
def mentions(x: RunningX) -> str:
    return f"/2/users/{x.account.user_id}/mentions"


@pytest.fixture
def own_posts(x: RunningX) -> str:
    return f"/2/users/{x.account.user_id}/tweets"


@pytest.fixture
def liked(x: RunningX) -> str:
    return f"/2/users/{x.account.user_id}/liked_tweets"
