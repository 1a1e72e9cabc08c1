from datetime import UTC, datetime, timedelta

import pytest
import requests

from desk.x.model import time_of
from local.x.control import XControl
from local.x.server import RunningX, start
from local.x.state import VirtualClock
from tests.conftest import NOON
from tests.local_x import XCaller


def _day(control: XControl) -> list[str]:
    ids = [control.post("anna", "@emeraldmobile one"), control.post("ben", "@emeraldmobile two")]
    control.advance(60)
    return [*ids, control.post("carl", "@emeraldmobile three")]


def test_a_scripted_day_gives_the_same_ids_every_time(x: RunningX, control: XControl) -> None:
    first = _day(control)
    with start(now=NOON) as other:
        again = XControl(other.url)
        second = _day(again)
        again.close()

    assert first == second
    assert first == sorted(first, key=int)


def test_ids_carry_the_virtual_time(control: XControl) -> None:
    post_id = control.post("anna", "@emeraldmobile hello")

    assert time_of(post_id) == NOON


def test_a_clock_stops_when_it_is_set_and_advances_while_it_runs() -> None:
    machine = datetime(2030, 1, 1, tzinfo=UTC)
    clock = VirtualClock(machine=lambda: machine)
    clock.set(NOON, running=True)

    machine += timedelta(seconds=5)
    ran = clock.now()
    clock.set(NOON)
    machine += timedelta(seconds=5)

    assert ran == NOON + timedelta(seconds=5)
    assert clock.now() == NOON
    assert not clock.running


def test_calls_are_logged_and_counted(control: XControl, user: XCaller, app: XCaller, mentions: str) -> None:
    user.get(mentions, {"tweet.fields": "lang"})
    app.get(mentions, {"post.fields": "lang"})
    user.post("/2/tweets", {"text": "hello"})

    calls = control.calls()

    assert control.counts() == {"mentions": 2, "create_post": 1}
    assert [call["dialect"] for call in calls] == ["tweet.fields", "post.fields", "tweet.fields"]
    assert [call["status"] for call in calls] == [200, 200, 201]
    assert [call["scheme"] for call in calls][:2] == ["OAuth 1.0a User Context", "OAuth 2.0 Application-Only"]


def test_reset_forgets_everything_but_the_account(control: XControl, user: XCaller) -> None:
    control.post("anna", "@emeraldmobile hello")
    control.fault("*", status=503)

    control.reset()

    assert control.state()["posts"] == []
    assert user.get("/2/users/me").status_code == 200


@pytest.mark.parametrize(
    ("name", "body", "parameter"),
    [
        ("posts", {}, "posts"),
        ("posts", {"posts": [{"text": "no author"}]}, "author"),
        ("posts", {"posts": [{"author": {"username": "a"}, "text": "b", "in_reply_to": "77"}]}, "77"),
        ("posts", {"posts": [{"author": {"username": "a"}, "text": "b", "created_at": "2026-01-01T00:00"}]}, "body"),
        ("clock", {"now": "noon"}, "body"),
        ("deletes", {"post_ids": ["77"]}, "77"),
        ("posts", [1], "body"),
        ("posts", {"posts": 5}, "body"),
    ],
)
def test_orders_that_make_no_sense_are_rejected_by_name(x: RunningX, name: str, body: object, parameter: str) -> None:
    answer = requests.post(f"{x.url}/_control/{name}", json=body, timeout=9)

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_unknown_orders_do_not_exist(x: RunningX) -> None:
    assert requests.post(f"{x.url}/_control/party", json={}, timeout=9).status_code == 404


@pytest.mark.parametrize("headers", [{"Origin": "https://example.com"}, {"Host": "example.com"}])
def test_pages_of_other_sites_cannot_give_orders(x: RunningX, headers: dict[str, str]) -> None:
    answer = requests.post(f"{x.url}/_control/reset", json={}, headers=headers, timeout=9)

    assert answer.status_code == 403


def test_the_server_can_be_stopped_and_its_port_used_again() -> None:
    with start() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            start(port=port)

    with start(port=port) as second:
        assert requests.get(second.url, timeout=9).status_code == 200


def test_a_stopped_server_answers_nobody_not_even_on_open_connections() -> None:
    running = start()
    session = requests.Session()
    session.get(running.url, timeout=9)

    running.stop()

    with pytest.raises(requests.ConnectionError):
        session.get(running.url, timeout=9)
    session.close()


def test_a_body_too_large_is_rejected(x: RunningX) -> None:
    answer = requests.post(x.url + "/_control/posts", headers={"Content-Length": "99999999999"}, timeout=9)

    assert answer.status_code == 413
