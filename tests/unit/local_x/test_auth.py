from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1Session

from local.x.auth import Account, Authenticator, Scheme
from local.x.http import Problem
from local.x.server import RunningX
from tests.local_x import XCaller, bearer_caller

TRENDS = "/2/trends/by/woeid/23424868"


def test_signed_calls_are_taken_as_the_account(user: XCaller) -> None:
    answer = user.get("/2/users/me")

    assert answer.json()["data"]["username"] == "emeraldmobile"


def test_korean_queries_are_signed_and_checked_byte_for_byte(user: XCaller) -> None:
    answer = user.get("/2/tweets/search/recent", {"query": '"5G 요금" @emeraldmobile -is:retweet (환불 OR a+b)'})

    assert answer.status_code == 200


@pytest.mark.parametrize("wrong", ["api_key", "api_secret", "access_token", "access_token_secret"])
def test_any_wrong_part_of_the_signature_is_rejected(x: RunningX, wrong: str) -> None:
    keys: dict[str, Any] = {**x.account.secret(), wrong: "wrong"}
    session = OAuth1Session(*(keys[name] for name in ("api_key", "api_secret", "access_token", "access_token_secret")))

    answer = session.get(x.url + "/2/users/me", timeout=10)

    session.close()
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


def test_a_signature_for_another_address_is_rejected(x: RunningX, user: XCaller, mentions: str) -> None:
    signed = user.session.prepare_request(requests.Request("GET", x.url + mentions, params={"max_results": "5"}))
    assert signed.url
    signed.url = signed.url.replace("=5", "=100")

    answer = user.session.send(signed, timeout=10)

    assert answer.status_code == 401


def test_a_signed_call_that_is_sent_twice_is_rejected(x: RunningX, user: XCaller) -> None:
    signed = user.session.prepare_request(requests.Request("GET", x.url + "/2/users/me"))

    first, second = (user.session.send(signed, timeout=10) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 401)


def test_a_clock_too_far_off_is_rejected(x: RunningX, user: XCaller) -> None:
    signed = user.session.prepare_request(requests.Request("GET", x.url + "/2/users/me"))
    late = Authenticator(x.account, wall=lambda: 4_000_000_000.0)

    with pytest.raises(Problem) as refused:
        late.scheme_of("GET", x.url + "/2/users/me", str(signed.headers["Authorization"]), set(Scheme))

    assert refused.value.status == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "OAuth", "OAuth a", 'OAuth oauth_token="x"', "Basic eA=="]
)
def test_headers_that_prove_nothing_are_rejected(x: RunningX, header: str) -> None:
    answer = requests.get(x.url + "/2/users/me", headers={"Authorization": header}, timeout=10)

    assert answer.status_code == 401


@pytest.mark.parametrize("path", [TRENDS, "/2/tweets/counts/recent?query=anna"])
def test_trends_and_counts_reject_the_account_and_accept_the_app(user: XCaller, app: XCaller, path: str) -> None:
    refused, taken = user.get(path), app.get(path)

    assert (refused.status_code, refused.json()["title"]) == (403, "Unsupported Authentication")
    assert taken.status_code == 200


def test_the_app_cannot_post_nor_ask_who_it_is_nor_see_likes(app: XCaller, liked: str) -> None:
    answers = [app.post("/2/tweets", {"text": "hello"}), app.get("/2/users/me"), app.get(liked)]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_an_oauth_2_user_token_acts_as_the_account(x: RunningX) -> None:
    caller = bearer_caller(x, x.account.oauth2_token)

    answer = caller.post("/2/tweets", {"text": "hello"})

    caller.session.close()
    assert answer.status_code == 201


def test_credentials_are_new_for_each_account_and_not_shown() -> None:
    one, other = Account(), Account()

    assert one.bearer_token != other.bearer_token
    assert one.api_secret not in repr(one)
