"""What X may cost is on record before it is called, and what it did cost after."""

from datetime import date
from typing import NoReturn

import pytest

from desk.errors import XError
from desk.x.dialects import Dialect, DialectChoice
from desk.x.model import Usage
from desk.x.transport import Transport
from tests.unit.x_client.conftest import CALLS, NOON, World
from tests.unit.x_client.scripted_x import Reply, Reset

TODAY = date(2026, 11, 24)
POST = {
    "id": "20",
    "author_id": "7",
    "conversation_id": "20",
    "created_at": "2026-11-24T03:00:00.000Z",
    "text": "요금제 문의드려요",
}


class Killed(BaseException):
    """The process dies."""


def dies(*_: object) -> NoReturn:
    raise Killed


@pytest.mark.parametrize(
    ("name", "micro_usd"),
    [
        ("mentions", 100 * 1_000),
        ("own_posts", 100 * 1_000),
        ("own_post", 1_000),
        ("liked", 100 * (1_000 + 10_000)),
        ("search", 100 * 5_000),
        ("posts", 5_000),
        ("accounts", 2 * 10_000),
        ("conversation", 20 * 5_000),
        ("messages", 20 * (10_000 + 10_000)),
        ("trends", 10_000),
        ("me", 10_000),
        ("create", 15_000),
    ],
)
def test_a_run_that_dies_in_a_call_leaves_its_highest_price_in_the_days_sum(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, micro_usd: int
) -> None:
    monkeypatch.setattr(Transport, "send", dies)

    with pytest.raises(Killed):
        CALLS[name](world.client())

    assert world.spend.on(TODAY) == Usage(1, micro_usd)


def test_in_the_newer_dialect_every_author_and_two_references_are_part_of_the_highest_price(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Transport, "send", dies)
    world.dialects.save(DialectChoice("mentions", Dialect.POSTS, NOON.replace(hour=4)))

    with pytest.raises(Killed):
        world.client().mentions()

    assert world.spend.on(TODAY) == Usage(1, 100 * (1_000 + 10_000 + 2 * 5_000))


def test_a_run_that_dies_between_two_calls_leaves_what_it_used_and_the_next_price(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    client.mentions()
    monkeypatch.setattr(Transport, "send", dies)

    with pytest.raises(Killed):
        client.posts(["21"], with_authors=True)
    next_run = world.client()
    next_run.take_usage()

    assert world.spend.on(TODAY).micro_usd >= 1_000 + 5_000 + 10_000


def test_the_actual_cost_replaces_the_reserved_one(world: World) -> None:
    world.x.will(Reply(body={"data": [POST, POST | {"id": "21"}]}))
    client = world.client()
    client.mentions()
    reserved = world.spend.on(TODAY)

    usage = client.take_usage()

    assert reserved == Usage(1, 100_000)
    assert usage == world.spend.on(TODAY) == Usage(1, 2_000)
    assert world.spend.reserved == {}


def test_a_post_that_was_read_at_two_prices_costs_the_higher_one(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}), Reply(body={"data": [POST]}), Reply(body={"data": [POST]}))
    client = world.client()
    client.mentions()
    client.posts(["20"], with_authors=False)
    client.mentions()

    assert client.take_usage() == Usage(3, 5_000)


@pytest.mark.parametrize(
    ("reply", "name", "usage"),
    [
        (Reset(), "mentions", Usage(3, 3 * 100_000)),
        (Reply(body=b"<html>"), "mentions", Usage(3, 3 * 100_000)),
        (Reply(503, {}), "mentions", Usage(3, 0)),
        (Reply(429, {}), "mentions", Usage(1, 0)),
        (Reset(), "create", Usage(1, 15_000)),
        (Reply(503, {}), "create", Usage(1, 15_000)),
        (Reply(201, {"data": {}}), "create", Usage(1, 15_000)),
        (Reply(403, {"detail": "duplicate content"}), "create", Usage(1, 0)),
    ],
)
def test_a_failed_call_costs_nothing_only_if_x_certainly_returned_nothing(
    world: World, reply: object, name: str, usage: Usage
) -> None:
    world.x.will(reply)
    client = world.client()

    with pytest.raises(XError):
        CALLS[name](client)

    assert client.take_usage() == world.spend.on(TODAY) == usage


def test_a_sum_that_cannot_be_written_stops_no_call(world: World) -> None:
    world.spend.busy = True
    world.x.will(Reply(201, {"data": {"id": "78"}}))
    client = world.client()

    post_id = client.create_post("안녕하세요")

    assert (post_id, client.take_usage()) == ("78", Usage(1, 15_000))


def test_a_run_that_could_not_reserve_tries_again_and_is_settled(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    world.spend.busy = True
    client = world.client()
    client.mentions()
    world.spend.busy = False

    client.mentions()
    reserved = world.spend.on(TODAY)
    client.take_usage()

    assert reserved == Usage(1, 101_000)
    assert world.spend.on(TODAY) == Usage(2, 1_000)


def test_calls_that_the_reservation_covers_write_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    monkeypatch.setattr(world.spend, "reserve", lambda reservation: written.append(reservation.micro_usd))
    client = world.client()

    client.liked_posts()
    client.mentions()
    client.own_posts()

    assert written == [1_100_000]


def test_without_a_call_nothing_is_settled(world: World) -> None:
    assert world.client().take_usage() == Usage()
    assert world.spend.days == {}
