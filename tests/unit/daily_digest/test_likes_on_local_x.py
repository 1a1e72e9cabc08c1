"""Favourites and names with the real X client against the local X: over HTTP they come out as the fakes assume."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.people import FavouriteReader
from daily_digest.periods import Period
from desk.reports.favourites import FavouriteProgress
from desk.x.client import XClient
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.conftest import NOON
from tests.fakes.reports import FakeFavouriteStore
from tests.local_x import desk_client

SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)


class Scene:
    """An account on the local X and the favourites that the desk keeps of it."""

    def __init__(self, control: XControl, client: XClient) -> None:
        self.control, self.client = control, client
        self.store = FakeFavouriteStore(saved_progress=FavouriteProgress(begun=True))
        self.reader = FavouriteReader(client, client, self.store, SEOUL)


@pytest.fixture
def scene() -> Iterator[Scene]:
    account = Account(username="jade", user_id="2590000001")
    with start(account=account, now=NOON) as x:
        control = XControl(x.url)
        yield Scene(control, desk_client(x))
        control.close()


def test_the_latest_like_comes_with_author_and_words(scene: Scene) -> None:
    ids = [scene.control.post("haneul", f"고마워요 {number}") for number in range(130)]
    scene.control.like(*ids)

    read = scene.reader.read(NOON + timedelta(minutes=5), Period(NOON - 7 * DAY, NOON + DAY))

    newest = next(each for each in read.liked if each.post_id == ids[-1])
    assert {each.post_id for each in read.liked} == set(ids)
    assert (newest.text, newest.author and newest.author.username) == ("고마워요 129", "haneul")
    assert read.refused is None


def test_a_refusal_of_x_is_told_in_its_words_and_what_is_deleted_there_is_forgotten(scene: Scene) -> None:
    gone, there = (scene.control.post("haneul", text) for text in ("하나", "둘"))
    scene.control.like(gone, there)
    scene.reader.read(NOON - DAY, Period(NOON - 7 * DAY, NOON + DAY))
    scene.control.delete(gone)
    scene.control.fault("liked_posts", status=503, times=20)

    read = scene.reader.read(NOON, Period(NOON - 7 * DAY, NOON + DAY))

    assert read.refused
    assert scene.store.stored.keys() == {there}
