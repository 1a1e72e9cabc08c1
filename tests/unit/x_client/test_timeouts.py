"""How long and how often the client tries, and which failures prove that nothing came to X."""

import ssl
import time
from datetime import date
from typing import NoReturn

import pytest
from urllib3.exceptions import ConnectTimeoutError

from desk.errors import NotReached, Unavailable, XError
from desk.x.endpoints import price_of_post
from desk.x.model import Usage
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
    assert world.sleeps == [0.4, 0.8]


@pytest.mark.parametrize("status", [400, 402, 403, 404, 429])
def test_a_read_that_x_rejected_is_not_repeated(world: World, status: int) -> None:
    world.x.will(Reply(status, {}))

    with pytest.raises(XError):
        world.client().mentions()

    assert len(world.x.seen) == 1
    assert world.sleeps == []


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


def test_no_retry_is_waited_for_without_time(world: World) -> None:
    world.seconds_left = 0.8
    world.x.will(Reply(503, {}))

    with pytest.raises(Unavailable):
        world.client().mentions()

    assert len(world.x.seen) == 1
    assert world.sleeps == []


def test_reads_share_a_connection_and_a_write_takes_a_new_one(world: World) -> None:
    world.x.will(Reply(), Reply(), Reply(201, {"data": {"id": "5"}}))
    client = world.client()

    client.mentions()
    client.mentions()
    client.create_post("x")

    first, second, third = (seen.connection for seen in world.x.seen)
    assert first == second
    assert third != first


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nobody.invalid"])
def test_a_post_that_found_no_way_to_x_was_never_sent(world: World, url: str) -> None:
    world.x.url = url

    with pytest.raises(NotReached):
        world.client().create_post("안녕하세요")


def test_a_post_whose_connection_came_too_late_was_never_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(*_: object, **__: object) -> NoReturn:
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", too_late)

    with pytest.raises(NotReached):
        world.client().create_post("안녕하세요")


def test_nothing_is_sent_to_a_server_without_a_valid_certificate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistrust(*_: object, **__: object) -> NoReturn:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    world.x.url = world.x.url.replace("http:", "https:")
    monkeypatch.setattr("urllib3.connection.ssl_wrap_socket", mistrust)

    with pytest.raises(NotReached):
        world.client().create_post("안녕하세요")


def test_a_connection_that_breaks_after_the_handshake_leaves_the_post_in_doubt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def garbled(*_: object, **__: object) -> NoReturn:
        raise ssl.SSLError("decryption failed")

    world.x.url = world.x.url.replace("http:", "https:")
    monkeypatch.setattr("urllib3.connection.ssl_wrap_socket", garbled)

    with pytest.raises(Unavailable) as caught:
        world.client().create_post("안녕하세요")

    assert not isinstance(caught.value, NotReached)


def test_an_earlier_failed_connection_to_something_else_proves_nothing(world: World) -> None:
    world.x.will(Reset())

    def posts_while_handling_a_table_that_timed_out() -> None:
        try:
            raise ConnectTimeoutError  # noqa: TRY301 - to post while it is being handled is the case
        except ConnectTimeoutError:
            world.client().create_post("안녕하세요")

    with pytest.raises(Unavailable) as caught:
        posts_while_handling_a_table_that_timed_out()

    assert not isinstance(caught.value, NotReached)


def test_a_post_without_credentials_was_never_sent(world: World) -> None:
    world.credentials.unreadable = Unavailable("Secrets Manager is down")

    with pytest.raises(NotReached, match="Secrets Manager is down"):
        world.client().create_post("안녕하세요")

    assert world.x.seen == []


def test_a_post_in_doubt_counts_at_its_price_and_an_unsent_one_does_not(world: World) -> None:
    world.x.will(Reply(503, {}))
    client = world.client()
    with pytest.raises(Unavailable):
        client.create_post("안녕하세요")
    may_stand = client.take_usage()
    world.x.url = "http://127.0.0.1:1"
    nowhere = world.client()

    with pytest.raises(NotReached):
        nowhere.create_post("안녕하세요")

    assert may_stand.micro_usd == price_of_post("안녕하세요", is_reply=False)
    assert nowhere.take_usage().micro_usd == 0


def test_a_renewed_credential_that_finds_no_answer_leaves_the_post_undecided(world: World) -> None:
    world.x.will(Reply(401, {}), Reset())

    with pytest.raises(Unavailable) as caught:
        world.client().create_post("안녕하세요")

    assert not isinstance(caught.value, NotReached)
    assert len(world.x.seen) == 2


@pytest.mark.parametrize("name", ["mentions", "create"])
def test_a_call_without_time_is_neither_made_nor_reserved(world: World, name: str) -> None:
    world.seconds_left = 0.2

    with pytest.raises(NotReached, match="no time left"):
        CALLS[name](world.client())

    assert world.x.seen == []
    assert world.spend.on(date(2026, 11, 24)) == Usage()


@pytest.mark.parametrize("fault", [Silence(), Drip(), Reset(), Reply(503, {}), Reply(500, {}), Reply(201, b"garbage")])
def test_a_post_that_may_have_come_to_x_is_in_doubt_and_not_repeated(world: World, fault: object) -> None:
    world.read, world.seconds_left = 0.2, 0.8
    world.x.will(fault)

    with pytest.raises(Unavailable) as caught:
        world.client().create_post("안녕하세요")

    assert not isinstance(caught.value, NotReached)
    assert len(world.x.seen) == 1
