"""What certainly never came to X is told from what may have: only the former may be posted again."""

import ssl
from typing import NoReturn

import pytest
from urllib3.exceptions import ConnectTimeoutError

from desk.errors import NotReached, Unavailable
from desk.x.endpoints import price_of_post
from tests.unit.x_client.conftest import World
from tests.unit.x_client.scripted_x import Drip, Reply, Reset, Silence


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


def test_whoever_cannot_prove_to_be_x_was_told_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistrust(*_: object, **__: object) -> NoReturn:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    world.x.url = world.x.url.replace("http:", "https:")
    monkeypatch.setattr("urllib3.connection.ssl_wrap_socket", mistrust)

    with pytest.raises(NotReached):
        world.client().create_post("안녕하세요")


def test_a_line_that_breaks_after_the_handshake_proves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def garbled(*_: object, **__: object) -> NoReturn:
        raise ssl.SSLError("decryption failed")

    world.x.url = world.x.url.replace("http:", "https:")
    monkeypatch.setattr("urllib3.connection.ssl_wrap_socket", garbled)

    with pytest.raises(Unavailable) as caught:
        world.client().create_post("안녕하세요")

    assert not isinstance(caught.value, NotReached)


def test_a_connection_that_failed_before_to_somebody_else_proves_nothing(world: World) -> None:
    world.x.will(Reset())

    def posts_while_handling_a_table_that_timed_out() -> None:
        try:
            raise ConnectTimeoutError  # noqa: TRY301 - to post while it is being handled is the case
        except ConnectTimeoutError:
            world.client().create_post("안녕하세요")

    with pytest.raises(Unavailable) as caught:
        posts_while_handling_a_table_that_timed_out()

    assert not isinstance(caught.value, NotReached)


def test_a_post_without_time_was_never_sent(world: World) -> None:
    world.seconds_left = 0.2

    with pytest.raises(NotReached, match="no time left"):
        world.client().create_post("안녕하세요")

    assert world.x.seen == []


def test_a_post_without_credentials_was_never_sent(world: World) -> None:
    world.credentials.unreadable = Unavailable("Secrets Manager is ill")

    with pytest.raises(NotReached, match="Secrets Manager is ill"):
        world.client().create_post("안녕하세요")

    assert world.x.seen == []


@pytest.mark.parametrize("fault", [Silence(), Drip(), Reset(), Reply(503, {}), Reply(500, {}), Reply(201, b"garbage")])
def test_a_post_that_came_to_x_may_stand_there(world: World, fault: object) -> None:
    world.read, world.seconds_left = 0.2, 0.8
    world.x.will(fault)

    with pytest.raises(Unavailable) as caught:
        world.client().create_post("안녕하세요")

    assert not isinstance(caught.value, NotReached)


def test_what_may_stand_is_counted_dear_and_what_was_never_sent_is_not(world: World) -> None:
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
