"""Reading an account's week: how far back, how many posts, and never the same page twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk.errors import Unavailable
from desk.x.dialects import Dialect
from desk.x.model import first_id_at, time_of
from local.preview.folder import PreviewedAccount, PreviewFolder
from local.preview.reading import MOST_POSTS, REACH, WeekReader

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ABOUT = PreviewedAccount("jade", "1", "https://api.x.com", "desk.yaml", NOW)


class FakeX:
    """An X with a post in each so many minutes, back from now."""

    def __init__(self, **minutes: int) -> None:
        self.posts: dict[str, list[int]] = {
            timeline: [int(first_id_at(NOW - timedelta(minutes=back))) + place for back in range(1, 20_000, every)]
            for place, (timeline, every) in enumerate(minutes.items())
        }
        self.shown: list[int] = []
        self.asked: list[str] = []
        self.fails_at: int | None = None

    def page(
        self, timeline: str, user_id: str, *, since: datetime, until_id: str | None, limit: int, dialect: Dialect
    ) -> dict[str, Any]:
        assert (user_id, dialect) == ("1", Dialect.TWEETS)
        assert 5 <= limit <= 100
        self.asked.append(timeline)
        if len(self.asked) == self.fails_at:
            raise Unavailable("no answer")
        found = [
            number
            for number in self.posts.get(timeline, [])
            if number < int(until_id or 10**19) and time_of(str(number)) >= since
        ]
        self.shown += found[:limit]
        meta: Mapping[str, Any] = {"result_count": len(found[:limit])}
        return {
            "data": [_post(number) for number in found[:limit]],
            "meta": {**meta, **({"next_token": "more"} if len(found) > limit else {})},
        }


def _post(number: int) -> dict[str, Any]:
    moment = time_of(str(number)).isoformat()
    return {"id": str(number), "author_id": "7", "conversation_id": str(number), "created_at": moment, "text": "a"}


@pytest.fixture
def folder(tmp_path: Path) -> PreviewFolder:
    begun = PreviewFolder(tmp_path / "jade")
    begun.begin(ABOUT)
    return begun


def test_a_small_account_is_read_back_for_seven_days(folder: PreviewFolder) -> None:
    x = FakeX(mentions=120, own_posts=300)

    read = WeekReader(folder).read(x, lambda _: None)

    assert (len(read.mentions), len(read.own_posts), read.is_whole) == (84, 34, True)
    assert read.since == NOW - REACH
    assert WeekReader(folder).left == 0


def test_of_a_large_account_no_more_posts_are_read_than_were_stated_and_both_timelines_reach_equally_far(
    folder: PreviewFolder,
) -> None:
    x, heard = FakeX(mentions=2, own_posts=6), list[int]()

    read = WeekReader(folder).read(x, heard.append)

    assert (len(x.shown), heard[-1], read.billed, read.is_whole) == (MOST_POSTS, MOST_POSTS, MOST_POSTS, False)
    reached = [time_of(str(min(int(post.id) for post in posts))) for posts in (read.mentions, read.own_posts)]
    assert max(reached) - read.since < timedelta(minutes=6)
    assert min(post.created_at for post in (*read.mentions, *read.own_posts)) >= read.since
    assert len(read.mentions) > 2 * len(read.own_posts) > 0


@pytest.mark.parametrize("fails_at", range(1, 9))
def test_a_run_that_stopped_goes_on_where_it_was_and_asks_for_no_post_twice(
    folder: PreviewFolder, fails_at: int
) -> None:
    x = FakeX(mentions=3, own_posts=10)
    x.fails_at = fails_at
    with pytest.raises(Unavailable):
        WeekReader(folder).read(x, lambda _: None)
    stated = WeekReader(folder).price

    WeekReader(folder).read(x, lambda _: None)

    assert len(x.shown) == len(set(x.shown)) == MOST_POSTS
    assert stated == 5_000 * (MOST_POSTS - 100 * (fails_at - 1))


def test_the_price_is_that_of_somebody_elses_posts_and_of_the_account(tmp_path: Path) -> None:
    assert WeekReader(PreviewFolder(tmp_path / "nothing")).price == 800 * 5_000 + 10_000


def test_the_newer_names_of_fields_have_the_price_of_authors_and_of_posts_that_are_referred_to(
    folder: PreviewFolder,
) -> None:
    folder.begin(PreviewedAccount("jade", "1", "https://api.x.com", "desk.yaml", NOW, newer_fields=True))

    assert WeekReader(folder).price == 800 * (5_000 + 10_000 + 2 * 5_000)
