"""How own posts perform: the fake keeps the promises that the client keeps with the local X behind it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from desk.x.model import PostMetrics, Usage, XPerformance
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.fakes.x import FakeX
from tests.local_x import desk_client

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEEN = PostMetrics(likes=2, replies=1, reposts=1, quotes=1, impressions=1_240)


class Subject(NamedTuple):
    """An X under test, what makes an own post and edits it, and what its people do with it."""

    x: XPerformance
    publish: Callable[[str], str]
    edit: Callable[[str, str], str]
    react: Callable[[str], None]
    delete: Callable[[str], None]


def fake_subject() -> Subject:
    fake = FakeX(lambda: NOON)

    def react(post_id: str) -> None:
        fake.metrics[post_id] = SEEN

    return Subject(fake, fake.add_own_post, fake.edit_own_post, react, fake.delete_post)


@pytest.fixture(params=["fake", "client on local X"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield fake_subject()
        return
    with start(account=Account(username="jade", user_id="2590000001"), now=NOON) as running:
        control, client = XControl(running.url), desk_client(running)

        def react(post_id: str) -> None:
            for name in ("minji", "hana"):
                control.like(post_id, by=name)
            control.post("minji", "좋아요", in_reply_to=post_id)
            control.post("hana", "이거 보세요", quotes=post_id)
            control.retweet(post_id, ["sora"])
            control.show(post_id, 1_240)

        yield Subject(client, client.create_post, control.edit, react, control.delete)
        control.close()


def test_one_post_is_read_with_its_metrics_and_only_that_one_is_paid_for(subject: Subject) -> None:
    _, post_id, _ = (subject.publish(text) for text in ("어제", "오늘", "내일"))
    subject.react(post_id)
    subject.x.take_usage()

    post = subject.x.own_post(post_id)

    assert post
    assert (post.id, post.text, post.metrics) == (post_id, "오늘", SEEN)
    assert subject.x.take_usage() == Usage(1, 1_000)


def test_a_deleted_post_is_shown_neither_by_the_timeline_nor_by_its_id(subject: Subject) -> None:
    post_id = subject.publish("오늘")
    subject.delete(post_id)

    assert subject.x.own_post(post_id) is None
    assert subject.x.posts([post_id], with_authors=False, with_metrics=True).gone == {post_id}


def test_an_edited_post_is_found_by_its_id_with_its_versions_which_have_metrics_of_their_own(subject: Subject) -> None:
    first = subject.publish("오늘 여러요")
    subject.react(first)
    second = subject.edit(first, "오늘 열어요")

    found = subject.x.posts([first, second], with_authors=False, with_metrics=True).posts

    assert subject.x.own_post(first) is None
    assert subject.x.own_post(second) == found[second]
    assert found[first].edit_ids == found[second].edit_ids == (first, second)
    assert found[first].metrics == SEEN
    assert found[second].metrics == PostMetrics(0, 0, 0, 0, 0)


def test_metrics_of_posts_by_id_come_only_where_they_are_asked_for(subject: Subject) -> None:
    post_id = subject.publish("오늘")

    assert subject.x.posts([post_id], with_authors=False).posts[post_id].metrics is None
