"""The part of a preview that knows the real X: it reads as anybody may, and can do nothing else."""

import inspect

import pytest

from desk.errors import Gone, NotAuthorised, SettingsError
from desk.x.dialects import Dialect
from desk.x.endpoints import Capability, Credential
from desk.x.errors import FieldsDropped, FieldsRejected, Unauthenticated
from local.preview import public_x
from local.preview.public_x import TIMELINES, TOKEN, PublicX, UnsafeAddressError, token_in
from local.x.control import XControl
from local.x.server import RunningX
from tests.local_x import bearer_caller


def reads(x: RunningX) -> PublicX:
    return PublicX(x.url, x.account.bearer_token)


def page(x: RunningX, timeline: str = "mentions", dialect: Dialect = Dialect.TWEETS) -> list[str]:
    since = x.state.clock.now().replace(year=2020)
    body = reads(x).page(timeline, x.account.user_id, since=since, until_id=None, limit=100, dialect=dialect)
    return [post["text"] for post in body.get("data", [])]


def test_it_makes_three_calls_which_all_read_with_the_apps_own_token(x: RunningX, control: XControl) -> None:
    control.post("minji", f"@{x.account.username} 안녕하세요")

    reads(x).account(x.account.username)
    texts = page(x), page(x, "own_posts")

    assert texts == ([f"@{x.account.username} 안녕하세요"], [])
    calls = [(call["method"], call["endpoint"], call["scheme"]) for call in control.calls()]
    app = "OAuth 2.0 Application-Only"
    assert calls == [("GET", "user_by_username", app), ("GET", "mentions", app), ("GET", "own_posts", app)]


def test_none_of_its_endpoints_writes_and_the_client_that_can_is_not_in_it() -> None:
    endpoints = [public_x._ACCOUNT, *TIMELINES.values()]

    assert {(one.method, one.credential, one.capability) for one in endpoints} == {
        ("GET", Credential.APP, Capability.READ)
    }
    assert {name for name, _ in inspect.getmembers(PublicX, inspect.isfunction) if not name.startswith("_")} == {
        "account",
        "page",
    }
    assert not hasattr(public_x, "XClient")


def test_x_itself_refuses_to_post_with_such_a_token(x: RunningX) -> None:
    answer = bearer_caller(x, x.account.bearer_token).post("/2/tweets", {"text": "안녕하세요"})

    assert (answer.status_code, [*x.state.posts]) == (403, [])


def test_accounts_that_are_missing_or_protected_are_told_apart(x: RunningX, control: XControl) -> None:
    control.person("hidden", protected=True)

    with pytest.raises(Gone):
        reads(x).account("nobody_here")
    assert reads(x).account("hidden").is_protected
    assert not reads(x).account(x.account.username).is_protected


def test_a_wrong_token_and_posts_that_x_hides_are_errors_and_never_an_empty_week(
    x: RunningX, control: XControl
) -> None:
    control.person("hidden", protected=True)
    since = x.state.clock.now().replace(year=2020)
    hidden = reads(x).account("hidden").user_id

    with pytest.raises(NotAuthorised):
        reads(x).page("mentions", hidden, since=since, until_id=None, limit=5, dialect=Dialect.TWEETS)
    with pytest.raises(Unauthenticated):
        PublicX(x.url, "wrong").account(x.account.username)


@pytest.mark.parametrize(("support", "error"), [("ignored", FieldsDropped), ("rejected", FieldsRejected)])
def test_an_x_that_takes_only_the_newer_fields_is_noticed(
    x: RunningX, control: XControl, support: str, error: type[Exception]
) -> None:
    control.post("minji", f"@{x.account.username} 안녕하세요")
    control.dialects("mentions", {"tweet.fields": support})

    with pytest.raises(error):
        page(x)
    assert page(x, dialect=Dialect.POSTS)


@pytest.mark.parametrize("url", ["http://api.x.com", "ftp://api.x.com", "http://127.0.0.1.example"])
def test_the_token_is_sent_over_no_connection_that_others_can_read(url: str) -> None:
    with pytest.raises(UnsafeAddressError):
        PublicX(url, "secret")


@pytest.mark.parametrize("token", ["", "  ", "two words", "한글"])
def test_what_is_no_token_is_said_without_quoting_it(token: str) -> None:
    with pytest.raises(SettingsError) as said:
        token_in({TOKEN: token})

    assert TOKEN in str(said.value)
    assert not token.strip() or token not in str(said.value)


def test_white_space_from_pasting_is_taken_off() -> None:
    assert token_in({TOKEN: " abc\n"}) == "abc"
