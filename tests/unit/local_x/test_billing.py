"""The bill by X's list prices, written out here once more."""

from datetime import timedelta
from typing import Any

import pytest

from local.x import billing
from local.x.control import XControl
from local.x.endpoints import ENDPOINTS
from local.x.server import RunningX
from tests.conftest import NOON
from tests.local_x import XCaller

AUTHORS = {"tweet.fields": "created_at", "expansions": "author_id"}


@pytest.fixture
def own_timelines(mentions: str, own_posts: str, liked: str) -> tuple[str, str, str]:
    return mentions, own_posts, liked


@pytest.fixture
def callers(user: XCaller, app: XCaller) -> tuple[XCaller, XCaller]:
    return user, app


def billed(control: XControl, endpoint: str) -> int:
    line: dict[str, int] = control.bill()["endpoints"].get(endpoint, {})
    return line.get("micro_usd", 0)


def test_own_timelines_are_billed_at_the_owners_price_and_anothers_at_the_usual_one(
    control: XControl, user: XCaller, x: RunningX, own_timelines: tuple[str, str, str]
) -> None:
    mentions, own_posts, liked = own_timelines
    asked = [control.post("anna", "@emeraldmobile one"), control.post("anna", "@emeraldmobile two")]
    control.post(x.account.username, "Good morning.")
    control.like(control.post("ben", "nice"), *asked)
    anna = control.person("anna")

    user.get(mentions)
    user.get(own_posts)
    user.get(liked)
    after_own = control.bill()["micro_usd"]
    user.get(f"/2/users/{anna}/tweets")

    assert (billed(control, "mentions"), billed(control, "own_posts") - 2 * 4_000) == (2_000, 1_000)
    assert billed(control, "liked_posts") == 1_000  # the other two were billed as mentions that day
    assert control.bill()["micro_usd"] - after_own == 2 * 4_000  # the rest of their dearer price


def test_expanded_authors_and_referenced_posts_are_billed(control: XControl, user: XCaller, mentions: str) -> None:
    rumour = control.post("ben", "prices rise")
    control.post("anna", "@emeraldmobile true?", quotes=rumour)

    user.get(mentions, {"post.fields": "created_at", "expansions": "author_id,referenced_posts"})

    assert control.bill()["endpoints"]["mentions"] == {"calls": 1, "items": 3, "micro_usd": 1_000 + 10_000 + 5_000}


def test_a_resource_is_billed_once_in_a_utc_day(control: XControl, user: XCaller, mentions: str) -> None:
    control.post("anna", "@emeraldmobile one")
    user.get(mentions, AUTHORS)
    user.get(mentions, AUTHORS)
    control.post("anna", "@emeraldmobile two")
    user.get(mentions, AUTHORS)
    same_day = billed(control, "mentions")

    control.advance(timedelta(hours=24).total_seconds())  # past midnight in UTC
    user.get(mentions, AUTHORS)

    assert same_day == 2 * 1_000 + 10_000
    assert billed(control, "mentions") == 2 * same_day


def test_a_post_by_id_or_search_costs_what_the_timeline_did_not(
    control: XControl, user: XCaller, mentions: str
) -> None:
    first, other = control.post("anna", "@emeraldmobile one"), control.post("anna", "two")
    user.get(mentions)

    user.get("/2/tweets", {"ids": f"{first},{other},77"})
    user.get("/2/tweets/search/recent", {"query": "from:anna"})

    assert billed(control, "posts") == 4_000 + 5_000
    assert billed(control, "search") == 0


@pytest.mark.parametrize(
    ("address", "endpoint", "micro_usd"),
    [
        ("/2/users/me", "me", 10_000),
        ("/2/users?ids=2590000001,77", "users_by_ids", 10_000),
        ("/2/dm_events?expansions=sender_id", "private_messages", 2 * 10_000 + 10_000),
        ("/2/tweets/counts/recent?query=anna", "counts", 5_000),
        ("/2/trends/by/woeid/1", "trends", 10_000),
        ("/2/compliance/jobs?type=tweets", "compliance_jobs", 0),
    ],
)
def test_each_call_has_its_price(
    control: XControl, callers: tuple[XCaller, XCaller], address: str, endpoint: str, micro_usd: int
) -> None:
    for text in ("one", "two"):
        control.write_privately("anna", text)
    caller = callers[endpoint in {"counts", "trends", "compliance_jobs"}]

    assert [caller.get(address).status_code for _ in range(2)] == [200, 200]

    times = 2 if endpoint in {"counts", "trends", "me"} else 1  # what returns items is billed once a day
    assert billed(control, endpoint) == times * micro_usd


@pytest.mark.parametrize(
    ("body", "micro_usd"),
    [
        ({"text": "Good morning."}, 15_000),
        ({"text": "See https://example.com/a"}, 200_000),
        ({"text": "See example.com"}, 200_000),
        ({"text": "Version 2.0 is out."}, 15_000),
        ({"text": "Until 6.", "reply": "summoned"}, 10_000),
        ({"text": "See example.com", "reply": "summoned"}, 200_000),
        ({"text": "And more.", "reply": "own"}, 15_000),
        (
            {"text": "Write to us.", "direct_message_deep_link": "https://x.com/messages/compose?recipient_id=1"},
            200_000,
        ),
    ],
)
def test_a_post_costs_more_with_a_link_and_less_as_a_summoned_reply(
    x: RunningX, control: XControl, user: XCaller, body: dict[str, Any], micro_usd: int
) -> None:
    parents = {
        "summoned": control.post("anna", "@emeraldmobile open?"),
        "own": control.post(x.account.username, "We are open."),
    }
    if "reply" in body:
        body = {**body, "reply": {"in_reply_to_tweet_id": parents[body["reply"]]}}

    assert user.post("/2/tweets", body).status_code == 201

    assert billed(control, "create_post") == micro_usd


def test_failed_calls_cost_nothing_unless_only_their_answer_was_lost(
    control: XControl, user: XCaller, mentions: str
) -> None:
    control.post("anna", "@emeraldmobile one")
    control.fault("mentions", status=503)
    control.fault("create_post", status=503, after_commit=True)

    user.get(mentions)
    user.get(mentions, {"max_results": 1})
    user.post("/2/tweets", {"text": "Good morning."})

    assert control.bill()["micro_usd"] == 15_000


def test_402_when_the_credits_are_used_up_until_there_are_new_ones(
    control: XControl, user: XCaller, app: XCaller, mentions: str
) -> None:
    control.post("anna", "@emeraldmobile one")
    control.credits(0.001)

    answers = [user.get(mentions), user.get(mentions), user.post("/2/tweets", {"text": "Hello."})]
    free = app.get("/2/compliance/jobs", {"type": "tweets"})
    left = control.bill()["credits_micro_usd"]
    control.credits(1)

    assert [answer.status_code for answer in answers] == [200, 402, 402]
    assert (answers[1].json()["title"], free.status_code, left) == ("CreditsDepleted", 200, 0)
    assert "x-rate-limit-reset" in answers[1].headers
    assert user.get(mentions).status_code == 200


def test_429_when_the_months_cap_is_reached_until_the_next_month(control: XControl, app: XCaller) -> None:
    trends = "/2/trends/by/woeid/1"
    control.spending_cap(0.02)

    answers = [app.get(trends) for _ in range(3)]
    control.set_clock(NOON + timedelta(days=7))
    later = app.get(trends)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["title"] == "UsageCapExceeded"
    assert later.status_code == 200
    assert (control.bill()["micro_usd"], control.bill()["month_micro_usd"]) == (30_000, 10_000)


def test_a_reset_forgets_the_bill_and_wrong_orders_are_rejected(control: XControl, app: XCaller) -> None:
    control.credits(0)
    app.get("/2/trends/by/woeid/1")
    control.reset()

    with pytest.raises(ValueError, match="dollars"):
        control._call("POST", "funds", {"dollars": 1})

    assert app.get("/2/trends/by/woeid/1").status_code == 200
    assert control.bill()["micro_usd"] == 10_000


def test_every_endpoint_has_a_price_or_is_free() -> None:
    priced = {*billing._ITEMS, *billing._CALLS, *billing._OWN_TIMELINES, "create_post"}

    assert {endpoint.name for endpoint in ENDPOINTS} == priced | billing.FREE
    assert not priced & billing.FREE
