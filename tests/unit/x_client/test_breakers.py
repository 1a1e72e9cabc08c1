from datetime import timedelta

import pytest

from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    NotAuthorised,
    NotSummoned,
    PlanLimitReached,
    RateLimited,
    Unavailable,
    XError,
)
from desk.x.breakers import BreakerReason
from tests.unit.x_client.conftest import CALLS, NOON, World
from tests.unit.x_client.scripted_x import Reply

RESET = NOON + timedelta(minutes=7)
LIMITED = Reply(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": str(int(RESET.timestamp()))})
NO_CREDITS = Reply(402, {"title": "CreditsDepleted"})
DELETED = {"detail": "You can only reply to or quote posts where you are mentioned or are the author."}


def _refused(world: World, reply: Reply, name: str = "mentions") -> None:
    world.x.will(reply)
    with pytest.raises(XError):
        CALLS[name](world.client())
    world.x.will(Reply())
    world.x.next_reply()
    world.x.seen.clear()


def test_a_rate_limit_stops_that_endpoint_until_its_reset_in_every_process(world: World) -> None:
    _refused(world, LIMITED)

    with pytest.raises(BreakerOpen) as caught:
        world.client().mentions()

    assert caught.value.retry_at == RESET
    assert world.x.seen == []


def test_a_rate_limit_of_one_endpoint_stops_no_other(world: World) -> None:
    _refused(world, LIMITED)
    client = world.client()

    client.search(query="x")
    client.posts(["1"], with_authors=False)

    assert len(world.x.seen) == 2


def test_depleted_credits_stop_all_reads_but_neither_writes_nor_the_rest(world: World) -> None:
    _refused(world, NO_CREDITS)
    client = world.client()

    with pytest.raises(BreakerOpen, match="user:read: credits_depleted"):
        client.search(query="x")

    client.trends(23424868)
    world.x.will(Reply(201, {"data": {"id": "1"}}))
    world.x.next_reply()
    client.create_post("x")
    assert [seen.path for seen in world.x.seen] == ["/2/trends/by/woeid/23424868", "/2/tweets"]


def test_unknown_credentials_stop_what_they_were_used_for(world: World) -> None:
    _refused(world, Reply(401, {}))

    with pytest.raises(BreakerOpen):
        world.client().own_posts()

    assert world.credentials.renewals == 1


def test_a_call_that_the_plan_does_not_include_stops_alone(world: World) -> None:
    _refused(world, Reply(403, {"title": "Client Forbidden"}), "search")
    client = world.client()

    client.mentions()
    with pytest.raises(BreakerOpen):
        client.search(query="x")

    assert len(world.x.seen) == 1


@pytest.mark.parametrize(("reply", "minutes"), [(LIMITED, 7), (NO_CREDITS, 15), (Reply(401, {}), 15)])
def test_when_it_is_time_one_success_closes_the_breaker_for_all(world: World, reply: Reply, minutes: int) -> None:
    _refused(world, reply)
    world.advance(minutes=minutes)

    world.client().mentions()

    assert world.breakers.load() == {}
    assert world.client().open_breakers() == ()


def test_a_try_that_fails_again_keeps_the_breaker_open_since_its_beginning(world: World) -> None:
    _refused(world, NO_CREDITS)
    world.advance(minutes=15)
    world.x.will(NO_CREDITS)
    world.x.next_reply()

    with pytest.raises(CreditsDepleted):
        world.client().mentions()

    (breaker,) = world.client().open_breakers()
    assert breaker.reason is BreakerReason.CREDITS_DEPLETED
    assert breaker.opened_at == NOON
    assert breaker.retry_at == NOON + timedelta(minutes=30)


@pytest.mark.parametrize(
    "answer", [Reply(429, {"title": "UsageCapExceeded"}), Reply(403, {"title": "SpendCapReached"})]
)
def test_a_cap_and_used_up_credits_are_told_apart(world: World, answer: Reply) -> None:
    world.x.will(answer)

    with pytest.raises(PlanLimitReached):
        world.client().mentions()

    (breaker,) = world.client().open_breakers()
    assert (breaker.name, breaker.reason) == ("user:read", BreakerReason.PLAN_LIMIT)
    assert breaker.retry_at == NOON + timedelta(minutes=15)


def test_an_unavailable_x_opens_no_breaker(world: World) -> None:
    world.x.will(Reply(503, {}))

    with pytest.raises(Unavailable):
        world.client().mentions()

    assert world.breakers.load() == {}


def test_an_error_about_one_post_opens_no_breaker(world: World) -> None:
    world.x.will(Reply(403, DELETED))

    with pytest.raises(NotSummoned):
        world.client().create_post("x", in_reply_to="1")

    assert world.breakers.load() == {}


def test_the_store_is_read_at_most_every_half_minute_and_written_only_on_change(world: World) -> None:
    client = world.client()

    for _ in range(5):
        client.mentions()
    world.advance(seconds=31)
    client.mentions()

    assert world.breakers.loads == 2
    assert world.breakers.writes == 0


def test_a_failing_store_stops_no_call(world: World) -> None:
    world.breakers.fails = True

    page = world.client().mentions()

    assert page.count == 0


def test_a_breaker_that_could_not_be_cleared_stops_no_call_once_it_is_due(world: World) -> None:
    _refused(world, NO_CREDITS)
    world.advance(minutes=15)
    world.breakers.takes_nothing = True
    client = world.client()

    client.mentions()
    client.mentions()

    assert len(world.x.seen) == 2


def test_a_breaker_that_could_not_be_saved_is_saved_once_the_store_is_back(world: World) -> None:
    world.breakers.fails = True
    world.x.will(Reply(401, {}))
    client = world.client()
    with pytest.raises(NotAuthorised):
        client.mentions()
    world.breakers.fails = False
    world.advance(seconds=31)

    with pytest.raises(BreakerOpen):
        client.mentions()

    assert set(world.breakers.load()) == {"user:read"}


def test_a_breaker_opened_elsewhere_is_respected_within_half_a_minute(world: World) -> None:
    client = world.client()
    client.mentions()
    _refused(world, NO_CREDITS, "search")
    world.advance(seconds=31)

    with pytest.raises(BreakerOpen):
        client.mentions()


@pytest.mark.parametrize("trouble", ["fails", "takes_nothing"])
def test_a_breaker_that_the_store_does_not_take_still_holds_in_its_process(world: World, trouble: str) -> None:
    setattr(world.breakers, trouble, True)
    world.x.will(LIMITED)
    client = world.client()
    with pytest.raises(RateLimited):
        client.mentions()
    world.advance(seconds=31)

    with pytest.raises(BreakerOpen):
        client.mentions()
