import logging

import pytest

from desk.errors import BreakerOpen, NotAuthorised, Unavailable, XError
from desk.x.client import XClient
from tests.fakes.x import FakeCredentials
from tests.unit.x_client.conftest import CALLS, DATA_ANSWERS, World, credentials
from tests.unit.x_client.oauth1 import is_signed_by
from tests.unit.x_client.scripted_x import Reply, Reset

ME = Reply(body=DATA_ANSWERS["me"])
APPS_OWN = ("counts", "trends", "compliance_create", "compliance_jobs", "compliance_job")
"""Calls for which X refuses the account's signature."""


@pytest.mark.parametrize("name", [name for name in CALLS if name not in APPS_OWN])
def test_every_call_but_the_apps_own_is_signed_by_the_account(world: World, name: str) -> None:
    world.x.will(Reply(body=DATA_ANSWERS[name]) if name in DATA_ANSWERS else Reply())

    CALLS[name](world.client())

    assert is_signed_by(world.x.seen[0], world.x, credentials())


@pytest.mark.parametrize("name", APPS_OWN)
def test_counts_trends_and_compliance_jobs_bear_the_apps_own_token(world: World, name: str) -> None:
    world.x.will(Reply(body=DATA_ANSWERS[name]) if name in DATA_ANSWERS else Reply())

    CALLS[name](world.client())

    assert world.x.seen[0].headers["authorization"] == "Bearer bearer-token-1"


def test_a_query_with_korean_quotes_and_signs_is_signed_rightly(world: World) -> None:
    query = '"에메랄드 모바일" (@emeraldmobile OR #요금제) -is:retweet + 100% & ~'

    world.client().search(query=query)

    assert world.x.seen[0].query["query"] == query
    assert is_signed_by(world.x.seen[0], world.x, credentials())


def test_after_a_401_the_credentials_are_read_anew_and_the_call_is_repeated(world: World) -> None:
    world.credentials = FakeCredentials(credentials(1), stored=credentials(2))
    world.x.will(Reply(401, {"title": "Unauthorized"}), ME)

    author = world.client().me()

    assert author.username == "emeraldmobile"
    assert world.credentials.renewals == 1
    assert is_signed_by(world.x.seen[1], world.x, credentials(2))


def test_a_write_is_repeated_after_a_401_too_since_x_did_nothing(world: World) -> None:
    world.credentials = FakeCredentials(credentials(1), stored=credentials(2))
    world.x.will(Reply(401, {}), Reply(201, {"data": {"id": "77", "text": "x"}}))

    assert world.client().create_post("x") == "77"


@pytest.mark.parametrize("name", ["mentions", "create"])
def test_a_401_that_stays_is_not_authorised_after_two_calls_and_one_renewal(world: World, name: str) -> None:
    world.x.will(Reply(401, {"title": "Unauthorized"}))

    with pytest.raises(NotAuthorised, match="Unauthorized"):
        CALLS[name](world.client())

    assert len(world.x.seen) == 2
    assert world.credentials.renewals == 1


def test_a_401_stays_one_when_the_secret_cannot_be_read_anew(world: World) -> None:
    world.credentials.fails_with = Unavailable("Secrets Manager is down")
    world.x.will(Reply(401, {}))

    with pytest.raises(NotAuthorised):
        world.client().mentions()

    assert len(world.x.seen) == 1


def test_a_403_does_not_read_the_credentials_anew(world: World) -> None:
    world.x.will(Reply(403, {"title": "Forbidden", "type": "https://api.x.com/2/problems/client-forbidden"}))

    with pytest.raises(NotAuthorised):
        world.client().mentions()

    assert world.credentials.renewals == 0


def test_a_redirect_is_not_followed_with_the_credentials(world: World) -> None:
    world.x.will(Reply(302, {}, {"Location": world.x.url + "/elsewhere"}))

    with pytest.raises(XError):
        world.client().create_post("x")

    assert [seen.path for seen in world.x.seen] == ["/2/tweets"]


def test_no_part_of_the_credentials_is_shown_by_what_holds_them() -> None:
    shown = f"{credentials()!r} {credentials()}"

    assert "-1" not in shown


ANSWERS = [Reply(), ME, *(Reply(status, {}) for status in (401, 402, 403, 429, 503)), Reply(200, b"?"), Reset()]


@pytest.mark.parametrize("name", ["mentions", "trends", "create"])
@pytest.mark.parametrize("reply", ANSWERS, ids=lambda reply: f"{getattr(reply, 'status', 'reset')}")
def test_no_token_is_ever_logged(
    world: World, caplog: pytest.LogCaptureFixture, name: str, reply: Reply | Reset
) -> None:
    caplog.set_level(logging.DEBUG)
    world.breakers.fails = True
    world.x.will(reply)

    client = world.client()
    errors = [_error_of(client, name), _error_of(client, name)]

    seen = caplog.text + "".join(f"{error!r}{error.__cause__!r}{error.__context__!r}" for error in errors if error)
    assert world.x.seen
    for secret in ("api-key-1", "api-secret-1", "access-token-1", "access-token-secret-1", "bearer-token-1"):
        assert secret not in seen
    assert "oauth_signature" not in seen


def _error_of(client: XClient, name: str) -> Exception | None:
    try:
        CALLS[name](client)
    except (XError, BreakerOpen) as error:
        return error
    return None
