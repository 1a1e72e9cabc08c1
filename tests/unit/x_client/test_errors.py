from datetime import timedelta

import pytest

from desk.errors import (
    BadRequest,
    CreditsDepleted,
    Duplicate,
    Gone,
    NotAuthorised,
    NotSummoned,
    PlanLimitReached,
    RateLimited,
    Unavailable,
    XError,
)
from tests.unit.x_client.conftest import NOON, World
from tests.unit.x_client.scripted_x import Reply

PROBLEMS = "https://api.x.com/2/problems/"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_SUMMONED = "You can only reply to or quote posts where you are mentioned or are the author."
DELETED = "You attempted to reply to a Tweet that is deleted or not visible to you."
TOO_OLD = {"title": "Invalid Request", "errors": [{"message": "since_id"}], "type": PROBLEMS + "invalid-request"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, TOO_OLD, BadRequest),
        (400, b"<html>", BadRequest),
        (402, {"title": "CreditsDepleted", "type": PROBLEMS + "credits"}, CreditsDepleted),
        (402, b"", CreditsDepleted),
        (403, {"title": "Forbidden", "detail": DUPLICATE, "type": "about:blank"}, Duplicate),
        (403, {"title": "Forbidden", "detail": DUPLICATE.replace("Tweet", "Post")}, Duplicate),
        (403, {"title": "Forbidden", "detail": NOT_SUMMONED}, NotSummoned),
        (403, {"title": "Forbidden", "detail": DELETED}, Gone),
        (403, {"title": "Forbidden", "detail": "You are not permitted to perform this action."}, NotAuthorised),
        (403, {"title": "Client Forbidden", "type": PROBLEMS + "client-forbidden"}, NotAuthorised),
        (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, Duplicate),
        (404, {"title": "Not Found Error", "type": PROBLEMS + "resource-not-found"}, Gone),
        (404, {"title": "Not Found", "type": "about:blank"}, BadRequest),
        (422, {}, BadRequest),
        (429, {"title": "Too Many Requests", "type": "about:blank"}, RateLimited),
        (429, {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap"}, PlanLimitReached),
        (429, {"title": "Usage", "type": PROBLEMS + "usage-capped"}, PlanLimitReached),
        (402, {"title": "Usage", "type": PROBLEMS + "usage-capped"}, PlanLimitReached),
        (403, {"title": "SpendCapReached", "type": PROBLEMS + "credits"}, PlanLimitReached),
        (403, {"title": "Payment Required", "type": PROBLEMS + "credits"}, CreditsDepleted),
        (403, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimited),
        (200, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimited),
        (408, {}, Unavailable),
        (500, {}, Unavailable),
        (503, {"title": "Service Unavailable"}, Unavailable),
        (503, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, Unavailable),
        (500, {"errors": [{"code": 32, "message": "Could not authenticate you"}]}, Unavailable),
        (301, b"", Unavailable),
        (200, b"", Unavailable),
        (200, b'{"data": [{"id": "1"', Unavailable),
        (200, b"<html>Sorry</html>", Unavailable),
        (200, [], Unavailable),
        (200, {}, Unavailable),
        (200, {"title": "Service Unavailable", "status": 503}, Unavailable),
        (200, {"data": "garbage"}, Unavailable),
        (503, {"errors": [{"code": ["odd"]}, "odd", None], "title": None, "type": 3}, Unavailable),
    ],
)
@pytest.mark.parametrize("writes", [False, True])
def test_each_answer_raises_the_error_that_its_callers_act_on(
    world: World, status: int, body: object, error: type[XError], writes: bool
) -> None:
    world.x.will(Reply(status, body))
    client = world.client()

    with pytest.raises(XError) as caught:
        client.create_post("x") if writes else client.mentions()

    assert isinstance(caught.value, error)


def test_a_rate_limit_says_until_when(world: World) -> None:
    reset = NOON + timedelta(minutes=7)
    world.x.will(Reply(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": str(int(reset.timestamp()))}))

    with pytest.raises(RateLimited) as caught:
        world.client().mentions()

    assert caught.value.until == reset


@pytest.mark.parametrize("header", [None, "soon", "", "9" * 30, "99999999999"])
def test_a_rate_limit_that_does_not_say_until_when_lasts_one_window(world: World, header: str | None) -> None:
    world.x.will(Reply(429, {}, {"x-rate-limit-reset": header} if header is not None else {}))

    with pytest.raises(RateLimited) as caught:
        world.client().mentions()

    assert caught.value.until == NOON + timedelta(minutes=15)


def test_a_reset_in_the_past_is_now(world: World) -> None:
    world.x.will(Reply(429, {}, {"x-rate-limit-reset": "1"}))

    with pytest.raises(RateLimited) as caught:
        world.client().mentions()

    assert caught.value.until == NOON


def test_the_limits_that_x_states_are_kept_by_endpoint(world: World) -> None:
    headers = {
        "x-rate-limit-limit": "300",
        "x-rate-limit-remaining": "299",
        "x-rate-limit-reset": str(int(NOON.timestamp())),
    }
    world.x.will(Reply(headers=headers), Reply())
    client = world.client()

    client.mentions()
    client.search(query="x")

    limit = client.rate_limits["mentions"]
    assert (limit.limit, limit.remaining, limit.reset) == (300, 299, NOON)
    assert "search" not in client.rate_limits


def test_a_timeline_of_an_account_that_x_does_not_show_is_not_an_empty_page(world: World) -> None:
    problem = {"resource_type": "user", "parameter": "id", "value": "1000", "type": PROBLEMS + "resource-not-found"}
    world.x.will(Reply(200, {"errors": [problem]}))

    with pytest.raises(Gone):
        world.client().mentions()


def test_a_post_whose_id_x_does_not_say_may_exist(world: World) -> None:
    world.x.will(Reply(201, {"data": {"text": "x"}}))

    with pytest.raises(Unavailable):
        world.client().create_post("x")


def test_a_post_that_x_created_counts_as_created_despite_problems_in_the_answer(world: World) -> None:
    world.x.will(Reply(201, {"data": {"id": "31"}, "errors": [{"code": 88, "message": "Rate limit exceeded"}]}))

    assert world.client().create_post("x") == "31"
