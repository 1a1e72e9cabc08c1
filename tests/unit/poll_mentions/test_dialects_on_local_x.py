"""The poll on an X that takes only one dialect, or none: what was not understood is never passed over."""

from datetime import timedelta
from itertools import product

import pytest

from poll_mentions.walk import Stop
from tests.unit.poll_mentions.scene import MINUTE
from tests.unit.poll_mentions.test_on_local_x import Desk, desk

__all__ = ["desk"]

KINDS = ("taken", "ignored", "rejected")


@pytest.mark.parametrize("endpoint", ["mentions", "posts"])
@pytest.mark.parametrize(("older", "newer"), list(product(KINDS, KINDS)))
def test_two_polls_store_every_mention_or_leave_the_checkpoint_where_it_is(
    desk: Desk, endpoint: str, older: str, newer: str
) -> None:
    desk.x.dialects(endpoint, {"tweet.fields": older, "post.fields": newer})
    is_readable = endpoint != "mentions" or "taken" in (older, newer)
    ids = set[str]()

    for stop in (Stop.FIELDS_MISSING, Stop.BREAKER_OPEN):
        before = desk.state.checkpoints[-1]
        ids.add(desk.x.post("hana", "@jade 청구서가 이상해요", in_reply_to=desk.x.post("minji", "원글")))

        report = desk.poll()

        assert report.stop is (Stop.WHOLE if is_readable else stop)
        assert report.succeeded is is_readable
        assert set(desk.store.mentions) == (ids if is_readable else set())
        assert (desk.state.checkpoints[-1] == before) is not is_readable
        assert desk.state.gaps == {}
        desk.passes(MINUTE)

    desk.x.dialects(endpoint, {"tweet.fields": "taken"})
    desk.passes(timedelta(minutes=15))
    desk.poll()
    assert set(desk.store.mentions) == ids
    assert {mention.post.conversation_id for mention in desk.store.mentions.values()}.isdisjoint(ids)


@pytest.mark.parametrize(("times", "stop"), [(1, Stop.WHOLE), (2, Stop.FIELDS_MISSING)])
def test_a_dialect_that_is_refused_in_the_middle_of_a_walk_costs_no_mention(desk: Desk, times: int, stop: Stop) -> None:
    ids = desk.x.posts([{"author": {"username": "minji"}, "text": f"@jade 질문 {number}"} for number in range(250)])
    named = {"errors": [{"parameters": {"tweet.fields": ["x"], "post.fields": ["x"]}, "message": "not one of [ids]"}]}
    desk.x.fault("mentions", status=400, body=named, skip=1, times=times)

    first = desk.poll()
    desk.passes(timedelta(minutes=16))
    desk.poll()

    assert first.stop is stop
    assert first.gaps_open == (0 if stop is Stop.WHOLE else 1)
    assert set(desk.store.mentions) == set(ids)
    desk.passes(MINUTE)
    assert desk.poll().gaps_open == 0  # what was walked before is looked at once more


def test_authors_that_come_with_every_mention_are_not_looked_up_and_kept_where_a_person_will_read_them(
    desk: Desk,
) -> None:
    desk.x.dialects("mentions", {"tweet.fields": "rejected"})
    routed = desk.x.post("hana", "@jade 청구서가 이상해요")
    chat = desk.x.post("minji", "@jade chat")
    desk.x.forget_calls()

    desk.poll()

    authors = {key: mention.post.author for key, mention in desk.store.mentions.items()}
    assert authors[chat] is None
    assert authors[routed] is not None
    assert "posts" not in desk.x.counts()
