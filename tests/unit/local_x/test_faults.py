import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from local.x.api import Limits
from local.x.auth import Scheme
from local.x.control import XControl
from local.x.endpoints import ENDPOINTS, NAMES
from local.x.http import Problem
from local.x.server import start
from tests.families import variants
from tests.local_x import XCaller


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ({"status": 400}, ("Invalid Request", "https://api.x.com/2/problems/invalid-request")),
        ({"status": 401}, ("Unauthorized", "about:blank")),
        ({"status": 402}, ("CreditsDepleted", "https://api.x.com/2/problems/credits")),
        ({"status": 403}, ("Forbidden", "about:blank")),
        ({"status": 429}, ("Too Many Requests", "about:blank")),
        (
            {"status": 429, "title": "UsageCapExceeded"},
            ("UsageCapExceeded", "https://api.x.com/2/problems/usage-capped"),
        ),
        ({"status": 500}, ("Internal Server Error", "https://api.x.com/2/problems/internal-error")),
        ({"status": 503}, ("Service Unavailable", "about:blank")),
    ],
)
def test_an_ordered_error_is_answered_once_and_only_by_its_endpoint(
    control: XControl, user: XCaller, mentions: str, order: dict[str, object], named: tuple[str, str]
) -> None:
    control.fault("mentions", **order)

    other, struck, after = user.get("/2/users/me"), user.get(mentions), user.get(mentions)

    assert (struck.status_code, struck.json()["title"], struck.json()["type"]) == (order["status"], *named)
    assert (other.status_code, after.status_code) == (200, 200)


def test_429_states_when_it_ends(control: XControl, user: XCaller, mentions: str) -> None:
    control.fault("mentions", status=429)
    control.fault("mentions", status=429, headers={"x-rate-limit-reset": "4000000000"})

    usual, own = user.get(mentions).headers, user.get(mentions).headers

    assert usual["x-rate-limit-remaining"] == "0"
    assert 0 < int(usual["x-rate-limit-reset"]) - time.time() <= 901
    assert own["x-rate-limit-reset"] == "4000000000"


def test_a_fault_can_let_calls_pass_first_and_strike_several(control: XControl, user: XCaller, mentions: str) -> None:
    control.fault("*", status=503, skip=1, times=2)

    statuses = [user.get(mentions).status_code for _ in range(4)]

    assert statuses == [200, 503, 503, 200]


def test_a_body_of_its_own_can_be_given(control: XControl, user: XCaller, mentions: str) -> None:
    control.fault("mentions", status=429, body={"errors": [{"code": 88, "message": "Rate limit exceeded"}]})

    assert user.get(mentions).json()["errors"][0]["code"] == 88


def test_an_answer_lost_after_the_post_was_made(control: XControl, user: XCaller, own_posts: str) -> None:
    control.fault("create_post", drop=True, after_commit=True)

    with pytest.raises(requests.ConnectionError):
        user.post("/2/tweets", {"text": "Did it arrive?"})

    assert user.get(own_posts).json()["data"][0]["text"] == "Did it arrive?"
    assert user.post("/2/tweets", {"text": "Did it arrive?"}).status_code == 403


def test_a_connection_lost_before_the_post_was_made(control: XControl, user: XCaller, own_posts: str) -> None:
    control.fault("create_post", drop=True)

    with pytest.raises(requests.ConnectionError):
        user.post("/2/tweets", {"text": "Did it arrive?"})

    assert "data" not in user.get(own_posts).json()


def test_a_503_after_the_post_was_made(control: XControl, user: XCaller, own_posts: str) -> None:
    control.fault("create_post", status=503, after_commit=True)

    answer = user.post("/2/tweets", {"text": "Did it arrive?"})

    assert answer.status_code == 503
    assert user.get(own_posts).json()["meta"]["result_count"] == 1


def test_a_slow_answer_outlasts_the_callers_timeout(control: XControl, user: XCaller, mentions: str) -> None:
    control.fault("mentions", delay=1.0)

    with pytest.raises(requests.ReadTimeout):
        user.session.get(user.base + mentions, timeout=0.2)


def test_the_same_page_token_for_ever(control: XControl, user: XCaller, mentions: str) -> None:
    for number in range(12):
        control.post("anna", f"@emeraldmobile {number}")
    token = user.get(mentions, {"max_results": 5}).json()["meta"]["next_token"]
    control.fault("mentions", quirk="repeat_token", times=2)

    tokens = [user.get(mentions, {"pagination_token": token}).json()["meta"]["next_token"] for _ in range(2)]

    assert tokens == [token, token]


def test_an_edit_history_without_ids(control: XControl, user: XCaller, mentions: str) -> None:
    control.post("anna", "@emeraldmobile hello")
    control.fault("mentions", quirk="empty_history")

    assert user.get(mentions).json()["data"][0]["edit_history_tweet_ids"] == [""]


def test_an_answer_that_ends_in_its_middle(control: XControl, user: XCaller, mentions: str) -> None:
    control.post("anna", "@emeraldmobile hello")
    control.fault("mentions", quirk="cut")

    cut, whole = user.get(mentions), user.get(mentions)

    assert (cut.status_code, cut.text) == (200, whole.text[: len(whole.text) // 2])


@variants("endpoint", sorted(NAMES), 4)
def test_every_endpoint_can_fail(control: XControl, user: XCaller, app: XCaller, endpoint: str) -> None:
    found = next(each for each in ENDPOINTS if each.name == endpoint)
    caller = user if Scheme.USER in found.schemes else app
    path = caller.base + re.sub("<.*?>", "23424868", found.path)
    control.fault(endpoint, status=503)
    control.fault(endpoint, status=429)

    answers = [caller.session.request(found.method, path, timeout=10) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 429]
    assert "x-rate-limit-reset" in answers[1].headers


@pytest.mark.parametrize(
    "order", [{}, {"status": 503, "endpoint": "nowhere"}, {"quirk": "odd"}, {"status": 503, "often": 1}]
)
def test_malformed_faults_are_rejected(control: XControl, order: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"endpoint|quirk|fault|often"):
        control.fault(**{"endpoint": "mentions", **order})  # type: ignore[arg-type]


def test_orders_can_be_cancelled(control: XControl, user: XCaller, mentions: str) -> None:
    control.fault("*", status=503, times=100)
    control.clear_faults()

    assert user.get(mentions).status_code == 200


def test_calls_are_counted_down_and_rejected_beyond_the_limit() -> None:
    now = 1_000.0
    limits = Limits(wall=lambda: now)
    first = limits.count("mentions", Scheme.USER, 2)
    limits.count("mentions", Scheme.USER, 2)

    with pytest.raises(Problem) as refused:
        limits.count("mentions", Scheme.USER, 2)

    assert first == {"x-rate-limit-limit": "2", "x-rate-limit-remaining": "1", "x-rate-limit-reset": "1900"}
    assert (refused.value.status, refused.value.headers["x-rate-limit-remaining"]) == (429, "0")
    assert limits.count("mentions", Scheme.APP, 2)["x-rate-limit-remaining"] == "1"
    now = 1_900.0
    assert limits.count("mentions", Scheme.USER, 2)["x-rate-limit-remaining"] == "1"


def test_in_a_rehearsal_limits_end_by_the_time_that_is_played() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with start(now=now, rehearsal=True) as x:
        first = x.app.api.limits.count("mentions", Scheme.USER, 2)["x-rate-limit-reset"]
        x.state.clock.advance(timedelta(hours=1))
        later = x.app.api.limits.count("mentions", Scheme.USER, 2)["x-rate-limit-reset"]

    assert int(first) == now.timestamp() + 900
    assert int(later) == now.timestamp() + 3600 + 900
