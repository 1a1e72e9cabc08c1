"""Pictures on X: the fake keeps the promises that the client keeps with the local X behind it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import NamedTuple

import pytest
from PIL import Image

from desk.errors import BadRequest, MediaGone
from desk.x.model import Usage, XPublishing
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from tests.fakes.x import FakeX
from tests.local_x import desk_client

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Subject(NamedTuple):
    """An X under test, what lets time pass for it, and the pictures of its posts with their descriptions."""

    x: XPublishing
    passes: Callable[[timedelta], None]
    shown: Callable[[str], list[tuple[bytes, str | None]]]


@pytest.fixture(params=["fake", "client on local X"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    now = [NOON]
    if request.param == "fake":
        fake = FakeX(lambda: now[0])

        def passes(span: timedelta) -> None:
            now[0] += span

        yield Subject(fake, passes, lambda post_id: [(each.content, each.alt) for each in fake.shows[post_id]])
        return
    with start(account=Account(username="jade", user_id="2590000001"), now=NOON) as running:
        control = XControl(running.url)

        def shown(post_id: str) -> list[tuple[bytes, str | None]]:
            world = running.state
            media = world.posts[post_id].media
            return [(world.uploads[each.media_key.partition("_")[2]].content, each.alt_text) for each in media]

        client = desk_client(running, clock=running.state.clock.now)
        yield Subject(client, lambda span: control.advance(span.total_seconds()), shown)
        control.close()


def picture(colour: tuple[int, int, int] = (0, 120, 60)) -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "PNG")
    return written.getvalue()


def test_uploaded_pictures_are_shown_by_the_post_that_names_them_in_its_order(subject: Subject) -> None:
    contents = [picture(), picture((200, 0, 0))]
    first, second = (subject.x.upload_picture(content, "image/png") for content in contents)
    subject.x.describe_picture(second.media_id, "붉은 현수막")

    post_id = subject.x.create_post("새 매장", media_ids=[second.media_id, first.media_id])

    assert subject.shown(post_id) == [(contents[1], "붉은 현수막"), (contents[0], None)]
    assert first.expires_at == NOON + DAY


def test_an_upload_costs_nothing_and_a_description_half_a_cent(subject: Subject) -> None:
    uploaded = subject.x.upload_picture(picture(), "image/png")
    assert subject.x.take_usage() == Usage(1, 0)

    subject.x.describe_picture(uploaded.media_id, "초록 간판")
    assert subject.x.take_usage() == Usage(1, 5_000)


def test_a_description_can_be_given_again(subject: Subject) -> None:
    uploaded = subject.x.upload_picture(picture(), "image/png")
    for alt in ("처음", "고침"):
        subject.x.describe_picture(uploaded.media_id, alt)

    post_id = subject.x.create_post("새 매장", media_ids=[uploaded.media_id])

    assert [alt for _, alt in subject.shown(post_id)] == ["고침"]


def test_a_picture_that_expired_is_gone_and_the_post_is_not_made(subject: Subject) -> None:
    uploaded = subject.x.upload_picture(picture(), "image/png")
    subject.passes(DAY)

    with pytest.raises(MediaGone):
        subject.x.create_post("새 매장", media_ids=[uploaded.media_id])

    assert subject.x.own_posts().posts == ()
    assert issubclass(MediaGone, BadRequest)


def test_a_post_may_follow_with_a_new_upload_of_the_same_picture(subject: Subject) -> None:
    subject.x.upload_picture(picture(), "image/png")
    again = subject.x.upload_picture(picture(), "image/png")

    post_id = subject.x.create_post("새 매장", media_ids=[again.media_id])

    assert len(subject.shown(post_id)) == 1
