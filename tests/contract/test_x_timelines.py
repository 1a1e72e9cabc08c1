"""Reading X: the fake keeps the promises that the client keeps with the local X behind it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import BadRequest
from desk.x.client import XClient
from desk.x.model import Page, Usage, XTimelines, first_id_at
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.fakes.x import FakeX
from tests.local_x import desk_client
from tests.unit.poll_mentions.scene import post_at

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
QUERY = "@jade -is:retweet"


@dataclass(frozen=True)
class Subject:
    """An X under test, and what only its people can do."""

    x: XTimelines
    post: Callable[[Sequence[datetime]], list[str]]
    retweet: Callable[[str], str]
    delete: Callable[[str], None]


def fake_subject() -> Subject:
    fake = FakeX(lambda: NOON)

    def post(moments: Sequence[datetime]) -> list[str]:
        posts = [post_at(moment, "@jade") for moment in moments]
        fake.post(*posts)
        return [each.id for each in posts]

    def retweet(post_id: str) -> str:
        again = post_at(NOON, "RT", retweets=post_id)
        fake.post(again)
        return again.id

    return Subject(fake, post, retweet, fake.delete)


def real_subject(control: XControl, client: XClient) -> Subject:
    def post(moments: Sequence[datetime]) -> list[str]:
        author = {"username": "minji"}
        return control.posts(
            [
                {"author": author, "text": f"@jade {place}", "created_at": moment.isoformat()}
                for place, moment in enumerate(moments)
            ]
        )

    return Subject(client, post, lambda post_id: control.retweet(post_id, ["hana"])[0], control.delete)


@pytest.fixture(params=["fake", "client on local X"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield fake_subject()
        return
    account = Account(username="jade", user_id="2590000001")
    with start(account=account, now=NOON) as x:
        control = XControl(x.url)
        yield real_subject(control, desk_client(x))
        control.close()


def every(number: int, span: timedelta = SECOND) -> list[datetime]:
    """So many moments up to noon, oldest first."""
    return [NOON - span * place for place in reversed(range(1, number + 1))]


def ids_of(page: Page) -> list[str]:
    return [post.id for post in page.posts]


def all_pages(ask: Callable[[str | None], Page]) -> list[str]:
    page = ask(None)
    ids = ids_of(page)
    while page.next_token:
        page = ask(page.next_token)
        ids += ids_of(page)
    return ids


def test_a_page_holds_the_hundred_newest_and_names_its_ends(subject: Subject) -> None:
    ids = subject.post(every(150))

    page = subject.x.mentions()

    assert ids_of(page) == ids[:-101:-1]
    assert (page.newest_id, page.oldest_id, page.count) == (ids[-1], ids[50], 100)
    assert page.next_token is not None


def test_nothing_found_is_an_empty_page(subject: Subject) -> None:
    page = subject.x.mentions()

    assert (page.posts, page.newest_id, page.oldest_id, page.next_token, page.count) == ((), None, None, None, 0)


def test_the_timeline_ends_800_back_where_search_goes_on(subject: Subject) -> None:
    ids = subject.post(every(950))

    assert all_pages(lambda token: subject.x.mentions(page_token=token)) == ids[:149:-1]
    assert subject.x.mentions(until_id=ids[150]).posts == ()
    assert all_pages(lambda token: subject.x.search(query=QUERY, page_token=token)) == ids[::-1]


def test_both_ends_of_a_range_are_excluded(subject: Subject) -> None:
    ids = subject.post(every(6))

    between = subject.x.mentions(since_id=ids[1], until_id=ids[4])
    searched = subject.x.search(query=QUERY, since_id=ids[1], until_id=ids[4])

    assert ids_of(between) == ids_of(searched) == [ids[3], ids[2]]


def test_start_time_cuts_timeline_and_search(subject: Subject) -> None:
    ids = subject.post(every(6, timedelta(hours=1)))
    start_time = NOON - timedelta(hours=2, minutes=30)

    assert ids_of(subject.x.mentions(start_time=start_time)) == [ids[5], ids[4]]
    assert ids_of(subject.x.search(query=QUERY, start_time=start_time)) == [ids[5], ids[4]]


def test_search_takes_no_since_id_older_than_a_week(subject: Subject) -> None:
    with pytest.raises(BadRequest):
        subject.x.search(query=QUERY, since_id=first_id_at(NOON - 8 * DAY))


def test_a_since_id_wins_over_a_start_time(subject: Subject) -> None:
    ids = subject.post(every(3))

    assert ids_of(subject.x.mentions(since_id=ids[0], start_time=NOON - SECOND)) == [ids[2], ids[1]]
    assert ids_of(subject.x.search(query=QUERY, since_id=ids[0], start_time=NOON - SECOND)) == [ids[2], ids[1]]


def test_search_reaches_a_week_back_where_the_timeline_goes_on(subject: Subject) -> None:
    old, recent = subject.post([NOON - 8 * DAY, NOON - 6 * DAY])

    assert ids_of(subject.x.search(query=QUERY, start_time=NOON - 7 * DAY + timedelta(minutes=10))) == [recent]
    assert ids_of(subject.x.mentions()) == [recent, old]


def test_a_retweet_is_marked_as_one_and_left_out_of_search(subject: Subject) -> None:
    (original,) = subject.post([NOON - SECOND])
    again = subject.retweet(original)

    found = {post.id: post.retweets for post in subject.x.mentions().posts}

    assert found.get(again, original) == original
    assert found[original] is None
    assert ids_of(subject.x.search(query=QUERY)) == [original]


def test_a_look_up_separates_shown_and_gone_posts(subject: Subject) -> None:
    shown, deleted = subject.post(every(2))
    subject.delete(deleted)

    found = subject.x.posts([shown, deleted], with_authors=False)

    assert set(found.posts) == {shown}
    assert found.gone == {deleted}
    assert found.posts[shown].author is None


def test_authors_come_only_where_they_were_asked_for(subject: Subject) -> None:
    (post_id,) = subject.post([NOON - SECOND])

    (timeline_post,) = subject.x.mentions().posts
    looked_up = subject.x.posts([post_id], with_authors=True).posts[post_id]
    account = subject.x.accounts([looked_up.author_id]).authors[looked_up.author_id]

    assert timeline_post.author is None
    assert looked_up.author == account
    assert account.id == looked_up.author_id


def test_usage_is_taken_once(subject: Subject) -> None:
    subject.post(every(2))
    subject.x.mentions()
    subject.x.search(query=QUERY)

    first, second = subject.x.take_usage(), subject.x.take_usage()

    assert first.calls == 2
    assert first.micro_usd > 0
    assert second == Usage()
