"""An upload that X takes too slowly ends in time, and can be made again."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from desk.errors import NotReached, Unavailable
from desk.x.client import XClient
from desk.x.transport import Timeouts, XCredentials
from tests.fakes.x import FakeCredentials, fake_stores

PICTURE = bytes(5_000_000)
CREDENTIALS = XCredentials("k", "s", "t", "ts", "b")


@pytest.fixture
def slow_server() -> Iterator[str]:
    """A server that takes a few bytes at a time, each before any wait for one of them is over."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ends = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            while not ends.wait(0.02) and connection.recv(2_048):
                pass

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    ends.set()
    listening.close()


def test_an_upload_that_trickles_ends_with_the_time_of_one_exchange(slow_server: str) -> None:
    timeouts = Timeouts(connect=0.5, read=0.5, whole=1.5)
    client = XClient(slow_server, "1", FakeCredentials(CREDENTIALS), fake_stores(), timeouts)
    began = time.monotonic()

    with pytest.raises(Unavailable) as failed:
        client.upload_picture(PICTURE, "image/jpeg")

    assert not isinstance(failed.value, NotReached)
    assert time.monotonic() - began < 5
