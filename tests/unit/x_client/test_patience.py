import time

import pytest

from desk.errors import Unavailable, XError
from tests.unit.x_client.conftest import CALLS, World
from tests.unit.x_client.scripted_x import Drip, Reply, Reset, Silence


@pytest.mark.parametrize("fault", [Reply(503, {}), Reply(500, {}), Reset(), Reply(200, b"garbage")])
def test_a_read_outlives_a_passing_fault(world: World, fault: object) -> None:
    world.x.will(fault, fault, Reply())

    page = world.client().mentions()

    assert page.posts == ()
    assert len(world.x.seen) == 3


def test_a_read_is_tried_three_times_and_waits_longer_each_time(world: World) -> None:
    world.x.will(Reply(503, {}))

    with pytest.raises(Unavailable):
        world.client().mentions()

    assert len(world.x.seen) == 3
    assert world.naps == [0.4, 0.8]


@pytest.mark.parametrize("fault", [Reply(503, {}), Reset(), Reply(201, b"garbage")])
def test_a_write_is_never_repeated_since_it_may_have_happened(world: World, fault: object) -> None:
    world.x.will(fault)

    with pytest.raises(Unavailable):
        world.client().create_post("x")

    assert len(world.x.seen) == 1


@pytest.mark.parametrize("status", [400, 402, 403, 404, 429])
def test_a_refusal_is_not_asked_again(world: World, status: int) -> None:
    world.x.will(Reply(status, {}))

    with pytest.raises(XError):
        world.client().mentions()

    assert len(world.x.seen) == 1
    assert world.naps == []


@pytest.mark.parametrize("name", ["mentions", "create"])
@pytest.mark.parametrize("fault", [Silence(), Drip()])
def test_no_call_outlives_the_time_that_is_left(world: World, name: str, fault: object) -> None:
    world.seconds_left = 0.6
    world.x.will(fault)
    began = time.monotonic()

    with pytest.raises(Unavailable):
        CALLS[name](world.client())

    assert time.monotonic() - began < 0.9


def test_a_silent_x_is_given_up_on_after_the_read_timeout(world: World) -> None:
    world.read = 0.1
    world.x.will(Silence(), Reply())

    page = world.client().mentions()

    assert page.count == 0
    assert len(world.x.seen) == 2


def test_nothing_is_begun_without_time(world: World) -> None:
    world.seconds_left = 0.2
    client = world.client()

    with pytest.raises(Unavailable, match="no time left"):
        client.mentions()

    assert world.x.seen == []
    assert client.take_usage().calls == 0


def test_no_retry_is_waited_for_without_time(world: World) -> None:
    world.seconds_left = 0.8
    world.x.will(Reply(503, {}))

    with pytest.raises(Unavailable):
        world.client().mentions()

    assert len(world.x.seen) == 1
    assert world.naps == []


def test_reads_share_a_connection_and_a_write_takes_a_new_one(world: World) -> None:
    world.x.will(Reply(), Reply(), Reply(201, {"data": {"id": "5"}}))
    client = world.client()

    client.mentions()
    client.mentions()
    client.create_post("x")

    first, second, third = (seen.connection for seen in world.x.seen)
    assert first == second
    assert third != first


def test_an_x_that_cannot_be_reached_is_unavailable(world: World) -> None:
    world.x.url = "http://127.0.0.1:1"

    with pytest.raises(Unavailable):
        world.client().mentions()
