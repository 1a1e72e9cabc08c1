"""A mention is stored with its context, looked up as rarely as can be, and never waits for it."""

from datetime import timedelta

import pytest

from desk.errors import BreakerOpen, DeskError, RateLimited, Unavailable
from desk.mentions.model import Parent
from desk.mentions.walk import Stop
from desk.x.model import Author
from tests.unit.poll_mentions.scene import BRAND, MINUTE, NOON, Scene, burst, calls_left, post_at

SECOND = timedelta(seconds=1)


def looked_up(scene: Scene, name: str) -> list[object]:
    return [call.asked["ids"] for call in scene.x.calls if call.name == name]


def test_the_parent_of_a_reply_is_stored_with_it_and_fetched_once_for_all() -> None:
    scene = Scene().started()
    parent = post_at(NOON - timedelta(days=2), author_id=BRAND.user_id)
    replies = [post_at(scene.now - place * SECOND / 10, in_reply_to=parent.id) for place in range(250)]
    scene.x.post(parent, *replies)

    scene.poll()

    assert looked_up(scene, "posts") == [(parent.id,)]
    assert {mention.parent for mention in scene.store.mentions.values()} == {Parent(parent.id, parent)}


def test_a_parent_that_is_a_mention_is_not_asked_of_x() -> None:
    scene = Scene().started()
    stored = post_at(scene.now - 50 * SECOND)
    scene.x.post(stored)
    scene.poll()
    scene.passes(MINUTE)
    beside = post_at(scene.now - 2 * SECOND)
    to_stored, to_beside = post_at(scene.now, in_reply_to=stored.id), post_at(scene.now, in_reply_to=beside.id)
    scene.x.post(beside, to_stored, to_beside)

    scene.poll()

    assert looked_up(scene, "posts") == []
    parents = [scene.store.mentions[reply.id].parent for reply in (to_stored, to_beside)]
    assert [parent and parent.id for parent in parents] == [stored.id, beside.id]
    assert all(parent and parent.post for parent in parents)


def test_a_deleted_parent_is_known_to_be_gone() -> None:
    scene = Scene().started()
    reply = post_at(scene.now - SECOND, in_reply_to="123")
    scene.x.post(reply)

    scene.poll()

    assert scene.store.mentions[reply.id].parent == Parent("123", None)


def test_nothing_is_looked_up_for_a_mention_of_an_erased_author() -> None:
    scene = Scene().started()
    mention = post_at(scene.now - SECOND, author_id="666", in_reply_to="123")
    scene.store.gone_authors.add("666")
    scene.x.post(mention)

    report = scene.poll()

    assert (report.polled, scene.stored) == (0, set())
    assert looked_up(scene, "posts") == looked_up(scene, "accounts") == []


def test_authors_are_fetched_for_routed_mentions_only() -> None:
    scene = Scene().started()
    routed, chat = post_at(scene.now - SECOND), post_at(scene.now - SECOND, "chat")
    scene.x.post(routed, chat)

    scene.poll()

    assert looked_up(scene, "accounts") == [(routed.author_id,)]
    assert scene.store.mentions[routed.id].post.author == Author("501", "user501", "Somebody")
    assert scene.store.mentions[chat.id].post.author is None


def test_an_author_is_fetched_once_in_a_poll() -> None:
    scene = Scene().started()
    scene.x.post(*(post_at(scene.now - place * SECOND / 10) for place in range(250)))

    scene.poll()

    assert looked_up(scene, "accounts") == [("501",)]
    assert {mention.post.author for mention in scene.store.mentions.values()} == {Author("501", "user501", "Somebody")}


@pytest.mark.parametrize("error", [Unavailable("503"), RateLimited("429", NOON), BreakerOpen("user:read", NOON)])
def test_refused_look_ups_cost_the_context_not_the_mention_and_are_not_tried_again(error: DeskError) -> None:
    scene = Scene().started()
    scene.x.post(*(post_at(scene.now - place * SECOND / 10, in_reply_to="123") for place in range(250)))
    scene.x.fail("posts", error)

    report = scene.poll()

    assert report.polled == 250
    assert report.succeeded
    assert len(report.refused) == 1
    assert Stop.WHOLE not in report.refused
    assert scene.x.count("posts") == 1
    assert {mention.parent for mention in scene.store.mentions.values()} == {None}


def test_when_time_is_short_a_mention_is_stored_without_look_ups() -> None:
    scene = Scene().started()
    scene.x.post(*burst(5, scene.now - MINUTE, MINUTE))

    report = scene.poll(remaining_ms=calls_left(1))

    assert report.polled == 5
    assert scene.x.count("posts") == 0


def test_a_mention_that_cannot_be_read_is_stored_all_the_same_and_with_its_author() -> None:
    scene = Scene().started()
    odd, fine = post_at(scene.now - 2 * SECOND, "odd"), post_at(scene.now - SECOND)
    scene.x.post(odd, fine)

    scene.poll()

    assert scene.stored == {odd.id, fine.id}
    assert scene.store.mentions[odd.id].post.author is not None
